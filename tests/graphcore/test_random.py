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


def test_numbers_of_double_precision_are_those_of_tensorflow_from_run_to_run(sess):
    # From TensorFlow 2.21, two runs each.
    uniform = tf.random_uniform([3], dtype=tf.float64, seed=1)
    normal = tf.random_normal([3], dtype=tf.float64, seed=1)
    truncated = tf.truncated_normal([3], dtype=tf.float64, seed=1)
    assert sess.run(uniform).tolist() == [0.9122999234504989, 0.4040997484619626, 0.6841790844248057]
    assert sess.run(uniform).tolist() == [0.8118104455752739, 0.3810222875129172, 0.7164646175001912]
    np.testing.assert_allclose(
        sess.run(normal), [0.24282754598505307, -0.35299821810996557, -0.8365077914900015], rtol=1e-14
    )
    np.testing.assert_allclose(
        sess.run(truncated), [0.24282754598505307, -0.35299821810996557, -0.16554790468414687], rtol=1e-14
    )
    np.testing.assert_allclose(
        sess.run(truncated), [0.439005029887392, -0.473551896519679, -0.6068032793350423], rtol=1e-14
    )


def test_whole_numbers_and_orders_are_those_of_tensorflow_from_run_to_run(sess):
    small = tf.random_uniform([7], -3, 1000, dtype=tf.int32, seed=4)
    large = tf.random_uniform([3], -3, 10**12, dtype=tf.int64, seed=4)
    shuffled = tf.random_shuffle(tf.range(11), seed=3)
    # From TensorFlow 2.21, two runs each.
    assert sess.run(small).tolist() == [878, 179, 522, 54, 27, 220, 393]
    assert sess.run(small).tolist() == [992, 933, 992, 732, 337, 582, 117]
    assert sess.run(large).tolist() == [955920680810, 785200061470, 375430794204]
    assert sess.run(shuffled).tolist() == [9, 4, 3, 2, 10, 7, 5, 6, 0, 1, 8]
    assert sess.run(shuffled).tolist() == [6, 10, 0, 7, 5, 4, 3, 2, 1, 8, 9]


def test_whole_numbers_need_a_range(sess):
    with pytest.raises(ValueError, match="Must specify maxval for integer dtype"):
        tf.random_uniform([2], dtype=tf.int32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Need minval < maxval, got 5 >= 5"):
        sess.run(tf.random_uniform([2], 5, 5, dtype=tf.int32))
    whole = sess.run(tf.random_uniform([1000], -(2**31), 2**31 - 1, dtype=tf.int32, seed=1))
    assert whole.min() < -(2**30)
    assert whole.max() > 2**30


def test_a_shuffle_moves_whole_rows_and_a_crop_cuts_somewhere_else_each_time(sess):
    x = np.arange(60).reshape(20, 3)
    rows = sess.run(tf.random_shuffle(x, seed=1))
    assert sorted(rows.tolist()) == x.tolist()
    assert rows.tolist() != x.tolist()
    picture = np.arange(10 * 12).reshape(10, 12)
    crop = tf.random_crop(picture, [4, 5], seed=1)
    assert crop.get_shape().as_list() == [4, 5]
    corners = set()
    for _ in range(40):
        piece = sess.run(crop)
        top, left = divmod(int(piece[0, 0]), 12)
        np.testing.assert_array_equal(piece, picture[top : top + 4, left : left + 5])
        corners.add((top, left))
    assert len(corners) > 20


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
