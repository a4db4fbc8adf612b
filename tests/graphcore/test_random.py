"""Random tensors: the numbers TensorFlow draws from the same seeds, and streams that go on from run to run."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf
from graphcore.philox import philox


def test_the_generator_gives_the_words_its_authors_published():
    # The known answers of Random123, philox4x32 with 10 rounds: counter and key of zeros, and of ones.
    zeros = philox(np.array([0], np.uint64), 0, 0)[0]
    ones = philox(np.array([2**64 - 1], np.uint64), 2**64 - 1, 2**64 - 1)[0]
    assert [f"{word:08x}" for word in zeros] == ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]
    assert [f"{word:08x}" for word in ones] == ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]


def test_the_numbers_are_those_of_tensorflow(sess):
    np.testing.assert_array_equal(
        sess.run(tf.random_uniform([2], seed=1)), np.array([0.2390374, 0.92039955], np.float32)
    )
    np.testing.assert_allclose(sess.run(tf.random_normal([2], seed=1)), [-0.8113182, 1.4845988], rtol=2e-6)


def test_seeds_are_attrs(fresh_graph):
    def seeds(tensor):
        drawn = [op for op in fresh_graph.get_operations() if op.name.startswith(tensor.op.name) and "seed" in op.attrs]
        return drawn[-1].attrs["seed"], drawn[-1].attrs["seed2"]

    assert seeds(tf.random_uniform([2], name="none")) == (0, 0)
    assert seeds(tf.random_uniform([2], seed=3, name="op")) == (87654321, 3)
    tf.set_random_seed(5)
    assert seeds(tf.random_uniform([2], seed=3, name="both")) == (5, 3)
    assert seeds(tf.random_uniform([2], name="graph"))[0] == 5


def test_a_stream_goes_on_and_starts_again_with_a_session(fresh_graph):
    drawn = tf.random_normal([3], seed=1)
    runs = []
    for _ in range(2):
        with tf.Session(graph=fresh_graph) as sess:
            runs.append([sess.run(drawn).tolist() for _ in range(3)])
    assert runs[0] == runs[1]
    assert len({tuple(values) for values in runs[0]}) == 3


def test_without_a_seed_numbers_differ(fresh_graph):
    a, b = tf.random_uniform([4]), tf.random_uniform([4])
    with tf.Session() as first, tf.Session() as second:
        values = [session.run(tensor).tolist() for session in (first, second) for tensor in (a, b)]
    assert len({tuple(value) for value in values}) == 4


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_distributions(dtype, sess):
    n = 100_000
    uniform = sess.run(tf.random_uniform([n], -1.0, 3.0, dtype, seed=1))
    normal = sess.run(tf.random_normal([n], 2.0, 0.5, dtype, seed=2))
    truncated = sess.run(tf.truncated_normal([n], 2.0, 0.5, dtype, seed=3))
    assert uniform.dtype == normal.dtype == truncated.dtype == dtype.as_numpy_dtype
    assert uniform.min() >= -1
    assert uniform.max() < 3
    # Five standard errors.
    assert abs(uniform.mean() - 1) < 5 * 4 / np.sqrt(12 * n)
    assert abs(normal.mean() - 2) < 5 * 0.5 / np.sqrt(n)
    assert abs(normal.std() - 0.5) < 5 * 0.5 / np.sqrt(2 * n)
    assert np.abs(truncated - 2).max() <= 1
    # The deviation of a normal distribution cut off at two is 0.8796 of its own.
    assert abs(truncated.std() / 0.5 - 0.8796) < 0.01


def test_shapes(sess):
    assert sess.run(tf.random_uniform([])).shape == ()
    assert sess.run(tf.random_normal([0, 3])).shape == (0, 3)
    sizes = tf.placeholder(tf.int32, [2])
    drawn = tf.truncated_normal(sizes)
    assert drawn.get_shape().as_list() == [None, None]
    assert sess.run(drawn, {sizes: [5, 7]}).shape == (5, 7)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"Dimensions must be >= 0, got \[-1,2\]"):
        sess.run(drawn, {sizes: [-1, 2]})
