"""The columns of a scalar series, and pieces of them joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Columns(NamedTuple):
    """A scalar series, row by row. Read-only; rows never change once handed out."""

    steps: np.ndarray  # int64 [n]
    wall_times: np.ndarray  # float64 [n], seconds since the epoch, finite
    values: np.ndarray  # float64 [n], may hold NaN and infinities


_NO_ROWS = Columns(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.float64))


def joined(pieces: Sequence[Columns]) -> Columns:
    """The rows of all pieces, one after another."""
    if len(pieces) == 1:
        return Columns(*(_frozen(column) for column in pieces[0]))
    return Columns(*(_frozen(np.concatenate(columns)) for columns in zip(_NO_ROWS, *pieces)))


def _frozen(column: np.ndarray) -> np.ndarray:
    view = column.view()
    view.flags.writeable = False
    return view
