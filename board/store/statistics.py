"""Rows of a series in, what one wants to know of them without reading them again out."""

from __future__ import annotations

import math
from collections.abc import Callable
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


def of_rows(steps: np.ndarray, wall_times: np.ndarray, values: np.ndarray | None = None) -> Statistics:
    """Statistics of one row or more."""
    times = len(steps), int(steps[0]), int(steps[-1]), float(wall_times.min()), float(wall_times.max())
    if values is None:
        return Statistics(*times)
    first, last = float(values[0]), float(values[-1])
    least, greatest = float(values.min()), float(values.max())  # NaN if there is one
    non_finite = 0
    if not (math.isfinite(least) and math.isfinite(greatest)):
        finite = values[np.isfinite(values)]
        non_finite = len(values) - len(finite)
        least, greatest = (float(finite.min()), float(finite.max())) if len(finite) else (math.nan, math.nan)
    return Statistics(*times, first, last, least, greatest, non_finite)


def joined(earlier: Statistics | None, later: Statistics | None) -> Statistics | None:
    """Statistics of rows and of those behind them; None stands for no rows."""
    if earlier is None or later is None:
        return earlier or later
    return Statistics(
        earlier.rows + later.rows,
        earlier.first_step,
        later.last_step,
        min(earlier.first_wall_time, later.first_wall_time),
        max(earlier.last_wall_time, later.last_wall_time),
        earlier.first,
        later.last,
        _apart_from_nan(min, earlier.minimum, later.minimum),
        _apart_from_nan(max, earlier.maximum, later.maximum),
        earlier.non_finite + later.non_finite,
    )


def _apart_from_nan(choose: Callable[[float, float], float], one: float, other: float) -> float:
    if math.isnan(one):
        return other
    return one if math.isnan(other) else choose(one, other)
