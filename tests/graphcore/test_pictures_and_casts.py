"""Layers of pictures beyond plain convolution, padding, and conversions, as programs use them."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

RNG = np.random.RandomState(2)
PICTURES = RNG.uniform(-1.0, 1.0, (2, 6, 5, 3)).astype(np.float32)


def test_a_separable_convolution_is_one_with_the_product_of_its_filters(sess):
    depthwise = RNG.randn(3, 2, 3, 2).astype(np.float32)
    pointwise = RNG.randn(1, 1, 6, 4).astype(np.float32)
    whole = np.einsum("hwcm,cmf->hwcf", depthwise, pointwise.reshape(3, 2, 4))
    strides = [1, 2, 2, 1]
    separable = tf.nn.separable_conv2d(PICTURES, depthwise, pointwise, strides, "SAME")
    np.testing.assert_allclose(
        sess.run(separable), sess.run(tf.nn.conv2d(PICTURES, whole, strides, "SAME")), rtol=1e-4, atol=1e-5
    )
    assert separable.op.name == "separable_conv2d"


def test_one_channel_needs_no_convolution_of_its_own(sess):
    picture, filter = PICTURES[..., :1], RNG.randn(3, 3, 1, 2).astype(np.float32)
    assert tf.nn.depthwise_conv2d(picture, filter, [1, 1, 1, 1], "SAME").op.type == "Conv2D"
    assert tf.nn.depthwise_conv2d(PICTURES, filter.repeat(3, 2), [1, 1, 1, 1], "SAME").get_shape()[3] == 6
    with pytest.raises(ValueError, match="Dimensions 3 and 1 are not compatible"):
        tf.nn.depthwise_conv2d(PICTURES, filter, [1, 1, 1, 1], "SAME")


def test_max_pooling_tells_where_the_largest_values_are(sess):
    largest, where = sess.run(tf.nn.max_pool_with_argmax(PICTURES, [1, 2, 3, 1], [1, 2, 2, 1], "SAME"))
    np.testing.assert_array_equal(PICTURES.ravel()[where], largest)
    np.testing.assert_array_equal(largest, sess.run(tf.nn.max_pool(PICTURES, [1, 2, 3, 1], [1, 2, 2, 1], "SAME")))


def test_blocks_of_pixels_go_into_channels_and_come_back(sess):
    cut = tf.space_to_depth(PICTURES[:, :, :4], 2)
    assert sess.run(cut)[0, 0, 0].tolist() == PICTURES[0, :2, :2].ravel().tolist()
    np.testing.assert_array_equal(sess.run(tf.depth_to_space(cut, 2)), PICTURES[:, :, :4])
    with pytest.raises(ValueError, match="The width, 5, must be a multiple of 2"):
        tf.space_to_depth(PICTURES, 2)


def test_padding_mirrors_with_or_without_the_border(sess):
    row = [1, 2, 3]
    assert sess.run(tf.pad(row, [[1, 2]])).tolist() == [0, 1, 2, 3, 0, 0]
    assert sess.run(tf.pad(row, [[1, 2]], "REFLECT")).tolist() == [2, 1, 2, 3, 2, 1]
    assert sess.run(tf.pad(row, [[1, 2]], mode="SYMMETRIC")).tolist() == [1, 1, 2, 3, 3, 2]
    with pytest.raises(ValueError, match="Unknown padding mode: 'WRAP'"):
        tf.pad(row, [[1, 2]], "WRAP")
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be between 0 and 2 for axis 0 of size 3"):
        sess.run(tf.pad(row, [[3, 0]], "REFLECT"))


def test_saturation_keeps_what_does_not_fit_at_the_end_of_the_range(sess):
    x = np.array([-1e20, -300.5, -1.0, 0.5, 300.5, 1e20], np.float32)
    assert sess.run(tf.saturate_cast(x, tf.uint8)).tolist() == [0, 0, 0, 0, 255, 255]
    assert sess.run(tf.saturate_cast(x, tf.int8)).tolist() == [-128, -128, -1, 0, 127, 127]
    wide = sess.run(tf.saturate_cast(x, tf.int32)).tolist()
    assert wide[0] == -(2**31)
    assert 2**31 - 200 < wide[-1] < 2**31
    assert sess.run(tf.saturate_cast(np.array([-5, 70000]), tf.uint16)).tolist() == [0, 65535]


def test_bits_are_read_as_another_type(sess):
    assert sess.run(tf.bitcast(np.float32(1.0), tf.int32)) == 0x3F800000
    assert sess.run(tf.bitcast([1, 2], tf.uint8)).tolist() == [[1, 0, 0, 0], [2, 0, 0, 0]]
    assert sess.run(tf.bitcast(np.array([0, 0x3FF00000], np.int32), tf.float64)) == 1.0
    with pytest.raises(ValueError, match="not compatible"):
        tf.bitcast(np.array([1, 2, 3], np.int32), tf.float64)


def test_conversions_have_names_of_their_own(sess):
    assert [sess.run(convert(2.7)) for convert in (tf.to_int32, tf.to_int64)] == [2, 2]
    assert tf.to_double(1).dtype == tf.float64
    assert tf.to_float(1).op.name == "ToFloat"


def test_a_histogram_counts_what_lies_outside_at_its_ends(sess):
    counts = tf.histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5)
    assert sess.run(counts).tolist() == [2, 1, 1, 0, 2]


def test_moments_add_up_over_batches(sess):
    x = RNG.randn(8, 3) + 1000
    shift = x[:1]
    halves = [tf.nn.sufficient_statistics(half - shift, [0], shift=False)[:3] for half in (x[:4], x[4:])]
    count, mean_ss, variance_ss = (a + b for a, b in zip(*halves))
    mean, variance = sess.run(tf.nn.normalize_moments(count, mean_ss, variance_ss, shift[0]))
    np.testing.assert_allclose(mean, x.mean(axis=0))
    np.testing.assert_allclose(variance, x.var(axis=0), rtol=1e-9)
    alone = sess.run(tf.nn.normalize_moments(*tf.nn.sufficient_statistics(x, [0])))
    np.testing.assert_allclose(alone, [mean, variance], rtol=1e-9)


def test_embeddings_are_summed_without_being_copied_out(sess):
    table = RNG.randn(5, 3)
    words, sentences = [0, 4, 4, 1], [0, 0, 2, 2]
    rows = sess.run(tf.sparse_segment_mean(table, words, sentences))
    np.testing.assert_allclose(rows, [(table[0] + table[4]) / 2, np.zeros(3), (table[4] + table[1]) / 2])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[1\] = 9 is not in \[0, 5\)"):
        sess.run(tf.sparse_segment_sum(table, [0, 9], [0, 0]))


def test_sums_of_many_and_products_with_one(sess):
    assert sess.run(tf.accumulate_n([[1.0, 2.0], [3.0, 4.0]])).tolist() == [4.0, 6.0]
    assert sess.run(tf.scalar_mul(2.0, tf.constant([1.0, 2.0]))).tolist() == [2.0, 4.0]
    slices = tf.scalar_mul(2.0, tf.IndexedSlices(tf.constant([[1.0]]), tf.constant([3])))
    assert sess.run(slices).values.tolist() == [[2.0]]
    with pytest.raises(ValueError, match="Only scalar multiply works"):
        tf.scalar_mul([2.0], tf.constant([1.0]))
    assert sess.run(tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])).tolist() == [0.0, 0.0, 1.0]
    assert sess.run(tf.lbeta([2.0, 3.0])) == pytest.approx(np.log(1 / 12))
