"""Python functions as operations."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import graphcore as tf


def test_a_function_runs_with_the_graph(sess):
    x = tf.placeholder(tf.float32, [None])
    y = tf.py_func(np.sinh, [x], tf.float32)
    assert y.get_shape().ndims is None
    y.set_shape([None])
    np.testing.assert_allclose(sess.run(y * 2.0, {x: [0.0, 1.0]}), [0.0, 2 * np.sinh(1)], rtol=1e-6)


def test_it_may_give_several_values_or_none(sess):
    called = []
    largest, place = tf.py_func(lambda a: [a.max(), int(a.argmax())], [[3.0, 7.0, 5.0]], [tf.float32, tf.int64])
    assert sess.run([largest, place]) == [7.0, 1]
    (text,) = tf.py_func(lambda name: [b"hello " + name], ["you"], [tf.string])
    assert sess.run(text) == b"hello you"
    tell = tf.py_func(called.append, [1], [])
    assert sess.run(tell) is None
    assert called == [1]


def test_pythons_numbers_become_what_is_wanted(sess):
    assert sess.run(tf.py_func(lambda: 1.5, [], tf.float32)).dtype == np.float32
    assert sess.run(tf.py_func(lambda: [1, 2], [], tf.int64)).tolist() == [1, 2]
    assert sess.run(tf.py_func(lambda: "text", [], tf.string)) == b"text"


def test_it_is_called_each_time(sess):
    count = iter(range(10))
    number = tf.py_func(lambda: next(count), [], tf.int64)
    assert [sess.run(number) for _ in range(3)] == [0, 1, 2]
    assert sess.run([number, number + 0, number * 1]) == [3, 3, 3]


def test_it_may_change_what_it_is_given(sess):
    v = tf.Variable([1.0, 2.0])

    def spoil(a):
        a[:] = 9
        return a

    sess.run(v.initializer)
    assert sess.run(tf.py_func(spoil, [v], tf.float32)).tolist() == [9, 9]
    assert sess.run(v).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: np.float64(1.0), "0-th value returned by pyfunc_[0-9]+ is float64, but expects float32"),
        (lambda: "text", "0-th value returned by pyfunc_[0-9]+: Expected float32, got 'text' of type 'str' instead."),
        (lambda: None, "0-th value returned by pyfunc_[0-9]+: None values not supported."),
    ],
)
def test_results_of_other_types_are_refused(function, message, sess):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        sess.run(tf.py_func(function, [], tf.float32))


def test_so_are_too_few(sess):
    both = tf.py_func(lambda: [np.float32(1.0)], [], [tf.float32, tf.float32])
    with pytest.raises(tf.errors.InvalidArgumentError, match="returns 1 values, but expects to see 2 values"):
        sess.run(both)


def test_what_it_raises_is_told_with_the_operation(sess):
    def fail():
        raise KeyError("lost")

    y = tf.py_func(fail, [], tf.float32, name="culprit")
    with pytest.raises(tf.errors.UnknownError, match=r"^KeyError: 'lost'") as raised:
        sess.run(y)
    assert raised.value.op is y.op
    assert isinstance(raised.value.__cause__, KeyError)


def test_it_lives_as_long_as_the_graph():
    class Function:
        def __call__(self):
            return np.float32(1.0)

    function = Function()
    alive = weakref.ref(function)
    with tf.Graph().as_default() as graph:
        y = tf.py_func(function, [], tf.float32)
        del function
        gc.collect()
        with tf.Session() as sess:
            assert sess.run(y) == 1.0
    del graph, y, sess
    gc.collect()
    assert alive() is None


def test_it_does_not_go_along_to_another_program(sess):
    tf.py_func(lambda: 1.0, [], tf.float32, name="f")
    graph_def = tf.get_default_graph().as_graph_def()
    graph_def.node[0].attr["token"].s = b"pyfunc_of_another_program"
    (y,) = tf.import_graph_def(graph_def, return_elements=["f:0"])
    with pytest.raises(tf.errors.InvalidArgumentError, match="callback pyfunc_of_another_program is not found"):
        sess.run(y)
