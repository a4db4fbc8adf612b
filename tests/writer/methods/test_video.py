from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import board
from writer import SummaryWriter

VIDEO = np.random.default_rng(0).integers(0, 256, (2, 5, 3, 8, 10), np.uint8)  # N, T, C, H, W


def frames(encoded):
    picture = Image.open(io.BytesIO(encoded))
    found = []
    for number in range(picture.n_frames):
        picture.seek(number)
        found.append((np.asarray(picture.convert("RGB")), picture.info["duration"]))
    return found


def test_both_readers_find_frames_that_move(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_video("v", VIDEO[:1], 7, fps=10, display_name="Walk", description="of *it*")
    (width, height, encoded), metadata = tensorboard_reads("v")
    assert (width, height, metadata.plugin_data.plugin_name) == (b"10", b"8", "images")
    assert (metadata.display_name, metadata.summary_description) == ("Walk", "of *it*")
    (image,) = board.open(tmp_path).images(".", "v")
    assert image.encoded == encoded
    found = frames(encoded)
    assert [duration for _, duration in found] == [100] * 5
    for number, (pixels, _) in enumerate(found):
        np.testing.assert_array_equal(pixels, VIDEO[0, number].transpose(1, 2, 0))


def test_several_videos_play_side_by_side(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_video("v", VIDEO)
    image = board.open(tmp_path).images(".", "v")[0]
    assert (image.width, image.height) == (20, 8)
    side_by_side = np.concatenate([VIDEO[0, 3], VIDEO[1, 3]], axis=2).transpose(1, 2, 0)
    np.testing.assert_array_equal(frames(image.encoded)[3][0], side_by_side)


@pytest.mark.parametrize(
    ("value", "dataformats"),
    [
        (VIDEO[:1].transpose(0, 1, 3, 4, 2), "NTHWC"),
        (VIDEO[0].transpose(1, 0, 2, 3), "CTHW"),
        (VIDEO[0], "NTCHW"),
        ((VIDEO[0] / 255).astype(np.float32), "NTCHW"),
    ],
)
def test_axes_come_in_any_order_and_one_video_may_come_alone(tmp_path, value, dataformats):
    with SummaryWriter(tmp_path) as log:
        log.add_video("v", value, dataformats=dataformats)
    found = frames(board.open(tmp_path).images(".", "v")[0].encoded)
    np.testing.assert_array_equal([pixels for pixels, _ in found], VIDEO[0].transpose(0, 2, 3, 1))


def test_a_gif_has_its_frames_too(tmp_path):
    flat = np.arange(0, 250, 50, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 8, 10), np.uint8)  # gray
    with SummaryWriter(tmp_path) as log:
        log.add_video("v", flat, fps=4, encoding="gif")
    image = board.open(tmp_path).images(".", "v")[0]
    assert image.encoded.startswith(b"GIF89a")
    assert [(pixels[0, 0, 0], duration) for pixels, duration in frames(image.encoded)] == [
        (level, 250) for level in range(0, 250, 50)
    ]


def test_the_old_encoding_is_read_by_tensorboard(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_video("v", VIDEO, 7, new_style=False)
    (event,) = EventAccumulator(str(tmp_path)).Reload().Images("v")
    assert (event.step, event.width, event.height) == (7, 20, 8)
    assert len(frames(event.encoded_image_string)) == 5


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((VIDEO[0, 0],), {}, ValueError, r"wants 5 axes for dataformats 'NTCHW', but got shape \[3, 8, 10\]"),
        ((VIDEO[:, :0],), {}, ValueError, r"wants at least one pixel, but got shape \[2, 0, 3, 8, 10\]"),
        ((VIDEO, 0, 0), {}, ValueError, "wants a positive number of frames a second, but got fps=0"),
        ((VIDEO, 0, "fast"), {}, ValueError, "wants a positive number of frames a second, but got fps='fast'"),
        ((VIDEO,), {"encoding": "mp4"}, ValueError, "wants encoding 'png' or 'gif', but got 'mp4'"),
        (("film",), {}, TypeError, "wants an array of numbers, but got 'film' of type str"),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, arguments, options, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=f"add_video: tag 'v' {message}"):
        log.add_video("v", *arguments, **options)


def test_without_pillow_a_gif_cannot_be_written(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "PIL"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)
    with SummaryWriter(tmp_path) as log:
        log.add_video("v", VIDEO)
        with pytest.raises(ImportError, match=r"encoding a GIF needs Pillow, .*graphboard\[media\]"):
            log.add_video("v", VIDEO, encoding="gif")
