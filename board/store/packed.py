"""Columns in, the same columns in about half the memory out.

Steps of a training loop are an arithmetic sequence, and most values were float32 when they were logged. What is not
so is kept as it is: unpacking gives back every bit.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

from board.store.columns import Columns


class _Arithmetic(NamedTuple):
    """start, start + stride, start + 2 stride, ..."""

    start: int
    stride: int
    length: int


# The encoded form: number of rows, whether steps are an arithmetic sequence, bytes of one value; then the columns.
_HEAD = struct.Struct("<Q?B6x")
_SEQUENCE = struct.Struct("<qq")  # start, stride
# So few rows are encoded as they are: looking for a shorter form costs more than it saves.
_FEW = 64


class Packed:
    """Columns that do not change any more."""

    def __init__(self, columns: Columns) -> None:
        self.count = len(columns.steps)
        self._steps = _arithmetic(columns.steps)
        # Copies: what comes in may be a view that would keep a whole stretch alive.
        self._wall_times = columns.wall_times.copy()
        self._values = _narrowed(columns.values)

    @classmethod
    def encoded(cls, columns: Columns) -> bytes:
        """The columns as bytes, for `decoded`."""
        if len(columns.steps) < _FEW:
            return _HEAD.pack(len(columns.steps), False, 8) + b"".join(column.tobytes() for column in columns)
        return cls(columns).encode()

    def encode(self) -> bytes:
        """These columns as bytes, for `decoded`."""
        steps = self._steps
        packed = _SEQUENCE.pack(*steps[:2]) if isinstance(steps, _Arithmetic) else steps.tobytes()
        head = _HEAD.pack(self.count, isinstance(steps, _Arithmetic), self._values.itemsize)
        return b"".join((head, packed, self._wall_times.tobytes(), self._values.tobytes()))

    @staticmethod
    def decoded(data: bytes) -> Columns:
        """The columns that were encoded, bit by bit; views of ``data`` where they can be."""
        count, arithmetic, size = _HEAD.unpack_from(data)
        position = _HEAD.size
        if arithmetic:
            start, stride = _SEQUENCE.unpack_from(data, position)
            steps = _sequence(start, stride, count)
            position += _SEQUENCE.size
        else:
            steps = np.frombuffer(data, np.int64, count, position)
            position += steps.nbytes
        wall_times = np.frombuffer(data, np.float64, count, position)
        values = np.frombuffer(data, np.float32 if size == 4 else np.float64, count, position + wall_times.nbytes)
        return Columns(steps, wall_times, values.astype(np.float64, copy=False))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns take."""
        steps = self._steps.nbytes if isinstance(self._steps, np.ndarray) else 0
        return int(steps + self._wall_times.nbytes + self._values.nbytes)

    def columns(self) -> Columns:
        """The columns as they were packed."""
        steps = self._steps
        if isinstance(steps, _Arithmetic):
            steps = _sequence(steps.start, steps.stride, steps.length)
        return Columns(steps, self._wall_times, self._values.astype(np.float64, copy=False))


def _sequence(start: int, stride: int, length: int) -> np.ndarray:
    return start + stride * np.arange(length, dtype=np.int64)


def _arithmetic(steps: np.ndarray) -> _Arithmetic | np.ndarray:
    if not len(steps):
        return steps.copy()
    start, last = int(steps[0]), int(steps[-1])
    stride, rest = divmod(last - start, max(len(steps) - 1, 1))
    # In Python's integers nothing overflows: an arithmetic sequence between two int64 consists of int64.
    fits = not rest and abs(stride) < 1 << 62
    if fits and (np.arange(len(steps), dtype=np.int64) * stride + start == steps).all():
        return _Arithmetic(start, stride, len(steps))
    return steps.copy()


def _narrowed(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = values.astype(np.float32)
        # Compared as bits: NaN is not equal to itself, and -0.0 equals 0.0.
        exact = (narrow.astype(np.float64).view(np.uint64) == np.ascontiguousarray(values).view(np.uint64)).all()
    return narrow if exact else values.copy()
