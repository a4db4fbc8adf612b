"""Graphs that come in as messages: equal to what went out, joined to what is there, or refused in words."""

from __future__ import annotations

import numpy as np
import pytest
from op_samples.catalog import SAMPLES, operation_of

import graphcore as tf
from writer.format.messages import GraphDef, OpList

CASES = [pytest.param(sample, id=f"{name}-{i}") for name in SAMPLES for i, sample in enumerate(SAMPLES[name])]


def exported(add_shapes: bool = False) -> bytes:
    return tf.get_default_graph().as_graph_def(add_shapes=add_shapes).SerializeToString(deterministic=True)


@pytest.mark.parametrize("sample", CASES)
def test_every_op_goes_out_and_comes_in_the_same(sample):
    names = [t.name for t in operation_of(sample.make(*map(tf.constant, sample.arrays))).outputs]
    before = exported(add_shapes=True)
    with tf.Graph().as_default() as graph:
        tf.import_graph_def(before, name="")
        assert exported(add_shapes=True) == before
        assert [graph.get_tensor_by_name(name).name for name in names] == names


def test_a_training_graph_runs_on_with_the_same_numbers(data):
    """The graph of "Hello, TensorFlow!", as TensorFlow 0.8 itself wrote it."""
    tf.import_graph_def((data / "final_graph.pb").read_bytes(), name="")
    with tf.Session() as sess:
        sess.run("init")
        outputs = []
        for _ in range(100):
            outputs.append(sess.run("output:0"))
            sess.run("GradientDescent")
    assert [f"{outputs[i]}" for i in (0, 1, 98, 99)] == [
        "0.800000011921",
        "0.759999990463",
        "0.00524811353534",
        "0.00498570781201",
    ]


class TestNames:
    def test_they_get_a_prefix(self, fresh_graph):
        tf.constant(1.0, name="a")
        graph_def = exported()
        tf.import_graph_def(graph_def)
        tf.import_graph_def(graph_def, name="other")
        tf.import_graph_def(graph_def, name="")
        assert [op.name for op in fresh_graph.get_operations()] == ["a", "import/a", "other/a", "a_1"]

    def test_elements_are_returned_by_their_old_names(self):
        x = tf.constant([1.0, 2.0], name="x")
        tf.unpack(x, name="parts")
        found = tf.import_graph_def(exported(), return_elements=["parts:1", "x", "parts"])
        assert [element.name for element in found] == ["import/parts:1", "import/x", "import/parts"]
        assert isinstance(found[1], tf.Operation)

    def test_colocation_goes_by_the_new_names(self, fresh_graph):
        v = tf.Variable(1.0, name="v")
        tf.import_graph_def(exported(), name="copy")
        assert fresh_graph.get_operation_by_name("copy/v/read").get_attr("_class") == [b"loc:@copy/v"]
        assert v.value().op.get_attr("_class") == [b"loc:@v"]


class TestInputs:
    def test_some_are_replaced(self, sess):
        x = tf.placeholder(tf.float32, [2], name="x")
        tf.mul(x, 2.0, name="y")
        (y,) = tf.import_graph_def(exported(), {"x:0": tf.constant([3.0, 4.0])}, ["y:0"])
        assert sess.run(y).tolist() == [6.0, 8.0]

    def test_a_name_without_a_number_is_output_0(self, sess):
        tf.square(tf.placeholder(tf.float32, name="x"), name="y")
        (y,) = tf.import_graph_def(exported(), {"x": tf.constant(3.0)}, ["y:0"])
        assert sess.run(y) == 9.0

    def test_variables_can_be_shared(self, sess):
        v = tf.Variable(1.0, name="v")
        tf.assign_add(v, 1.0, name="more")
        (more,) = tf.import_graph_def(exported(), {"v": v.ref()}, ["more"])
        sess.run(v.initializer)
        sess.run(more)
        assert sess.run(v) == 2.0

    def test_control_inputs_come_along(self, fresh_graph):
        with tf.control_dependencies([tf.no_op(name="first")]):
            tf.constant(1.0, name="then")
        tf.import_graph_def(exported(), name="in")
        assert [op.name for op in fresh_graph.get_operation_by_name("in/then").control_inputs] == ["in/first"]

    def test_nodes_may_come_in_any_order(self, sess):
        tf.add(tf.constant(1.0, name="a"), tf.constant(2.0, name="b"), name="c")
        graph_def = GraphDef.FromString(exported())
        shuffled = GraphDef(node=list(reversed(graph_def.node)), versions=graph_def.versions)
        (c,) = tf.import_graph_def(shuffled, return_elements=["c:0"])
        assert sess.run(c) == 3.0


def test_devices_of_the_graph_complete_those_around(fresh_graph):
    with tf.device("/cpu:0"):
        tf.constant(1.0, name="a")
    graph_def = exported()
    with tf.device("/job:worker"):
        (a,) = tf.import_graph_def(graph_def, return_elements=["a"])
    assert a.device == "/job:worker/device:CPU:0"


def node(op: str, name: str = "n", inputs: tuple[str, ...] = (), **attrs: dict) -> GraphDef:
    graph_def = GraphDef()
    made = graph_def.node.add(op=op, name=name, input=inputs)
    for key, value in attrs.items():
        for field, content in value.items():
            setattr(made.attr[key], field, content)
    return graph_def


