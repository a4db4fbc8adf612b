"""Embeddings as TensorBoard's projector reads them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from google.protobuf import text_format
from PIL import Image
from tensorboard.plugins.projector import projector_config_pb2, projector_plugin

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


def test_a_directory_that_refuses_files_is_warned_of_and_does_not_raise(tmp_path, caplog):
    (tmp_path / "00000").write_text("a file where the directory would be")
    with SummaryWriter(tmp_path) as log:
        log.add_embedding(np.eye(2), tag="words")
    assert "add_embedding: tag 'words'" in caplog.text
    assert not (tmp_path / "projector_config.pbtxt").exists()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
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
