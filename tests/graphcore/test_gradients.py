"""The walk back: what is differentiated, where it ends, and the edges where derivatives are a matter of choice."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def test_a_gradient_is_none_where_nothing_depends(sess):
    x, other = tf.constant(2.0), tf.constant(1.0)
    y = x * x
    assert tf.gradients(y, [x, other])[1] is None
    assert tf.gradients(tf.argmax(tf.pack([x, other]), 0), [x]) == [None]
    assert sess.run(tf.gradients(tf.stop_gradient(x) * x, x)) == [2.0]


def test_of_a_tensor_for_itself(sess):
    x = tf.constant([1.0, 2.0])
    np.testing.assert_array_equal(sess.run(tf.gradients(x, x)[0]), [1, 1])


def test_ys_are_summed_and_weighted(sess):
    x = tf.constant(3.0)
    assert sess.run(tf.gradients([x * x, x * 2.0], x)) == [8.0]
    assert sess.run(tf.gradients([x * x, x * 2.0], x, [10.0, None])) == [62.0]


def test_through_one_x_to_another(sess):
    x = tf.constant(3.0)
    y = x * x
    z = y * y
    assert sess.run(tf.gradients(z, [x, y])) == [108.0, 18.0]


def test_of_a_gradient(sess):
    x = tf.constant(2.0)
    first = tf.gradients(x**3.0, x)[0]
    second = tf.gradients(first, x)[0]
    assert sess.run([first, second]) == [12.0, 12.0]


def test_of_a_variable_is_the_same_by_value_and_by_reference(sess):
    v = tf.Variable(3.0)
    sess.run(v.initializer)
    assert sess.run(tf.gradients(v * v, [v, v.ref(), v.value()])) == [6.0, 6.0, 6.0]


@pytest.mark.parametrize(
    ("function", "at", "expected"),
    [
        (lambda x: tf.reduce_max(x), [1.0, 1.0, 0.0], [0.5, 0.5, 0.0]),
        (lambda x: tf.reduce_min(x), [1.0, 0.0, 0.0], [0.0, 0.5, 0.5]),
        (lambda x: tf.maximum(x, [1.0, 1.0, 1.0]), [1.0, 0.0, 2.0], [1.0, 0.0, 1.0]),
        (lambda x: tf.minimum(x, [1.0, 1.0, 1.0]), [1.0, 0.0, 2.0], [1.0, 1.0, 0.0]),
        (lambda x: tf.abs(x), [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]),
        (lambda x: tf.nn.relu(x), [-2.0, 0.0, 2.0], [0.0, 0.0, 1.0]),
        (lambda x: tf.pow(x, 2.0), [-2.0, 0.0, 2.0], [-4.0, 0.0, 4.0]),
        (lambda x: tf.pow(2.0, x), [0.0, 1.0, 2.0], np.log(2) * np.array([1.0, 2.0, 4.0])),
        (lambda x: tf.pow(tf.zeros([3]), x), [1.0, 1.0, 1.0], [np.nan] * 3),
        (lambda x: tf.reduce_prod(x), [0.0, 2.0, 3.0], [np.nan, 0.0, 0.0]),
        (lambda x: tf.cast(tf.cast(x, tf.float64), tf.float32) * 2.0, [1.0, 2.0, 3.0], [2.0, 2.0, 2.0]),
    ],
)
def test_edges(function, at, expected, sess):
    x = tf.constant(at)
    np.testing.assert_allclose(sess.run(tf.gradients(function(x), x)[0]), expected, rtol=1e-6)


def test_gated_or_not_the_numbers_are_the_same(sess):
    x, y = tf.constant(2.0), tf.constant(5.0)
    z = tf.exp(x * y) + x / y
    gated = tf.gradients(z, [x, y], gate_gradients=True)
    assert sess.run(gated) == sess.run(tf.gradients(z, [x, y]))
    assert gated[0].op.type == "AddN"


def test_integers_have_gradients_too(sess):
    x = tf.constant(3)
    assert sess.run(tf.gradients(x * x, x)) == [6]


def test_gradients_can_be_noted_to_stay_with_their_operations():
    x = tf.constant(2.0, name="x")
    tf.gradients(tf.exp(x, name="y"), x, colocate_gradients_with_ops=True)
    assert tf.get_default_graph().get_operation_by_name("gradients/y_grad/mul").get_attr("_class") == [b"loc:@y"]


def test_what_cannot_be_asked(raises):
    x = tf.constant(2.0)
    with raises(ValueError, "Passed 2 grad_ys for 1 ys"):
        tf.gradients(x * x, x, [1.0, 2.0])
    with raises(ValueError, "Y and ys_grad must be of the same type, not y: float32, ys_grad: int32 "):
        tf.gradients(x * x, x, tf.constant(1))
    product = tf.segment_prod(tf.pack([x, x]), [0, 0], name="product")
    with raises(LookupError, "No gradient defined for operation 'product' (op type: SegmentProd)"):
        tf.gradients(product, x)


def test_a_deep_graph_needs_no_deep_stack(sess):
    x = y = tf.constant(1.0)
    for _ in range(3000):
        y = y + 0.0
    assert sess.run(tf.gradients(y, x)) == [1.0]


def test_uses_of_a_tensor_are_summed_at_once_or_one_by_one(sess):
    x = tf.constant(2.0, name="x")
    y = x * 3.0 + x * 4.0 + x * 5.0
    for method, expected in (
        (None, "gradients/AddN"),
        (tf.AggregationMethod.ADD_N, "gradients_1/AddN"),
        (tf.AggregationMethod.EXPERIMENTAL_TREE, "gradients_2/x_gradient_sum/AddN_1"),
    ):
        (grad,) = tf.gradients(y, x, aggregation_method=method)
        assert grad.op.name == expected
        assert sess.run(grad) == 12.0
    with pytest.raises(ValueError, match="aggregation_method must be one of AggregationMethod, not 7"):
        tf.gradients(y, x, aggregation_method=7)
    v = tf.Variable(1.0)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    ((grad, _),) = optimizer.compute_gradients(v * v, aggregation_method=tf.AggregationMethod.EXPERIMENTAL_TREE)
    assert grad.op.name.endswith("_gradient_sum/AddN")
