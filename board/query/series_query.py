"""The columns of a series and what a chart can show of it in, the points it has to draw out.

Everything is computed from all points: smoothing comes before reduction, extremes are those of the whole series.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from board.query.domain import finite_domain, robust_domain
from board.query.downsample import m4, pieces, within
from board.query.history import surviving
from board.query.metric_axis import positions
from board.query.smoothing import Smoothing, smooth
from board.store import Columns

# A series of at most this many points for each pixel column is not worth reducing.
_WHOLE = 4


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


class NonFinite(NamedTuple):
    """Numbers of values that are no number, by kind."""

    nan: int
    positive: int  # infinities
    negative: int

    @classmethod
    def among(cls, values: np.ndarray) -> NonFinite:
        odd = values[~np.isfinite(values)]
        return cls(*(int(np.count_nonzero(kind)) for kind in (np.isnan(odd), odd == np.inf, odd == -np.inf)))

    @property
    def total(self) -> int:
        return sum(self)


@dataclass(frozen=True)
class SeriesAnswer:
    """A series as it is drawn. The columns hold the shown points, in the order of the log."""

    count: int  # of all points of the series, the superseded ones among them
    superseded: int  # points that a resumed run has written anew; see `board.query.history`
    unplaced: int  # of the points that count in this view, those that have no place on the x axis
    in_range: int  # of the others, those with x in the range
    nonfinite: NonFinite  # of those in the range
    y_domain: tuple[float, float] | None  # of the finite ones in the range
    robust_y_domain: tuple[float, float] | None  # of those without the outliers
    breaks: list[int]  # of the shown points: where x went back and a new piece starts
    steps: np.ndarray  # int64 [m]
    wall_times: np.ndarray  # float64 [m]
    x: np.ndarray  # float64 [m], on the axis
    values: np.ndarray  # float64 [m]
    smoothed: np.ndarray | None  # float64 [m], if smoothing was asked for


def history(columns: Columns, restarts: Sequence[tuple[int, int]]) -> Columns:
    """The points that no resumed run has written anew."""
    kept = surviving(columns, restarts)
    return columns if kept is None else Columns(*(column[kept] for column in columns))


def answer(
    columns: Columns, view: View, restarts: Sequence[tuple[int, int]] = (), metric: Columns | None = None
) -> SeriesAnswer:
    """What a chart has to draw of a series.

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
    values = columns.values
    piece = pieces(x)
    inside = values
    seen: np.ndarray | slice = slice(None)  # which costs no copies of long columns
    if view.x_range is not None:
        start, stop = view.x_range
        inside = values[(x >= start) & (x <= stop)]
        if len(x) > _WHOLE * view.width:
            seen = within(x, piece, start, stop)
    if len(x[seen]) > _WHOLE * view.width:
        lines = [values[seen]] if smoothed is None else [values[seen], smoothed[seen]]
        drawn = m4(np.log10(x[seen]) if view.log_x else x[seen], piece[seen], lines, view.width)
        seen = drawn if isinstance(seen, slice) else seen[drawn]
    shown_piece = piece[seen]
    return SeriesAnswer(
        count=count,
        superseded=superseded,
        unplaced=in_view - len(x),
        in_range=len(inside),
        nonfinite=NonFinite.among(inside),
        y_domain=finite_domain(inside),
        robust_y_domain=robust_domain(inside),
        breaks=(np.flatnonzero(shown_piece[1:] != shown_piece[:-1]) + 1).tolist(),
        steps=columns.steps[seen],
        wall_times=columns.wall_times[seen],
        x=x[seen],
        values=values[seen],
        smoothed=None if smoothed is None else smoothed[seen],
    )


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
