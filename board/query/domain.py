"""Values in, the smallest and largest finite one out."""

from __future__ import annotations

import numpy as np


def finite_domain(values: np.ndarray) -> tuple[float, float] | None:
    """The range of the finite values; None if there are none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if len(finite) else None
