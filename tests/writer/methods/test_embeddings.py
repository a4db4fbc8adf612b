"""Embeddings as TensorBoard's projector reads them."""

from __future__ import annotations

import io
import os
import re
import threading

import numpy as np
import pytest
from google.protobuf import text_format
from PIL import Image
from tensorboard.plugins.projector import projector_config_pb2, projector_plugin

import board
from writer import SummaryWriter
from writer.summary import embeddings


def config_of(directory):
    text = (directory / "projector_config.pbtxt").read_text()
    return text_format.Parse(text, projector_config_pb2.ProjectorConfig())


def test_vectors_labels_and_pictures_are_read_back(tmp_path):
    vectors = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    pictures = np.zeros((5, 3, 4, 6), np.float32)
    pictures[:, 1] = np.arange(5)[:, None, None] / 5
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(vectors, ["a", "b\tc", "d\ne", 4, "ü"], pictures, global_step=7, tag="words/en")
    (embedding,) = config_of(tmp_path).embeddings
    assert embedding.tensor_name == "words/en:00007"
    assert list(embedding.tensor_shape) == [5, 3]
    read = projector_plugin._read_tensor_tsv_file(str(tmp_path / embedding.tensor_path))
    np.testing.assert_array_equal(read, vectors)
    assert (tmp_path / embedding.metadata_path).read_text(encoding="utf-8").splitlines() == [
        "a",
        "b c",
        "d e",
        "4",
        "ü",
    ]
    assert list(embedding.sprite.single_image_dim) == [6, 4]
    sprite = np.asarray(Image.open(tmp_path / embedding.sprite.image_path))
    assert sprite.shape == (12, 18, 3)
    for number in range(5):
        row, column = divmod(number, 3)
        cell = sprite[row * 4 : row * 4 + 4, column * 6 : column * 6 + 6]
        assert (cell == [0, int(np.float32(number / 5) * 255), 0]).all()
    for path in (embedding.tensor_path, embedding.metadata_path, embedding.sprite.image_path):
        assert projector_plugin._rel_to_abs_asset_path(path, str(tmp_path / "projector_config.pbtxt"))


def test_tensors_accumulate_over_writers_and_the_same_again_replaces(tmp_path):
    (tmp_path / "projector_config.pbtxt").write_text('embeddings { tensor_name: "of another program" }\n')
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(np.eye(2), tag="a")
        log.add_embedding(np.eye(2), tag="b", global_step=1)
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(np.eye(3), ["x", "y", "z"], tag="a")
    found = {embedding.tensor_name: embedding for embedding in config_of(tmp_path).embeddings}
    assert list(found) == ["of another program", "b:00001", "a:00000"]
    assert found["a:00000"].metadata_path
    assert not list(tmp_path.rglob("*.tmp"))


