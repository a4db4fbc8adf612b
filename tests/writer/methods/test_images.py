from __future__ import annotations

import io
import logging
import sys

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.image.metadata import parse_plugin_metadata

import board
from writer import SummaryWriter

PIXELS = np.random.default_rng(0).integers(0, 256, (3, 20, 30), np.uint8)  # C, H, W


def jpeg():
    buffer = io.BytesIO()
    Image.fromarray(PIXELS.transpose(1, 2, 0)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_both_readers_find_the_pixels(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_image("i", PIXELS, 7, display_name="Input", description="of *it*")
    tensor, metadata = tensorboard_reads("i")
    assert tensor[:2].tolist() == [b"30", b"20"]
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(tensor[2]))), PIXELS.transpose(1, 2, 0))
    assert parse_plugin_metadata(metadata.plugin_data.content).version == 0
    assert (metadata.display_name, metadata.summary_description) == ("Input", "of *it*")
    (image,) = board.open(tmp_path).images(".", "i")
    assert (image.step, image.width, image.height, len(image.pictures)) == (7, 30, 20, 1)
    np.testing.assert_array_equal(image.array(), PIXELS.transpose(1, 2, 0))


@pytest.mark.parametrize(("dataformats", "axes"), [("CHW", (0, 1, 2)), ("HWC", (1, 2, 0)), ("WHC", (2, 1, 0))])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_bytes_and_floats_in_any_order_of_axes_are_one_picture(tmp_path, dataformats, axes, dtype):
    value = PIXELS.transpose(axes)
    with SummaryWriter(tmp_path) as log:
        log.add_image("i", value if dtype == np.uint8 else (value / 255).astype(dtype), dataformats=dataformats)
    np.testing.assert_array_equal(board.open(tmp_path).images(".", "i")[0].array(), PIXELS.transpose(1, 2, 0))


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pictures_may_be_gray_and_have_alpha(tmp_path, channels):
    pixels = np.random.default_rng(1).integers(0, 256, (5, 6, channels), np.uint8)
    with SummaryWriter(tmp_path) as log:
        log.add_image("i", pixels, dataformats="HWC")
    found = board.open(tmp_path).images(".", "i")[0].array()
    np.testing.assert_array_equal(found.reshape(pixels.shape), pixels)


