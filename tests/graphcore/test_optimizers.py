"""Optimizers: the numbers of TensorFlow's kernels, the operations they add, and what they refuse."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

import graphcore as tf

OPTIMIZERS = {
    "GradientDescent(0.1)": lambda: tf.train.GradientDescentOptimizer(0.1),
    "Momentum(0.1,0.9)": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "Adagrad(0.1)": lambda: tf.train.AdagradOptimizer(0.1),
    "Adadelta()": lambda: tf.train.AdadeltaOptimizer(),
    "Adadelta(1.0,.95,1e-6)": lambda: tf.train.AdadeltaOptimizer(1.0, 0.95, 1e-6),
    "Adam()": lambda: tf.train.AdamOptimizer(),
    "Adam(0.1)": lambda: tf.train.AdamOptimizer(0.1),
    "RMSProp(0.1)": lambda: tf.train.RMSPropOptimizer(0.1),
    "RMSProp(0.1,0.9,0.5)": lambda: tf.train.RMSPropOptimizer(0.1, 0.9, 0.5),
    "Ftrl(0.1)": lambda: tf.train.FtrlOptimizer(0.1),
    "Ftrl(0.1,l1=.01,l2=.02)": lambda: tf.train.FtrlOptimizer(
        0.1, l1_regularization_strength=0.01, l2_regularization_strength=0.02
    ),
    "Ftrl(0.1,power=-.7)": lambda: tf.train.FtrlOptimizer(0.1, learning_rate_power=-0.7),
}


def float32(texts):
    return np.array([float(text) for text in texts], np.float32)


@pytest.mark.parametrize("heading", OPTIMIZERS)
def test_each_goes_where_tensorflows_does(heading, data, sess):
    (line,) = [line for line in (data / "optimizers.txt").read_text().splitlines() if line.startswith(heading + " ")]
    path, slots = map(ast.literal_eval, re.search(r"(\[\[.*\]\]) (\{.*\})$", line).groups())
    # numpy's power and Eigen's round differently; all else agrees to the last bit.
    ulps = 3 if "power" in heading else 0
    v = tf.Variable([1.0, -2.0])
    optimizer = OPTIMIZERS[heading]()
    train = optimizer.minimize(tf.reduce_sum(v * v))
    sess.run(tf.initialize_all_variables())
    for expected in path:
        sess.run(train)
        np.testing.assert_array_max_ulp(sess.run(v), float32(expected), ulps)
    assert optimizer.get_slot_names() == sorted(slots)
    for name, expected in slots.items():
        np.testing.assert_array_max_ulp(sess.run(optimizer.get_slot(v, name)), float32(expected), ulps)


@pytest.mark.parametrize("heading", OPTIMIZERS)
def test_doubles_and_scalars_go_the_same_way(heading, sess):
    optimizer = OPTIMIZERS[heading]()
    single, double = tf.Variable(1.0), tf.Variable(np.float64(1.0))
    train = tf.group(optimizer.minimize(single * single), optimizer.minimize(double * double, var_list=[double]))
    sess.run(tf.initialize_all_variables())
    for _ in range(3):
        sess.run(train)
    values = sess.run([single, double])
    assert [value.dtype for value in values] == [np.float32, np.float64]
    assert all(isinstance(value, np.floating) for value in values)
    if not heading.startswith("Adam"):  # there, two calls share the powers of beta and so count each step twice
        np.testing.assert_allclose(values[0], values[1], rtol=1e-5)


SPARSE = {
    "SGD": lambda: tf.train.GradientDescentOptimizer(0.1),
    "Momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "Adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "Adam": lambda: tf.train.AdamOptimizer(0.1),
}


def looked_up(rows):
    """A table of four rows, and a loss on some of them."""
    v = tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2))
    return v, tf.reduce_sum(tf.square(tf.gather(v, rows)))


@pytest.mark.parametrize("heading", SPARSE)
def test_rows_looked_up_go_where_tensorflows_do(heading, data, sess):
    (line,) = [line for line in (data / "optimizers.txt").read_text().splitlines() if f"{heading} sparse " in line]
    expected = ast.literal_eval(line.partition(" sparse ")[2])
    v, loss = looked_up([1, 3, 1])  # one row twice: it is changed twice
    train = SPARSE[heading]().minimize(loss)
    sess.run(tf.initialize_all_variables())
    for _ in range(2):
        sess.run(train)
    assert [[f"{number:.8g}" for number in row] for row in sess.run(v)] == expected


@pytest.mark.parametrize("heading", OPTIMIZERS)
def test_rows_looked_up_once_go_where_whole_tensors_do(heading, sess):
    (v, loss), whole = looked_up([3, 1]), tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2))
    mask = np.array([[0], [1], [0], [1]], np.float32)
    train = [
        OPTIMIZERS[heading]().minimize(loss, var_list=[v]),
        OPTIMIZERS[heading]().minimize(tf.reduce_sum(tf.square(whole * mask)), var_list=[whole]),
    ]
    sess.run(tf.initialize_all_variables())
    for _ in range(3):
        sess.run(train)
    rows, all_rows = sess.run([v, whole])
    np.testing.assert_allclose(rows[[1, 3]], all_rows[[1, 3]], rtol=1e-6)
    assert rows[[0, 2]].tolist() == [[0, 1], [4, 5]]


def test_an_l1_penalty_gives_exact_zeros(sess):
    v = tf.Variable([1.0, 1.0])
    train = tf.train.FtrlOptimizer(0.5, l1_regularization_strength=1.0).minimize(
        tf.reduce_sum(tf.square(v * [1.0, 0.1] - [3.0, 0.0]))
    )
    sess.run(tf.initialize_all_variables())
    for _ in range(50):
        sess.run(train)
    first, second = sess.run(v)
    assert first > 1.0
    assert second == 0.0


@pytest.mark.parametrize(
    ("make", "before", "inside"),
    [
        (
            lambda: tf.train.MomentumOptimizer(0.1, 0.9),
            ["zeros", "v/Momentum", "v/Momentum/Assign", "v/Momentum/read"],
            ["learning_rate", "momentum", "update_v/ApplyMomentum"],
        ),
        (
            lambda: tf.train.AdamOptimizer(),
            [
                f"{beta}{part}"
                for beta in ("beta1_power", "beta2_power")
                for part in ("/initial_value", "", "/Assign", "/read")
            ]
            + ["zeros", "v/Adam", "v/Adam/Assign", "v/Adam/read"]
            + ["zeros_1", "v/Adam_1", "v/Adam_1/Assign", "v/Adam_1/read"],
            ["learning_rate", "beta1", "beta2", "epsilon", "update_v/ApplyAdam", "mul", "Assign", "mul_1", "Assign_1"],
        ),
        (
            lambda: tf.train.RMSPropOptimizer(0.1),
            [
                *["Const", "v/RMSProp", "v/RMSProp/Assign", "v/RMSProp/read"],
                *["zeros", "v/RMSProp_1", "v/RMSProp_1/Assign", "v/RMSProp_1/read"],
            ],
            ["learning_rate", "decay", "momentum", "epsilon", "update_v/ApplyRMSProp"],
        ),
    ],
    ids=["Momentum", "Adam", "RMSProp"],
)
def test_operations_are_named_as_in_tensorflow(make, before, inside, fresh_graph):
    v = tf.Variable([1.0, -2.0], name="v")
    grad = tf.constant([1.0, 1.0], name="grad")
    already = len(fresh_graph.get_operations())
    train = make().apply_gradients([(grad, v)])
    added = [op.name for op in fresh_graph.get_operations()][already:]
    assert added == [*before, *[f"{train.name}/{name}" for name in inside], train.name]


def test_slots_belong_to_their_variable_and_are_not_trained():
    v, other = tf.Variable([1.0, 2.0], name="v"), tf.Variable(1.0, name="other")
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    assert optimizer.get_slot_names() == []
    assert optimizer.get_slot(v, "momentum") is None
    optimizer.minimize(tf.reduce_sum(v), var_list=[v])
    slot = optimizer.get_slot(v, "momentum")
    assert slot.get_shape().as_list() == [2]
    assert slot.op.get_attr("_class") == [b"loc:@v"]
    assert slot in tf.all_variables()
    assert tf.trainable_variables() == [v, other]
    optimizer.minimize(tf.reduce_sum(v * v), var_list=[v])
    assert optimizer.get_slot(v, "momentum") is slot
    assert optimizer.get_slot(other, "momentum") is None


def test_a_slot_that_was_not_initialised_is_named_and_nothing_changes(sess):
    v = tf.Variable(1.0, name="v")
    init = tf.initialize_all_variables()  # too early for the slot
    train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(v * v)
    sess.run(init)
    with pytest.raises(
        tf.errors.FailedPreconditionError, match="Attempting to use uninitialized variables: v/Momentum"
    ):
        sess.run(train)
    assert sess.run(v) == 1.0


def test_all_numbers_of_an_optimizer_may_be_fed(sess):
    rate, beta1 = tf.placeholder(tf.float32, []), tf.constant(0.9)
    v = tf.Variable(1.0)
    train = tf.train.AdamOptimizer(rate, beta1=beta1).minimize(v * v)
    sess.run(tf.initialize_all_variables())
    sess.run(train, {rate: 0.25})
    np.testing.assert_allclose(sess.run(v), 0.75, rtol=1e-6)
    sess.run(train, {rate: 0.0})
    np.testing.assert_allclose(sess.run(v), 0.75, rtol=1e-6)


def test_numbers_out_of_range_are_refused(raises):
    with raises(ValueError, "initial_accumulator_value must be positive: 0.0"):
        tf.train.AdagradOptimizer(0.1, 0.0)
    with raises(ValueError, "initial_accumulator_value -1.000000 needs to be positive"):
        tf.train.FtrlOptimizer(0.1, initial_accumulator_value=-1.0)
    with raises(ValueError, "learning_rate_power 0.500000 needs to be negative or zero"):
        tf.train.FtrlOptimizer(0.1, learning_rate_power=0.5)
    with raises(ValueError, "l2_regularization_strength -1.000000 needs to be positive or zero"):
        tf.train.FtrlOptimizer(0.1, l2_regularization_strength=-1.0)
    v = tf.Variable(1.0)
    with raises(TypeError, "Momentum: learning_rate must be a number or a scalar tensor, not 'fast'"):
        tf.train.MomentumOptimizer("fast", 0.9).minimize(v * v)
    unknown = tf.Variable(tf.placeholder(tf.float32), validate_shape=False, name="unknown")
    with pytest.raises(ValueError, match=r"Variable unknown has shape .* a slot for it needs a shape"):
        tf.train.MomentumOptimizer(0.1, 0.9).apply_gradients([(tf.constant(1.0), unknown)])


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
