"""Large variables in parts: how they are cut, begun, looked up, saved as one."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf

WHOLE = np.arange(14, dtype=np.float32).reshape(7, 2)


def test_the_first_parts_are_longer(sess):
    parts = tf.create_partitioned_variables([7, 2], [3, 1], tf.constant(WHOLE), name="table")
    assert [part.op.name for part in parts] == ["table/part_0", "table/part_1", "table/part_2"]
    assert [part.get_shape().as_list() for part in parts] == [[3, 2], [2, 2], [2, 2]]
    assert [part.save_slice_info.spec for part in parts] == ["7 2 0,3:0,2", "7 2 3,2:0,2", "7 2 5,2:0,2"]
    sess.run(tf.initialize_all_variables())
    np.testing.assert_array_equal(np.concatenate(sess.run(parts)), WHOLE)
    rows = tf.nn.embedding_lookup(parts, [6, 0, 3, 2], partition_strategy="div")
    np.testing.assert_array_equal(sess.run(rows), WHOLE[[6, 0, 3, 2]])


def test_parts_along_another_dimension_from_a_function(sess):
    parts = tf.create_partitioned_variables([2, 5], [1, 2], tf.ones_initializer, dtype=tf.float64, trainable=False)
    assert [part.op.name for part in parts] == ["PartitionedVariable/part_0", "PartitionedVariable/part_1"]
    sess.run(tf.initialize_all_variables())
    assert [value.tolist() for value in sess.run(parts)] == [[[1.0] * 3] * 2, [[1.0] * 2] * 2]
    assert tf.trainable_variables() == []
    assert parts[0].dtype.base_dtype == tf.float64
    (one,) = tf.create_partitioned_variables([2], [1], [3.0, 4.0])
    sess.run(one.initializer)
    assert sess.run(one).tolist() == [3.0, 4.0]
    again = tf.create_partitioned_variables([2, 5], [1, 2], None, tf.float64, name="PartitionedVariable", reuse=True)
    assert again == parts


def test_a_checkpoint_holds_them_as_one(sess, tmp_path):
    parts = tf.create_partitioned_variables([7, 2], [3, 1], tf.constant(WHOLE), name="table")
    other = tf.Variable(1.0, name="other")
    sess.run(tf.initialize_all_variables())
    path = tf.train.Saver().save(sess, str(tmp_path / "model"))
    reader = tf.train.NewCheckpointReader(path)
    assert reader.get_variable_to_shape_map() == {"table": [7, 2], "other": []}
    np.testing.assert_array_equal(reader.get_tensor("table"), WHOLE)
    halves = tf.create_partitioned_variables([7, 2], [2, 1], tf.zeros_initializer, name="halves")
    whole = tf.Variable(tf.zeros([7, 2]), name="whole")
    with tf.Session() as fresh:
        tf.train.Saver({"table": halves, "other": other}).restore(fresh, path)
        tf.train.Saver({"table": whole}).restore(fresh, path)
        tf.train.Saver(parts).restore(fresh, path)
        np.testing.assert_array_equal(np.concatenate(fresh.run(halves)), WHOLE)
        np.testing.assert_array_equal(fresh.run(whole), WHOLE)
        np.testing.assert_array_equal(fresh.run(parts[2]), WHOLE[5:])
    with tf.Graph().as_default():
        tf.train.import_meta_graph(f"{path}.meta")
        saved = [v.save_slice_info for v in tf.all_variables()]
        assert [info and info.spec for info in saved] == ["7 2 0,3:0,2", "7 2 3,2:0,2", "7 2 5,2:0,2", None]


@pytest.mark.parametrize(
    ("shape", "slicing", "told"),
    [
        ([4, 2], [2], "must have the same length"),
        ([], [], "must have rank at least 1"),
        ([4, 2], [1, 3], "Cannot create 3 slices for size 2"),
        ([4, 2], [0, 1], "Cannot create 0 slices for size 4"),
        ([4, 2], [2, 2], "Can only slice a variable along one dimension"),
    ],
)
def test_what_cannot_be_cut(shape, slicing, told):
    with pytest.raises(ValueError, match=told):
        tf.create_partitioned_variables(shape, slicing, tf.zeros_initializer)
