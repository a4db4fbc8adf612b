"""The columns of a series and what a chart shows of it in, all points of its line out, with their places on the axis.

Drawing (`series_query`), and reading values off a chart (`marked`), start from the same line.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from board.query.history import history
from board.query.metric_axis import positions
from board.query.smoothing import Smoothing, smooth
from board.store import Columns


class XAxis(enum.Enum):
    """What runs along the x axis of a chart."""

    STEP = "step"
    RELATIVE = "relative"  # seconds since the first point of the series
    WALL = "wall"  # seconds since the epoch
    METRIC = "metric"  # the value of another series of the run at the same step; see `board.query.metric_axis`


class View(NamedTuple):
    """What a chart shows."""

    x_axis: XAxis
    x_range: tuple[float, float] | None  # in units of the axis; None: all of it
    width: int  # pixels
    smoothing: Smoothing
    all_segments: bool = False  # superseded points too
    log_x: bool = False  # pixel columns are those of a logarithmic axis, where x of 0 and below has no place


@dataclass(frozen=True)
class Line:
    """All points of a series that have a place on the axis, in the order of the log."""

    columns: Columns
    x: np.ndarray  # float64 [n], on the axis
    smoothed: np.ndarray | None  # float64 [n], if smoothing was asked for
    count: int  # of all points that were logged
    superseded: int  # points that a resumed run has written anew; see `board.query.history`
    unplaced: int  # of the points that count in this view, those that have no place on the axis


def line_of(
    columns: Columns, view: View, restarts: Sequence[tuple[int, int]] = (), metric: Columns | None = None
) -> Line:
    """The line of a series.

    Args:
        restarts: see `board.query.history.surviving`.
        metric: the history of what runs along x, if that is a metric; None: the run has none.
    """
    count = len(columns.steps)
    survivors = history(columns, restarts)
    superseded = count - len(survivors.steps)
    if not view.all_segments:
        columns = survivors
    in_view = len(columns.steps)
    x = _x(columns, view.x_axis, metric)
    if view.x_axis is XAxis.METRIC:
        columns, x = _only(np.isfinite(x), columns, x)
    smoothed = smooth(columns.values, view.smoothing, x) if view.smoothing.weight > 0 else None
    if view.log_x and not (positive := x > 0).all():
        # After smoothing, which knows of no axis: its numbers stay when the axis changes.
        smoothed = None if smoothed is None else smoothed[positive]
        columns, x = _only(positive, columns, x)
    return Line(columns, x, smoothed, count, superseded, in_view - len(x))


def _only(kept: np.ndarray, columns: Columns, x: np.ndarray) -> tuple[Columns, np.ndarray]:
    """The rows of columns, and of x, that are kept (bool [n])."""
    return (columns, x) if kept.all() else (Columns(*(column[kept] for column in columns)), x[kept])


def _x(columns: Columns, axis: XAxis, metric: Columns | None) -> np.ndarray:
    if axis is XAxis.METRIC:
        return positions(columns.steps, metric)
    if axis is XAxis.STEP:
        return columns.steps.astype(np.float64)
    if axis is XAxis.RELATIVE:
        return columns.wall_times - columns.wall_times[:1]
    return columns.wall_times
