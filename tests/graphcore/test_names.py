"""Names and inputs of the nodes of other programs are those of TensorFlow 0.8."""

from __future__ import annotations

import re

import pytest

import graphcore as tf


def reduce_mean_grad():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    tf.gradients(tf.reduce_mean(x), x)


def matmul_relu():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    tf.gradients(tf.nn.relu(tf.matmul(x, x)), x)


def global_step_minimize():
    v = tf.Variable(1.0, name="v")
    step = tf.Variable(0, name="gs", trainable=False)
    tf.train.GradientDescentOptimizer(0.1).minimize(v * v, global_step=step)


def softmax_xent_grad():
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    tf.gradients(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(x, [[1.0, 0.0], [0.0, 1.0]])), x)


def gate_graph():
    v = tf.Variable(1.0, name="v")
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    optimizer.compute_gradients(v * 2.0, gate_gradients=tf.train.Optimizer.GATE_GRAPH)


def exp_decay():
    step = tf.Variable(0, name="gs", trainable=False)
    tf.train.exponential_decay(0.1, step, 10, 0.5, staircase=True)


def histogram_image_merge():
    tf.histogram_summary("h", tf.constant([1.0]))
    tf.image_summary("i", tf.ones([1, 2, 2, 1]))
    tf.merge_all_summaries()


PROGRAMS = {
    "reduce_mean grad": reduce_mean_grad,
    "matmul+b relu": matmul_relu,
    "global_step minimize": global_step_minimize,
    "softmax xent grad": softmax_xent_grad,
    "gate graph": gate_graph,
    "exp decay": exp_decay,
    "histogram/image/merge": histogram_image_merge,
}


@pytest.mark.parametrize("heading", PROGRAMS)
def test_nodes_are_those_of_tensorflow(heading, data, fresh_graph):
    sections = re.split(r"(?m)^## (.*)\n", (data / "graphs_0.8.txt").read_text())[1:]
    expected = dict(zip(sections[::2], sections[1::2]))[heading].strip().splitlines()
    PROGRAMS[heading]()
    assert [f"{op.name} {op.type} {list(op.node_def.input)}" for op in fresh_graph.get_operations()] == expected


def names(graph):
    return [op.name for op in graph.get_operations()]


def test_a_function_and_an_operator_are_named_differently(fresh_graph):
    x = tf.constant(1.0, name="x")
    tf.mul(x, 2.0)
    _ = x * 2.0
    _ = 2.0 * x
    assert names(fresh_graph) == ["x", "Mul/y", "Mul", "mul/y", "mul", "mul_1/x", "mul_1"]


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (lambda x: x / 2.0, ["truediv/y", "truediv"]),
        (lambda x: x // 2.0, ["floordiv/y", "floordiv/Div", "floordiv"]),
        (lambda x: x % 2.0, ["mod/y", "mod"]),
        (lambda x: -x, ["Neg"]),
        (lambda x: abs(x), ["Abs"]),
        (lambda x: x < 2.0, ["Less/y", "Less"]),
        (lambda x: tf.reduce_sum(x), ["Rank", "range/start", "range/delta", "range", "Sum"]),
        (lambda x: tf.reduce_sum(x, 0), ["Sum/reduction_indices", "Sum"]),
        (lambda x: tf.cast(x, tf.int32), ["Cast"]),
        (lambda x: tf.cast(x, tf.float32), []),
        (lambda x: tf.zeros_like(x), ["zeros_like"]),
        (lambda x: tf.ones_like(x), ["ones_like/Shape", "ones_like/Const", "ones_like"]),
        (lambda x: tf.zeros([2]), ["zeros"]),
        (lambda x: tf.add_n([x, [1.0, 2.0]]), ["AddN/inputs_1", "AddN"]),
        (
            lambda x: tf.random_uniform([2], seed=3),
            [f"random_uniform/{part}" for part in ("shape", "min", "max", "RandomUniform", "sub", "mul")]
            + ["random_uniform"],
        ),
        (
            lambda x: tf.random_normal([2]),
            [f"random_normal/{part}" for part in ("shape", "mean", "stddev", "RandomStandardNormal", "mul")]
            + ["random_normal"],
        ),
    ],
)
def test_names_of_what_a_call_adds(compute, expected, fresh_graph):
    x = tf.constant([1.0, 2.0], name="x")
    compute(x)
    assert names(fresh_graph)[1:] == expected


def test_integer_division_casts_first(fresh_graph):
    _ = tf.constant(1, name="x") / 2
    assert names(fresh_graph) == ["x", "truediv/y", "truediv/Cast", "truediv/Cast_1", "truediv"]
    assert fresh_graph.get_tensor_by_name("truediv:0").dtype == tf.float64


def test_summaries_are_named_by_scope_rules(fresh_graph):
    a = tf.constant(1.0, name="a")
    tf.scalar_summary("a", a)
    tf.scalar_summary("b", a)
    merged = tf.merge_all_summaries()
    again = tf.merge_all_summaries()
    assert merged.op.name == "MergeSummary/MergeSummary"
    assert again.op.name == "MergeSummary_1/MergeSummary"
    assert names(fresh_graph)[1:5] == [
        "ScalarSummary/tags",
        "ScalarSummary",
        "ScalarSummary_1/tags",
        "ScalarSummary_1",
    ]


def test_summaries_of_today_are_named_after_their_tag(sess):
    output = tf.constant(1.5, name="output")
    with tf.name_scope("layer"):
        scalar = tf.summary.scalar("output", output)
    again = tf.summary.scalar("output", output)
    assert scalar.op.name == "layer/output"
    assert again.op.name == "output_1"
    assert tf.summary.merge_all().op.name == "Merge/MergeSummary"
    assert b"layer/output" in sess.run(scalar)
    assert tf.summary.FileWriter is tf.train.SummaryWriter


def test_a_variable_from_a_function_is_made_before_its_value(fresh_graph):
    tf.Variable(lambda: tf.zeros([2]), dtype=tf.float32, name="w")
    assert names(fresh_graph) == ["w", "w/Initializer/zeros", "w/Assign", "w/read"]
    assert fresh_graph.get_operation_by_name("w/Initializer/zeros").get_attr("_class") == [b"loc:@w"]
    assert fresh_graph.get_operation_by_name("w").get_attr("shape").as_list() == [2]
