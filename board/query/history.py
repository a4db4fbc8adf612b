"""The steps of a series in the order they were written in, the points that later writing has not superseded out.

A run that is resumed from a checkpoint writes some steps again. What it wrote there before stays in the log but is
no longer its history. ``docs/reading.md`` tells the rule to users.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from board.query.remembered import remembered
from board.store import Columns

# Of what steps that go back would supersede, at least this share has to be gone over again.
_GONE_OVER = 0.75
# So many points that stay behind the furthest step are a resumed run that has not caught up yet.
_CATCHING_UP = 8
# No run is resumed more often; steps that go back more often come from several writers.
_MAX_RESTARTS = 200
# Series whose restarts are remembered: several pages full of charts, at a few hundred bytes each.
_REMEMBERED = 4096


class Restart(NamedTuple):
    """Points above ``row`` whose step is at least ``step`` are superseded."""

    row: int
    step: int


def surviving(columns: Columns, restarts: Sequence[tuple[int, int]]) -> np.ndarray | None:
    """Indices of the points that no later writing has superseded, ascending; None if all survive.

    Args:
        restarts: row and step of each restart that the files tell of (`board.store.Points`).
    """
    steps = columns.steps
    told = [Restart(row, step) for row, step in restarts]
    # A tag that fell silent before its run was resumed has its START behind its last row.
    found = told + [restart for restart in inferred(columns) if restart not in told]
    if not found or not len(steps):
        return None
    found.sort()
    rows = np.array([restart.row for restart in found])
    # The least step of all restarts below a row decides on it.
    least = np.minimum.accumulate(np.array([restart.step for restart in found], np.int64)[::-1])[::-1]
    position = np.searchsorted(rows, np.arange(len(steps)), side="right")
    kept = (position == len(rows)) | (steps < least[np.minimum(position, len(rows) - 1)])
    return None if kept.all() else np.flatnonzero(kept)


def history(columns: Columns, restarts: Sequence[tuple[int, int]]) -> Columns:
    """The points that no resumed run has written anew."""
    kept = surviving(columns, restarts)
    return columns if kept is None else Columns(*(column[kept] for column in columns))


@remembered(_REMEMBERED)
def inferred(columns: Columns) -> tuple[Restart, ...]:
    """Restarts that no ``SessionLog.START`` tells of, as PyTorch's and TensorFlow 2's writers leave them.

    Where steps go back, the run was resumed there if what follows was written later and goes over three quarters of
    what it supersedes again, or has not caught up after eight points. If steps go back more often without that,
    several writers share the series, and everything survives. Equal steps never go back.
    """
    steps, times, _ = columns
    backward = np.flatnonzero(steps[1:] < steps[:-1]) + 1
    if not 0 < len(backward) <= _MAX_RESTARTS:
        return ()
    furthest = np.maximum.accumulate(steps)
    restarts = tuple(
        Restart(row, int(steps[row])) for row in backward.tolist() if _resumes(steps, times, furthest, row)
    )
    return restarts if 2 * len(restarts) > len(backward) else ()


def _resumes(steps: np.ndarray, times: np.ndarray, furthest: np.ndarray, row: int) -> bool:
    earlier = steps[:row]
    superseded = earlier >= steps[row]
    if times[row] < times[:row][superseded].max():  # somebody else was still writing
        return False
    caught_up = int(np.searchsorted(furthest, furthest[row - 1], side="right"))
    again = steps[row:caught_up]
    if caught_up == len(steps) and len(again) >= _CATCHING_UP:
        return True
    left_out = np.count_nonzero(earlier > again.max())
    return bool(left_out <= (1 - _GONE_OVER) * np.count_nonzero(superseded))
