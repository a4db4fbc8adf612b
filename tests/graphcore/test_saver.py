"""Saving and restoring variables: what is restored where, which files stay, and what goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from google.protobuf import text_format

import graphcore as tf
from graphcore.checkpoint import writing


@pytest.fixture
def model():
    """Two variables with values that are not their initial ones."""
    with tf.Session() as session:
        w, b = tf.Variable([[1.0, 2.0]], name="w"), tf.Variable(3, name="b")
        session.run(tf.initialize_all_variables())
        session.run([w.assign([[5.0, 6.0]]), b.assign(7)])
        yield session, w, b


def files(directory):
    return sorted(path.name for path in directory.iterdir())


def test_another_session_goes_on_with_the_same_values(model, tmp_path):
    session, w, b = model
    saver = tf.train.Saver()
    path = saver.save(session, str(tmp_path / "model"))
    assert path == str(tmp_path / "model")
    assert files(tmp_path) == ["checkpoint", "model", "model.meta"]
    with tf.Session() as other:
        saver.restore(other, path)
        values = other.run([w, b])
    assert values[0].tolist() == [[5.0, 6.0]]
    assert (values[1], type(values[1]).__name__) == (7, type(session.run(b)).__name__)


def test_a_program_without_the_graph_gets_it_from_beside_the_checkpoint(tmp_path):
    x = tf.placeholder(tf.float32, name="x")
    v = tf.Variable(2.0, name="v")
    tf.mul(v, x, name="y")
    train = tf.train.MomentumOptimizer(0.25, 0.5).minimize(v * v)
    tf.add_to_collection("train", train)
    with tf.Session() as session:
        session.run(tf.initialize_all_variables())
        session.run(train)
        path = tf.train.Saver().save(session, str(tmp_path / "model"), global_step=1)
        expected = [session.run("y:0", {x: 3.0}), session.run([train, v])[1]]
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(f"{path}.meta")
        saver.restore(session, path)
        assert session.run("y:0", {"x:0": 3.0}) == expected[0]
        (again,) = tf.get_collection("train")
        session.run(again)
        assert session.run("v:0") == expected[1]
        assert [variable.name for variable in tf.all_variables()] == ["v:0", "v/Momentum:0"]
        assert saver.save(session, str(tmp_path / "model"), global_step=2) == str(tmp_path / "model-2")


def test_names_in_the_checkpoint_may_be_others_or_fewer(model, tmp_path):
    session, w, b = model
    path = tf.train.Saver({"weights": w, "bias": b}).save(session, str(tmp_path / "model"))
    assert tf.train.NewCheckpointReader(path).get_variable_to_shape_map() == {"weights": [1, 2], "bias": []}
    other = tf.Variable([[0.0, 0.0]], name="other")
    with tf.Session() as fresh:
        tf.train.Saver({"weights": other}).restore(fresh, path)
        assert fresh.run(other).tolist() == [[5.0, 6.0]]
        assert not fresh.run(tf.is_variable_initialized(w))


def test_checkpoints_of_today_are_restored(data, sess):
    weights, table = tf.Variable(tf.zeros([3, 4]), name="layer/w"), tf.Variable(tf.zeros([7, 2]), name="p/table")
    tf.train.Saver().restore(sess, str(data / "tensorflow_v2-7"))
    assert sess.run(table)[6].tolist() == [12.0, 13.0]
    assert sess.run(weights)[0, 0] == np.float32(1.7640524)


def test_averages_are_restored_into_their_variables(tmp_path):
    v, step = tf.Variable(1.0, name="v"), tf.Variable(0, trainable=False, name="step")
    ema = tf.train.ExponentialMovingAverage(0.5)
    update = ema.apply([v])
    with tf.Session() as session:
        session.run(tf.initialize_all_variables())
        session.run(v.assign(2.0))
        session.run(update)
        path = tf.train.Saver().save(session, str(tmp_path / "model"))
        tf.train.Saver(ema.variables_to_restore()).restore(session, path)
        assert session.run([v, step]) == [1.5, 0]


def test_the_step_is_part_of_the_path(model, tmp_path):
    session, _, b = model
    saver = tf.train.Saver()
    paths = [saver.save(session, str(tmp_path / "m"), global_step=step) for step in (0, np.int64(5), b, b.value())]
    assert [os.path.basename(path) for path in paths] == ["m-0", "m-5", "m-7", "m-7"]
    assert tf.train.latest_checkpoint(str(tmp_path)) == paths[-1]
    assert tf.train.global_step(session, b) == 7
    with pytest.raises(TypeError, match=r"must be a variable of a whole number, not 1\.5"):
        saver.save(session, str(tmp_path / "m"), global_step=1.5)
    with pytest.raises(TypeError, match="global_step_tensor must be a variable of a whole number"):
        tf.train.global_step(session, tf.constant(1.5))


def test_the_latest_few_are_kept(model, tmp_path):
    session, *_ = model
    saver = tf.train.Saver(max_to_keep=2)
    for step in (1, 2, 3, 2):
        saver.save(session, str(tmp_path / "m"), global_step=step)
    assert files(tmp_path) == ["checkpoint", "m-2", "m-2.meta", "m-3", "m-3.meta"]
    assert [os.path.basename(path) for path in saver.last_checkpoints] == ["m-3", "m-2"]
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert list(state.all_model_checkpoint_paths) == saver.last_checkpoints
    other = tf.train.Saver(max_to_keep=1)
    other.set_last_checkpoints(saver.last_checkpoints)
    other.save(session, str(tmp_path / "m"), global_step=9, write_meta_graph=False)
    assert files(tmp_path) == ["checkpoint", "m-9"]
    for keep_all in (0, None):
        saver = tf.train.Saver(max_to_keep=keep_all)
        for step in range(10, 18):
            saver.save(session, str(tmp_path / "all"), global_step=step, write_meta_graph=False)
        assert saver.last_checkpoints == []
    assert len(files(tmp_path)) == 2 + 8


def test_one_in_so_many_hours_is_kept(model, tmp_path, monkeypatch):
    session, *_ = model
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=1.0)
    for step in range(8):
        saver.save(session, str(tmp_path / "m"), global_step=step, write_meta_graph=False)
        now += 1500.0
    # Written after 0, 25, 50, 75, ... minutes: the first one after each full hour stays.
    assert files(tmp_path) == ["checkpoint", "m-3", "m-5", "m-7"]


def test_shapes_may_differ_where_that_is_wanted(model, tmp_path):
    session, w, _ = model
    path = tf.train.Saver([w]).save(session, str(tmp_path / "model"))
    column = tf.Variable([[0.0], [0.0]], name="column")
    with pytest.raises(tf.errors.InvalidArgumentError) as raised:
        tf.train.Saver({"w": column}).restore(session, path)
    assert "lhs shape= [2, 1] rhs shape= [1, 2]" in str(raised.value)
    assert "(column, " in str(raised.value)
    tf.train.Saver({"w": column}, reshape=True, restore_sequentially=True).restore(session, path)
    assert session.run(column).tolist() == [[5.0], [6.0]]
    free = tf.Variable([0.0], validate_shape=False, name="free")
    tf.train.Saver({"w": free}).restore(session, path)
    assert session.run(free).tolist() == [[5.0, 6.0]]


def test_a_file_for_each_device(tmp_path):
    with tf.device("/job:ps/task:0"):
        a = tf.Variable(1.0, name="a")
    with tf.device("/job:ps/task:1"):
        b = tf.Variable([2.0], name="b")
    saver = tf.train.Saver(sharded=True)
    with tf.Session() as session:
        session.run(tf.initialize_all_variables())
        path = saver.save(session, str(tmp_path / "m"), global_step=3)
        assert os.path.basename(path) == "m-3-?????-of-00002"
        assert files(tmp_path) == ["checkpoint", "m-3-00000-of-00002", "m-3-00001-of-00002", "m-3.meta"]
    with tf.Session() as session:
        saver.restore(session, tf.train.latest_checkpoint(str(tmp_path)))
        assert session.run(a) == 1.0
        assert session.run(b).tolist() == [2.0]


def test_operations_are_named_as_in_tensorflow(fresh_graph):
    tf.Variable(1.0, name="v")
    already = len(fresh_graph.get_operations())
    saver = tf.train.Saver()
    assert [op.name for op in fresh_graph.get_operations()][already:] == [
        "save/Const",
        *["save/save/tensor_names", "save/save/shapes_and_slices", "save/save", "save/control_dependency"],
        *["save/restore_slice/tensor_name", "save/restore_slice/shape_and_slice", "save/restore_slice"],
        *["save/Assign", "save/restore_all"],
    ]
    assert (saver.saver_def.filename_tensor_name, saver.saver_def.save_tensor_name) == (
        "save/Const:0",
        "save/control_dependency:0",
    )
    assert saver.saver_def.restore_op_name == "save/restore_all"
    again = tf.train.Saver.from_proto(saver.to_proto())
    assert again.saver_def.max_to_keep == 5
    assert tf.train.Saver(name="other").saver_def.restore_op_name == "other/restore_all"


def test_what_cannot_be_saved(model, tmp_path, raises):
    session, w, _ = model
    saver = tf.train.Saver()
    with raises(TypeError, "'sess' must be a Session; None"):
        saver.save(None, str(tmp_path / "m"))
    with pytest.raises(ValueError, match="'latest_filename' must not contain path components"):
        saver.save(session, str(tmp_path / "m"), latest_filename="a/b")
    with pytest.raises(tf.errors.NotFoundError, match=r"none/m cannot be written: .* is its directory there"):
        saver.save(session, str(tmp_path / "none" / "m"))
    with tf.Session() as fresh, pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value"):
        saver.save(fresh, str(tmp_path / "m"))
    assert files(tmp_path) == []
    with pytest.raises(ValueError, match="At least two variables have the same name: w"):
        tf.train.Saver([w, w])
    with pytest.raises(ValueError, match="The same variable will be restored with two names: a and b"):
        tf.train.Saver({"a": w, "b": w})
    with pytest.raises(TypeError, match="Variable to save is not a Variable: Tensor"):
        tf.train.Saver({"a": w.value()})
    with pytest.raises(
        TypeError, match=r"Names in the checkpoint must be strings, each with its variable, but one is 1"
    ):
        tf.train.Saver({1: w})
    with pytest.raises(TypeError, match="var_list must be a list of variables, or a dict, not one variable: w:0"):
        tf.train.Saver(w)
    with tf.Graph().as_default(), raises(ValueError, "No variables to save"):
        tf.train.Saver()


def test_what_cannot_be_restored(model, tmp_path, raises):
    session, w, b = model
    path = tf.train.Saver().save(session, str(tmp_path / "m"))
    for none in ("/nope", None):
        with raises(ValueError, f"Restore called with invalid save path {none}"):
            tf.train.Saver().restore(session, none)
    late = tf.Variable(1.0, name="late")
    with pytest.raises(tf.errors.NotFoundError, match=r'Tensor name "late" not found in checkpoint files .*m'):
        tf.train.Saver().restore(session, path)
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="tensor_name = b; expected dtype float32 does not equal original dtype int32",
    ):
        tf.train.Saver({"b": late}).restore(session, path)
    data = (tmp_path / "m").read_bytes()
    (tmp_path / "m").write_bytes(data[:20] + bytes([data[20] ^ 1]) + data[21:])
    with pytest.raises(tf.errors.DataLossError, match="m cannot be read as a checkpoint: bad checksum of the block"):
        tf.train.Saver([w, b]).restore(session, path)
    (tmp_path / "m").write_bytes(b"PK" + bytes(100))
    with pytest.raises(tf.errors.DataLossError, match="its last bytes are not those of a checkpoint"):
        tf.train.Saver([w, b]).restore(session, path)


def test_a_disk_that_fails_leaves_the_checkpoint_that_was_there(model, tmp_path, monkeypatch):
    session, w, _ = model
    saver = tf.train.Saver()
    path = saver.save(session, str(tmp_path / "m"))
    before = (tmp_path / "m").read_bytes()

    def full(fd):
        raise OSError(28, "No space left on device")

    graph = (tmp_path / "m.meta").read_bytes()
    monkeypatch.setattr(writing, "sync_file", full)
    with pytest.raises(OSError, match="No space left on device"):
        saver.export_meta_graph(str(tmp_path / "m.meta"))
    assert (tmp_path / "m.meta").read_bytes() == graph
    session.run(w.assign([[0.0, 0.0]]))
    with pytest.raises(tf.errors.UnknownError, match=r"m cannot be written: .*No space left on device"):
        saver.save(session, str(tmp_path / "m"))
    assert (tmp_path / "m").read_bytes() == before
    assert files(tmp_path) == ["checkpoint", "m", "m.meta"]
    saver.restore(session, path)
    assert session.run(w).tolist() == [[5.0, 6.0]]


SAVES_FOR_EVER = """
    import sys
    import graphcore as tf

    v = tf.Variable(tf.zeros([300, 1000]), name="v")
    count = v.assign_add(tf.ones([300, 1000]))
    with tf.Session() as session:
        session.run(tf.initialize_all_variables())
        saver = tf.train.Saver(max_to_keep=1)
        for step in range(1, 1 << 30):
            session.run(count)
            saver.save(session, sys.argv[1], global_step=step)
            print(step, flush=True)
