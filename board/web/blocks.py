"""Headers and columns in, the binary answers of ``/api/series`` and ``/api/points`` out, part by part.

A part is ``uint32 n | uint32 m | header | columns``, little-endian: n bytes of JSON, padded with spaces, and m bytes
of numbers, one column behind the other, padded with zeros. Both lengths are multiples of 8, so that columns of 8-byte
numbers lie where typed arrays want them.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from flask import Response

from board.web import http

_ALIGNMENT = 8
# What is computed is sent in pieces of at least so many bytes: fewer would cost more than they save in memory.
_PIECE = 256 << 10


class Precision(enum.Enum):
    """Which numbers values come as."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"  # rounded, if need be
    SHORTEST = "shortest"  # float32 if that loses nothing of a series' values, which most writers log so, else float64

    def dtype(self, values: np.ndarray) -> np.dtype[Any]:
        """Of the values (float64 [n]) of a series, and of what is computed from them."""
        single = np.dtype("<f4")
        if self is Precision.FLOAT32 or (self is Precision.SHORTEST and _is_exact(values, single)):
            return single
        return np.dtype("<f8")


def as_type(values: np.ndarray, dtype: np.dtype[Any]) -> np.ndarray:
    """Numbers rounded to a type; what is beyond its range becomes infinite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return values.astype(dtype)


def _is_exact(values: np.ndarray, dtype: np.dtype[Any]) -> bool:
    return np.array_equal(as_type(values, dtype).astype(values.dtype), values, equal_nan=True)


def part(header: dict[str, Any], columns: Sequence[np.ndarray] = ()) -> Iterator[bytes | memoryview]:
    """The bytes of a part; columns, in the byte order of the format, are not copied."""
    text = http.json_text(header).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    size = sum(column.nbytes for column in columns)
    padding = -size % _ALIGNMENT
    yield struct.pack("<II", len(text), size + padding) + text
    for column in columns:
        if len(column):
            yield np.ascontiguousarray(column).data.cast("B")
    yield b"\0" * padding


def response(parts: Iterable[Iterable[bytes | memoryview]]) -> Response:
    """An answer of parts. Each is asked for when those before it have been sent: memory holds one at a time."""
    return http.streamed_response(_gathered(parts), "application/octet-stream")


def _gathered(parts: Iterable[Iterable[bytes | memoryview]]) -> Iterator[bytes]:
    gathered = bytearray()
    for pieces in parts:
        for piece in pieces:
            for start in range(0, len(piece), _PIECE):
                gathered += piece[start : start + _PIECE]
                if len(gathered) >= _PIECE:
                    yield bytes(gathered)
                    gathered.clear()
    yield bytes(gathered)
