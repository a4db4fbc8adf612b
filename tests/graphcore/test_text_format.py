"""NodeDefs print in the protocol buffer text format, the same with every version of protobuf."""

from __future__ import annotations

import numpy as np
from google.protobuf import text_format as reference
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf
from graphcore.graph_def import text_format
from writer.format.messages import NodeDef, Summary


def test_attrs_are_in_order_and_whole_floats_have_a_point():
    assert str(tf.constant(2.0).op.node_def).splitlines()[2:9] == [
        "attr {",
        '  key: "dtype"',
        "  value {",
        "    type: DT_FLOAT",
        "  }",
        "}",
        "attr {",
    ]
    assert "float_val: 2.0" in str(tf.constant(2.0).op)
    assert "float_val: 0.8\n" in str(tf.constant(0.8).op)
    assert r'tensor_content: "\000\000\200?\000\000\000@"' in str(tf.constant([1.0, 2.0]).op)


def test_strings_and_flags():
    text = str(tf.constant('say "ä"\n').op)
    assert r'string_val: "say \"\303\244\"\n"' in text
    assert "use_locking" in str(tf.Variable(1.0).initializer)
    assert 's: "loc:@Variable"' in str(tf.Variable(1.0).initializer).replace("Variable_1", "Variable")
    assert "b: true" in str(tf.Variable(1.0).initializer)


def test_what_is_printed_can_be_read_back():
    tf.gradients(
        tf.reduce_sum(tf.matmul(tf.constant(np.ones((2, 3))), tf.ones([3, 1], tf.float64))), [tf.constant(1.0)]
    )
    tf.scalar_summary("tag", tf.Variable(1.0))
    tf.placeholder(tf.float32, [None, 3])
    for op in tf.get_default_graph().get_operations():
        assert reference.Parse(str(op.node_def), NodeDef()) == op.node_def


@given(st.binary(max_size=20))
def test_any_bytes(data):
    node = NodeDef()
    node.attr["value"].s = data
    assert reference.Parse(text_format(node), NodeDef()) == node


@given(st.floats(width=32, allow_nan=False))
def test_any_float(number):
    summary = Summary()
    summary.value.add(simple_value=number)
    assert reference.Parse(text_format(summary), Summary()) == summary


def test_it_has_all_the_attributes_of_the_message():
    node = tf.add(1.0, 2.0).op.node_def
    assert (node.name, node.op, list(node.input)) == ("Add", "Add", ["Add/x", "Add/y"])
    assert node == tf.get_default_graph().as_graph_def().node[-1]
    assert node == tf.get_default_graph().get_operation_by_name("Add").node_def
