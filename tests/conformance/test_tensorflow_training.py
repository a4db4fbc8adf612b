"""Programs that train, exported and run by TensorFlow itself: after some steps all variables are the same.

Every optimizer, on whole tensors and on looked-up rows; with rates that decay, clipped gradients, moving averages, and
variables that are found by name. Runs where TensorFlow is installed (`make conformance`).
"""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from tensorflow_peer import assert_equal, session_of

import graphcore as tf

OPTIMIZERS = {
    "GradientDescent": lambda rate: tf.train.GradientDescentOptimizer(rate),
    "Momentum": lambda rate: tf.train.MomentumOptimizer(rate, 0.9),
    "Adagrad": lambda rate: tf.train.AdagradOptimizer(rate),
    "Adadelta": lambda rate: tf.train.AdadeltaOptimizer(rate, 0.95, 1e-6),
    "Adam": lambda rate: tf.train.AdamOptimizer(rate),
    "RMSProp": lambda rate: tf.train.RMSPropOptimizer(rate, 0.9, 0.5),
    "Ftrl": lambda rate: tf.train.FtrlOptimizer(rate, l1_regularization_strength=0.01, l2_regularization_strength=0.02),
}
STEPS = 7


def variables_after(session, step, init, variables):
    session.run(init)
    for _ in range(STEPS):
        session.run(step)
    return session.run(variables)


def assert_same_path(step):
    """Runs ``step`` of the default graph here and in TensorFlow, and compares all variables."""
    graph = tf.get_default_graph()
    init, variables = tf.initialize_all_variables(), tf.all_variables()
    with tf.Session() as session:
        ours = variables_after(session, step, init, variables)
    with session_of(graph) as session:
        theirs = variables_after(session, step.name, init.name, [v.name for v in variables])
    assert len(variables) > 1
    for variable, mine, other in zip(variables, ours, theirs, strict=True):
        assert np.isfinite(mine).all(), variable.name
        assert_equal(mine, other, rtol=2e-5, atol=1e-6)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        tf.set_random_seed(3)
        yield made


def model(looked_up: bool):
    """A loss of two layers whose weights are found by name; the first layer a table of which some rows are used."""
    with tf.variable_scope("model", initializer=tf.random_uniform_initializer(-0.7, 0.7)):
        table = tf.get_variable("table", [5, 4])
        rows = tf.gather(table, [3, 1, 3]) if looked_up else table[1:4]
        with tf.variable_scope("hidden", regularizer=tf.nn.l2_loss):
            weights = tf.get_variable("weights", [4, 2])
            bias = tf.get_variable("bias", initializer=[0.1, -0.2], regularizer=tf.no_regularizer)
        outputs = tf.tanh(tf.matmul(rows, weights) + bias)
    wanted = tf.constant([[0.5, -0.5], [0.1, 0.9], [-0.8, 0.3]])
    penalty = tf.add_n(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES))
    return tf.reduce_mean(tf.square(outputs - wanted)) + 0.01 * penalty


@pytest.mark.parametrize("looked_up", [False, True], ids=["whole", "rows"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_with_all_around_them(name, looked_up):
    step = tf.Variable(0, trainable=False, name="global_step")
    rate = tf.train.exponential_decay(0.1, step, 3, 0.7, staircase=looked_up)
    optimizer = OPTIMIZERS[name](rate)
    grads, variables = zip(*optimizer.compute_gradients(model(looked_up)))
    clipped, _ = tf.clip_by_global_norm(grads, 0.5)
    train = optimizer.apply_gradients(zip(clipped, variables), global_step=step)
    average = tf.train.ExponentialMovingAverage(0.95, num_updates=step)
    with tf.control_dependencies([train]):
        train_and_average = average.apply()
    assert_same_path(train_and_average)


CLIPS = {
    "value": lambda grad: tf.clip_by_value(grad, -0.05, 0.02),
    "norm": lambda grad: tf.clip_by_norm(grad, 0.1),
    "average norm": lambda grad: tf.clip_by_average_norm(grad, 0.01),
}


@pytest.mark.parametrize("clip", CLIPS)
def test_gradients_clipped_one_by_one(clip):
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    pairs = [(CLIPS[clip](grad), v) for grad, v in optimizer.compute_gradients(model(looked_up=True))]
    assert_same_path(optimizer.apply_gradients(pairs))


@pytest.mark.parametrize("method", [tf.AggregationMethod.ADD_N, tf.AggregationMethod.EXPERIMENTAL_TREE])
def test_gradients_summed_in_other_orders(method):
    v, w = tf.Variable([1.0, -2.0]), tf.Variable([0.5, 0.25])
    loss = tf.reduce_sum(v * w + v * v + tf.sin(v) * w + tf.exp(v))
    optimizer = tf.train.AdamOptimizer(0.1)
    # With another gate, TensorFlow may change v before it has computed the gradient of w.
    assert_same_path(optimizer.minimize(loss, gate_gradients=optimizer.GATE_GRAPH, aggregation_method=method))


def test_variables_in_parts():
    parts = tf.create_partitioned_variables([7, 3], [3, 1], tf.truncated_normal_initializer(seed=5), name="table")
    rows = tf.nn.embedding_lookup(parts, [6, 0, 3, 3], partition_strategy="div")
    assert_same_path(tf.train.AdagradOptimizer(0.5).minimize(tf.reduce_sum(tf.square(rows))))
