"""The columns of a series and what a chart can show of it in, the points it has to draw out.

Everything is computed from all points: smoothing comes before reduction, extremes are those of the whole series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from board.query.domain import finite_domain, robust_domain
from board.query.downsample import m4, pieces, within
from board.query.line import View, line_of
from board.store import Columns

# A series of at most this many points for each pixel column is not worth reducing.
_WHOLE = 4


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


def answer(
    columns: Columns, view: View, restarts: Sequence[tuple[int, int]] = (), metric: Columns | None = None
) -> SeriesAnswer:
    """What a chart has to draw of a series.

    Args:
        restarts, metric: see `board.query.line.line_of`.
    """
    line = line_of(columns, view, restarts, metric)
    columns, x, smoothed = line.columns, line.x, line.smoothed
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
        count=line.count,
        superseded=line.superseded,
        unplaced=line.unplaced,
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
