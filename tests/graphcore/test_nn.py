"""Activations, losses and layers of ``tf.nn`` at values that are easy to get wrong."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def test_activations_stay_finite_and_exact_far_from_zero(sess):
    x = tf.constant([-1000.0, -50.0, 0.0, 50.0, 1000.0])
    assert sess.run(tf.nn.elu(x)).tolist() == [-1.0, -1.0, 0.0, 50.0, 1000.0]
    assert sess.run(tf.nn.relu6(x)).tolist() == [0.0, 0.0, 0.0, 6.0, 6.0]
    np.testing.assert_allclose(sess.run(tf.nn.softplus(x)), [0, np.exp(-50), np.log(2), 50, 1000], rtol=1e-6)
    np.testing.assert_allclose(sess.run(tf.nn.softsign(x)), [-1000 / 1001, -50 / 51, 0, 50 / 51, 1000 / 1001])
    slopes = {
        tf.nn.elu: [0, np.exp(-50), 1, 1, 1],
        tf.nn.relu6: [0, 0, 0, 0, 0],
        tf.nn.softplus: [0, np.exp(-50), 0.5, 1, 1],
        tf.nn.softsign: [1001.0**-2, 51.0**-2, 1, 51.0**-2, 1001.0**-2],
    }
    for activation, expected in slopes.items():
        np.testing.assert_allclose(sess.run(tf.gradients(activation(x), x)[0]), expected, rtol=1e-6, atol=1e-20)


@pytest.mark.parametrize("activation", [tf.nn.relu, tf.nn.relu6, tf.nn.softplus, tf.nn.softsign])
def test_activations_of_integers_are_integers(activation, sess):
    x = tf.constant([-3, 0, 9])
    value = sess.run(activation(x))
    assert value.dtype == np.int32
    assert (value >= -1).all()


def test_relu6_can_be_differentiated_twice(sess):
    x = tf.constant([-1.0, 3.0, 7.0])
    y = tf.square(tf.nn.relu6(x))
    (first,) = tf.gradients(y, x)
    (second,) = tf.gradients(first, x)
    assert sess.run(second).tolist() == [0.0, 2.0, 0.0]


def test_log_softmax_is_finite_where_softmax_is_zero(sess):
    x = tf.constant([[0.0, 1000.0], [3.0, 3.0]])
    np.testing.assert_allclose(sess.run(tf.nn.log_softmax(x)), [[-1000, 0], [-np.log(2)] * 2], rtol=1e-6)


def test_a_weighted_positive_counts_that_many_times(sess):
    logits, targets = np.array([[-30.0, 0.3, 2.0]]), np.array([[1.0, 0.0, 1.0]])
    plain = sess.run(tf.nn.sigmoid_cross_entropy_with_logits(logits, targets))
    weighted = sess.run(tf.nn.weighted_cross_entropy_with_logits(logits, targets, 3.0))
    np.testing.assert_allclose(weighted, plain * [[3, 1, 3]], rtol=1e-12)
    np.testing.assert_allclose(
        sess.run(tf.nn.weighted_cross_entropy_with_logits(logits, targets, 1.0)), plain, rtol=1e-12
    )


def test_a_class_is_in_the_top_k_when_fewer_than_k_are_above_it(sess):
    scores = tf.constant([[0.1, 0.5, 0.4], [0.2, 0.2, 0.9], [np.nan, 1.0, 0.0], [np.inf, 1.0, 0.0]], tf.float32)
    targets = tf.constant([2, 0, 0, 1])
    assert sess.run(tf.nn.in_top_k(scores, targets, 1)).tolist() == [False, False, False, False]
    assert sess.run(tf.nn.in_top_k(scores, targets, 2)).tolist() == [True, True, False, True]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"targets holds 3, which is not in \[0, 3\)"):
        sess.run(tf.nn.in_top_k(scores, [0, 3, 0, 0], 1))


def test_layers_of_matrix_and_bias(sess):
    x, w, b = np.array([[1.0, 2.0]]), np.array([[1.0, -1.0], [0.5, -3.0]]), np.array([0.25, 0.5])
    assert sess.run(tf.nn.xw_plus_b(x, w, b)).tolist() == [[2.25, -6.5]]
    assert sess.run(tf.nn.relu_layer(x, w, b)).tolist() == [[2.25, 0.0]]


def test_dropout_keeps_the_sum_and_the_share_it_is_told_to(sess):
    x = tf.ones([400, 500])
    value = sess.run(tf.nn.dropout(x, 0.8, seed=1))
    assert set(np.unique(value)) == {0.0, 1.25}
    # Five standard errors of a share of 200,000.
    assert abs((value > 0).mean() - 0.8) < 5 * np.sqrt(0.8 * 0.2 / value.size)


def test_dropout_flows_back_through_what_was_kept_in_the_same_run(sess):
    x = tf.Variable(tf.ones([50]))
    dropped = tf.nn.dropout(x, 0.5, seed=1)
    sess.run(tf.initialize_all_variables())
    value, grad = sess.run([dropped, tf.gradients(dropped, x)[0]])
    assert 0 < (value > 0).sum() < 50
    np.testing.assert_array_equal(grad, value)


def test_dropout_is_switched_off_by_feeding_one(sess):
    keep_prob = tf.placeholder(tf.float32)
    x = tf.constant(np.random.RandomState(0).randn(7, 5).astype(np.float32))
    dropped = tf.nn.dropout(x, keep_prob)
    assert dropped.get_shape().as_list() == [7, 5]
    np.testing.assert_array_equal(sess.run(dropped, {keep_prob: 1.0}), sess.run(x))


def test_dropout_of_whole_channels(sess):
    value = sess.run(tf.nn.dropout(tf.ones([8, 3, 3, 16]), 0.5, noise_shape=[8, 1, 1, 16], seed=3))
    assert set(np.unique(value.sum(axis=(1, 2)))) == {0.0, 18.0}


def test_dropout_says_what_it_cannot_do(raises):
    x = tf.constant([1.0], name="x")
    with raises(ValueError, "keep_prob must be a scalar tensor or a float in the range (0, 1], got 1.5"):
        tf.nn.dropout(x, 1.5)
    with raises(ValueError, "keep_prob must be a scalar tensor or a float in the range (0, 1], got 0"):
        tf.nn.dropout(x, 0)
    with raises(TypeError, "dropout scales what it keeps, so n:0 must be floating point, not int32"):
        tf.nn.dropout(tf.constant(1, name="n"), 0.5)


def test_moments_and_normalisation(sess):
    x = np.random.RandomState(0).randn(4, 3, 2, 5) * 3 + 1e4
    mean, variance = tf.nn.moments(tf.constant(x), [0, 1, 2])
    assert mean.get_shape().as_list() == variance.get_shape().as_list() == [5]
    np.testing.assert_allclose(sess.run(mean), x.mean(axis=(0, 1, 2)), rtol=1e-12)
    np.testing.assert_allclose(sess.run(variance), x.var(axis=(0, 1, 2)), rtol=1e-9)
    kept = tf.nn.moments(tf.constant(x), [0, 1, 2], keep_dims=True)
    assert [tensor.get_shape().as_list() for tensor in kept] == [[1, 1, 1, 5]] * 2

    offset, scale = np.arange(5.0), np.arange(1.0, 6.0)
    normal = sess.run(tf.nn.batch_normalization(tf.constant(x), mean, variance, offset, scale, 1e-9))
    np.testing.assert_allclose(normal.mean(axis=(0, 1, 2)), offset, atol=1e-8)
    np.testing.assert_allclose(normal.std(axis=(0, 1, 2)), scale, rtol=1e-8)
    plain = sess.run(tf.nn.batch_normalization(tf.constant(x), mean, variance, None, None, 1e-9))
    np.testing.assert_allclose(plain.std(axis=(0, 1, 2)), 1, rtol=1e-8)


def test_what_is_normalised_by_its_own_moments_does_not_change_when_all_is_shifted(sess):
    x = tf.constant(np.random.RandomState(0).randn(6, 2))
    mean, variance = tf.nn.moments(x, [0])
    normal = tf.nn.batch_normalization(x, mean, variance, None, None, 1e-3)
    (grad,) = tf.gradients(tf.reduce_sum(normal * np.random.RandomState(1).randn(6, 2)), x)
    np.testing.assert_allclose(sess.run(tf.reduce_sum(grad, 0)), [0, 0], atol=1e-12)


def test_vectors_are_normalised_to_length_one(sess):
    x = tf.constant([[3.0, 4.0], [0.0, 0.0]])
    np.testing.assert_allclose(sess.run(tf.nn.l2_normalize(x, 1)), [[0.6, 0.8], [0, 0]], rtol=1e-6)
    np.testing.assert_allclose(sess.run(tf.nn.l2_normalize(x, [0, 1])), [[0.6, 0.8], [0, 0]], rtol=1e-6)


def test_zero_fraction(sess):
    assert sess.run(tf.nn.zero_fraction([0.0, 1.0, 0.0, 2.0])) == 0.5
    assert sess.run(tf.nn.zero_fraction(tf.constant([0, 1, 1, 1]))) == 0.25
