"""JAX's kernels, a module for each theme; importing this declares them in `graphcore.engine.jax_kernel.KERNELS`.

What has no kernel here is no computation with arrays of known shapes: strings and summaries, and ops whose results have
as many rows as their values tell (`Where`, `Unique`, `ListDiff`, `ComputeAccidentalHits`, candidate samplers).
"""

from __future__ import annotations

from graphcore.engine.kernels import (
    arrays,
    checks,
    elementwise,
    layers,
    linear_algebra,
    pictures,
    random,
    reduction,
    rows,
    training,
)

__all__ = [
    "arrays",
    "checks",
    "elementwise",
    "layers",
    "linear_algebra",
    "pictures",
    "random",
    "reduction",
    "rows",
    "training",
]
