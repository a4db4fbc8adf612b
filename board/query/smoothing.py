"""Values and a way to smooth them in, smoothed values out: one for each value.

Every method works on all points of a series, before any are left out for drawing. Values that are not finite stay
as they are and count for nothing, and a constant series comes back unchanged, where rounding would otherwise make it
wobble.
"""

from __future__ import annotations

import enum
import math
from typing import NamedTuple

import numpy as np

from board.query.windows import window_gaussians, window_means, window_medians

# 1 - x is 1 for all smaller x.
_NOTHING = 2.0**-54
# Values above the first are scaled down by the second, lest their sums be no floats any more.
_HUGE, _SCALE = 2.0**900, 2.0**-120


class Method(enum.Enum):
    """How neighbouring values are combined."""

    EXPONENTIAL = "exponential"  # each point counts less the more points ago it came
    TIME_WEIGHTED = "time"  # each point counts less the further back it lies on the x axis
    MEAN = "mean"  # of a window around each point
    MEDIAN = "median"  # of a window around each point
    GAUSSIAN = "gaussian"  # around each point, neighbours count less the further away they are


class Smoothing(NamedTuple):
    """How much is smoothed, and how.

    One weight serves all methods: that of the exponential moving average. A moving average over ``span`` points takes
    as much out of uncorrelated noise as the exponential one with this weight (their variances are both 1 / span of the
    noise's), and so does a Gaussian whose standard deviation is ``sigma`` points.
    """

    weight: float = 0.0  # 0, nothing is smoothed, up to, but not including, 1
    method: Method = Method.EXPONENTIAL

    @property
    def span(self) -> int:
        """Points of a window, an odd number: one in the middle, and as many on either side of it."""
        return 2 * round(self.weight / (1 - self.weight)) + 1

    @property
    def sigma(self) -> float:
        """The standard deviation of a Gaussian, in points: its variance reduction is ``1 / (2 sqrt(pi) sigma)``."""
        return (1 + self.weight) / (1 - self.weight) / (2 * math.sqrt(math.pi))


def smooth(values: np.ndarray, smoothing: Smoothing, x: np.ndarray | None = None) -> np.ndarray:
    """The smoothed values, float64 [n].

    Args:
        values: float64 [n]
        x: float64 [n], where the values lie on the x axis; only `Method.TIME_WEIGHTED` asks for it.
    """
    finite = np.isfinite(values)
    whole = bool(finite.all())
    known = values if whole else values[finite]
    if smoothing.weight <= 0 or not len(known) or np.all(known == known[0]):
        return values.copy()
    if np.abs(known).max() > _HUGE:
        return smooth(values * _SCALE, smoothing, x) / _SCALE
    if smoothing.method is Method.EXPONENTIAL:
        found = _exponential(known, smoothing.weight)
    elif smoothing.method is Method.TIME_WEIGHTED:
        if x is None:
            raise ValueError("time-weighted smoothing needs x")
        found = _time_weighted(known, x if whole else x[finite], smoothing.weight)
    elif smoothing.method is Method.MEAN:
        found = window_means(known, smoothing.span // 2)
    elif smoothing.method is Method.MEDIAN:
        found = window_medians(known, smoothing.span // 2)
    else:
        found = window_gaussians(known, smoothing.sigma)
    if whole:
        return found
    smoothed = values.copy()
    smoothed[finite] = found
    return smoothed


def _exponential(values: np.ndarray, weight: float) -> np.ndarray:
    """The debiased exponential moving average, as TensorBoard has it.

    With ``last`` and ``n`` starting at 0, each value y gives::

        last = weight * last + (1 - weight) * y
        n = n + 1
        smoothed = last / (1 - weight ** n)

    The spacing of steps counts for nothing. Dividing by ``1 - weight ** n`` is the bias correction of Kingma and Ba,
    "Adam" (2015), section 3.
    """
    last = _recurrence(values, weight)
    biased = min(len(last), math.ceil(math.log(_NOTHING, weight)))
    last[:biased] /= 1 - weight ** np.arange(1, biased + 1)
    return last


def _recurrence(values: np.ndarray, weight: float) -> np.ndarray:
    """``last[k] = sum of (1 - weight) * weight ** (k - i) * values[i]`` for i up to k.

    By doubling: sums over 1, 2, 4, ... values, each made of two of the ones before. It ends early once the
    weight of what is missing has gone to zero.
    """
    last = values * (1 - weight)
    reach = 1
    while reach < len(last) and (factor := weight**reach) > 0:
        last[reach:] += factor * last[:-reach]
        reach *= 2
    return last


def _time_weighted(values: np.ndarray, x: np.ndarray, weight: float) -> np.ndarray:
    """The exponential moving average of unevenly spaced points.

    A point at distance d back on the x axis counts ``weight ** (d / u)``, where u is the median distance of neighbours
    that differ in x::

        smoothed[k] = sum of weight ** (d(i, k) / u) * values[i] / sum of weight ** (d(i, k) / u), for i up to k

    Evenly spaced points give exactly what the debiased exponential moving average gives. Where x goes back, at a
    restart, the way back counts as distance. After Eckner, "Algorithms for Unevenly Spaced Time Series: Moving Averages
    and Other Rolling Operators" (2017), section 3, with the bias correction as a sum of weights.
    """
    distance = np.abs(np.diff(x))
    apart = distance[distance > 0]
    unit = float(np.median(apart)) if len(apart) else 1.0
    decay = np.concatenate([[0.0], weight ** (distance / unit)])
    total, mass = values.copy(), np.ones(len(values))
    # By doubling, as above; `decay` is that over 1, 2, 4, ... points.
    reach = 1
    while reach < len(values) and decay[reach:].any():
        total[reach:] += decay[reach:] * total[:-reach]
        mass[reach:] += decay[reach:] * mass[:-reach]
        decay[reach:] *= decay[:-reach].copy()
        decay[:reach] = 0
        reach *= 2
    return total / mass
