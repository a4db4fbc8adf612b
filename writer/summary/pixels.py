"""Arrays in any order of axes, of integers or of floats in [0, 1], to pixels: uint8 [n, height, width, channels]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from writer.summary.arrays import as_array

_AXES = ("HW", "CHW", "NHW", "NCHW")  # whichever way they are ordered


def to_pixels(tag: str, value: Any, dataformats: str, method: str, tell: Callable[[str], None]) -> np.ndarray:
    """Pictures as uint8 [n, height, width, channels], contiguous.

    Args:
        tag, method: told in errors.
        value: integers from 0 to 255, floats from 0 to 1 or booleans, of any array library.
        dataformats: the meaning of each axis, one letter each: N pictures, C channels, height and width.
        tell: is told when floats had to be clipped to [0, 1].

    Raises:
        TypeError: it is no array of numbers.
        ValueError: the axes do not fit ``dataformats``, an axis is empty, there are not 1 to 4 channels, integers
            do not fit a byte, or floats are NaN.
    """
    array = as_array(tag, value, method)
    formats = _checked_formats(tag, dataformats, _AXES, method)
    if array.ndim != len(formats):
        raise ValueError(
            f"{method}: tag {tag!r} wants {len(formats)} axes for dataformats {dataformats!r}, "
            f"but got shape {list(array.shape)}"
        )
    return arranged(tag, array, formats, "NHWC", method, tell)


def to_frames(tag: str, value: Any, dataformats: str, method: str, tell: Callable[[str], None]) -> np.ndarray:
    """Videos as uint8 [videos, frames, height, width, channels]; the axis of frames is T, else as `to_pixels`."""
    array = as_array(tag, value, method)
    formats = _checked_formats(tag, dataformats, ("CTHW", "NTCHW"), method)
    if array.ndim == 4 and len(formats) == 5:  # one video
        formats = formats.replace("N", "")
    if array.ndim != len(formats):
        raise ValueError(
            f"{method}: tag {tag!r} wants {len(formats)} axes for dataformats {dataformats!r}, "
            f"but got shape {list(array.shape)}"
        )
    return arranged(tag, array, formats, "NTHWC", method, tell)


def arranged(
    tag: str, array: np.ndarray, formats: str, wanted: str, method: str, tell: Callable[[str], None]
) -> np.ndarray:
    """Numbers to uint8 with their axes as ``wanted``; those that ``formats`` lacks are of one element."""
    told = f"{method}: tag {tag!r}"
    if 0 in array.shape:
        raise ValueError(f"{told} wants at least one pixel, but got shape {list(array.shape)}")
    if "C" in formats and array.shape[formats.index("C")] > 4:
        raise ValueError(
            f"{told} wants 1 to 4 channels, but got shape {list(array.shape)} with dataformats {formats!r}; "
            f"are the axes in another order?"
        )
    pixels = _to_bytes(told, array, tell)
    pixels = pixels.transpose([formats.index(axis) for axis in wanted if axis in formats])
    for position, axis in enumerate(wanted):
        if axis not in formats:
            pixels = np.expand_dims(pixels, position)
    return np.ascontiguousarray(pixels)


def grid(pictures: np.ndarray, columns: int = 8) -> np.ndarray:
    """Pictures [n, height, width, channels] side by side in one, row by row; what stays free is black."""
    count, height, width, channels = pictures.shape
    if count == 1:
        return pictures[0]
    columns = min(count, columns)
    rows = -(-count // columns)
    canvas = np.zeros((rows, height, columns, width, channels), pictures.dtype)
    for number, picture in enumerate(pictures):
        canvas[number // columns, :, number % columns] = picture
    return canvas.reshape(rows * height, columns * width, channels)


def _to_bytes(told: str, array: np.ndarray, tell: Callable[[str], None]) -> np.ndarray:
    if array.dtype == np.uint8:
        return array
    if array.dtype.kind == "b":
        return array.astype(np.uint8) * np.uint8(255)
    low, high = array.min(), array.max()
    if array.dtype.kind in "iu":
        if low < 0 or high > 255:
            raise ValueError(f"{told} wants integers from 0 to 255, but got {low} to {high} of {array.dtype}")
        return array.astype(np.uint8)
    if np.isnan(low):
        raise ValueError(f"{told} wants floats from 0 to 1, but {int(np.isnan(array).sum())} of them are NaN")
    with np.errstate(over="ignore"):  # what is infinite then is clipped
        scaled = np.multiply(array, np.float32(255), dtype=np.float32 if array.dtype.itemsize < 8 else np.float64)
    if low < 0 or high > 1:
        tell(f"floats are taken as from 0 to 1, but these are {low:.6g} to {high:.6g}, and were clipped")
        np.clip(scaled, 0, 255, out=scaled)
    scaled += scaled.dtype.type(0.5)  # to the nearest: what was a byte divided by 255 becomes that byte again
    return scaled.astype(np.uint8)


def _checked_formats(tag: str, dataformats: Any, known: tuple[str, ...], method: str) -> str:
    letters = dataformats.upper() if isinstance(dataformats, str) else ""
    if "".join(sorted(letters)) not in {"".join(sorted(axes)) for axes in known}:
        raise ValueError(
            f"{method}: tag {tag!r} wants dataformats of the axes {', '.join(known)} in any order, "
            f"but got {dataformats!r}"
        )
    return letters
