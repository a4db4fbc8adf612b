from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from writer.summary import png

SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40), st.integers(1, 4))


def decoded(data):
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


@given(arrays.arrays(np.uint8, SHAPES))
def test_every_picture_comes_back_from_another_decoder(pixels):
    data = png.encode(pixels)
    Image.open(io.BytesIO(data)).verify()
    np.testing.assert_array_equal(decoded(data), pixels)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_large_pictures_come_back_whether_they_are_noise_or_flat(channels):
    noise = np.random.default_rng(0).integers(0, 256, (300, 211, channels), np.uint8)
    flat = np.zeros((300, 211, channels), np.uint8)
    flat[50:90, 20:77] = 200
    for pixels in (noise, flat, noise // 8 + flat // 2):
        np.testing.assert_array_equal(decoded(png.encode(pixels)), pixels)


def test_a_file_is_not_much_larger_than_pillows():
    y, x = np.mgrid[:256, :256]
    gradient = np.stack([x, y, (x + y) // 2], axis=2).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), np.uint8)
    smooth = (127 + 90 * np.sin(x / 17) * np.cos(y / 23))[:, :, None] + np.random.default_rng(1).normal(
        0, 3, (256, 256, 3)
    )
    for pixels in (gradient, noise, smooth.clip(0, 255).astype(np.uint8)):
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        assert len(png.encode(pixels)) < 1.1 * len(buffer.getvalue())


@given(
    arrays.arrays(
        np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4]))
    )
)
def test_frames_come_back_from_another_decoder(frames):
    animation = Image.open(io.BytesIO(png.animate(list(frames), 0.25)))
    assert getattr(animation, "n_frames", 1) == len(frames)
    modes = {1: "L", 3: "RGB", 4: "RGBA"}
    for number, frame in enumerate(frames):
        if number:  # every picture has a first frame
            animation.seek(number)
        found = np.asarray(animation.convert(modes[frame.shape[2]])).reshape(frame.shape)
        np.testing.assert_array_equal(found, frame)
        if len(frames) > 1:
            assert animation.info["duration"] == 250


def test_checksums_of_chunks_hold():
    data, at = png.encode(np.zeros((2, 3, 1), np.uint8)), 8
    names = []
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 8 + length]
        assert zlib.crc32(body) == int.from_bytes(data[at + 8 + length : at + 12 + length], "big")
        names.append(body[:4])
        at += 12 + length
    assert names == [b"IHDR", b"IDAT", b"IEND"]
