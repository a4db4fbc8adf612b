"""Tensors cut, reversed, chosen from, made and put on diagonals, as readers of either TensorFlow write it."""

from __future__ import annotations

import math

import numpy as np
import pytest

import graphcore as tf

X = np.arange(24.0).reshape(2, 3, 4)


def test_split_takes_its_arguments_in_both_orders(sess):
    expected = np.split(X, 2, axis=2)
    for parts in (tf.split(2, 2, X), tf.split(X, 2, 2), tf.split(X, 2, axis=2), tf.split(X, 2, axis=-1)):
        assert [part.get_shape().as_list() for part in parts] == [[2, 3, 2]] * 2
        for part, wanted in zip(sess.run(parts), expected):
            np.testing.assert_array_equal(part, wanted)
    assert [value.shape for value in sess.run(tf.split(tf.constant(X), 2))] == [(1, 3, 4)] * 2


def test_split_into_sizes(sess):
    parts = sess.run(tf.split(tf.constant(X), [1, 3], axis=-1))
    np.testing.assert_array_equal(parts[0], X[..., :1])
    np.testing.assert_array_equal(parts[1], X[..., 1:])
    with pytest.raises(ValueError, match=r"The sizes \[1,4\] do not add up to 4, the size of axis 2"):
        tf.split(tf.constant(X), [1, 4], axis=2)


def test_what_cannot_be_split(sess):
    with pytest.raises(ValueError, match=r"Number of ways to split should evenly divide the split dimension, .* 3 / 2"):
        tf.split(1, 2, X)
    with pytest.raises(ValueError, match=r"Expected split_dim in range \[0, 3\), but got 3"):
        tf.split(3, 2, X)
    x = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"split_dim 0 \(size = 3\) and num_split 2"):
        sess.run(tf.split(0, 2, x), {x: [1, 2, 3]})


def test_reverse_takes_flags_or_axes(sess):
    for dims in ([True, False, True], [0, 2], [0, -1]):
        np.testing.assert_array_equal(sess.run(tf.reverse(tf.constant(X), dims)), X[::-1, :, ::-1])
    with pytest.raises(ValueError, match=r"Axis 3 is not in \[-3, 3\), the axes of x:0"):
        tf.reverse(tf.constant(X, name="x"), [3])


def test_each_sequence_is_reversed_as_far_as_it_goes(sess):
    value = sess.run(tf.reverse_sequence([[1, 2, 3, 0], [1, 2, 3, 4]], [3, 1], seq_dim=1))
    assert value.tolist() == [[3, 2, 1, 0], [1, 2, 3, 4]]
    lengths = tf.placeholder(tf.int64, [2])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"seq_lengths\[1\] = 4 is not in \[0, 3\]"):
        sess.run(tf.reverse_sequence(X, lengths, seq_dim=1), {lengths: [0, 4]})


def test_one_hot_vectors(sess):
    vectors = tf.one_hot([2, 0, -1, 3], 3)
    assert vectors.get_shape().as_list() == [4, 3]
    assert vectors.dtype == tf.float32
    assert sess.run(vectors).tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 0], [0, 0, 0]]
    marked = tf.one_hot(np.array([1, 0], np.uint8), 2, 5, -5, axis=0)
    assert marked.dtype == tf.int32
    assert sess.run(marked).tolist() == [[-5, 5], [5, -5]]
    assert sess.run(tf.one_hot(1, 2, True, False)).tolist() == [False, True]


def test_where_gives_places_or_chooses(sess):
    condition = tf.constant([[True, False], [False, True]])
    assert sess.run(tf.where(condition)).tolist() == [[0, 0], [1, 1]]
    assert tf.where(condition).get_shape().as_list() == [None, 2]
    assert sess.run(tf.where(condition, [[1, 2], [3, 4]], [[0, 0], [0, 0]])).tolist() == [[1, 0], [0, 4]]
    with pytest.raises(ValueError, match="where needs both x and y, or neither"):
        tf.where(condition, [[1, 2], [3, 4]])


def test_masks_choose_rows_or_elements(sess):
    x = tf.constant(X)
    rows = tf.boolean_mask(x, [False, True])
    assert rows.get_shape().as_list() == [None, 3, 4]
    np.testing.assert_array_equal(sess.run(rows), X[[False, True]])
    np.testing.assert_array_equal(sess.run(tf.boolean_mask(x, X > 7)), X[X > 7])
    (grad,) = tf.gradients(tf.boolean_mask(x, X > 7), x)
    np.testing.assert_array_equal(sess.run(grad), X > 7)
    with pytest.raises(ValueError, match=r"boolean_mask needs a mask of known rank, at least 1, but that of .* is 0"):
        tf.boolean_mask(x, True)
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(3,\) are not compatible"):
        tf.boolean_mask(x, [True, False, True])


def test_elements_at_places(sess):
    assert sess.run(tf.gather_nd(X, [[1, 2, 3], [0, 0, 1]])).tolist() == [23, 1]
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"indices holds \[0,3,0\], which is not in params, \[2,3,4\]"
    ):
        sess.run(tf.gather_nd(X, [[1, 2, 3], [0, 3, 0]]))


def test_what_is_new(sess):
    x = tf.constant(["b", "a", "b", "c"])
    values, numbers = tf.unique(x)
    assert sess.run(values).tolist() == [b"b", b"a", b"c"]
    assert sess.run(tf.gather(values, numbers)).tolist() == sess.run(x).tolist()
    assert [part.tolist() for part in sess.run(tf.unique_with_counts([7, 7, 1]))] == [[7, 1], [0, 0, 1], [2, 1]]
    assert [part.tolist() for part in sess.run(tf.listdiff([1, 2, 3, 2], [1, 3]))] == [[2, 2], [1, 3]]


