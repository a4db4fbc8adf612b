"""TensorFlow reads our checkpoints, and we read TensorFlow's, of many variables and of large ones.

Runs where TensorFlow is installed (`make conformance`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from tensorflow_peer import session_of, v1

import graphcore as tf
from graphcore.op_type import OP_TYPES

RNG = np.random.RandomState(0)
MANY = {f"layer_{i}/weights": RNG.randn(i % 7 + 1, 3).astype(np.float32) for i in range(3000)}
LARGE = {
    "a": RNG.randn(700, 900),
    "b": np.arange(400_000),
    "c": RNG.randn(300_000).astype(np.float16),
    "d": np.int64(7),
}


@pytest.mark.parametrize("values", [MANY, LARGE], ids=["many", "large"])
def test_each_reads_what_the_other_wrote(values, tmp_path):
    ours, theirs = str(tmp_path / "ours"), str(tmp_path / "theirs")
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(OP_TYPES["Save"](ours, list(values), list(values.values())))
    with tf.Graph().as_default() as graph:
        save = OP_TYPES["Save"](theirs, list(values), list(values.values()))
        some = list(values)[::100] if len(values) > 100 else list(values)
        restored = [
            OP_TYPES["Restore"](ours, name, dt=tf.as_dtype(values[name].dtype), name=f"restored_{i}")
            for i, name in enumerate(some)
        ]
    with session_of(graph) as session:
        session.run(save.name)
        for name, found in zip(some, session.run([tensor.name for tensor in restored]), strict=True):
            np.testing.assert_array_equal(found, values[name])
    reader = tf.train.NewCheckpointReader(theirs)
    assert reader.get_variable_to_shape_map() == {name: list(np.shape(value)) for name, value in values.items()}
    for name, value in values.items():
        np.testing.assert_array_equal(reader.get_tensor(name), value)
    if values is MANY:  # TensorFlow of today has blocks of their own for what is large
        assert Path(ours).read_bytes() == Path(theirs).read_bytes()


def test_checkpoints_of_today_are_read(tmp_path):
    with v1.Graph().as_default(), v1.Session() as session:
        for name, value in {**LARGE, "texts": np.array([b"a" * 300, b""], object)}.items():
            v1.Variable(value, name=name)
        session.run(v1.global_variables_initializer())
        path = v1.train.Saver(sharded=True).save(session, str(tmp_path / "model"), global_step=3)
    reader = tf.train.NewCheckpointReader(path)
    for name, value in LARGE.items():
        np.testing.assert_array_equal(reader.get_tensor(name), value)
    assert reader.get_tensor("texts").tolist() == [b"a" * 300, b""]
    assert tf.train.latest_checkpoint(str(tmp_path)) == path


def test_tensorflow_goes_on_from_our_checkpoint(tmp_path):
    with tf.Graph().as_default():
        v = tf.Variable([1.0, -2.0], name="v")
        step = tf.Variable(0, trainable=False, name="step")
        train = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(v * v), global_step=step)
        saver = tf.train.Saver()
        with tf.Session() as session:
            session.run(tf.initialize_all_variables())
            session.run(train)
            path = saver.save(session, str(tmp_path / "model"), global_step=step)
            session.run(train)
            expected = session.run(v)
    with v1.Graph().as_default():
        theirs = v1.train.import_meta_graph(f"{path}.meta")
        with v1.Session() as session:
            theirs.restore(session, v1.train.latest_checkpoint(str(tmp_path)))
            session.run(train.name)
            np.testing.assert_array_equal(session.run("v:0"), expected)
            assert session.run("step:0") == 2
