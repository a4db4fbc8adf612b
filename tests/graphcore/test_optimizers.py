"""Optimizers: the numbers of TensorFlow's kernels, the operations they add, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def test_gradient_descent_goes_where_tensorflows_does(sess):
    v = tf.Variable([1.0, -2.0])
    train = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(v * v))
    sess.run(tf.initialize_all_variables())
    for expected in ([0.800000012, -1.60000002], [0.639999986, -1.27999997], [0.511999965, -1.02399993]):
        sess.run(train)
        np.testing.assert_array_equal(sess.run(v), np.array(expected, np.float32))


def test_the_rate_may_be_fed_and_the_variable_double(sess):
    rate = tf.placeholder(tf.float32, [])
    v = tf.Variable(np.float64(1.0))
    train = tf.train.GradientDescentOptimizer(rate).minimize(v * v)
    sess.run(v.initializer)
    sess.run(train, {rate: 0.25})
    assert sess.run(v) == 0.5
    sess.run(train, {rate: 0.5})
    assert sess.run(v) == 0.0


def test_a_line_is_fitted(sess):
    rng = np.random.RandomState(0)
    x_data = rng.rand(100).astype(np.float32)
    w, b = tf.Variable(tf.random_uniform([1], -1.0, 1.0, seed=1)), tf.Variable(tf.zeros([1]))
    loss = tf.reduce_mean(tf.square(w * x_data + b - (x_data * 0.1 + 0.3)))
    train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    sess.run(tf.initialize_all_variables())
    for _ in range(201):
        sess.run(train)
    np.testing.assert_allclose(sess.run([w, b]), [[0.1], [0.3]], atol=1e-3)


@pytest.mark.parametrize("activation", [tf.sigmoid, tf.tanh, tf.nn.relu])
def test_a_network_learns_exclusive_or(activation, sess):
    tf.set_random_seed(7)
    x, wanted = tf.placeholder(tf.float32, [None, 2]), tf.placeholder(tf.float32, [None, 1])
    hidden = activation(tf.matmul(x, tf.Variable(tf.truncated_normal([2, 8]))) + tf.Variable(tf.ones([8])))
    logits = tf.matmul(hidden, tf.Variable(tf.truncated_normal([8, 1]))) + tf.Variable(tf.zeros([1]))
    loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits, wanted))
    train = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    sess.run(tf.initialize_all_variables())
    feeds = {x: [[0, 0], [0, 1], [1, 0], [1, 1]], wanted: [[0], [1], [1], [0]]}
    before = sess.run(loss, feeds)
    for _ in range(2000):
        sess.run(train, feeds)
    assert sess.run(loss, feeds) < before / 10
    assert (sess.run(tf.sigmoid(logits), feeds) > 0.5).ravel().tolist() == [False, True, True, False]


def test_only_some_variables(sess):
    a, b = tf.Variable(1.0, name="a"), tf.Variable(1.0, name="b")
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    sess.run(tf.initialize_all_variables())
    sess.run(optimizer.minimize(a * b, var_list=[b]))
    assert sess.run([a, b]) == [1.0, 0.5]


def test_variables_the_loss_does_not_reach_are_skipped():
    unreached, reached = tf.Variable(1.0), tf.Variable(1.0)
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    pairs = optimizer.compute_gradients(reached * 2.0)
    assert pairs[0] == (None, unreached)
    assert pairs[1][1] is reached
    assert len(optimizer.apply_gradients(pairs).control_inputs) == 1


def test_gates():
    v = tf.Variable(2.0)
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    for gate, wanted in (
        (optimizer.GATE_NONE, "Reshape"),
        (optimizer.GATE_OP, "Identity"),
        (optimizer.GATE_GRAPH, "Identity"),
    ):
        ((grad, _),) = optimizer.compute_gradients(v * 2.0, gate_gradients=gate)
        assert grad.op.type == wanted


def test_what_is_refused(raises):
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    constant = tf.constant(1.0)
    with raises(ValueError, "No variables to optimize"):
        optimizer.minimize(constant)
    v = tf.Variable(1.0)
    with raises(ValueError, f"No gradients provided for any variable: ((None, {v!r}),)"):
        optimizer.minimize(constant)
    with raises(
        ValueError,
        "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  Not 7",
    ):
        optimizer.minimize(v * v, gate_gradients=7)
    with raises(TypeError, f"Argument is not a tf.Variable: {constant}"):
        optimizer.minimize(v * v, var_list=[constant])
    with raises(TypeError, "Gradient must be a Tensor, IndexedSlices, or None: 1"):
        optimizer.apply_gradients([(1, v)])
    with raises(TypeError, f"Variable must be a tf.Variable: {constant}"):
        optimizer.apply_gradients([(constant, constant)])
    with pytest.raises(
        TypeError, match=r"Invalid type tf\.int32 for Const_1:0, expected: \[tf\.float32, tf\.float64\]"
    ):
        optimizer.minimize(tf.constant(1))
    with raises(ValueError, "Must specify the optimizer name"):
        tf.train.Optimizer(False, "")


def test_a_subclass_says_only_how_one_variable_changes(sess):
    class SignDescent(tf.train.Optimizer):
        """Steps of a fixed length against the sign of the gradient."""

        def __init__(self, step):
            super().__init__(use_locking=False, name="SignDescent")
            self._step = step

        def _apply_dense(self, grad, variable):
            return variable.assign_sub(self._step * tf.sign(grad)).op

    v = tf.Variable([3.0, -3.0])
    train = SignDescent(0.5).minimize(tf.reduce_sum(v * v))
    sess.run(v.initializer)
    sess.run(train)
    assert train.name == "SignDescent"
    np.testing.assert_array_equal(sess.run(v), [2.5, -2.5])
