"""``tensor[...]`` means what it means in numpy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import graphcore as tf

X = np.arange(24).reshape(2, 3, 4)


@given(hnp.basic_indices(X.shape, allow_newaxis=True))
def test_any_index(key):
    tf.reset_default_graph()
    tensor = tf.constant(X)[key]
    with tf.Session(graph=tf.get_default_graph()) as sess:
        np.testing.assert_array_equal(sess.run(tensor), X[key])
    assert tensor.get_shape() == X[key].shape


@given(st.integers(0, 1), st.integers(0, 2))
def test_of_a_shape_that_is_not_known(row, column):
    tf.reset_default_graph()
    x = tf.placeholder(tf.int64)
    with tf.Session(graph=tf.get_default_graph()) as sess:
        np.testing.assert_array_equal(sess.run(x[row, column:, 1:3], {x: X}), X[row, column:, 1:3])


@given(hnp.basic_indices(X.shape, allow_newaxis=True))
def test_of_sizes_that_are_not_known(key):
    items = key if isinstance(key, tuple) else (key,)
    if any(isinstance(item, slice) and item.step not in (None, 1) for item in items):
        return
    tf.reset_default_graph()
    x = tf.placeholder(tf.int64, [None, None, None])
    tensor = x[key]
    with tf.Session(graph=tf.get_default_graph()) as sess:
        np.testing.assert_array_equal(sess.run(tensor, {x: X}), X[key])
    assert tensor.get_shape().is_compatible_with(X[key].shape)


def test_tensors_as_indices(sess):
    x, i = tf.constant(X), tf.placeholder(tf.int32, [])
    for row in (0, 1):
        np.testing.assert_array_equal(sess.run(x[i], {i: row}), X[row])
        np.testing.assert_array_equal(sess.run(x[:, i:, None, 1 + i], {i: row}), X[:, row:, None, 1 + row])
        np.testing.assert_array_equal(sess.run(x[..., : tf.cast(i, tf.int64)], {i: row}), X[..., :row])
    v = tf.Variable(1)
    sess.run(v.initializer)
    np.testing.assert_array_equal(sess.run(x[v]), X[1])


def test_steps_have_gradients(sess):
    x = tf.constant(np.arange(10.0))
    (grad,) = tf.gradients(tf.reduce_sum(x[1:8:3] * [1.0, 2.0, 4.0]), x)
    assert sess.run(tf.convert_to_tensor(grad)).tolist() == [0, 1, 0, 0, 2, 0, 0, 4, 0, 0]
    assert sess.run(x[::-1]).tolist() == list(range(9, -1, -1))


def test_names_and_gradients(sess, fresh_graph):
    v = tf.Variable([1.0, 2.0, 3.0], name="v")
    part = v[1]
    names = [op.name for op in fresh_graph.get_operations()]
    assert names[4:] == ["Slice/begin", "Slice/size", "Slice", "Squeeze"]
    sess.run(v.initializer)
    np.testing.assert_array_equal(sess.run(tf.gradients(part * part, v)[0]), [0, 4, 0])


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        (np.s_[::2], ValueError, "A step needs the size of axis 0 of x:0, which is not known"),
        (np.s_[0, 0], IndexError, "2 indices for x:0, which has 1 axes"),
        (np.s_[..., ...], IndexError, "an index can only have a single ellipsis ('...')"),
        (
            1.5,
            TypeError,
            "x:0 takes whole numbers, scalar tensors, slices, '...' and tf.newaxis as index, not 1.5",
        ),
        (
            [0, 1],
            TypeError,
            "x:0 takes whole numbers, scalar tensors, slices, '...' and tf.newaxis as index, not [0, 1]",
        ),
    ],
)
def test_what_cannot_be_asked(key, error, message, raises):
    x = tf.placeholder(tf.float32, [None], name="x")
    with raises(error, message):
        x[key]


@pytest.mark.parametrize("index", [3, -4])
def test_an_index_out_of_bounds(index, raises):
    x = tf.constant([1.0, 2.0, 3.0], name="x")
    with raises(IndexError, f"index {index} is out of bounds for axis 0 of x:0, which has size 3"):
        x[index]


def test_an_ellipsis_needs_the_rank(raises):
    x = tf.placeholder(tf.float32, name="x")
    with raises(ValueError, "'...' needs the rank of x:0, which is not known"):
        x[...]
