"""Learning rates that change with the number of the step."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def test_the_rate_decays_evenly_or_in_steps(sess):
    step = tf.placeholder(tf.int32, [])
    smooth = tf.train.exponential_decay(0.1, step, 10, 0.5)
    stairs = tf.train.exponential_decay(0.1, step, 10, 0.5, staircase=True)
    found = [sess.run([smooth, stairs], {step: number}) for number in (0, 5, 10, 19, 20)]
    np.testing.assert_allclose(
        found, [[0.1, 0.1], [0.07071068, 0.1], [0.05, 0.05], [0.02679434, 0.05], [0.025, 0.025]], rtol=1e-5
    )


def test_an_optimizer_follows_the_step_it_counts(sess):
    step = tf.Variable(0, trainable=False, name="global_step")
    v = tf.Variable(8.0)
    rate = tf.train.exponential_decay(1.0, step, 1, 0.5)
    train = tf.train.GradientDescentOptimizer(rate).minimize(2.0 * v, global_step=step)
    sess.run(tf.initialize_all_variables())
    values = []
    for _ in range(3):
        sess.run(train)
        values.append(sess.run(v))
    assert values == [6.0, 5.0, 4.5]
    assert sess.run(step) == 3


def test_it_has_the_type_of_the_rate_at_the_beginning(sess):
    rate = tf.train.exponential_decay(np.float64(0.1), np.int64(30), 10, 0.5, name="rate")
    assert (rate.name, rate.dtype) == ("rate:0", tf.float64)
    np.testing.assert_allclose(sess.run(rate), 0.0125, rtol=1e-12)
    with pytest.raises(TypeError, match="learning_rate must be a floating point number, not 1 of int32"):
        tf.train.exponential_decay(1, 0, 10, 0.5)
