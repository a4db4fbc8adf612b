"""Graphs cut down: to what some nodes need, to constants, to what a trained model needs."""

from __future__ import annotations

import pytest

import graphcore as tf


def names(graph_def) -> list[str]:
    return [node.name for node in graph_def.node]


@pytest.fixture
def graph_def(sess):
    x = tf.placeholder(tf.float32, [2], name="x")
    v = tf.Variable([3.0, 4.0], name="v")
    tf.mul(tf.identity(x, name="same"), v, name="y")
    tf.neg(x, name="other")
    sess.run(tf.initialize_all_variables())
    return tf.get_default_graph().as_graph_def()


def test_what_some_nodes_need(graph_def):
    assert names(tf.graph_util.extract_sub_graph(graph_def, ["y"])) == ["x", "v", "v/read", "same", "y"]
    assert tf.graph_util.extract_sub_graph(graph_def, ["y"]).versions.producer == 9
    with pytest.raises(ValueError, match="zz is not in graph"):
        tf.graph_util.extract_sub_graph(graph_def, ["zz"])
    with pytest.raises(TypeError, match="dest_nodes must be a list of names, not 'y'"):
        tf.graph_util.extract_sub_graph(graph_def, "y")


def test_control_inputs_are_needed_too():
    with tf.control_dependencies([tf.no_op(name="first")]):
        tf.constant(1.0, name="then")
    graph_def = tf.get_default_graph().as_graph_def()
    assert names(tf.graph_util.extract_sub_graph(graph_def, ["then"])) == ["first", "then"]


def test_a_trained_model_in_one_message(graph_def, sess):
    sess.run(tf.assign(tf.all_variables()[0], [5.0, 6.0]))
    frozen = tf.graph_util.convert_variables_to_constants(sess, graph_def, ["y"])
    assert {node.op for node in frozen.node} == {"Placeholder", "Const", "Identity", "Mul"}
    with tf.Graph().as_default(), tf.Session() as other:
        y, x = tf.import_graph_def(frozen, return_elements=["y:0", "x:0"])
        assert other.run(y, {x: [1.0, 10.0]}).tolist() == [5.0, 60.0]


def test_a_model_whose_variables_have_no_values(graph_def):
    with tf.Session() as other, pytest.raises(tf.errors.FailedPreconditionError):
        tf.graph_util.convert_variables_to_constants(other, graph_def, ["y"])


def test_what_only_passes_values_on_is_taken_out(graph_def):
    smaller = tf.graph_util.remove_training_nodes(graph_def)
    assert "same" not in names(smaller)
    assert "v/read" in names(smaller)  # it says when the variable is read
    assert list(next(node for node in smaller.node if node.name == "y").input) == ["x", "v/read"]


def test_what_tensorflow_has_for_the_cpu_only():
    with tf.device("/gpu:0"):
        text, number = tf.constant("a"), tf.constant(1.0)
    with tf.device("/cpu:0"):
        placed = tf.constant(1.0)
    v = tf.Variable(1.0)
    must = tf.graph_util.must_run_on_cpu
    assert [must(t.op) for t in (text, number, placed)] == [True, False, True]
    assert must(text.op.node_def)
    assert [must(v.op), must(v.op, pin_variables_on_cpu=True)] == [False, True]


def test_shapes_by_name(graph_def):
    graph = tf.get_default_graph()
    assert tf.graph_util.tensor_shape_from_node_def_name(graph, "x").as_list() == [2]
    assert tf.graph_util.tensor_shape_from_node_def_name(graph, "x:0").as_list() == [2]
