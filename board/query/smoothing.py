"""Values in, their exponential moving average out, without the pull of its start towards zero."""

from __future__ import annotations

import math

import numpy as np

# 1 - x is 1 for all smaller x.
_NOTHING = 2.0**-54


def smooth(values: np.ndarray, weight: float) -> np.ndarray:
    """The debiased exponential moving average of ``values`` (float64 [n]).

    With ``last`` and ``n`` starting at 0, each finite value y gives::

        last = weight * last + (1 - weight) * y
        n = n + 1
        smoothed = last / (1 - weight ** n)

    Values that are not finite stay as they are and count for nothing; neither does the spacing of steps. A
    constant series comes back unchanged, where rounding would otherwise make it wobble. Dividing by
    ``1 - weight ** n`` is the bias correction of Kingma and Ba, "Adam" (2015), section 3.

    Args:
        weight: 0 (nothing is smoothed) up to, but not including, 1.
    """
    finite = np.isfinite(values)
    known = values if finite.all() else values[finite]
    if weight <= 0 or not len(known) or np.all(known == known[0]):
        return values.copy()
    last = _recurrence(known, weight)
    biased = min(len(last), math.ceil(math.log(_NOTHING, weight)))
    last[:biased] /= 1 - weight ** np.arange(1, biased + 1)
    if known is values:
        return last
    smoothed = values.copy()
    smoothed[finite] = last
    return smoothed


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
