"""Random numbers, which numpy's kernels draw, and what becomes of them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from graphcore.engine.jax_kernel import drawn

drawn(
    "RandomUniform",
    "RandomStandardNormal",
    "TruncatedNormal",
    asks=lambda shape: (shape,),
    gives=lambda numbers, shape: numbers,
    known=("shape",),
)
drawn(
    "RandomUniformInt",
    asks=lambda shape, minval, maxval: (shape, minval, maxval),
    gives=lambda numbers, shape, minval, maxval: numbers,
    known=("shape", "minval", "maxval"),
)


def _rows_in_order(order: Any, value: Any) -> Any:
    return jnp.asarray(value)[order] if value.ndim else value


# An order for the numbers of rows is an order for the rows.
drawn("RandomShuffle", asks=lambda value: (np.arange(value.shape[0] if value.ndim else 1),), gives=_rows_in_order)
