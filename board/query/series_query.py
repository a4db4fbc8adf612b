"""The columns of a series and what a chart can show of it in, the points it has to draw out.

Everything is computed from all points: smoothing comes before reduction, extremes are those of the whole series.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from board.query.domain import finite_domain
from board.query.downsample import m4, pieces, within
from board.query.smoothing import smooth
from board.store import Columns

# A series of at most this many points for each pixel column is not worth reducing.
_WHOLE = 4


class XAxis(enum.Enum):
    """What runs along the x axis of a chart."""

    STEP = "step"
    RELATIVE = "relative"  # seconds since the first point of the series
    WALL = "wall"  # seconds since the epoch


class View(NamedTuple):
    """What a chart shows."""

    x_axis: XAxis
    x_range: tuple[float, float] | None  # in units of the axis; None: all of it
    width: int  # pixels
    smoothing: float  # see `smooth`


@dataclass(frozen=True)
class SeriesAnswer:
    """A series as it is drawn. The columns hold the shown points, in the order of the log."""

    count: int  # of all points of the series
    in_range: int  # of all points with x in the range
    nonfinite: int  # of those in the range
    y_domain: tuple[float, float] | None  # of the finite ones in the range
    breaks: list[int]  # of the shown points: where x went back and a new piece starts
    steps: np.ndarray  # int64 [m]
    wall_times: np.ndarray  # float64 [m]
    values: np.ndarray  # float64 [m]
    smoothed: np.ndarray | None  # float64 [m], if smoothing was asked for


def answer(columns: Columns, view: View) -> SeriesAnswer:
    """What a chart has to draw of a series."""
    x = _x(columns, view.x_axis)
    values = columns.values
    piece = pieces(x)
    smoothed = smooth(values, view.smoothing) if view.smoothing > 0 else None
    inside = values
    seen = np.arange(len(x))
    if view.x_range is not None:
        start, stop = view.x_range
        inside = values[(x >= start) & (x <= stop)]
        if len(x) > _WHOLE * view.width:
            seen = within(x, piece, start, stop)
    if len(seen) > _WHOLE * view.width:
        lines = [values[seen]] if smoothed is None else [values[seen], smoothed[seen]]
        seen = seen[m4(x[seen], piece[seen], lines, view.width)]
    shown_piece = piece[seen]
    return SeriesAnswer(
        count=len(x),
        in_range=len(inside),
        nonfinite=int(np.count_nonzero(~np.isfinite(inside))),
        y_domain=finite_domain(inside),
        breaks=(np.flatnonzero(shown_piece[1:] != shown_piece[:-1]) + 1).tolist(),
        steps=columns.steps[seen],
        wall_times=columns.wall_times[seen],
        values=values[seen],
        smoothed=None if smoothed is None else smoothed[seen],
    )


def _x(columns: Columns, axis: XAxis) -> np.ndarray:
    if axis is XAxis.STEP:
        return columns.steps.astype(np.float64)
    if axis is XAxis.RELATIVE:
        return columns.wall_times - columns.wall_times[:1]
    return columns.wall_times
