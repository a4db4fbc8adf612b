"""The file that says which checkpoints there are."""

from __future__ import annotations

import pytest

import graphcore as tf


def test_what_is_told_is_read_again(tmp_path):
    directory = str(tmp_path)
    for step in (1, 2):
        (tmp_path / f"model-{step}").touch()
    paths = [f"{directory}/model-1", f"{directory}/model-2"]
    tf.train.update_checkpoint_state(directory, paths[1], paths)
    assert (tmp_path / "checkpoint").read_text() == (
        'model_checkpoint_path: "model-2"\n'
        'all_model_checkpoint_paths: "model-1"\n'
        'all_model_checkpoint_paths: "model-2"\n'
    )
    state = tf.train.get_checkpoint_state(directory)
    assert state.model_checkpoint_path == paths[1]
    assert list(state.all_model_checkpoint_paths) == paths
    assert tf.train.latest_checkpoint(directory) == paths[1]
    moved = tmp_path.parent / "moved"
    tmp_path.rename(moved)
    assert tf.train.latest_checkpoint(str(moved)) == str(moved / "model-2")
    moved.rename(tmp_path)


def test_paths_elsewhere_stay_as_they_are(tmp_path, monkeypatch):
    state = tf.train.generate_checkpoint_state_proto(str(tmp_path / "logs"), str(tmp_path / "model"), ["/a/b"])
    assert state.model_checkpoint_path == str(tmp_path / "model")
    assert list(state.all_model_checkpoint_paths) == ["/a/b", str(tmp_path / "model")]
    monkeypatch.chdir(tmp_path)
    assert tf.train.generate_checkpoint_state_proto("logs", "logs/model").model_checkpoint_path == "model"
    assert tf.train.generate_checkpoint_state_proto("", "model").model_checkpoint_path == "model"


def test_what_tensorflow_wrote_is_read(tmp_path):
    (tmp_path / "checkpoint").write_text(
        f'model_checkpoint_path: "{tmp_path}/model-7"\nall_model_checkpoint_paths: "model-7"\n'
    )
    assert tf.train.latest_checkpoint(str(tmp_path)) is None
    (tmp_path / "model-7").touch()
    assert tf.train.latest_checkpoint(str(tmp_path)) == str(tmp_path / "model-7")
    assert list(tf.train.get_checkpoint_state(str(tmp_path)).all_model_checkpoint_paths) == [str(tmp_path / "model-7")]


def test_there_may_be_none(tmp_path, caplog):
    assert tf.train.get_checkpoint_state(str(tmp_path)) is None
    assert tf.train.latest_checkpoint(str(tmp_path / "none")) is None
    assert not caplog.records
    (tmp_path / "checkpoint").write_bytes(b"\xff{")
    assert tf.train.latest_checkpoint(str(tmp_path)) is None
    assert "checkpoint cannot be read" in caplog.text


def test_another_name_for_the_file(tmp_path):
    (tmp_path / "model").touch()
    tf.train.update_checkpoint_state(str(tmp_path), str(tmp_path / "model"), latest_filename="latest")
    assert tf.train.latest_checkpoint(str(tmp_path)) is None
    assert tf.train.latest_checkpoint(str(tmp_path), "latest") == str(tmp_path / "model")
    assert tf.train.checkpoint_exists(str(tmp_path / "model"))
    assert not tf.train.checkpoint_exists(str(tmp_path / "other"))
    with pytest.raises(RuntimeError, match="conflicts with path used for checkpoint state"):
        tf.train.update_checkpoint_state(str(tmp_path), str(tmp_path / "checkpoint"))
