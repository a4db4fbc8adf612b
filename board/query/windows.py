"""Values and the size of a window in, the mean, the median or the Gaussian mean of the window around each value out.

Windows are cut off at the ends of the series: the first and last values have a shorter window, and never made-up
neighbours. All values are finite. No method subtracts running totals, so a value of 1e30 leaves no rounding errors
behind where its window has moved on.
"""

from __future__ import annotations

import math

import numpy as np

# Beyond so many standard deviations the weights of a Gaussian add up to less than 1e-4 of the whole.
_TAIL = 4.0


def window_means(values: np.ndarray, half: int) -> np.ndarray:
    """The mean of each value and its ``half`` neighbours on either side, float64 [n]."""
    count = len(values)
    half = min(half, count - 1)
    at = np.arange(count)
    sizes = np.minimum(at + half, count - 1) - np.maximum(at - half, 0) + 1
    return _window_sums(np.pad(values, half), 2 * half + 1) / sizes


def _window_sums(values: np.ndarray, length: int) -> np.ndarray:
    """The sums of ``length`` successive values, float64 [n - length + 1].

    Made of sums of 1, 2, 4, ... values, which are made of one another.
    """
    total = np.zeros(len(values) - length + 1)
    sums, size, done = values, 1, 0
    while True:
        if length & size:
            total += sums[done : done + len(total)]
            done += size
        if done == length:
            return total
        sums = sums[:-size] + sums[size:]
        size *= 2


def window_gaussians(values: np.ndarray, sigma: float) -> np.ndarray:
    """The mean of all values around each, weighted by ``exp(-distance² / (2 sigma²))``, distances in points.

    Neighbours beyond four sigma are left out, the weights of the others are made to add up to 1.
    """
    reach = min(math.ceil(_TAIL * sigma), len(values) - 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    # The sum of weights that lie within the series: of an even kernel, a difference of cumulated weights of 0 to 1.
    below = np.concatenate([[0.0], np.cumsum(kernel)])
    at = np.arange(len(values))
    first = reach - np.minimum(at, reach)
    last = reach + np.minimum(len(values) - 1 - at, reach)
    return np.convolve(np.pad(values, reach), kernel, "valid") / (below[last + 1] - below[first])


def window_medians(values: np.ndarray, half: int) -> np.ndarray:
    """The median of each value and its ``half`` neighbours on either side; of an even number, the middle of two."""
    at = np.arange(len(values))
    first, stop = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    ordered = np.sort(values)
    ranks = np.empty(len(values), np.int32)  # half the memory to go through, for any series there is room for
    ranks[np.argsort(values, kind="stable")] = at
    count = stop - first
    lower, upper = (ordered[_kth_smallest(ranks, first, stop, k)] for k in ((count - 1) // 2, count // 2))
    # Halved first: the sum of two large values may be no float any more.
    return np.where(lower == upper, lower, 0.5 * lower + 0.5 * upper)


def _kth_smallest(ranks: np.ndarray, first: np.ndarray, stop: np.ndarray, k: np.ndarray) -> np.ndarray:
    """The k-th smallest of ``ranks[first:stop]``, for many windows at once, int64 [n].

    A wavelet matrix (Claude and Navarro, "The Wavelet Matrix", SPIRE 2012): bit by bit from the highest, ranks are
    divided into those with 0 and those with 1, and each window follows the side its k-th lies on. A window costs a step
    a bit, however long it is.
    """
    first, stop, k = first.copy(), stop.copy(), k.copy()
    found = np.zeros(len(k), np.int64)
    for bit in reversed(range(max(len(ranks) - 1, 1).bit_length())):
        ones = (ranks >> bit) & 1
        zeros_before = np.zeros(len(ranks) + 1, np.int32)
        np.cumsum(1 - ones, out=zeros_before[1:])
        zeros = int(zeros_before[-1])
        low_first, low_stop = zeros_before[first], zeros_before[stop]
        low = low_stop - low_first
        high_side = k >= low
        found |= high_side.astype(np.int64) << bit
        k -= np.where(high_side, low, 0)
        first = np.where(high_side, zeros + first - low_first, low_first)
        stop = np.where(high_side, zeros + stop - low_stop, low_stop)
        ranks = np.concatenate([ranks[ones == 0], ranks[ones == 1]])
    return found