def test_the_old_encoding_is_read_by_both_readers(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_image("i", PIXELS, 7, new_style=False)
        log.add_image("e", jpeg(), 7, new_style=False)
    events = EventAccumulator(str(tmp_path), size_guidance={"images": 0}).Reload()
    (event,) = events.Images("i")
    assert (event.step, event.width, event.height) == (7, 30, 20)
    assert np.asarray(Image.open(io.BytesIO(event.encoded_image_string))).shape == (20, 30, 3)
    logs = board.open(tmp_path)
    np.testing.assert_array_equal(logs.images(".", "i")[0].array(), PIXELS.transpose(1, 2, 0))
    assert logs.images(".", "e")[0].encoded == jpeg()


def test_several_pictures_become_a_grid_or_stay_apart(tmp_path):
    batch = np.stack([PIXELS] * 3)
    with SummaryWriter(tmp_path) as log:
        log.add_images("grid", batch, 1)
        log.add_images("rows", batch, 1, columns=2)
        log.add_images("apart", batch.transpose(0, 2, 3, 1), 1, dataformats="NHWC", grid=False)
        log.add_image("single call", batch, 1, dataformats="NCHW")
    logs = board.open(tmp_path)
    one = PIXELS.transpose(1, 2, 0)
    np.testing.assert_array_equal(logs.images(".", "grid")[0].array(), np.concatenate([one] * 3, axis=1))
    assert logs.images(".", "rows")[0].array().shape == (40, 60, 3)
    np.testing.assert_array_equal(logs.images(".", "single call")[0].array(), logs.images(".", "grid")[0].array())
    apart = logs.images(".", "apart")[0]
    assert (apart.width, apart.height, len(apart.pictures)) == (30, 20, 3)
    np.testing.assert_array_equal(apart.array(2), one)


def test_encoded_pictures_pass_through(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_image("j", jpeg(), 3)
        with pytest.raises(ValueError, match="add_image: tag 'j': these bytes are no PNG, JPEG, GIF, WebP or BMP"):
            log.add_image("j", b"no picture")
    tensor, _ = tensorboard_reads("j")
    assert tensor.tolist() == [b"30", b"20", jpeg()]


def test_boxes_are_drawn(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_image_with_boxes("b", PIXELS * 0, [[2, 3, 20, 15]], 1)
        log.add_image_with_boxes("l", PIXELS * 0, [2, 3, 20, 15], 1, rescale=2, labels="cat")
        log.add_image_with_boxes("none", PIXELS, np.zeros((0, 4)), 1)
    logs = board.open(tmp_path)
    assert logs.images(".", "b")[0].array()[3, 2].tolist() == [255, 0, 0]
    labelled = logs.images(".", "l")[0]
    assert (labelled.width, labelled.height) == (60, 40)
    np.testing.assert_array_equal(logs.images(".", "none")[0].array(), PIXELS.transpose(1, 2, 0))


@pytest.mark.parametrize(
    ("boxes", "options", "message"),
    [
        ([[1, 2, 3]], {}, r"wants boxes \[n, 4\] of finite numbers, but got shape \[1, 3\]"),
        ([[1, 2, 3, float("nan")]], {}, r"wants boxes \[n, 4\] of finite numbers"),
        ([[1, 2, 3, 4]], {"labels": ["a", "b"]}, "wants a label for each of 1 boxes, but got 2"),
        ([[1, 2, 3, 4]], {"rescale": 0}, "wants a positive rescale, but got 0"),
    ],
)
def test_boxes_that_cannot_be_drawn_are_refused(tmp_path, boxes, options, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(ValueError, match=f"add_image_with_boxes: tag 'b' {message}"):
        log.add_image_with_boxes("b", PIXELS, boxes, **options)


def test_without_pillow_only_what_needs_it_fails_and_says_so(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "PIL"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with SummaryWriter(tmp_path) as log:
        log.add_image("i", PIXELS)
        log.add_image_with_boxes("i", PIXELS, [[1, 2, 3, 4]])
        with pytest.raises(ImportError, match=r"drawing labels of boxes needs Pillow, .*graphboard\[media\]"):
            log.add_image_with_boxes("i", PIXELS, [[1, 2, 3, 4]], labels=["a"])


def test_clipping_is_told_once(tmp_path, caplog):
    with SummaryWriter(tmp_path) as log, caplog.at_level(logging.WARNING, "writer"):
        for step in range(3):
            log.add_image("i", PIXELS.astype(np.float32), step)
    (record,) = caplog.records
    assert record.getMessage().startswith("add_image: tag 'i': floats are taken as from 0 to 1, but these are 0 to 255")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda log: log.add_image("i", "a.png"),
            TypeError,
            "add_image: tag 'i' wants an array of numbers, but got 'a.png'",
        ),
        (lambda log: log.add_image("i", PIXELS[0]), ValueError, "add_image: tag 'i' wants 3 axes"),
        (
            lambda log: log.add_image("i", PIXELS * np.nan),
            ValueError,
            "add_image: tag 'i' wants floats from 0 to 1, but 1800",
        ),
        (lambda log: log.add_image("", PIXELS), ValueError, "add_image: the tag is empty"),
        (lambda log: log.add_image("", jpeg()), ValueError, "add_image: the tag is empty"),
        (lambda log: log.add_images("i", PIXELS), ValueError, "add_images: tag 'i' wants 4 axes"),
        (lambda log: log.add_images("i", PIXELS[None], columns=0), ValueError, "add_images: tag 'i' wants columns"),
        (
            lambda log: log.add_images("i", PIXELS[None], grid=False, new_style=False),
            ValueError,
            "add_images: tag 'i': new_style=False holds one picture",
        ),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, call, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        call(log)
