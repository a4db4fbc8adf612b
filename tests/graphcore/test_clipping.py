"""Tensors and gradients clipped to a range or to a norm."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def rows(*values, indices):
    return tf.IndexedSlices(tf.constant(values), tf.constant(indices), tf.constant([4, 2]))


def test_elements_are_cut_to_a_range(sess):
    x = tf.constant([-5.0, 0.5, 5.0])
    assert sess.run(tf.clip_by_value(x, -1.0, 1.0)).tolist() == [-1.0, 0.5, 1.0]
    assert sess.run(tf.clip_by_value([4, 9], 5, [6, 7])).tolist() == [5, 7]
    (grad,) = tf.gradients(tf.clip_by_value(x, -1.0, 1.0), x)
    assert sess.run(grad).tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("limit", [1.0, 1, np.float32(1.0), "tensor"])
def test_what_is_too_long_is_shortened(limit, sess):
    x = tf.constant([3.0, 4.0])
    clipped = tf.clip_by_norm(x, tf.constant(1.0) if limit == "tensor" else limit)
    close(sess.run(clipped), [0.6, 0.8])
    (grad,) = tf.gradients(clipped, x, [[1.0, 0.0]])
    close(sess.run(grad), [0.128, -0.096])  # the part of [1, 0] across [3, 4], over the norm


def test_what_is_short_enough_stays(sess):
    close(sess.run(tf.clip_by_norm([3.0, 4.0], 6.0)), [3.0, 4.0])
    assert sess.run(tf.clip_by_norm([0.0, 0.0], 6.0)).tolist() == [0.0, 0.0]
    assert sess.run(tf.clip_by_norm(np.array([[30.0, 40.0]]), 5.0)).dtype == np.float64


def test_the_average_norm_counts_elements(sess):
    close(sess.run(tf.clip_by_average_norm([3.0, 4.0], 1.0)), [1.2, 1.6])  # 5 / 2 becomes 1
    close(sess.run(tf.clip_by_average_norm([3.0, 4.0], 2.5)), [3.0, 4.0])


def test_several_tensors_share_one_norm(sess):
    first, second = tf.constant([3.0]), tf.constant([[0.0], [4.0]])
    close(sess.run(tf.global_norm([first, None, second])), 5.0)
    clipped, norm = tf.clip_by_global_norm([first, None, second], 1.0)
    assert clipped[1] is None
    close(sess.run(norm), 5.0)
    close(sess.run(clipped[0]), [0.6])
    close(sess.run(clipped[2]), [[0.0], [0.8]])
    unclipped, _ = tf.clip_by_global_norm([first, second], 5.5, use_norm=norm)
    close(sess.run(unclipped[0]), [3.0])


def test_rows_stay_rows(sess):
    grad = rows([3.0, 0.0], [0.0, 4.0], indices=[2, 0])
    (clipped,), norm = tf.clip_by_global_norm([grad], 1.0)
    for found in (clipped, tf.clip_by_norm(grad, 1.0)):
        assert isinstance(found, tf.IndexedSlices)
        value = sess.run(found)
        close(value.values, [[0.6, 0.0], [0.0, 0.8]])
        assert value.indices.tolist() == [2, 0]
        assert value.dense_shape.tolist() == [4, 2]
    close(sess.run(norm), 5.0)
    close(sess.run(tf.clip_by_average_norm(grad, 0.25)).values, [[0.6, 0.0], [0.0, 0.8]])
    assert sess.run(tf.clip_by_value(grad, 0.0, 3.5)).values.tolist() == [[3.0, 0.0], [0.0, 3.5]]


def test_gradients_are_clipped_between_computing_and_applying(sess):
    table, bias = tf.Variable(tf.zeros([4, 2])), tf.Variable([0.0])
    loss = 30.0 * tf.reduce_sum(tf.gather(table, [1])[0, :1]) + tf.reduce_sum(40.0 * bias)
    optimizer = tf.train.GradientDescentOptimizer(1.0)
    grads, variables = zip(*optimizer.compute_gradients(loss))
    clipped, _ = tf.clip_by_global_norm(grads, 5.0)
    train = optimizer.apply_gradients(zip(clipped, variables))
    sess.run(tf.initialize_all_variables())
    sess.run(train)
    close(sess.run(bias), [-4.0])
    close(sess.run(table), [[0, 0], [-3, 0], [0, 0], [0, 0]])


def test_operations_are_named_as_in_tensorflow(fresh_graph):
    x = tf.constant([3.0, 4.0], name="x")
    tf.clip_by_value(x, 0.0, 1.0)
    assert tf.clip_by_norm(x, 1.0).op.name == "clip_by_norm"
    (clipped,), norm = tf.clip_by_global_norm([x], 1.0)
    assert norm.op.name == "global_norm/global_norm"
    assert clipped.op.name == "clip_by_global_norm/clip_by_global_norm/_0"
    assert clipped.op.get_attr("_class") == [b"loc:@x"]
    names = [op.name for op in fresh_graph.get_operations()]
    assert names[1:5] == ["clip_by_value/Minimum/y", "clip_by_value/Minimum", "clip_by_value/y", "clip_by_value"]


def test_what_is_refused():
    with pytest.raises(TypeError, match="t_list should be a sequence of tensors"):
        tf.global_norm(tf.constant([1.0]))
    with pytest.raises(TypeError, match="t_list should be a sequence of tensors"):
        tf.clip_by_global_norm(rows([1.0, 1.0], indices=[0]), 1.0)
    with pytest.raises(ValueError, match="t_list must hold at least one tensor"):
        tf.clip_by_global_norm([None, None], 1.0)