class TestAttrs:
    def test_missing_ones_have_their_defaults(self, sess):
        graph_def = node("MatMul", "y", ("x", "x"), T={"type": 1})
        graph_def.node.add(op="Placeholder", name="x").attr["dtype"].type = 1
        x, y = tf.import_graph_def(graph_def, return_elements=["x:0", "y:0"])
        assert y.op.get_attr("transpose_a") is False
        assert sess.run(y, {x: [[2.0]]}).tolist() == [[4.0]]

    def test_those_of_a_newer_writer_are_passed_over_where_they_hold_its_defaults(self, sess):
        graph_def = node("Rank", "r", ("x",), T={"type": 1}, out_type={"type": 3})
        graph_def.node.add(op="Placeholder", name="x").attr["dtype"].type = 1
        producer = OpList()
        attr = producer.op.add(name="Rank").attr.add(name="out_type", type="type")
        attr.default_value.type = 3
        x, rank = tf.import_graph_def(graph_def, return_elements=["x:0", "r:0"], producer_op_list=producer)
        assert sess.run(rank, {x: [[1.0]]}) == 2
        with pytest.raises(ValueError, match="NodeDef mentions attr 'out_type' not in Op Rank"):
            tf.import_graph_def(graph_def)

    def test_private_ones_are_kept(self):
        graph_def = node("NoOp", _note={"s": b"text"}, _number={"i": 3})
        (n,) = tf.import_graph_def(graph_def, return_elements=["n"])
        assert (n.get_attr("_note"), n.get_attr("_number")) == (b"text", 3)

    def test_a_placeholder_without_sizes_takes_any_shape(self, sess):
        """TensorFlow before version 1.5 wrote no other for a shape that it did not know in full."""
        (x,) = tf.import_graph_def(node("Placeholder", dtype={"type": 1}), return_elements=["n:0"])
        assert sess.run(x, {x: np.ones((2, 3))}).shape == (2, 3)

    def test_elements_that_are_all_zero_may_be_left_out(self, sess):
        graph_def = node("Const", dtype={"type": 1})
        graph_def.node[0].attr["value"].tensor.dtype = 1
        graph_def.node[0].attr["value"].tensor.tensor_shape.dim.add(size=2)
        (c,) = tf.import_graph_def(graph_def, return_elements=["n:0"])
        assert sess.run(c).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("graph_def", "arguments", "message"),
    [
        (node("NoSuchOp"), {}, "graph_def is invalid at node 'n': No op named NoSuchOp in defined operations."),
        (node("Neg", inputs=("x",)), {}, "graph_def is invalid at node 'n': Input tensor 'x' not found."),
        (node("NoOp", inputs=("^x",)), {}, "graph_def is invalid at node 'n': Control input '^x' not found."),
        (node("Neg", T={"type": 1}), {}, "graph_def is invalid at node 'n': 0 inputs specified of 1 inputs in Op Neg"),
        (node("Neg", inputs=("n",), T={"type": 1}), {}, "graph_def is invalid at node 'n': it needs its own result"),
        (node("Neg"), {}, "graph_def is invalid at node 'n': NodeDef missing attr 'T' of Op Neg"),
        (
            node("Neg", T={"i": 1}),
            {},
            "graph_def is invalid at node 'n': AttrValue of attr 'T' holds 'i', but 'type' is wanted",
        ),
        (
            node("NoOp"),
            {"input_map": {"x:0": 1.0}},
            "Attempted to map inputs that were not found in graph_def: [x:0]",
        ),
        (node("NoOp"), {"return_elements": ["zz"]}, "return_element 'zz' not found in graph_def."),
        (node("NoOp"), {"return_elements": ["n:0"]}, "return_element 'n:0' not found in graph_def."),
    ],
)
def test_what_cannot_be_imported(graph_def, arguments, message, raises):
    with raises(ValueError, message):
        tf.import_graph_def(graph_def, **arguments)


def test_an_input_of_another_type():
    graph_def = node("Neg", "n", ("x",), T={"type": 1})
    graph_def.node.add(op="Placeholder", name="x").attr["dtype"].type = 3
    with pytest.raises(ValueError, match=r"at node 'n': Input types mismatch \(expected 'float32' but got 'int32'\)"):
        tf.import_graph_def(graph_def)


def test_a_graph_that_readers_of_this_version_may_not_read():
    graph_def = node("NoOp")
    graph_def.versions.min_consumer = 12
    with pytest.raises(ValueError, match="GraphDef min consumer version 12 above current version 9"):
        tf.import_graph_def(graph_def)


@pytest.mark.parametrize("wrong", ["text", None, 3])
def test_something_that_is_no_graph(wrong):
    with pytest.raises(TypeError, match=r"^graph_def must be a GraphDef proto, not "):
        tf.import_graph_def(wrong)


def test_arguments_of_other_types():
    with pytest.raises(TypeError, match="input_map must be a dictionary mapping strings to Tensor objects"):
        tf.import_graph_def(node("NoOp"), input_map=[1])
    with pytest.raises(TypeError, match="return_elements must be a list of strings"):
        tf.import_graph_def(node("NoOp"), return_elements="n")