"""


def test_a_program_killed_while_it_saves_loses_no_checkpoint_that_was_there(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SAVES_FOR_EVER), str(tmp_path / "m")], stdout=subprocess.PIPE, text=True
    ) as program:
        told = [int(program.stdout.readline()) for _ in range(3)]
        time.sleep(0.013)  # somewhere inside of a save, a different place each time
        program.kill()
    latest = tf.train.latest_checkpoint(str(tmp_path))
    step = int(latest.rpartition("-")[2])
    assert step >= told[-1]
    value = tf.train.NewCheckpointReader(latest).get_tensor("v")
    assert (value == step).all()
    assert value.shape == (300, 1000)


def test_a_checkpoint_does_not_take_the_place_of_the_file_that_tells_of_them(model, tmp_path):
    session, *_ = model
    saver = tf.train.Saver()
    path = saver.save(session, str(tmp_path / "m"))
    for name, latest in (("checkpoint", None), ("latest", "latest")):
        with pytest.raises(RuntimeError, match="conflicts with path used for checkpoint state"):
            saver.save(session, str(tmp_path / name), latest_filename=latest)
    assert tf.train.latest_checkpoint(str(tmp_path)) == path
    with pytest.raises(tf.errors.NotFoundError, match=r"not a checkpoint; tf\.train\.latest_checkpoint"):
        saver.restore(session, str(tmp_path))


def test_saving_and_restoring_add_nothing_to_the_graph(model, tmp_path):
    session, w, b = model
    saver = tf.train.Saver()
    session.graph.finalize()
    path = saver.save(session, str(tmp_path / "m"), global_step=b)
    saver.restore(session, path)
    assert session.run(w).tolist() == [[5.0, 6.0]]


def test_what_killed_programs_left_is_cleared_away_in_time(model, tmp_path):
    session, *_ = model
    old, new, other = (tmp_path / f"{name}.unfinished.1" for name in ("m-1", "m-2", "other"))
    for path in (old, new, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (time.time() - 7200,) * 2)
    tf.train.Saver().save(session, str(tmp_path / "m"), write_meta_graph=False)
    assert files(tmp_path) == ["checkpoint", "m", "m-2.unfinished.1", "other.unfinished.1"]


def test_a_graph_is_written_for_other_programs(model, tmp_path):
    session, *_ = model
    text = tf.train.write_graph(session.graph.as_graph_def(), str(tmp_path / "new"), "train.pbtxt")
    binary = tf.train.write_graph(session.graph, str(tmp_path / "new"), "train.pb", as_text=False)
    assert (text, binary) == (str(tmp_path / "new" / "train.pbtxt"), str(tmp_path / "new" / "train.pb"))
    with open(text) as file:
        assert text_format.Parse(file.read(), tf.GraphDef()) == session.graph.as_graph_def()
    with tf.Graph().as_default() as graph:
        with open(binary, "rb") as file:
            tf.import_graph_def(tf.GraphDef.FromString(file.read()), name="")
        assert [op.name for op in graph.get_operations()] == [op.name for op in session.graph.get_operations()]