def test_columns_have_a_header_and_a_single_column_has_none(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(np.eye(2), [["a", 1], ("b", 2)], tag="two", metadata_header=["name", "count"])
        log.add_embedding(np.eye(2), [["a"], ["b"]], tag="one", metadata_header=["name"])
    assert (tmp_path / "00000/two/metadata.tsv").read_text() == "name\tcount\na\t1\nb\t2\n"
    assert (tmp_path / "00000/one/metadata.tsv").read_text() == "a\nb\n"


def test_pictures_are_made_smaller_to_fit_what_browsers_draw(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(embeddings, "MAX_SPRITE_SIDE", 64)
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(np.zeros((100, 2)), label_img=np.zeros((100, 1, 16, 16), np.uint8))
    (embedding,) = config_of(tmp_path).embeddings
    assert list(embedding.sprite.single_image_dim) == [6, 6]
    assert Image.open(io.BytesIO((tmp_path / embedding.sprite.image_path).read_bytes())).size == (60, 60)
    assert "made 3 times smaller" in caplog.text


def test_a_directory_that_refuses_files_is_warned_of_and_gets_them_when_it_takes_them(tmp_path, caplog, monkeypatch):
    monkeypatch.setattr("writer.output.outlet._RETRY_SECONDS", 0.02)
    obstacle = tmp_path / "00000"
    obstacle.write_text("a file where the directory would be")
    log = SummaryWriter(tmp_path)
    log.add_scalar("loss", 1.0, 1)
    log.add_embedding(np.eye(2), tag="words")
    assert log.flush() is False
    assert log.flush() is False
    assert len([entry for entry in caplog.records if "add_embedding: tag 'words'" in entry.message]) == 1
    assert board.open(tmp_path).scalars(".", "loss").values.tolist() == [1.0]
    assert not (tmp_path / "projector_config.pbtxt").exists()
    obstacle.unlink()
    assert log.flush() is True
    assert [embedding.tensor_name for embedding in config_of(tmp_path).embeddings] == ["words:00000"]
    log.close()


def test_a_disk_that_hangs_keeps_the_caller_waiting_no_time(tmp_path, monkeypatch):
    monkeypatch.setattr("writer.output.open_file._PATIENCE_SECONDS", 0.1)
    answers, real_makedirs = threading.Event(), os.makedirs

    def makedirs(*arguments, **keywords):
        assert threading.current_thread().name == "graphboard writer"
        answers.wait()
        real_makedirs(*arguments, **keywords)

    log = SummaryWriter(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "makedirs", makedirs)
        log.add_embedding(np.eye(2))
        log.add_scalars("loss", {"train": 1.0}, own_runs=True)  # another directory
        assert log.flush() is False
        answers.set()
        assert log.flush() is True
    log.close()
    assert len(config_of(tmp_path).embeddings) == 1
    assert board.open(tmp_path).runs == ["loss_train"]


def test_what_waits_beside_the_events_is_bounded(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("writer.output.outlet._RETRY_SECONDS", 0.02)
    (tmp_path / "00000").write_text("a file where the directory would be")
    log = SummaryWriter(tmp_path, memory_limit=100_000)
    for number in range(20):
        log.add_embedding(np.zeros((10, 1000)), tag=f"{number}")  # 40 kB
        log.flush()
    assert "tag '19': 80000 bytes wait to be written already; it is not written" in caplog.text
    assert "tag '1'" not in caplog.text
    (tmp_path / "00000").unlink()
    assert log.flush()
    assert [embedding.tensor_name for embedding in config_of(tmp_path).embeddings] == ["0:00000", "1:00000"]


def test_a_config_that_is_none_is_left_alone_and_told_of_once(tmp_path, caplog):
    (tmp_path / "projector_config.pbtxt").write_text("no such thing {")
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(np.eye(2), tag="words")
        assert log.flush()
    assert "tag 'words': projector_config.pbtxt cannot be read" in caplog.text
    assert (tmp_path / "projector_config.pbtxt").read_text() == "no such thing {"


def test_every_tag_has_a_folder_of_its_own_that_all_systems_can_have():
    tags = [
        "a",
        "a/b",
        "a%2fb",
        "..",
        ".",
        "aux",
        "AUX.txt",
        "a:b",
        "a ",
        "ü" * 300,
        "ü" * 301,
        "x" * 60_000,
        "\n",
        "%",
    ]
    names = [embeddings.folder_name(tag) for tag in tags]
    assert names[:2] == ["a", "a%2fb"]
    assert len(set(names)) == len(tags)
    for name in names:
        assert len(name.encode()) < 256
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f]|^(aux|con)(\.|$)|^\.|[. ]$', name, re.IGNORECASE), name


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (np.eye(2), None, None, 1.5, "t"),
            ValueError,
            r"add_embedding: tag 't': global_step is an integer, but got 1\.5",
        ),
        ((np.zeros(3),), ValueError, r"tag 'default' wants a matrix \[n, d\], but got shape \[3\]"),
        (("words",), TypeError, r"tag 'default' wants a matrix \[n, d\], but got 'words'"),
        ((np.eye(2), ["a"]), ValueError, "1 labels in metadata, but mat has 2 rows"),
        ((np.eye(2), None, np.zeros((2, 3, 4))), ValueError, r"label_img \[n, c, h, w\] .* got shape \[2, 3, 4\]"),
        ((np.eye(2), None, np.zeros((3, 3, 4, 4))), ValueError, "3 pictures in label_img, but mat has 2 rows"),
        (
            (np.eye(2), ["a", "b"], None, 0, "t", ["x", "y"]),
            ValueError,
            "row 0 has 1 columns, but metadata_header has 2",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_written(tmp_path, arguments, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        log.add_embedding(*arguments)
    assert list(tmp_path.iterdir()) == []
