"""The members of a group and what a chart can show of it in, the points it has to draw out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from board.query.aggregate import Aggregate, Band, Center, Member, aggregate, confidence, mean_at
from board.query.domain import finite_domain, robust_domain
from board.query.downsample import m4, within
from board.query.line import Line, View, XAxis, line_of
from board.query.smoothing import Smoothing, smooth
from board.store import Columns, Points

# As of a single series: at most this many points for each pixel column come whole.
_WHOLE = 4


@dataclass(frozen=True)
class GroupAnswer:
    """A group as it is drawn. The columns hold the shown points, x ascending."""

    members: int  # that have the tag
    in_range: int  # of their points that count and have a place on the axis, those with x in the range
    y_domain: tuple[float, float] | None  # of the band in the range
    robust_y_domain: tuple[float, float] | None
    steps: np.ndarray  # int64 [m]
    x: np.ndarray  # float64 [m]
    center: np.ndarray  # float64 [m]
    smoothed: np.ndarray | None  # float64 [m], of the centre, if smoothing was asked for
    low: np.ndarray  # float64 [m]
    high: np.ndarray  # float64 [m]
    n: np.ndarray  # int64 [m]: members with a point on either side of x, or at it


@dataclass(frozen=True)
class Group:
    """The line of a group with all its points, and where it comes from.

    Attributes:
        line: its values are the centre; its steps those of the members at that x, in the mean; it has no wall times.
        band: around it. Of a confidence interval, only `confidence` of the curves knows.
    """

    line: Line
    band: Aggregate
    members: list[Line]
    curves: list[Member]


def line_of_group(
    members: Sequence[Points], view: View, center: Center, band: Band, along: Sequence[Columns | None] | None = None
) -> Group:
    """The line of a group. Superseded points are left out, whatever the view says of them.

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
    steps = (
        whole.x
        if view.x_axis is XAxis.STEP
        else mean_at([Member(line.x, line.columns.steps) for line in lines], whole.x)
    )
    columns = Columns(np.rint(steps).astype(np.int64), np.full(len(whole.x), np.nan), whole.center)
    smoothed = smooth(whole.center, view.smoothing, whole.x) if view.smoothing.weight > 0 else None
    counts = (sum(getattr(line, name) for line in lines) for name in ("count", "superseded", "unplaced"))
    return Group(Line(columns, whole.x, smoothed, *counts), whole, lines, curves)


def answer(group: Group, view: View, center: Center, band: Band) -> GroupAnswer:
    """What a chart has to draw of a group."""
    line, whole = group.line, group.band
    start, stop = view.x_range or (-np.inf, np.inf)
    seen = np.arange(len(line.x))
    if view.x_range is not None:
        seen = within(line.x, np.zeros(len(line.x), np.int64), start, stop)
    if len(seen) > _WHOLE * view.width:
        x = np.log10(line.x[seen]) if view.log_x else line.x[seen]
        drawn = [y[seen] for y in (whole.center, whole.low, whole.high, line.smoothed) if y is not None]
        seen = seen[m4(x, np.zeros(len(seen), np.int64), drawn, view.width)]
    low, high = whole.low[seen], whole.high[seen]
    if band is Band.CI95:
        low, high = confidence(group.curves, center, line.x[seen])
    inside = (line.x[seen] >= start) & (line.x[seen] <= stop)
    reach = np.concatenate([low[inside], high[inside]])
    of_members = [member.x for member in group.members]
    return GroupAnswer(
        members=len(group.members),
        in_range=sum(int(np.count_nonzero((x >= start) & (x <= stop))) for x in of_members),
        y_domain=finite_domain(reach),
        robust_y_domain=robust_domain(reach),
        steps=line.columns.steps[seen],
        x=line.x[seen],
        center=whole.center[seen],
        smoothed=None if line.smoothed is None else line.smoothed[seen],
        low=low,
        high=high,
        n=whole.n[seen],
    )
