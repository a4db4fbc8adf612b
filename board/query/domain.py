"""Values in, the smallest and largest finite one out, with or without the outliers."""

from __future__ import annotations

import numpy as np


def finite_domain(values: np.ndarray) -> tuple[float, float] | None:
    """The range of the finite values; None if there are none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None


def robust_domain(values: np.ndarray) -> tuple[float, float] | None:
    """The range of the finite values without the lowest and the highest twentieth; None if there are none.

    The ends are values that occur, those at ``ceil(0.05 (n - 1))`` and ``floor(0.95 (n - 1))`` of the sorted ones, as
    TensorBoard's "ignore outliers" has them; up to two values are left as they are.
    """
    finite = values[np.isfinite(values)]
    count = len(finite)
    if count <= 2:
        return finite_domain(finite)
    low, high = -(-(count - 1) // 20), 19 * (count - 1) // 20
    ordered = np.partition(finite, (low, high))
    return float(ordered[low]), float(ordered[high])
