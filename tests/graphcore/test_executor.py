"""Execution plans: what runs, in which order, and what is left out without anyone being able to tell."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf
from graphcore.executor import ExecutionPlan
from graphcore.op_type import OP_TYPES
from graphcore.state import SessionState


def plan_of(*fetches, feeds=()):
    tensors = [fetch for fetch in fetches if isinstance(fetch, tf.Tensor)]
    operations = [fetch for fetch in fetches if isinstance(fetch, tf.Operation)]
    return ExecutionPlan(tensors, operations, feeds, SessionState())


def kernels_in(plan) -> list[str]:
    """The op types whose kernels the plan calls, in order."""
    calls = [line.split(" = ")[-1].split("(")[0].strip() for line in plan.source.splitlines()[1:-1]]
    return [call.rpartition("_")[0] for call in calls]


@pytest.fixture
def train_step():
    x = tf.constant(1.0)
    w = tf.Variable(0.8)
    loss = (w * x - tf.constant(0.0)) ** 2
    return tf.train.GradientDescentOptimizer(0.025).minimize(loss)


def test_the_tutorials_step_runs_six_kernels(train_step):
    assert kernels_in(plan_of(train_step)) == ["Mul", "Sub", "Pow", "Mul", "Mul", "ApplyGradientDescent"]


def test_the_weight_has_the_bits_it_has_in_tensorflow(train_step, sess):
    weight = tf.trainable_variables()[0]
    sess.run(weight.initializer)
    bits = []
    for _ in range(102):
        bits.append(f"{sess.run(weight).view(np.uint32):08x}")
        sess.run(train_step)
    assert bits[:4] == ["3f4ccccd", "3f428f5c", "3f38d4fe", "3f2f9724"]
    assert bits[98:] == ["3babf85e", "3ba35f26", "3b9b33fe", "3b937164"]


def test_a_plan_is_compiled_once(train_step, sess, monkeypatch):
    compiled = []
    monkeypatch.setattr("graphcore.engine.ExecutionPlan", lambda *args: compiled.append(args) or ExecutionPlan(*args))
    sess.run(tf.trainable_variables()[0].initializer)
    for _ in range(3):
        sess.run(train_step)
        tf.constant(1.0)  # growing changes nothing for old operations
    assert len(compiled) == 2


def test_what_is_constant_is_computed_while_compiling():
    x = tf.constant([[1.0, 2.0]])
    assert kernels_in(plan_of(tf.reduce_sum(tf.exp(x)) * 2.0)) == []


def test_but_not_what_is_random_or_large(sess):
    assert kernels_in(plan_of(tf.random_uniform([2], 0.0, 2.0))) == ["RandomUniform", "Mul", "Add"]
    assert kernels_in(plan_of(tf.fill([1000, 1000], 1.0))) == ["Fill"]


def test_what_is_not_needed_does_not_run(sess):
    x = tf.placeholder(tf.float32)
    y = x + 1.0
    z = y * 2.0
    assert sess.run(z, {y: 3.0}) == 6.0
    assert kernels_in(plan_of(z, feeds=[y])) == ["Mul"]


def test_the_ungated_branch_of_a_gradient_is_left_out():
    x = tf.placeholder(tf.float32, [None, 784])
    w = tf.Variable(tf.zeros([784, 10]))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(tf.matmul(x, w) - 1.0)))
    # One product forward, one for the weights; none for the input, whose gradient nobody asked for.
    assert kernels_in(plan_of(step, feeds=[x])).count("MatMul") == 2


def test_but_it_runs_if_it_may_fail(sess):
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    ok = tf.constant(1.0)
    for doubtful in (x + y, tf.matmul(x, y), tf.identity(x), tf.reshape(x, [2]), tf.cast(x, tf.int32) // 0):
        with tf.control_dependencies([doubtful]):
            gated = tf.identity(ok)
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(gated, {x: [1.0, 2.0, 3.0], y: [1.0, 2.0]} if doubtful.op.type != "Identity" else {})


def test_side_effects_happen_though_nobody_takes_the_value(sess):
    v = tf.Variable(1.0)
    sess.run(v.initializer)
    with tf.control_dependencies([v.assign_add(1.0)]):
        sess.run(tf.no_op())
    assert sess.run(v) == 2.0


def test_each_operation_runs_once_in_a_run(sess):
    noise = tf.random_uniform([])
    a, b = noise + 0.0, noise * 1.0
    first, second = sess.run([a, b])
    assert first == second
    assert sess.run(a) != first


def test_a_change_to_an_existing_operation_is_noticed(sess):
    x = tf.placeholder(tf.float32)
    sizes = tf.shape(x)
    assert sess.run(sizes, {x: [1.0, 2.0]}).tolist() == [2]
    x.set_shape([2])
    with pytest.raises(ValueError, match="Cannot feed value of shape"):
        sess.run(sizes, {x: [1.0]})


def test_warnings_of_numpy_are_not_the_users(sess, recwarn):
    x = tf.placeholder(tf.float32)
    values = sess.run([tf.log(x), tf.inv(x), tf.sqrt(x - 1.0), tf.exp(x + 1000.0)], {x: 0.0})
    assert [str(float(value)) for value in values] == ["-inf", "inf", "nan", "inf"]
    assert not recwarn.list


def test_memory_is_freed_after_the_last_use():
    x = tf.placeholder(tf.float32, [1000])
    lines = plan_of(tf.exp(tf.exp(tf.exp(x))), feeds=[x]).source.splitlines()
    assert [line.count("del ") for line in lines] == [0, 0, 1, 1, 0]


def test_an_operation_whose_kernel_has_a_bug_is_named(sess, monkeypatch):
    monkeypatch.setattr(OP_TYPES["Exp"], "bind", lambda op, state: lambda x: x.no_such_attribute)
    x = tf.placeholder(tf.float32)
    with pytest.raises(tf.OpError, match="no_such_attribute") as raised:
        sess.run(tf.exp(x, name="culprit"), {x: 1.0})
    assert raised.value.op.name == "culprit"
    assert isinstance(raised.value.__cause__, AttributeError)


def test_a_list_of_one_output_is_its_item(sess):
    x = tf.placeholder(tf.float32, [1, 2])
    (fed,) = tf.unpack(x)
    (known,) = tf.unpack(tf.constant([[3.0, 4.0]]))
    assert [value.tolist() for value in sess.run([fed, known], {x: [[1, 2]]})] == [[1, 2], [3, 4]]
