"""The variable that counts steps."""

from __future__ import annotations

import pytest

import graphcore as tf


def test_it_is_made_once_and_found_everywhere(sess):
    assert tf.train.get_global_step() is None
    with tf.name_scope("inside"):
        step = tf.train.get_or_create_global_step()
    assert (step.name, step.dtype.base_dtype) == ("global_step:0", tf.int64)
    assert tf.train.get_or_create_global_step() is tf.train.get_global_step() is step
    assert tf.all_variables() == [step]
    assert tf.trainable_variables() == []
    with pytest.raises(ValueError, match='"global_step" already exists'):
        tf.train.create_global_step()
    v = tf.Variable(1.0)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(v * v, global_step=step)
    sess.run(tf.initialize_all_variables())
    for _ in range(3):
        sess.run(train)
    assert tf.train.global_step(sess, step) == 3
    other = tf.Graph()
    assert tf.train.create_global_step(other).graph is other


def test_one_that_was_made_by_hand_is_found_by_its_name():
    step = tf.Variable(0, name="global_step", trainable=False)
    assert tf.train.get_global_step() is step
    with tf.Graph().as_default():
        tensor = tf.constant(3, name="global_step")
        assert tf.train.get_global_step() is tensor
    with tf.Graph().as_default():
        tf.constant(1.5, name="global_step")
        with pytest.raises(TypeError, match=r"must be a variable of a whole number, not <tf\.Tensor"):
            tf.train.get_global_step()
    for _ in range(2):
        tf.add_to_collection(tf.GraphKeys.GLOBAL_STEP, step)
    with pytest.raises(ValueError, match="There are 2 global steps in the graph"):
        tf.train.get_global_step()


def test_it_travels_with_its_graph(sess, tmp_path):
    step = tf.train.create_global_step()
    sess.run(step.assign(41))
    path = tf.train.Saver().save(sess, str(tmp_path / "model"), global_step=step)
    with tf.Graph().as_default(), tf.Session() as other:
        tf.train.import_meta_graph(f"{path}.meta").restore(other, path)
        assert tf.train.global_step(other, tf.train.get_global_step()) == 41
