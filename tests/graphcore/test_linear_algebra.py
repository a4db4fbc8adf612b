"""Matrices and complex numbers as programs use them: one and stacks, what cannot be solved, Fourier transforms."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

RNG = np.random.RandomState(4)


def test_one_function_takes_matrices_and_stacks_of_them(sess):
    stack = RNG.randn(3, 4, 4)
    sides = RNG.randn(3, 4, 2)
    solved = sess.run(tf.matrix_solve(stack, sides))
    for matrix, side, found in zip(stack, sides, solved):
        np.testing.assert_allclose(matrix @ found, side, atol=1e-12)
        np.testing.assert_allclose(sess.run(tf.matrix_solve(matrix, side)), found, atol=1e-12)
    assert tf.matrix_inverse(stack).op.type == "BatchMatrixInverse"
    assert tf.matrix_inverse(stack[0]).op.type == "MatrixInverse"
    np.testing.assert_allclose(sess.run(tf.batch_matrix_determinant(stack)), np.linalg.det(stack))


def test_eigenvectors_stand_below_their_eigenvalues(sess):
    x = RNG.randn(4, 4)
    symmetric = x + x.T
    found = sess.run(tf.self_adjoint_eig(symmetric))
    assert found.shape == (5, 4)
    np.testing.assert_allclose(symmetric @ found[1:], found[1:] * found[0], atol=1e-12)


def test_least_squares_is_the_line_through_points_with_errors(sess):
    x = np.linspace(0, 1, 20)
    points = np.stack([x, np.ones(20)], axis=1)
    y = 3 * x + 1 + RNG.randn(20) / 100
    for fast in (True, False):
        slope, start = sess.run(tf.matrix_solve_ls(points, y[:, None], fast=fast))[:, 0]
        assert abs(slope - 3) < 0.05
        assert abs(start - 1) < 0.05


def test_matrices_without_an_answer_are_named(sess):
    singular = np.ones((2, 2))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"MatrixInverse: Singular matrix"):
        sess.run(tf.matrix_inverse(singular))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Cholesky: Matrix is not positive definite"):
        sess.run(tf.cholesky(-np.eye(2)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="Input matrix is not invertible"):
        sess.run(tf.matrix_triangular_solve(np.array([[1.0, 0.0], [1.0, 0.0]]), np.ones((2, 1))))
    with pytest.raises(ValueError, match="Dimensions 3 and 2 are not compatible"):
        tf.matrix_inverse(np.ones((2, 3)))
    unknown = tf.placeholder(tf.float64)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"needs a square matrix, but the input is \[2,3\]"):
        sess.run(tf.matrix_inverse(unknown), {unknown: np.ones((2, 3))})


def test_gradient_descent_finds_an_inverse(sess):
    matrix = np.array([[2.0, 1.0], [0.0, 1.0]])
    guess = tf.Variable(np.eye(2))
    loss = tf.reduce_sum(tf.square(tf.matrix_inverse(guess) - matrix))
    train = tf.train.GradientDescentOptimizer(0.02).minimize(loss)
    sess.run(tf.initialize_all_variables())
    for _ in range(400):
        sess.run(train)
    np.testing.assert_allclose(sess.run(guess), np.linalg.inv(matrix), atol=1e-3)


def test_a_fourier_transform_and_back(sess):
    wave = (RNG.randn(3, 8) + 1j * RNG.randn(3, 8)).astype(np.complex64)
    there = tf.fft(wave)
    np.testing.assert_allclose(sess.run(there), np.fft.fft(wave), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(sess.run(tf.ifft(there)), wave, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(sess.run(tf.fft2d(wave)), np.fft.fft2(wave), rtol=1e-5, atol=1e-4)


def test_the_absolute_value_of_complex_numbers_is_their_distance_from_zero(sess):
    z = tf.complex([3.0, 0.0], [4.0, 0.0])
    assert sess.run(tf.abs(z)).tolist() == [5.0, 0.0]
    assert sess.run(abs(tf.conj(z))).tolist() == [5.0, 0.0]
    assert sess.run(tf.imag(tf.conj(z)))[0] == -4.0
    assert sess.run(tf.sign(z)).tolist() == [pytest.approx(0.6 + 0.8j), 0]
    x = tf.constant([1.0])
    assert tf.real(x) is x
