"""Runs in several parts: what is known stays, and nothing runs twice."""

from __future__ import annotations

import pytest

import graphcore as tf


@pytest.fixture
def tensors():
    a, b = tf.placeholder(tf.float32, [], name="a"), tf.placeholder(tf.float32, [], name="b")
    first = tf.add(a, 1.0, name="first")
    second = tf.mul(first, b, name="second")
    return a, b, first, second


def test_a_value_is_looked_at_before_the_next_is_fed(tensors, sess):
    a, b, first, second = tensors
    handle = sess.partial_run_setup([first, second], [a, b])
    assert sess.partial_run(handle, first, {a: 1.0}) == 2.0
    assert sess.partial_run(handle, {"second": second}, {b: 10.0}) == {"second": 20.0}


def test_two_runs_do_not_mix(tensors, sess):
    a, b, first, second = tensors
    one, two = (sess.partial_run_setup([first, second], [a, b]) for _ in range(2))
    assert sess.partial_run(one, first, {a: 1.0}) == 2.0
    assert sess.partial_run(two, first, {a: 5.0}) == 6.0
    assert sess.partial_run(one, second, {b: 10.0}) == 20.0
    assert sess.partial_run(two, second, {b: 10.0}) == 60.0


def test_each_operation_runs_once(sess):
    v = tf.Variable(0.0)
    a = tf.placeholder(tf.float32, [])
    more = v.assign_add(1.0)
    noise = tf.random_uniform([])
    with tf.control_dependencies([more]):
        x, y = noise * 1.0, noise + a
    sess.run(v.initializer)
    handle = sess.partial_run_setup([x, y, more.op], [a])
    first = sess.partial_run(handle, x)
    assert sess.partial_run(handle, [y, more.op], {a: 0.0}) == [first, None]
    assert sess.run(v) == 1.0


def test_an_intermediate_value_can_be_changed(sess):
    x = tf.constant(2.0)
    middle = x * 3.0
    y = middle + 1.0
    handle = sess.partial_run_setup([y], [middle])
    assert sess.partial_run(handle, y, {middle: 10.0}) == 11.0


def test_what_is_refused(tensors, sess, raises):
    a, b, first, second = tensors
    error = tf.errors.InvalidArgumentError
    handle = sess.partial_run_setup([first, second], [a, b])
    with raises(
        error, "Fetch second:0 can't be computed from the feeds that have been fed so far: a:0, b:0 is missing."
    ):
        sess.partial_run(handle, second)
    with raises(error, "The feed first:0 was not specified in partial_run_setup."):
        sess.partial_run(handle, second, {first: 1.0})
    with raises(error, "Fetch a:0 was not specified in partial_run_setup."):
        sess.partial_run(handle, a)
    sess.partial_run(handle, first, {a: 1.0})
    with raises(error, "Fetch first:0 has already been fetched."):
        sess.partial_run(handle, first)
    with raises(error, "The feed a:0 has already been fed."):
        sess.partial_run(handle, second, {a: 1.0, b: 1.0})
    sess.partial_run(handle, second, {b: 1.0})
    with raises(error, "Must run 'setup' before performing partial runs!"):
        sess.partial_run(handle, second)


def test_errors_name_the_operation(sess):
    v = tf.Variable(1.0, name="v")
    x = tf.placeholder(tf.float32)
    product = tf.matmul(x, x, name="product")
    handle = sess.partial_run_setup([v, product, tf.add(v, 1.0, name="more")], [x])
    with pytest.raises(tf.errors.InvalidArgumentError, match="Matrix size-compatible") as raised:
        sess.partial_run(handle, product, {x: [[1.0, 2.0]]})
    assert raised.value.op is product.op
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value v"):
        sess.partial_run(handle, "more:0")
