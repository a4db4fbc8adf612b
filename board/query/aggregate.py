"""The lines of several runs in, one line that stands for them and a band around it out.

Everything is computed from all points of all members, before a stretch is chosen or points are left out for drawing,
so a number at an x depends on nothing but the members. Where members have points at different x, each is interpolated
linearly between its own points, and counts from its first to its last; values that are not finite are left out.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Center(enum.Enum):
    """What stands for the members at an x."""

    MEAN = "mean"
    MEDIAN = "median"


class Band(enum.Enum):
    """What surrounds it."""

    STD = "std"  # a sample standard deviation (n - 1) on either side
    SEM = "sem"  # a standard error of the mean, std / sqrt(n), on either side
    CI95 = "ci95"  # 95 % confidence interval of the centre, by bootstrap
    RANGE = "range"  # least and greatest
    IQR = "iqr"  # the first and the third quartile


class Member(NamedTuple):
    """The points of a run: x (float64 [n]) and values (float64 [n])."""

    x: np.ndarray
    values: np.ndarray


class Aggregate(NamedTuple):
    """A line and a band: all float64 [m], x ascending, and how many members there are at each x, int64 [m]."""

    x: np.ndarray
    center: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray


# x computed together; the members' values there are in memory at once.
_BLOCK = 1 << 13
_RESAMPLES = 1000
# Of a bootstrap that computes medians, so many numbers are in memory at once.
_RESAMPLED = 1 << 22
_SEED = 20160530


def aggregate(members: Sequence[Member], center: Center, band: Band) -> Aggregate:
    """The centre of all members at every x at which one of them has a point.

    The interval by bootstrap comes from `confidence`, for fewer x; here the standard error stands in for it.
    """
    lines = [line for line in map(_prepared, members) if len(line.x)]
    if not lines:
        empty = np.empty(0)
        return Aggregate(empty, empty, empty, empty, np.empty(0, np.int64))
    x = np.unique(np.concatenate([line.x for line in lines]))
    columns = [np.empty(len(x)) for _ in range(3)]
    n = np.empty(len(x), np.int64)
    for start in range(0, len(x), _BLOCK):
        block = slice(start, start + _BLOCK)
        values = _at(lines, x[block])
        n[block] = np.count_nonzero(~np.isnan(values), axis=0)
        for column, computed in zip(columns, _summarised(values, n[block], center, band)):
            column[block] = computed
    return Aggregate(x, columns[0], columns[1], columns[2], n)


def confidence(members: Sequence[Member], center: Center, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % confidence interval of the centre at some x: low and high, float64 [m].

    By percentile bootstrap over members (Efron, "Bootstrap Methods: Another Look at the Jackknife", 1979), with a
    fixed seed: the same members give the same interval each time. One member alone has none: both ends are its value.
    """
    lines = [line for line in map(_prepared, members) if len(line.x)]
    values = _at(lines, x)
    present = ~np.isnan(values)
    low, high = np.full(len(x), np.nan), np.full(len(x), np.nan)
    patterns, pattern_of = np.unique(present, axis=1, return_inverse=True)
    for number, pattern in enumerate(patterns.T):
        at = np.flatnonzero(pattern_of.reshape(-1) == number)
        found = values[np.ix_(pattern, at)]
        if len(found) == 1:
            low[at] = high[at] = found[0]
        elif len(found):
            low[at], high[at] = _bootstrap(found, center)
    return low, high


def mean_at(members: Sequence[Member], x: np.ndarray) -> np.ndarray:
    """The mean of the members that are there at some x, float64 [m]; 0 where there is none."""
    lines = [line for line in map(_prepared, members) if len(line.x)]
    found = np.zeros(len(x))
    for start in range(0, len(x) if lines else 0, _BLOCK):
        values = _at(lines, x[start : start + _BLOCK])
        there = np.count_nonzero(~np.isnan(values), axis=0)
        found[start : start + _BLOCK] = np.nansum(values, axis=0) / np.maximum(there, 1)
    return found


def _bootstrap(values: np.ndarray, center: Center) -> np.ndarray:
    """The ends of the interval, [2, m], of values [n, m]."""
    count = len(values)
    chosen = np.random.default_rng(_SEED).integers(0, count, (_RESAMPLES, count))
    width = max(1, _RESAMPLED // (_RESAMPLES * (1 if center is Center.MEAN else count)))
    blocks = [values[:, start : start + width] for start in range(0, values.shape[1], width)]
    if center is Center.MEAN:
        weights = np.apply_along_axis(np.bincount, 1, chosen, minlength=count) / count
        parts = [_weighted(weights, block) for block in blocks]
    else:
        parts = [np.median(block[chosen], axis=1) for block in blocks]
    return np.concatenate([np.quantile(part, (0.025, 0.975), axis=0) for part in parts], axis=1)


def _weighted(weights: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The product of matrices, member by member, so that no number depends on its neighbours in the last bit."""
    total = np.zeros((len(weights), values.shape[1]))
    for weight, of_member in zip(weights.T, values):
        total += weight[:, None] * of_member
    return total


def _prepared(line: Member) -> Member:
    """The finite points with x ascending; of several at one x, the last."""
    kept = np.isfinite(line.values) & np.isfinite(line.x)
    x, values = (line.x, line.values) if kept.all() else (line.x[kept], line.values[kept])
    if (x[1:] > x[:-1]).all():
        return Member(x, values)
    order = np.argsort(x, kind="stable")
    x, values = x[order], values[order]
    last = np.append(x[1:] != x[:-1], True)
    return Member(x[last], values[last])


def _at(lines: Sequence[Member], x: np.ndarray) -> np.ndarray:
    """The values of members at x, [members, m]; NaN before the first and behind the last point of one."""
    return np.stack([np.interp(x, line.x, line.values, left=np.nan, right=np.nan) for line in lines])


def _summarised(values: np.ndarray, n: np.ndarray, center: Center, band: Band) -> tuple[np.ndarray, ...]:
    """Centre, low and high of values [members, m] of which n [m] are there."""
    mean = np.nansum(values, axis=0) / n
    ordered = np.sort(values, axis=0) if center is Center.MEDIAN or band is Band.IQR else values
    middle = mean if center is Center.MEAN else _quantile(ordered, n, 0.5)
    if band is Band.RANGE:
        return middle, np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    if band is Band.IQR:
        return middle, _quantile(ordered, n, 0.25), _quantile(ordered, n, 0.75)
    # One alone does not spread.
    spread = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / np.maximum(n - 1, 1))
    if band is not Band.STD:
        spread = spread / np.sqrt(n)
    return middle, middle - spread, middle + spread


def _quantile(ordered: np.ndarray, n: np.ndarray, part: float) -> np.ndarray:
    """Of the first n [m] of values [members, m] that ascend: interpolated linearly, as numpy does by default."""
    place = part * (n - 1)
    below = np.floor(place).astype(np.int64)
    columns = np.arange(len(n))
    low, high = ordered[below, columns], ordered[np.minimum(below + 1, n - 1), columns]
    return low + (high - low) * (place - below)
