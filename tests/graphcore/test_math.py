"""Values of public functions: against numpy, and where TensorFlow has its own mind, against that."""

from __future__ import annotations

import builtins
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import graphcore as tf


def run(tensor):
    with tf.Session(graph=tf.get_default_graph()) as sess:
        return sess.run(tensor)


X = np.array([[-1.5, 0.0, 2.5], [3.0, -0.5, 1.0]], np.float32)
Y = np.array([[2.0, -1.0, 2.5], [0.5, 4.0, -3.0]], np.float32)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (tf.add, X + Y),
        (tf.sub, X - Y),
        (tf.mul, X * Y),
        (tf.div, X / Y),
        (tf.truediv, X / Y),
        (tf.floordiv, X // Y),
        (tf.mod, X % Y),
        (tf.maximum, np.maximum(X, Y)),
        (tf.minimum, np.minimum(X, Y)),
        (tf.squared_difference, (X - Y) ** 2),
        (tf.equal, X == Y),
        (tf.not_equal, X != Y),
        (tf.less, X < Y),
        (tf.less_equal, X <= Y),
        (tf.greater, X > Y),
        (tf.greater_equal, X >= Y),
    ],
)
def test_functions_of_two_tensors(function, expected):
    value = run(function(tf.constant(X), tf.constant(Y)))
    np.testing.assert_array_equal(value, expected)
    assert value.dtype == expected.dtype


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (tf.neg, -X),
        (tf.abs, np.abs(X)),
        (tf.sign, np.sign(X)),
        (tf.square, X * X),
        (tf.exp, np.exp(X)),
        (tf.sin, np.sin(X)),
        (tf.cos, np.cos(X)),
        (tf.tanh, np.tanh(X)),
        (tf.sigmoid, 1 / (1 + np.exp(-X))),
        (tf.floor, np.floor(X)),
        (tf.ceil, np.ceil(X)),
        (tf.round, np.array([[-1, 0, 3], [3, 0, 1]])),
        (tf.nn.relu, np.maximum(X, 0)),
        (tf.nn.l2_loss, (X**2).sum() / 2),
        (tf.reduce_sum, X.sum()),
        (tf.reduce_mean, X.mean()),
        (tf.reduce_prod, X.prod()),
        (tf.reduce_max, X.max()),
        (tf.reduce_min, X.min()),
        (tf.zeros_like, np.zeros_like(X)),
        (tf.ones_like, np.ones_like(X)),
        (tf.transpose, X.T),
        (tf.shape, [2, 3]),
        (tf.rank, 2),
        (tf.size, 6),
    ],
)
def test_functions_of_one_tensor(function, expected):
    np.testing.assert_allclose(run(function(tf.constant(X))), expected, rtol=2e-7)


@given(
    st.data(),
    st.sampled_from([operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.lt]),
    st.sampled_from([np.int32, np.int64, np.float32, np.float64]),
)
def test_any_two_shapes_that_numpy_broadcasts(data, operation, dtype):
    shapes = data.draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
    elements = st.integers(1, 9) if np.dtype(dtype).kind == "i" else st.integers(1, 9).map(float)
    x, y = (data.draw(hnp.arrays(dtype, shape, elements=elements)) for shape in shapes.input_shapes)
    tf.reset_default_graph()
    tensor, expected = operation(tf.constant(x), tf.constant(y)), operation(x, y)
    value = run(tensor)
    np.testing.assert_array_equal(value, expected)
    assert tensor.get_shape() == shapes.result_shape
    assert value.dtype == expected.dtype


