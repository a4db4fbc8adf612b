"""Convolution, pooling and local response normalisation against their definitions, and what they refuse."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import graphcore as tf
from graphcore.ops import convolution

RNG = np.random.RandomState(0)
CASES = list(itertools.product([(1, 1), (2, 3), (3, 1)], [(1, 1), (3, 2), (4, 7)], ["SAME", "VALID"]))


def places(size: int, window: int, stride: int, padding: str) -> list[range]:
    """What cells a window covers along an axis, place by place; those outside the picture are border."""
    if padding == "VALID":
        return [range(start, start + window) for start in range(0, size - window + 1, stride)]
    count = -(-size // stride)
    before = max((count - 1) * stride + window - size, 0) // 2
    return [range(i * stride - before, i * stride - before + window) for i in range(count)]


def covered(pictures: np.ndarray, window, strides, padding: str):
    """For each place: its row and column, and the cells covered there, with their offsets in the window."""
    grid = [places(n, k, s, padding) for n, k, s in zip(pictures.shape[1:3], window, strides)]
    for (i, rows), (j, columns) in itertools.product(enumerate(grid[0]), enumerate(grid[1])):
        yield (
            i,
            j,
            [
                (di, dj, pictures[:, row, column])
                for (di, row), (dj, column) in itertools.product(enumerate(rows), enumerate(columns))
                if 0 <= row < pictures.shape[1] and 0 <= column < pictures.shape[2]
            ],
        )


@pytest.mark.parametrize(("strides", "window", "padding"), CASES)
def test_a_convolution_is_the_sum_of_products_under_the_filter(strides, window, padding, sess):
    pictures, filters = RNG.randn(2, 5, 8, 3), RNG.randn(*window, 3, 4)
    actual = tf.nn.conv2d(pictures, filters, [1, *strides, 1], padding)
    value = sess.run(actual)
    assert value.shape == tuple(actual.get_shape().as_list())
    for i, j, cells in covered(pictures, window, strides, padding):
        np.testing.assert_allclose(value[:, i, j], sum(cell @ filters[di, dj] for di, dj, cell in cells), atol=1e-12)


@pytest.mark.parametrize(("strides", "window", "padding"), CASES)
def test_pools_take_the_largest_and_the_mean_of_real_cells(strides, window, padding, sess):
    pictures = RNG.randn(2, 5, 8, 3).astype(np.float32) - 5  # below zero, where a border of zeros would show
    attrs = {"ksize": [1, *window, 1], "strides": [1, *strides, 1], "padding": padding}
    largest, mean = sess.run([tf.nn.max_pool(pictures, **attrs), tf.nn.avg_pool(pictures, **attrs)])
    for i, j, cells in covered(pictures, window, strides, padding):
        np.testing.assert_array_equal(largest[:, i, j], np.max([cell for *_, cell in cells], axis=0))
        np.testing.assert_allclose(mean[:, i, j], np.mean([cell for *_, cell in cells], axis=0), rtol=1e-5)


def test_channels_may_come_first(sess):
    pictures, filters = RNG.randn(2, 5, 8, 3).astype(np.float32), RNG.randn(3, 2, 3, 4).astype(np.float32)
    first = pictures.transpose(0, 3, 1, 2)

    def all_three(x, strides, ksize, **more):
        return [
            tf.nn.conv2d(x, filters, strides, "SAME", **more),
            tf.nn.max_pool(x, ksize, strides, "VALID", **more),
            tf.nn.avg_pool(x, ksize, strides, "SAME", **more),
        ]

    last = all_three(tf.constant(pictures), [1, 2, 3, 1], [1, 3, 2, 1])
    other = all_three(tf.constant(first), [1, 1, 2, 3], [1, 1, 3, 2], data_format="NCHW")
    for one, two in zip(last, other):
        expected = sess.run(one).transpose(0, 3, 1, 2)
        assert two.get_shape() == expected.shape
        np.testing.assert_array_equal(sess.run(two), expected)


def test_the_first_of_several_largest_cells_gets_the_gradient(sess):
    x = tf.zeros([1, 4, 4, 1])
    pooled = tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    (grad,) = tf.gradients(pooled, x)
    assert sess.run(grad)[0, :, :, 0].tolist() == [[1, 0, 1, 0], [0, 0, 0, 0]] * 2


def test_the_mean_at_the_border_shares_the_gradient_among_real_cells(sess):
    x = tf.zeros([1, 3, 1, 1])
    pooled = tf.nn.avg_pool(x, [1, 2, 1, 1], [1, 2, 1, 1], "SAME")
    assert sess.run(tf.gradients(pooled, x)[0]).ravel().tolist() == [0.5, 0.5, 1.0]


def test_pictures_a_few_at_a_time_give_what_all_at_once_give(sess, monkeypatch):
    x, w = tf.constant(RNG.randn(7, 6, 5, 2)), tf.constant(RNG.randn(3, 3, 2, 4))
    y = tf.nn.conv2d(x, w, [1, 2, 1, 1], "SAME")
    fetches = [y, *tf.gradients(tf.square(y), [x, w])]
    at_once = sess.run(fetches)
    for limit in (1, 3 * 6 * 5 * 18 * 8):
        monkeypatch.setattr(convolution, "_BYTES_AT_ONCE", limit)
        for one, two in zip(sess.run(fetches), at_once):
            np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-12)


def test_no_pictures_at_all(sess):
    x = tf.placeholder(tf.float32, [None, 6, 6, 1])
    y = tf.nn.max_pool(tf.nn.conv2d(x, tf.ones([3, 3, 1, 2]), [1, 1, 1, 1], "SAME"), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    assert y.get_shape().as_list() == [None, 3, 3, 2]
    value, grad = sess.run([y, tf.gradients(y, x)[0]], {x: np.zeros([0, 6, 6, 1])})
    assert (value.shape, grad.shape) == ((0, 3, 3, 2), (0, 6, 6, 1))


def test_a_transposed_convolution_spreads_each_value_over_its_filter(sess):
    spread = tf.nn.conv2d_transpose([[[[2.0]], [[3.0]]]], np.ones((2, 2, 1, 1), np.float32), [1, 4, 2, 1], [1, 2, 2, 1])
    assert spread.get_shape().as_list() == [1, 4, 2, 1]
    assert sess.run(spread)[0, :, :, 0].tolist() == [[2, 2], [2, 2], [3, 3], [3, 3]]


def test_convolutions_can_be_differentiated_twice(sess):
    x, w = RNG.randn(2, 4, 5, 2), RNG.randn(3, 2, 2, 3)
    placed = [tf.constant(x), tf.constant(w)]
    y = tf.square(tf.nn.conv2d(*placed, [1, 2, 1, 1], "SAME"))
    squares = tf.add_n([tf.reduce_sum(tf.square(grad)) for grad in tf.gradients(y, placed)])
    for tensor, array, grad in zip(placed, (x, w), sess.run(tf.gradients(squares, placed))):
        direction = RNG.randn(*array.shape)
        up, down = (sess.run(squares, {tensor: array + step * direction}) for step in (1e-5, -1e-5))
        np.testing.assert_allclose((grad * direction).sum(), (up - down) / 2e-5, rtol=1e-5)


def test_local_response_normalisation_divides_by_the_neighbours(sess):
    x = RNG.randn(1, 2, 2, 7).astype(np.float32)
    value = sess.run(tf.nn.lrn(x, depth_radius=2, bias=1.5, alpha=0.3, beta=0.7))
    for channel in range(7):
        near = x[..., max(channel - 2, 0) : channel + 3]
        expected = x[..., channel] / (1.5 + 0.3 * np.square(near).sum(axis=-1)) ** 0.7
        np.testing.assert_allclose(value[..., channel], expected, rtol=1e-5)
    wide = sess.run(tf.nn.lrn(x, depth_radius=50))
    np.testing.assert_allclose(wide, x / np.sqrt(1 + np.square(x).sum(-1, keepdims=True)), rtol=1e-5)


def test_what_convolutions_and_pools_refuse(raises):
    x, w = tf.zeros([1, 4, 4, 3]), tf.zeros([3, 3, 3, 8])
    with raises(ValueError, "Attr 'padding' of 'Conv2D' Op passed string 'X' not in: \"SAME\", \"VALID\"."):
        tf.nn.conv2d(x, w, [1, 1, 1, 1], "X")
    with raises(ValueError, "Conv2D: the input has 3 channels, but the filter (3, 3, 8, 3) takes 8"):
        tf.nn.conv2d(x, tf.zeros([3, 3, 8, 3]), [1, 1, 1, 1], "SAME")
    with raises(ValueError, "filter must not be larger than the input: Filter: [5x1] Input: [4x4]"):
        tf.nn.conv2d(x, tf.zeros([5, 1, 3, 8]), [1, 1, 1, 1], "VALID")
    with raises(ValueError, "Shape (4, 4, 3) must have rank 4"):
        tf.nn.conv2d(tf.zeros([4, 4, 3]), w, [1, 1, 1, 1], "SAME")
    with raises(ValueError, "Conv2D moves over height and width only, so strides cannot be [1, 1, 1, 2]"):
        tf.nn.conv2d(x, w, [1, 1, 1, 2], "SAME")
    with raises(ValueError, "Conv2D needs four positive numbers for strides, one for each axis, not [1, 0, 1, 1]"):
        tf.nn.conv2d(x, w, [1, 0, 1, 1], "SAME")
    with raises(ValueError, "MaxPool needs four positive numbers for ksize, one for each axis, not [2, 2]"):
        tf.nn.max_pool(x, [2, 2], [1, 1, 1, 1], "SAME")
    with raises(TypeError, "Expected list for attr strides"):
        tf.nn.conv2d(x, w, 1, "SAME")


def test_what_only_a_run_can_tell_is_refused_there(sess):
    x, w = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    y = tf.nn.conv2d(x, w, [1, 1, 1, 1], "VALID")
    for picture, filter, message in [
        ([1, 4, 4, 3], [3, 3, 2, 8], r"the same depth: \[1,4,4,3\] vs \[3,3,2,8\]"),
        ([1, 4, 4, 3], [5, 3, 3, 8], r"filter must not be larger than the input: Filter: \[5x3\] Input: \[4x4\]"),
        ([4, 4, 3], [3, 3, 3, 8], r"must have 4 dimensions and the same depth: \[4,4,3\] vs \[3,3,3,8\]"),
    ]:
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(y, {x: np.zeros(picture), w: np.zeros(filter)})
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"pooling needs a tensor of 4 dimensions, but got \[5\]"):
        sess.run(tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), {x: np.zeros(5)})
