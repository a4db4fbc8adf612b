"""``tf.image``: pictures resized, cut, turned over and coloured, one or many, of bytes or of floats."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

import graphcore as tf

RNG = np.random.RandomState(5)
PICTURE = RNG.uniform(0.0, 1.0, (4, 6, 3)).astype(np.float32)
BYTES = RNG.randint(0, 256, (4, 6, 3)).astype(np.uint8)


def test_a_picture_is_resized_alone_or_among_others(sess):
    alone = tf.image.resize_images(PICTURE, 8, 3)
    among = tf.image.resize_images(np.stack([PICTURE, PICTURE]), [8, 3])
    assert alone.get_shape().as_list() == [8, 3, 3]
    one, two = sess.run([alone, among])
    np.testing.assert_array_equal(one, two[1])
    # As TensorFlow 0.8 does it, the first pixel stays, and every second one of twice as many rows is an old one.
    np.testing.assert_allclose(one[::2, 0], PICTURE[:, 0], rtol=1e-6)
    same = tf.constant(PICTURE)
    assert tf.image.resize_images(same, 4, 6) is same


@pytest.mark.parametrize("method", ["BILINEAR", "NEAREST_NEIGHBOR", "BICUBIC", "AREA"])
def test_every_method_keeps_a_plain_picture_plain(method, sess):
    grey = np.full((5, 7, 1), 100, np.uint8)
    resized = sess.run(tf.image.resize_images(grey, 3, 11, getattr(tf.image.ResizeMethod, method)))
    np.testing.assert_allclose(resized, np.full((3, 11, 1), 100), rtol=1e-5)
    assert resized.dtype == (np.uint8 if method == "NEAREST_NEIGHBOR" else np.float32)


def test_areas_are_means(sess):
    halved = sess.run(tf.image.resize_images(PICTURE, 2, 2, tf.image.ResizeMethod.AREA))
    np.testing.assert_allclose(halved, PICTURE.reshape(2, 2, 2, 3, 3).mean(axis=(1, 3)), rtol=1e-5)


def test_sizes_may_be_told_by_the_run(sess):
    height = tf.placeholder(tf.int32, [])
    resized = tf.image.resize_images(PICTURE, height, 5)
    assert resized.get_shape().as_list() == [None, 5, 3]
    assert sess.run(resized, {height: 9}).shape == (9, 5, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="sizes must be positive"):
        sess.run(resized, {height: 0})
    with pytest.raises(ValueError, match="Resize method is not implemented: 7"):
        tf.image.resize_images(PICTURE, 2, 2, 7)


def test_pictures_are_cut_padded_and_brought_to_a_size(sess):
    image = tf.image
    cut, padded = sess.run(
        [image.crop_to_bounding_box(PICTURE, 1, 2, 3, 2), image.pad_to_bounding_box(PICTURE, 1, 2, 9, 9)]
    )
    np.testing.assert_array_equal(cut, PICTURE[1:4, 2:4])
    np.testing.assert_array_equal(padded[1:5, 2:8], PICTURE)
    assert padded.sum() == pytest.approx(PICTURE.sum(), rel=1e-5)
    both = image.resize_image_with_crop_or_pad(PICTURE, 8, 2)
    assert both.get_shape().as_list() == [8, 2, 3]
    np.testing.assert_array_equal(sess.run(both)[2:6], PICTURE[:, 2:4])
    with pytest.raises(ValueError, match=r"offset_width \+ target_width must be <= 6, but is 7"):
        image.crop_to_bounding_box(PICTURE, 0, 3, 2, 4)
    with pytest.raises(ValueError, match=r"offset_height \+ height must be <= 4, but is 5"):
        image.pad_to_bounding_box(PICTURE, 1, 0, 4, 6)


def test_pictures_are_turned_over_always_or_in_half_of_the_runs(sess):
    image = tf.image
    turned = sess.run([image.flip_left_right(PICTURE), image.flip_up_down(PICTURE), image.transpose_image(PICTURE)])
    for found, expected in zip(turned, [PICTURE[:, ::-1], PICTURE[::-1], PICTURE.transpose(1, 0, 2)]):
        np.testing.assert_array_equal(found, expected)
    sometimes = [image.random_flip_left_right(PICTURE, seed=1), image.random_flip_up_down(PICTURE, seed=2)]
    for tensor, expected in zip(sometimes, turned):
        flipped = [np.array_equal(sess.run(tensor), expected) for _ in range(40)]
        assert 8 < sum(flipped) < 32


def test_colours_are_those_of_other_programs(sess):
    hsv, back = sess.run([tf.image.rgb_to_hsv(PICTURE), tf.image.hsv_to_rgb(tf.image.rgb_to_hsv(PICTURE))])
    expected = [[colorsys.rgb_to_hsv(*map(float, pixel)) for pixel in row] for row in PICTURE]
    np.testing.assert_allclose(hsv, expected, atol=1e-5)
    np.testing.assert_allclose(back, PICTURE, atol=1e-5)
    grey = sess.run(tf.image.rgb_to_grayscale(PICTURE))
    np.testing.assert_allclose(grey[..., 0], PICTURE @ np.array([0.2989, 0.587, 0.114]), rtol=1e-5)
    assert sess.run(tf.image.grayscale_to_rgb(grey)).shape == (4, 6, 3)


def test_pixels_of_bytes_stay_bytes_and_do_not_go_round(sess):
    brighter = sess.run(tf.image.adjust_brightness(BYTES, 0.2))
    assert brighter.dtype == np.uint8
    np.testing.assert_allclose(brighter, np.minimum(BYTES + 51.0, 255), atol=1)
    contrast = sess.run(tf.image.adjust_contrast(BYTES, 2.0))
    mean = BYTES.mean(axis=(0, 1))
    np.testing.assert_allclose(contrast, np.clip((BYTES - mean) * 2 + mean, 0, 255), atol=1)
    np.testing.assert_allclose(sess.run(tf.image.adjust_hue(BYTES, 1.0)), BYTES, atol=1)
    np.testing.assert_allclose(sess.run(tf.image.adjust_saturation(BYTES, 1.0)), BYTES, atol=1)
    plain = sess.run(tf.image.adjust_saturation(BYTES, 0.0))
    assert (plain[..., 0] == plain[..., 1]).all()


def test_white_stays_white_in_every_type(sess):
    for dtype in (tf.uint8, tf.int16, tf.float32):
        white = tf.image.convert_image_dtype(np.float32([[[0.0, 1.0]]]), dtype)
        assert sess.run(white).ravel()[1] == (1.0 if dtype == tf.float32 else dtype.max)
        assert sess.run(tf.image.convert_image_dtype(white, tf.float32)).ravel().tolist() == [0.0, 1.0]
    wide = sess.run(tf.image.convert_image_dtype(BYTES, tf.int16))
    np.testing.assert_array_equal(sess.run(tf.image.convert_image_dtype(wide, tf.uint8)), BYTES)


def test_random_colours_stay_within_what_was_said(sess):
    grey = np.full((2, 2, 3), 0.5, np.float32)
    values = [sess.run(tf.image.random_brightness(grey, 0.2, seed=seed))[0, 0, 0] for seed in range(20)]
    assert 0.3 <= min(values) < 0.4
    assert 0.6 < max(values) <= 0.7
    for make in (
        lambda: tf.image.random_contrast(PICTURE, 2.0, 1.0),
        lambda: tf.image.random_saturation(PICTURE, -1.0, 1.0),
        lambda: tf.image.random_hue(PICTURE, 0.7),
        lambda: tf.image.random_brightness(PICTURE, -1.0),
    ):
        with pytest.raises(ValueError, match=r"must (hold|be)"):
            make()
    assert sess.run(tf.image.random_hue(PICTURE, 0.1, seed=1)).shape == PICTURE.shape


def test_a_picture_is_brought_to_mean_zero_and_deviation_one(sess):
    white = sess.run(tf.image.per_image_whitening(BYTES))
    assert white.mean() == pytest.approx(0, abs=1e-5)
    assert white.std() == pytest.approx(1, abs=1e-4)
    assert not sess.run(tf.image.per_image_whitening(np.full((2, 2, 3), 7.0, np.float32))).any()
