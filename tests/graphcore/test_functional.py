"""Functions of items: map, scan, folds; and the arrays of tensors that they are made with."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf
from graphcore import nest


@pytest.fixture
def rows():
    return tf.placeholder(tf.float64, [None, 2], name="rows")


VALUES = np.arange(6.0).reshape(3, 2) + 1


class TestMap:
    def test_each_item(self, rows, sess):
        y = tf.map_fn(lambda row: row * row[0], rows)
        assert y.get_shape().as_list() == [None, 2]
        np.testing.assert_array_equal(sess.run(y, {rows: VALUES}), VALUES * VALUES[:, :1])

    def test_another_type(self, rows, sess):
        y = tf.map_fn(lambda row: row[1] > 3.0, rows, dtype=tf.bool)
        assert sess.run(y, {rows: VALUES}).tolist() == [False, True, True]

    def test_several_tensors_together(self, rows, sess):
        n = tf.constant([10.0, 20.0, 30.0], tf.float64)
        total, largest = tf.map_fn(
            lambda both: (tf.reduce_sum(both[0]) + both[1], tf.reduce_max(both[0])),
            (rows, n),
            dtype=(tf.float64, tf.float64),
        )
        assert sess.run(total, {rows: VALUES}).tolist() == [13.0, 27.0, 41.0]
        assert sess.run(largest, {rows: VALUES}).tolist() == [2.0, 4.0, 6.0]

    def test_gradients(self, rows, sess):
        w = tf.placeholder(tf.float64, [])
        y = tf.reduce_sum(tf.map_fn(lambda row: tf.square(row) * w, rows))
        by_rows, by_w = sess.run(tf.gradients(y, [rows, w]), {rows: VALUES, w: 3.0})
        np.testing.assert_allclose(by_rows, 6 * VALUES)
        assert by_w == np.sum(VALUES**2)


class TestFolds:
    def test_from_the_left_and_from_the_right(self, sess):
        x = tf.constant([1.0, 2.0, 3.0])
        minus = lambda so_far, item: so_far - item  # noqa: E731
        folds = [tf.foldl(minus, x), tf.foldr(minus, x), tf.foldl(minus, x, 10.0), tf.foldr(minus, x, 10.0)]
        assert sess.run(folds) == [-4.0, 0.0, 4.0, 4.0]

    def test_order(self, sess):
        digits = tf.constant([1, 2, 3])
        join = lambda so_far, item: so_far * 10 + item  # noqa: E731
        assert sess.run([tf.foldl(join, digits), tf.foldr(join, digits)]) == [123, 321]

    def test_gradients(self, sess):
        x = tf.placeholder(tf.float64, [3])
        y = tf.foldl(lambda a, b: a * b, x)
        assert sess.run(tf.gradients(y, x)[0], {x: [2.0, 3.0, 4.0]}).tolist() == [12.0, 8.0, 6.0]


class TestScan:
    def test_all_values_on_the_way(self, sess):
        x = tf.constant([1.0, 2.0, 3.0, 4.0])
        assert sess.run(tf.scan(lambda a, b: a + b, x)).tolist() == [1.0, 3.0, 6.0, 10.0]
        assert sess.run(tf.scan(lambda a, b: a * b, x, initializer=2.0)).tolist() == [2.0, 4.0, 12.0, 48.0]

    def test_of_pairs(self, sess):
        """Fibonacci."""
        a, b = tf.scan(lambda last, _: (last[1], last[0] + last[1]), tf.zeros([6]), (tf.constant(0), tf.constant(1)))
        assert sess.run(a).tolist() == [1, 1, 2, 3, 5, 8]
        assert sess.run(b).tolist() == [1, 2, 3, 5, 8, 13]

    def test_gradients_are_those_of_a_recurrence(self, sess):
        x, w = tf.placeholder(tf.float64, [4]), tf.placeholder(tf.float64, [])
        y = tf.reduce_sum(tf.square(tf.scan(lambda a, b: tf.tanh(w * a + b), x, tf.constant(0.5, tf.float64))))
        with sess.as_default():
            assert tf.test.compute_gradient_error([x, w], [[4], []], y, []) < 1e-5

    def test_the_first_size_is_kept(self):
        assert tf.scan(lambda a, b: a + b, tf.zeros([5, 3])).get_shape().as_list() == [5, 3]


@pytest.mark.parametrize("function", [tf.map_fn, tf.foldl, tf.foldr, tf.scan])
def test_a_function_is_wanted(function):
    with pytest.raises(TypeError, match="fn must be callable"):
        function(1, tf.zeros([3]))


class TestTensorArrays:
    def test_they_are_written_and_read_by_place(self, sess):
        array = tf.TensorArray(tf.float32, 3).write(2, [1.0]).write(0, [2.0]).write(1, [3.0])
        assert sess.run(array.pack()).tolist() == [[2.0], [3.0], [1.0]]
        assert sess.run(array.read(1)).tolist() == [3.0]
        assert sess.run(array.size()) == 3

    def test_they_grow_if_told(self, sess):
        array = tf.TensorArray(tf.int32, 0, dynamic_size=True)
        _, array = tf.while_loop(lambda i, a: i < 4, lambda i, a: (i + 1, a.write(i, i * i)), (0, array))
        assert sess.run([array.pack(), array.size()])[0].tolist() == [0, 1, 4, 9]

    def test_pieces_of_different_lengths(self, sess):
        array = tf.TensorArray(tf.float32, 2).split([1.0, 2.0, 3.0], [1, 2])
        assert sess.run(array.read(1)).tolist() == [2.0, 3.0]
        assert sess.run(array.concat()).tolist() == [1.0, 2.0, 3.0]

    @pytest.mark.parametrize(
        ("use", "message"),
        [
            (lambda a: a.read(5), "TensorArray a: Tried to read from index 5 but array size is: 2"),
            (lambda a: a.read(0), "TensorArray a: Could not read from TensorArray index 0, which has not been written"),
            (lambda a: a.write(7, 1.0).flow, "Tried to write to index 7 but array is not resizeable and size is: 2"),
            (lambda a: a.write(0, 1.0).write(0, 1.0).flow, "index 0 because it has already been written to"),
            (lambda a: a.unpack([1.0, 2.0, 3.0]).flow, r"first dimension equal to the array size \(3 vs. 2\)"),
            (lambda a: a.split([1.0, 2.0], [1, 2]).flow, "sum of lengths is 3 and values.shape"),
            (lambda a: a.unpack(tf.zeros([0])).flow, r"first dimension equal to the array size \(0 vs. 2\)"),
        ],
    )
    def test_what_is_refused(self, use, message, sess):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            sess.run(use(tf.TensorArray(tf.float32, 2, tensor_array_name="a")))

    def test_a_place_is_read_once_unless_told(self, sess):
        def read_twice(**options):
            array = tf.TensorArray(tf.float32, 1, **options).write(0, 5.0)
            first = array.read(0)
            with tf.control_dependencies([first]):
                return first + array.read(0)

        assert sess.run(read_twice(clear_after_read=False)) == 10.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="Could not read index 0 twice because it was cleared"):
            sess.run(read_twice())

    def test_an_array_is_new_in_each_run(self, sess):
        array = tf.TensorArray(tf.float32, 1).write(0, 5.0)
        assert [sess.run(array.read(0)) for _ in range(3)] == [5.0] * 3
        sess.run(array.close())

    def test_what_nobody_read_has_no_gradient(self, sess):
        x = tf.placeholder(tf.float64, [3])
        y = tf.square(tf.TensorArray(tf.float64, 3).unpack(x).read(1))
        assert sess.run(tf.gradients(y, x)[0], {x: [1.0, 2.0, 3.0]}).tolist() == [0.0, 4.0, 0.0]

    def test_size_or_handle(self):
        with pytest.raises(ValueError, match="Exactly one of handle and size must be given"):
            tf.TensorArray(tf.float32)


def test_structures_are_flattened_and_packed_again():
    structure = {"b": [1, (2, 3)], "a": 4}
    assert nest.flatten(structure) == [4, 1, 2, 3]
    assert nest.pack_like(structure, [40, 10, 20, 30]) == {"b": [10, (20, 30)], "a": 40}
    for wrong in ([1, 2, 3], [1, 2, 3, 4, 5]):
        with pytest.raises(ValueError, match="values do not fit"):
            nest.pack_like(structure, wrong)
