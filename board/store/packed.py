"""Columns in, the same columns in about half the memory out.

Steps of a training loop are an arithmetic sequence, and most values were float32 when they were logged. What is not
so is kept as it is: unpacking gives back every bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from board.store.columns import Columns


class _Arithmetic(NamedTuple):
    """start, start + stride, start + 2 stride, ..."""

    start: int
    stride: int
    length: int


class Packed:
    """Columns that do not change any more."""

    def __init__(self, columns: Columns) -> None:
        self.count = len(columns.steps)
        self._steps = _arithmetic(columns.steps)
        # Copies: what comes in may be a view that would keep a whole stretch alive.
        self._wall_times = columns.wall_times.copy()
        self._values = _narrowed(columns.values)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns take."""
        steps = self._steps.nbytes if isinstance(self._steps, np.ndarray) else 0
        return int(steps + self._wall_times.nbytes + self._values.nbytes)

    def columns(self) -> Columns:
        """The columns as they were packed."""
        steps = self._steps
        if isinstance(steps, _Arithmetic):
            steps = steps.start + steps.stride * np.arange(steps.length, dtype=np.int64)
        return Columns(steps, self._wall_times, self._values.astype(np.float64, copy=False))


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
