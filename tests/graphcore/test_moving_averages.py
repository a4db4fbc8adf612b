"""Averages that follow variables: their values, names, collections, and how they are restored."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def test_an_average_follows_its_variable(sess):
    v = tf.Variable([1.0, 2.0], name="v")
    ema = tf.train.ExponentialMovingAverage(0.75)
    update = ema.apply([v])
    sess.run(tf.initialize_all_variables())
    assert sess.run(ema.average(v)).tolist() == [1.0, 2.0]
    sess.run(v.assign([5.0, 2.0]))
    followed = []
    for _ in range(2):
        sess.run(update)
        followed.append(sess.run(ema.average(v)).tolist())
    assert followed == [[2.0, 2.0], [2.75, 2.0]]


def test_it_moves_faster_at_first_when_it_knows_the_number_of_updates(sess):
    v, step = tf.Variable([1.0, 2.0], name="v"), tf.Variable(3, trainable=False, name="step")
    doubled = v * 2.0
    ema = tf.train.ExponentialMovingAverage(0.9, num_updates=step)
    update = ema.apply([v, doubled])
    sess.run(tf.initialize_all_variables())
    sess.run(v.assign([3.0, 5.0]))
    sess.run(update)  # decay: (1 + 3) / (10 + 3)
    np.testing.assert_allclose(sess.run(ema.average(v)), [1 + 2 * 9 / 13, 2 + 3 * 9 / 13], rtol=1e-6)
    np.testing.assert_allclose(sess.run(ema.average(doubled)), [6 * 9 / 13, 10 * 9 / 13], rtol=1e-6)  # from zero
    sess.run(step.assign(10**6))
    before = sess.run(ema.average(v))
    sess.run(update)
    np.testing.assert_allclose(sess.run(ema.average(v)), before + 0.1 * ([3.0, 5.0] - before), rtol=1e-5)


def test_names_and_collections_are_those_of_tensorflow(fresh_graph):
    v, other = tf.Variable([1.0], name="v"), tf.Variable(0, trainable=False, name="other")
    ema = tf.train.ExponentialMovingAverage(0.9)
    assert ema.average(v) is None
    assert ema.average_name(v) == ema.average_name(v) == "v/ExponentialMovingAverage"
    update = ema.apply()
    average = ema.average(v)
    assert average.op.name == ema.average_name(v) == "v/ExponentialMovingAverage"
    assert average in tf.all_variables()
    assert tf.trainable_variables() == tf.moving_average_variables() == [v]
    assert ema.variables_to_restore() == {"v/ExponentialMovingAverage": v, "other": other}
    names = [op.name for op in fresh_graph.get_operations()]
    assert names[names.index("ExponentialMovingAverage/decay") :] == [
        *["ExponentialMovingAverage/decay", "ExponentialMovingAverage/AssignMovingAvg/sub/x"],
        *[f"ExponentialMovingAverage/AssignMovingAvg/{part}" for part in ("sub", "sub_1", "mul")],
        "ExponentialMovingAverage/AssignMovingAvg",
        "ExponentialMovingAverage",
    ]
    assert update.name == "ExponentialMovingAverage"


def test_the_average_of_doubles_is_double(sess):
    v = tf.Variable(np.float64(1.0))
    ema = tf.train.ExponentialMovingAverage(0.5)
    update = ema.apply([v])
    sess.run(tf.initialize_all_variables())
    sess.run(v.assign(2.0))
    sess.run(update)
    assert sess.run(ema.average(v)) == 1.5
    assert ema.average(v).dtype.base_dtype == tf.float64


def test_averaging_after_each_step_of_training(sess):
    v = tf.Variable(1.0)
    train = tf.train.GradientDescentOptimizer(0.25).minimize(v * v)
    ema = tf.train.ExponentialMovingAverage(0.5)
    with tf.control_dependencies([train]):
        both = ema.apply()
    sess.run(tf.initialize_all_variables())
    sess.run(both)
    assert sess.run([v, ema.average(v)]) == [0.5, 0.75]


def test_what_is_refused(raises):
    ema = tf.train.ExponentialMovingAverage(0.9)
    with raises(TypeError, "The variables must be float or double: count:0 is int32"):
        ema.apply([tf.Variable(1, name="count")])
    v = tf.Variable(1.0, name="v")
    ema.apply([v])
    with raises(ValueError, "Moving average already computed for: v:0"):
        ema.apply([v])
    with pytest.raises(TypeError, match="var_list must hold variables and tensors, not 'v'"):
        ema.apply(["v"])
