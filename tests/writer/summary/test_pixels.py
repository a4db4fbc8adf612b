from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from writer.summary.pixels import grid, to_frames, to_pixels


def refuse(text):
    raise AssertionError(f"told {text!r}")


def pixels_of(value, dataformats, tell=refuse):
    return to_pixels("t", value, dataformats, "add_image", tell)


@pytest.mark.parametrize(
    "axes", ["".join(order) for axes in ("HW", "CHW", "NHW", "NCHW") for order in itertools.permutations(axes)]
)
def test_axes_come_in_any_order(axes):
    sizes = {"N": 5, "C": 3, "H": 2, "W": 4}
    expected = np.random.default_rng(0).integers(
        0, 256, [sizes[axis] if axis in axes else 1 for axis in "NHWC"], np.uint8
    )
    squeezed = expected.reshape([sizes[axis] for axis in "NHWC" if axis in axes])
    given_order = squeezed.transpose(["".join(axis for axis in "NHWC" if axis in axes).index(axis) for axis in axes])
    for written in (axes, axes.lower()):
        np.testing.assert_array_equal(pixels_of(given_order, written), expected)


@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))),
    st.sampled_from([np.float16, np.float32, np.float64]),
)
def test_bytes_that_were_divided_by_255_come_back(values, dtype):
    np.testing.assert_array_equal(pixels_of((values / 255).astype(dtype), "HW")[0, :, :, 0], values)


def test_integers_and_booleans_are_taken_as_they_are():
    assert pixels_of(np.array([[0, 7, 255]], np.int64), "HW").ravel().tolist() == [0, 7, 255]
    assert pixels_of(np.array([[False, True]]), "HW").ravel().tolist() == [0, 255]


def test_floats_beyond_0_and_1_are_clipped_and_told():
    told = []
    found = pixels_of(np.array([[-1.0, 0.5, 2.0, np.inf]]), "HW", told.append)
    assert found.ravel().tolist() == [0, 128, 255, 255]
    assert told == ["floats are taken as from 0 to 1, but these are -1 to inf, and were clipped"]
    assert pixels_of(np.array([[3e38, 0]], np.float32), "HW", told.append).ravel().tolist() == [255, 0]


@pytest.mark.parametrize(
    ("value", "dataformats", "message"),
    [
        (np.zeros((2, 2)), "CHW", r"tag 't' wants 3 axes for dataformats 'CHW', but got shape \[2, 2\]"),
        (np.zeros((2, 2)), "XY", "wants dataformats of the axes HW, CHW, NHW, NCHW in any order, but got 'XY'"),
        (np.zeros((2, 2)), "HH", "but got 'HH'"),
        (np.zeros((2, 2)), None, "but got None"),
        (np.zeros((3, 0, 2)), "CHW", r"wants at least one pixel, but got shape \[3, 0, 2\]"),
        (np.zeros((64, 64, 3)), "CHW", r"1 to 4 channels, but got shape \[64, 64, 3\].*axes in another order"),
        (np.full((2, 2), np.nan), "HW", "wants floats from 0 to 1, but 4 of them are NaN"),
        (np.array([[0, 256]]), "HW", "wants integers from 0 to 255, but got 0 to 256 of int64"),
        (np.array([[-1, 0]]), "HW", "wants integers from 0 to 255, but got -1 to 0 of int64"),
    ],
)
def test_what_makes_no_picture_is_refused_by_name(value, dataformats, message):
    with pytest.raises(ValueError, match=f"add_image: tag 't' .*{message}|{message}"):
        pixels_of(value, dataformats)


@given(st.integers(1, 20), st.integers(1, 9))
def test_a_grid_holds_each_picture_where_it_belongs(count, columns):
    pictures = np.arange(1, count + 1, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 3, 1), np.uint8)
    canvas = grid(pictures, columns)
    wide = min(count, columns)
    assert canvas.shape == (2 * -(-count // wide), 3 * wide, 1)
    cells = canvas.reshape(-1, 2, wide, 3).transpose(0, 2, 1, 3).reshape(-1, 6)
    assert (cells.min(axis=1) == cells.max(axis=1)).all()
    assert cells[:, 0].tolist() == [*range(1, count + 1), *[0] * (len(cells) - count)]


def test_videos_may_come_alone():
    video = np.random.default_rng(0).integers(0, 256, (5, 3, 2, 4), np.uint8)  # T, C, H, W
    found = to_frames("v", video, "NTCHW", "add_video", refuse)
    np.testing.assert_array_equal(found, video.transpose(0, 2, 3, 1)[None])
    with pytest.raises(ValueError, match=r"add_video: tag 'v' wants 5 axes .* but got shape \[2, 4\]"):
        to_frames("v", video[0, 0], "NTCHW", "add_video", refuse)
