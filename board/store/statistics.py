"""Rows of a series in, what one wants to know of them without reading them again out."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class Statistics(NamedTuple):
    """A series, or some rows of it, in numbers. ``first`` and ``last`` are by the order in which rows were written."""

    rows: int
    first_step: int
    last_step: int
    first_wall_time: float  # the earliest, seconds since the epoch
    last_wall_time: float  # the latest
    first: float = math.nan  # values; NaN throughout for series that are not scalars
    last: float = math.nan
    minimum: float = math.nan  # of the finite values; NaN if there is none
    maximum: float = math.nan
    non_finite: int = 0  # values that are NaN or infinite
    total: float = 0.0  # sum of the finite values
    minimum_step: int = 0  # of the first row with the least finite value; means nothing if there is none
    maximum_step: int = 0
    ascending: bool = True  # no step is less than the one before

    @property
    def mean(self) -> float:
        """Of the finite values; NaN if there is none."""
        finite = self.rows - self.non_finite
        return self.total / finite if finite else math.nan


def of_rows(steps: np.ndarray, wall_times: np.ndarray, values: np.ndarray | None = None) -> Statistics:
    """Statistics of one row or more."""
    times = len(steps), int(steps[0]), int(steps[-1]), float(wall_times.min()), float(wall_times.max())
    ascending = bool((steps[1:] >= steps[:-1]).all())
    if values is None:
        return Statistics(*times, ascending=ascending)
    first, last = float(values[0]), float(values[-1])
    finite = values
    low, high = int(values.argmin()), int(values.argmax())  # of a NaN if there is one
    if not (math.isfinite(values[low]) and math.isfinite(values[high])):
        there = np.isfinite(values)
        finite, steps = values[there], steps[there]
        if not len(finite):
            return Statistics(*times, first, last, non_finite=len(values), ascending=ascending)
        low, high = int(finite.argmin()), int(finite.argmax())
    with np.errstate(over="ignore"):  # the sum of very large values is infinite
        total = float(finite.sum())
    return Statistics(
        *times,
        first,
        last,
        float(finite[low]),
        float(finite[high]),
        len(values) - len(finite),
        total,
        int(steps[low]),
        int(steps[high]),
        ascending,
    )


def joined(earlier: Statistics | None, later: Statistics | None) -> Statistics | None:
    """Statistics of rows and of those behind them; None stands for no rows."""
    if earlier is None or later is None:
        return earlier or later
    low = _first_of(earlier, later, later.minimum < earlier.minimum)
    high = _first_of(earlier, later, later.maximum > earlier.maximum)
    return Statistics(
        earlier.rows + later.rows,
        earlier.first_step,
        later.last_step,
        min(earlier.first_wall_time, later.first_wall_time),
        max(earlier.last_wall_time, later.last_wall_time),
        earlier.first,
        later.last,
        low.minimum,
        high.maximum,
        earlier.non_finite + later.non_finite,
        earlier.total + later.total,
        low.minimum_step,
        high.maximum_step,
        earlier.ascending and later.ascending and earlier.last_step <= later.first_step,
    )


def _first_of(earlier: Statistics, later: Statistics, later_is_beyond: bool) -> Statistics:
    """The one that holds an extreme; the later one only if it goes beyond, or if the earlier has no finite value."""
    return later if later_is_beyond or math.isnan(earlier.minimum) else earlier
