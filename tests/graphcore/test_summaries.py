"""Summary operations: the bytes they give, the collection they are in, what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

import graphcore as tf
from writer.format.messages import Summary


def test_a_scalar(sess):
    summary = tf.scalar_summary("output", 0.8)
    assert sess.run(summary) == bytes.fromhex("0a0d0a066f757470757415cdcc4c3f")
    assert tf.get_collection(tf.GraphKeys.SUMMARIES) == [summary]


def test_a_tag_for_each_value(sess):
    read = Summary.FromString(sess.run(tf.scalar_summary(["a", "b"], [1, 2])))
    assert [(value.tag, value.simple_value) for value in read.value] == [("a", 1.0), ("b", 2.0)]


def test_all_of_them_merged(sess):
    assert tf.merge_all_summaries() is None
    x = tf.placeholder(tf.float32)
    tf.scalar_summary("a", x)
    tf.scalar_summary("b", x * 2.0)
    tf.scalar_summary("apart", x, collections=["others"])
    read = Summary.FromString(sess.run(tf.merge_all_summaries(), {x: 3.0}))
    assert [(value.tag, value.simple_value) for value in read.value] == [("a", 3.0), ("b", 6.0)]
    assert len(tf.get_collection("others")) == 1


def test_a_tag_that_comes_twice(sess):
    tf.scalar_summary("a", 1.0)
    tf.scalar_summary("a", 2.0)
    merged = tf.merge_all_summaries()
    with pytest.raises(tf.errors.InvalidArgumentError, match="Duplicate tag a found in summary inputs"):
        sess.run(merged)


def test_tags_that_do_not_fit_the_values(sess):
    tags = tf.placeholder(tf.string)
    summary = tf.scalar_summary(tags, [1.0, 2.0])
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"tags and values are not the same shape: \[\] != \[2\] \(tag 'a'\)"
    ):
        sess.run(summary, {tags: "a"})


def test_what_the_writer_takes(sess, tmp_path):
    writer = tf.train.SummaryWriter(str(tmp_path), sess.graph)
    writer.add_summary(sess.run(tf.scalar_summary("loss", np.float64(0.5))), 7)
    writer.close()
    (path,) = tmp_path.iterdir()
    assert b"loss" in path.read_bytes()
