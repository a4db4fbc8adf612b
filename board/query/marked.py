"""The line of a series and a place or a stretch of x in, what its points say there out; from all points of the line."""

from __future__ import annotations

import math
import sys
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from board.query.line import Line


@dataclass(frozen=True)
class Point:
    """One point of a line."""

    step: int
    wall_time: float
    x: float
    value: float
    smoothed: float | None


@dataclass(frozen=True)
class Stretch:
    """What the points of a line say between two places, both of them included."""

    count: int  # of the points between them
    nonfinite: int  # values among those that are no number; they count for nothing below
    start: Point  # the first point, in the order of x
    end: Point  # the last one
    least: Point | None  # the first of the lowest; None if no value is finite
    greatest: Point | None  # the first of the highest
    mean: float | None  # of the finite values, each counting the same
    change: float | None  # from the start to the end; None unless both are finite
    percent: float | None  # change in hundredths of the size of the start; None where that is 0


def told(line: Line, place: float | tuple[float, float], log: bool = False) -> dict[str, Any]:
    """``point`` at a place or ``stretch`` between two, in plain values; None where there is nothing."""
    if isinstance(place, tuple):
        stretch = over(line, *place)
        return {"stretch": stretch and asdict(stretch)}
    point = point_at(line, place, log)
    return {"point": point and asdict(point)}


def point_at(line: Line, place: float, log: bool = False) -> Point | None:
    """The point nearest to a place; of several equally near, the one that was written last. None if there are none.

    Args:
        log: nearness is that on a logarithmic axis.
    """
    if not len(line.x):
        return None
    # Left of a logarithmic axis its first point is the nearest.
    distance = np.abs(np.log(line.x) - math.log(max(place, sys.float_info.min)) if log else line.x - place)
    return _point(line, len(distance) - 1 - int(np.argmin(distance[::-1])))


def over(line: Line, start: float, stop: float) -> Stretch | None:
    """What the points with ``start <= x <= stop`` say; None if there are none."""
    inside = np.flatnonzero((line.x >= start) & (line.x <= stop))
    if not len(inside):
        return None
    x, values = line.x[inside], line.columns.values[inside]
    first = _point(line, int(inside[np.argmin(x)]))
    last = _point(line, int(inside[len(x) - 1 - np.argmax(x[::-1])]))
    finite = np.isfinite(values)
    known = values[finite]
    least = greatest = mean = None
    if len(known):
        at = inside[finite]
        least, greatest = _point(line, int(at[known.argmin()])), _point(line, int(at[known.argmax()]))
        # Divided first: the sum of the largest floats is none.
        mean = float((known / len(known)).sum())
    change = percent = None
    if np.isfinite(first.value) and np.isfinite(last.value):
        change = last.value - first.value
        percent = 100 * (change / abs(first.value)) if first.value else None
    return Stretch(len(inside), len(inside) - len(known), first, last, least, greatest, mean, change, percent)


def _point(line: Line, row: int) -> Point:
    steps, wall_times, values = line.columns
    smoothed = None if line.smoothed is None else float(line.smoothed[row])
    return Point(int(steps[row]), float(wall_times[row]), float(line.x[row]), float(values[row]), smoothed)
