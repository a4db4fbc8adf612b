"""The members of a group and what a chart can show of it in, the points it has to draw out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from board.query.aggregate import Band, Center, Member, aggregate, confidence
from board.query.domain import finite_domain, robust_domain
from board.query.downsample import m4, within
from board.query.line import View, line_of
from board.query.smoothing import Smoothing, smooth
from board.store import Columns, Points

# As of a single series: at most this many points for each pixel column come whole.
_WHOLE = 4


@dataclass(frozen=True)
class GroupAnswer:
    """A group as it is drawn. The columns hold the shown points, x ascending."""

    members: int  # that have the tag
    count: int  # of all their points
    superseded: int  # of these, points that a resumed run has written anew; they do not count
    unplaced: int  # of the others, those that have no place on the x axis
    in_range: int  # of those with one, those with x in the range
    y_domain: tuple[float, float] | None  # of the band in the range
    robust_y_domain: tuple[float, float] | None
    last: tuple[float, float] | None  # x and value of the end of the line
    x: np.ndarray  # float64 [m]
    center: np.ndarray  # float64 [m]
    smoothed: np.ndarray | None  # float64 [m], of the centre, if smoothing was asked for
    low: np.ndarray  # float64 [m]
    high: np.ndarray  # float64 [m]
    n: np.ndarray  # int64 [m]: members with a point on either side of x, or at it


def answer(
    members: Sequence[Points], view: View, center: Center, band: Band, along: Sequence[Columns | None] | None = None
) -> GroupAnswer:
    """What a chart has to draw of a group. Superseded points are left out, whatever the view says of them.

    Args:
        along: the history of what runs along x for each member, if that is a metric.
    """
    plain = view._replace(smoothing=Smoothing(0.0), all_segments=False)
    lines = [
        line_of(points.columns, plain, points.restarts, metric)
        for points, metric in zip(members, along or [None] * len(members))
    ]
    curves = [Member(line.x, line.columns.values) for line in lines]
    whole = aggregate(curves, center, band)
    smoothed = smooth(whole.center, view.smoothing, whole.x) if view.smoothing.weight > 0 else None
    start, stop = view.x_range or (-np.inf, np.inf)
    seen = np.arange(len(whole.x))
    if view.x_range is not None:
        seen = within(whole.x, np.zeros(len(whole.x), np.int64), start, stop)
    if len(seen) > _WHOLE * view.width:
        x = np.log10(whole.x[seen]) if view.log_x else whole.x[seen]
        drawn = [line[seen] for line in (whole.center, whole.low, whole.high, smoothed) if line is not None]
        seen = seen[m4(x, np.zeros(len(seen), np.int64), drawn, view.width)]
    low, high = whole.low[seen], whole.high[seen]
    if band is Band.CI95:
        low, high = confidence(curves, center, whole.x[seen])
    inside = (whole.x[seen] >= start) & (whole.x[seen] <= stop)
    reach = np.concatenate([low[inside], high[inside]])
    return GroupAnswer(
        members=len(members),
        count=sum(line.count for line in lines),
        superseded=sum(line.superseded for line in lines),
        unplaced=sum(line.unplaced for line in lines),
        in_range=sum(int(np.count_nonzero((line.x >= start) & (line.x <= stop))) for line in lines),
        y_domain=finite_domain(reach),
        robust_y_domain=robust_domain(reach),
        last=(float(whole.x[-1]), float(whole.center[-1])) if len(whole.x) else None,
        x=whole.x[seen],
        center=whole.center[seen],
        smoothed=None if smoothed is None else smoothed[seen],
        low=low,
        high=high,
        n=whole.n[seen],
    )