def test_integer_division_rounds_as_pythons_does():
    numbers = tf.constant([-7, -7, 7, 7])
    by = [2, -2, 2, -2]
    np.testing.assert_array_equal(run(numbers // by), [-7 // 2, -7 // -2, 7 // 2, 7 // -2])
    np.testing.assert_array_equal(run(numbers % by), [-7 % 2, -7 % -2, 7 % 2, 7 % -2])
    np.testing.assert_array_equal(run(tf.div(numbers, by)), [-4, 3, 3, -4])
    np.testing.assert_array_equal(run(numbers / by), [-3.5, 3.5, 3.5, -3.5])
    assert run(tf.constant(7, tf.int8) / 2).dtype == np.float32


def test_small_integers_stay_small():
    x = tf.constant([100, 27], tf.int8)
    assert run(tf.reduce_sum(x)).dtype == np.int8
    assert run(x + x).tolist() == [-56, 54]
    assert run(tf.reduce_mean(tf.constant([1, 2, 4]))) == 2


def test_logic_and_choice():
    a, b = tf.constant([True, True, False]), tf.constant([True, False, False])
    assert run(a & b).tolist() == [True, False, False]
    assert run(a | b).tolist() == [True, True, False]
    assert run(a ^ b).tolist() == [False, True, False]
    assert run(~a).tolist() == [False, False, True]
    assert run(tf.select(a, [1, 2, 3], [4, 5, 6])).tolist() == [1, 2, 6]
    assert run(tf.where(b, [[1], [2], [3]], [[4], [5], [6]])).tolist() == [[1], [5], [6]]
    assert run(tf.equal(["a", "b"], ["a", "c"])).tolist() == [True, False]
    assert run(tf.equal("a", "a"))
    assert run(tf.reduce_all(a)) is np.False_
    assert run(tf.reduce_any(a)) is np.True_


def test_strings_are_joined():
    assert run(tf.add("a", "b")) == b"ab"
    assert run(tf.add(["a", "b"], "c")).tolist() == [b"ac", b"bc"]
    assert run(tf.reshape("a", [1])).tolist() == [b"a"]


@pytest.mark.parametrize("spelling", ["reduction_indices", "axis"])
@pytest.mark.parametrize("axes", [0, 1, -1, [0, 2], [-2], (1,)])
def test_axes_of_reductions(spelling, axes):
    x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    numpy_axes = tuple(axes) if isinstance(axes, list | tuple) else axes
    for keep in ({}, {"keep_dims": True}, {"keepdims": True}):
        tensor = tf.reduce_sum(x, **{spelling: axes}, **keep)
        np.testing.assert_array_equal(run(tensor), x.sum(numpy_axes, keepdims=bool(keep)))
        assert tensor.get_shape() == x.sum(numpy_axes, keepdims=bool(keep)).shape


def test_places_of_extremes():
    x = [[1, 5, 5], [7, 2, 0]]
    assert run(tf.argmax(x, 1)).tolist() == [1, 0]
    assert run(tf.argmin(x, axis=-1)).tolist() == [0, 2]
    assert run(tf.argmax(x, 0)).dtype == np.int64


def test_casts():
    assert run(tf.cast([1.9, -1.9], tf.int32)).tolist() == [1, -1]
    assert run(tf.cast([0, 2], tf.bool)).tolist() == [False, True]
    assert run(tf.cast(True, tf.float32)) == 1.0
    x = tf.constant(1.0)
    assert tf.cast(x, tf.float32) is x


def test_both_spellings_mean_the_same():
    assert tf.multiply is tf.mul
    assert tf.subtract is tf.sub
    assert tf.negative is tf.neg
    assert tf.stack is tf.pack
    assert tf.global_variables_initializer is tf.initialize_all_variables
    assert run(tf.concat(0, [[1], [2]])).tolist() == run(tf.concat([[1], [2]], 0)).tolist() == [1, 2]
    assert run(tf.expand_dims([1], axis=0)).tolist() == run(tf.expand_dims([1], 0)).tolist() == [[1]]


def test_shapes_come_and_go():
    x = tf.constant(np.arange(6).reshape(2, 3))
    assert run(tf.reshape(x, [-1])).tolist() == [0, 1, 2, 3, 4, 5]
    assert run(tf.reshape(x, [3, -1])).shape == (3, 2)
    assert run(tf.squeeze(tf.expand_dims(x, 1))).shape == (2, 3)
    assert run(tf.transpose(x, [1, 0])).tolist() == [[0, 3], [1, 4], [2, 5]]
    assert run(tf.tile(x, [2, 1])).shape == (4, 3)
    assert run(tf.pad(x, [[1, 0], [0, 2]])).tolist() == [[0] * 5, [0, 1, 2, 0, 0], [3, 4, 5, 0, 0]]
    assert run(tf.slice(x, [0, 1], [-1, 1])).tolist() == [[1], [4]]
    assert [part.tolist() for part in run(tf.unpack(x))] == [[0, 1, 2], [3, 4, 5]]
    assert run(tf.pack([x, x])).shape == (2, 2, 3)
    assert run(tf.range(3)).tolist() == [0, 1, 2]
    assert run(tf.range(7, 1, -2)).tolist() == [7, 5, 3]
    assert run(tf.fill([2, 2], 7)).tolist() == [[7, 7], [7, 7]]
    assert run(tf.zeros(tf.shape(x))).shape == (2, 3)
    assert run(tf.ones([2], tf.bool)).tolist() == [True, True]
    assert run(tf.zeros_like(x, tf.float32)).dtype == np.float32
    assert run(tf.concat(1, [x])).shape == (2, 3)


def test_everything_named_is_there():
    assert builtins.all(hasattr(tf, name) for name in tf.__all__)
    assert len(set(tf.__all__)) == len(tf.__all__)
    public = {name for name in vars(tf) if not name.startswith("_")}
    modules = {name for name in public if isinstance(getattr(tf, name), type(tf))}
    assert public - modules - {"annotations", "TYPE_CHECKING"} <= set(tf.__all__)


def test_losses_for_classes():
    logits = np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]])
    labels = np.array([[0.0, 0.0, 1.0], [0.5, 0.5, 0.0]])
    expected = [-1 + np.log(np.exp([-1, 0, 1]).sum()), 500.0]
    np.testing.assert_allclose(run(tf.nn.softmax_cross_entropy_with_logits(logits, labels)), expected)
    sparse = tf.nn.sparse_softmax_cross_entropy_with_logits(logits=logits, labels=[2, 1])
    np.testing.assert_allclose(run(sparse), [expected[0], 1000.0])
    np.testing.assert_allclose(run(tf.nn.softmax(logits)).sum(axis=1), [1, 1])
    x, z = np.array([-500.0, -1.0, 0.0, 2.0]), np.array([0.0, 0.3, 1.0, 0.5])
    loss = tf.nn.sigmoid_cross_entropy_with_logits(x, z)
    assert loss.name == "logistic_loss:0"
    np.testing.assert_allclose(run(loss), np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0) - x * z, atol=1e-200)
    np.testing.assert_array_equal(run(tf.nn.bias_add(X, [1.0, 2.0, 3.0])), X + np.float32([1, 2, 3]))
