"""Where the values of a series lie in an event file, as columns: a directory of images has millions of them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_COUNT = struct.Struct("<Q")


class Places(NamedTuple):
    """Values in one event file, row by row. Read-only."""

    steps: np.ndarray  # int64 [n]
    wall_times: np.ndarray  # float64 [n], seconds since the epoch, finite
    offsets: np.ndarray  # int64 [n], of the record (its header) in the file, bytes; ascending
    lengths: np.ndarray  # int64 [n], of the whole record, bytes
    value_indices: np.ndarray  # int64 [n], position in Event.summary.value; 0 for events that hold one thing


_DTYPES = Places(np.int64, np.float64, np.int64, np.int64, np.int64)  # type: ignore[arg-type]


def of_rows(rows: Sequence[tuple[int, float, int, int, int]]) -> Places:
    """Rows, each in the order of the columns."""
    return Places(*(np.array(column, dtype) for column, dtype in zip(zip(*rows), _DTYPES)))


def joined(pieces: Sequence[Places]) -> Places:
    """The rows of all pieces, one after another."""
    if len(pieces) == 1:
        return pieces[0]
    nothing = [np.empty(0, dtype) for dtype in _DTYPES]
    return Places(*(np.concatenate(columns) for columns in zip(nothing, *pieces)))


def encoded(places: Places) -> bytes:
    """The columns as bytes, for `decoded`."""
    return _COUNT.pack(len(places.steps)) + b"".join(column.tobytes() for column in places)


def decoded(data: bytes) -> Places:
    """The columns that were encoded, as views of ``data``."""
    (count,) = _COUNT.unpack_from(data)
    starts = (_COUNT.size + 8 * count * number for number in range(len(_DTYPES)))
    return Places(*(np.frombuffer(data, dtype, count, start) for dtype, start in zip(_DTYPES, starts)))


class Piece:
    """Places in memory, which are not packed: they are few beside the bytes they stand for."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.count = len(places.steps)
