"""Pixels to PNG: the format of pictures that loses nothing, written without a picture library.

W3C Portable Network Graphics, third edition; its chunks for animation, too. All rows use the Paeth filter, which
numpy computes for many rows at once. How to compress is found out on a few rows: what is like a photograph has no
repetitions worth searching for, and half the time goes into the search (`benchmarks/add_kinds.py`).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPE = {1: 0, 2: 4, 3: 2, 4: 6}  # gray, gray and alpha, RGB, RGBA
_PAETH = 4
_BLOCK_BYTES = 1 << 15  # pixels filtered at a time: their temporaries stay in the processor's cache
_SAMPLE_BANDS, _SAMPLE_ROWS = 4, 4
_PHOTOGRAPH = 0.3  # compressed, of the uncompressed size


def encode(pixels: np.ndarray) -> bytes:
    """A picture as the bytes of a PNG file.

    Args:
        pixels: uint8 [height, width, channels], of 1 channel (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGBA).
    """
    return b"".join((_SIGNATURE, _header(pixels), _chunk(b"IDAT", _compressed(pixels)), _chunk(b"IEND", b"")))


def animate(frames: Sequence[np.ndarray], seconds: float) -> bytes:
    """Frames of one shape, each shown for ``seconds``, for ever, as the bytes of an animated PNG.

    Whatever cannot show animations shows the first frame.
    """
    parts = [_SIGNATURE, _header(frames[0]), _chunk(b"acTL", struct.pack(">II", len(frames), 0))]
    delay = (max(1, min(0xFFFF, round(seconds * 1000))), 1000)
    height, width = frames[0].shape[:2]
    sequence = 0
    for number, frame in enumerate(frames):
        control = struct.pack(">IIIIIHHBB", sequence, width, height, 0, 0, *delay, 0, 0)
        parts.append(_chunk(b"fcTL", control))
        sequence += 1
        data = _compressed(frame)
        if number == 0:
            parts.append(_chunk(b"IDAT", data))
        else:
            parts.append(_chunk(b"fdAT", struct.pack(">I", sequence) + data))
            sequence += 1
    parts.append(_chunk(b"IEND", b""))
    return b"".join(parts)


def _header(pixels: np.ndarray) -> bytes:
    height, width, channels = pixels.shape
    return _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPE[channels], 0, 0, 0))


def _chunk(name: bytes, data: bytes) -> bytes:
    return b"".join((struct.pack(">I", len(data)), name, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(name)))))


def _compressed(pixels: np.ndarray) -> bytes:
    rows = _filtered(pixels)
    if _is_photograph(rows):
        compressor = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    else:
        compressor = zlib.compressobj(4, zlib.DEFLATED, 15, 9)
    return compressor.compress(rows.data) + compressor.flush()


def _is_photograph(rows: np.ndarray) -> bool:
    bands = [len(rows) * band // _SAMPLE_BANDS for band in range(_SAMPLE_BANDS)]
    sample = b"".join(rows[begin : begin + _SAMPLE_ROWS].tobytes() for begin in bands)
    return len(zlib.compress(sample, 1)) > _PHOTOGRAPH * len(sample)


def _filtered(pixels: np.ndarray) -> np.ndarray:
    """Rows of bytes behind the number of their filter: what is left when each byte's neighbours have predicted it.

    Of left a, above b and above left c, the one that is nearest to a + b - c predicts; in a tie, in that order.
    """
    height, width, channels = pixels.shape
    span = width * channels
    padded = np.zeros((height + 1, span + channels), np.int16)  # nothing lies above and left of the picture
    padded[1:, channels:] = pixels.reshape(height, span)
    rows = np.empty((height, 1 + span), np.uint8)
    rows[:, 0] = _PAETH
    step = max(1, _BLOCK_BYTES // span)
    for begin in range(0, height, step):
        end = min(height, begin + step)
        here, above = padded[begin + 1 : end + 1], padded[begin:end]
        left, up, corner = here[:, :-channels], above[:, channels:], above[:, :-channels]
        from_up, from_left = up - corner, left - corner  # the distances of a and b from a + b - c
        far_corner = np.abs(from_up + from_left)
        far_left, far_up = np.abs(from_up), np.abs(from_left)
        # Comparing and choosing by sign bits is several times faster than by masks, which noise makes unpredictable.
        not_up = (far_corner - far_up) >> 15
        predicted = up ^ ((up ^ corner) & not_up)
        not_left = (np.minimum(far_up, far_corner) - far_left) >> 15
        predicted = left ^ ((left ^ predicted) & not_left)
        np.subtract(here[:, channels:], predicted, out=rows[begin:end, 1:], casting="unsafe")
    return rows
