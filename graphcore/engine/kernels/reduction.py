"""Sums, means, products and extremes over some axes, and the places of extremes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from graphcore.engine.jax_kernel import kernel
from graphcore.kernel_values import ints

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "Sum": lambda x, axis, keepdims: jnp.sum(x, axis, dtype=x.dtype, keepdims=keepdims),
    "Prod": lambda x, axis, keepdims: jnp.prod(x, axis, dtype=x.dtype, keepdims=keepdims),
    "Max": lambda x, axis, keepdims: jnp.max(x, axis, keepdims=keepdims),
    "Min": lambda x, axis, keepdims: jnp.min(x, axis, keepdims=keepdims),
    "All": lambda x, axis, keepdims: jnp.all(x, axis, keepdims=keepdims),
    "Any": lambda x, axis, keepdims: jnp.any(x, axis, keepdims=keepdims),
}


def _mean(x: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    if not jnp.issubdtype(x.dtype, jnp.integer):
        return jnp.mean(x, axis, dtype=x.dtype, keepdims=keepdims)
    count = 1
    for size in (x.shape[a] for a in axis):
        count *= size
    return jnp.sum(x, axis, dtype=x.dtype, keepdims=keepdims) // count


def _declare(name: str, reduce: Callable[..., Any]) -> None:
    @kernel(name, known=("reduction_indices",))
    def compute(input: Any, reduction_indices: Any, *, keep_dims: bool) -> Any:
        axes = ints(reduction_indices)
        if any(axis < 0 for axis in axes):
            raise ValueError(f"axes are counted from 0, but they are {axes}")
        return reduce(input, axes, keep_dims) if axes else input


for _name, _function in [*_FUNCTIONS.items(), ("Mean", _mean)]:
    _declare(_name, _function)


@kernel("ArgMax", known=("dimension",))
def _arg_max(input: Any, dimension: Any) -> Any:
    return jnp.argmax(input, int(dimension))


@kernel("ArgMin", known=("dimension",))
def _arg_min(input: Any, dimension: Any) -> Any:
    return jnp.argmin(input, int(dimension))