def test_diagonals(sess):
    assert sess.run(tf.diag([1, 2])).tolist() == [[1, 0], [0, 2]]
    assert sess.run(tf.diag_part(tf.diag([[1, 2], [3, 4]]))).tolist() == [[1, 2], [3, 4]]
    assert sess.run(tf.trace([[1.0, 2.0], [3.0, 4.0]])) == 5
    with pytest.raises(ValueError, match=r"The rank of \(2, 3, 4\) must be even and not 0"):
        tf.diag_part(X)


def test_numbers_at_equal_distances(sess):
    assert sess.run(tf.linspace(1.0, 2.0, 5)).tolist() == [1, 1.25, 1.5, 1.75, 2]
    assert sess.run(tf.lin_space(np.float64(3), np.float64(9), 1)).tolist() == [3]


def test_the_highest_come_in_order_and_of_equals_the_first(sess):
    values, places = tf.nn.top_k([[1, 3, 3, 0], [-1, -2, -3, -1]], k=3)
    assert values.get_shape().as_list() == places.get_shape().as_list() == [2, 3]
    assert sess.run(values).tolist() == [[3, 3, 1], [-1, -1, -2]]
    assert sess.run(places).tolist() == [[1, 2, 0], [0, 3, 1]]
    assert sess.run(tf.nn.top_k(np.array([3, 200], np.uint8)).pop(0)).tolist() == [200]
    with pytest.raises(ValueError, match="input must have at least k columns: it has 4, and k is 5"):
        tf.nn.top_k([[1, 3, 3, 0]], k=5)


def test_the_gradient_of_the_highest_goes_where_they_were(sess):
    x = tf.placeholder(tf.float64)
    (grad,) = tf.gradients(tf.nn.top_k(x, k=2)[0] * [[1.0, 2.0]], x)
    assert sess.run(grad, {x: [[1.0, 5.0, 3.0], [9.0, 0.0, 4.0]]}).tolist() == [[0, 1, 2], [1, 0, 2]]


def test_stacks_of_matrices_are_multiplied_one_by_one(sess):
    x, y = np.random.RandomState(0).randn(2, 5, 3, 4), np.random.RandomState(1).randn(2, 5, 4, 6)
    for product in (tf.batch_matmul(x, y), tf.matmul(x, y), tf.matmul(x, y.swapaxes(-1, -2), transpose_b=True)):
        assert product.get_shape().as_list() == [2, 5, 3, 6]
        np.testing.assert_allclose(sess.run(product), x @ y, rtol=1e-12)
    z = np.array([[[1 + 2j, 3j]]], np.complex64)
    np.testing.assert_allclose(sess.run(tf.batch_matmul(z, z, adj_y=True)), [[[14]]])
    with pytest.raises(ValueError, match="Dimensions 4 and 5 are not compatible"):
        tf.batch_matmul(x, np.zeros((2, 5, 5, 4)))


def test_a_placeholder_with_a_default_may_be_fed(sess):
    x = tf.constant([1.0, 2.0])
    p = tf.placeholder_with_default(x, [None])
    y = p * 2
    assert p.get_shape().as_list() == [None]
    assert sess.run(y).tolist() == [2, 4]
    assert sess.run(y, {p: [5.0]}).tolist() == [10]
    assert sess.run(tf.gradients(y, x)[0]).tolist() == [2, 2]
    with pytest.raises(ValueError, match=r"Shapes \(2,\) and \(3,\) are not compatible"):
        tf.placeholder_with_default(x, [3])


def test_what_is_no_number(sess):
    x = tf.constant([1.0, np.nan, np.inf, -np.inf])
    assert sess.run(tf.is_nan(x)).tolist() == [False, True, False, False]
    assert sess.run(tf.is_inf(x)).tolist() == [False, False, True, True]
    assert sess.run(tf.is_finite(x)).tolist() == [True, False, False, False]


def test_special_functions(sess):
    x = np.array([-3.5, -0.25, 0.5, 1.0, 7.3, 30.0])
    np.testing.assert_allclose(sess.run(tf.erf(x)), [math.erf(v) for v in x], rtol=1e-15)
    np.testing.assert_allclose(sess.run(tf.erfc(x)), [math.erfc(v) for v in x], rtol=1e-15)
    np.testing.assert_allclose(sess.run(tf.lgamma(x)), [math.lgamma(v) for v in x], rtol=1e-15)
    # psi(1) is minus Euler's constant, and psi(1/2) that minus 2 ln 2.
    euler = 0.57721566490153286
    np.testing.assert_allclose(sess.run(tf.digamma(x))[2:4], [-euler - 2 * math.log(2), -euler], rtol=1e-14)
    step = 1e-5
    slopes = [(math.lgamma(v + step) - math.lgamma(v - step)) / (2 * step) for v in x]
    np.testing.assert_allclose(sess.run(tf.digamma(x)), slopes, rtol=1e-7)
    assert sess.run(tf.lgamma([0.0, -2.0])).tolist() == [np.inf, np.inf]
    assert np.isnan(sess.run(tf.digamma([0.0, -2.0]))).all()
    single = sess.run(tf.erf(np.float32(0.5)))
    assert single.dtype == np.float32
