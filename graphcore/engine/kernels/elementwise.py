"""Arithmetic, functions, comparison and choice, element by element."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax
from jax.scipy import special

from graphcore.engine.jax_kernel import Check, kernel, shared, table

# Operators alone, or functions of the value's own library.
shared("Add", "Sub", "Mul", "AddN", "Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual")
shared("Relu", "Relu6", "Elu", "Softplus", "Softsign", "ReluGrad", "Relu6Grad", "EluGrad", "SoftplusGrad")
shared("SoftsignGrad", "Identity", "StopGradient", "PlaceholderWithDefault")

# The engine brings results back to the type of the inputs, where functions turn integers into floating point.
table(
    {
        "Neg": jnp.negative,
        "Square": jnp.square,
        "Sqrt": jnp.sqrt,
        "Rsqrt": lambda x: 1 / jnp.sqrt(x),
        "Inv": lambda x: 1 / x,
        "Exp": jnp.exp,
        "Log": jnp.log,
        "Sin": jnp.sin,
        "Cos": jnp.cos,
        "Tanh": jnp.tanh,
        "Sigmoid": lambda x: 1 / (1 + jnp.exp(-x)),
        "Abs": jnp.abs,
        "Sign": jnp.sign,
        "Floor": jnp.floor,
        "Ceil": jnp.ceil,
        "IsNan": jnp.isnan,
        "IsInf": jnp.isinf,
        "IsFinite": jnp.isfinite,
        "Erf": special.erf,
        "Erfc": special.erfc,
        "Lgamma": special.gammaln,
        "Digamma": special.digamma,
        "Igamma": special.gammainc,
        "Igammac": special.gammaincc,
        "SquaredDifference": lambda x, y: jnp.square(x - y),
        "Maximum": jnp.maximum,
        "Minimum": jnp.minimum,
        "Pow": jnp.power,
        "LogicalAnd": jnp.logical_and,
        "LogicalOr": jnp.logical_or,
        "LogicalNot": jnp.logical_not,
        "ZerosLike": jnp.zeros_like,
    }
)


def _no_zero_divisor(numpys: Any, x: Any, y: Any) -> Check | None:
    return Check(y != 0, (x, y), numpys) if jnp.issubdtype(y.dtype, jnp.integer) else None


@kernel("Div", check=_no_zero_divisor)
def _div(x: Any, y: Any) -> Any:
    return x // y if jnp.issubdtype(x.dtype, jnp.integer) else x / y


@kernel("Mod", check=_no_zero_divisor)
def _mod(x: Any, y: Any) -> Any:
    return x % y


@kernel("Cast")
def _cast(x: Any, *, DstT: Any) -> Any:  # noqa: N803 - the attr's name in the format
    return x.astype(DstT.as_numpy_dtype)


@kernel("Select")
def _select(condition: Any, t: Any, e: Any) -> Any:
    if jnp.shape(t) != jnp.shape(e):
        raise ValueError("'then' and 'else' must have the same size")
    if condition.ndim == 1 and jnp.ndim(t) > 1:  # one choice for each row
        condition = condition.reshape(-1, *(1,) * (jnp.ndim(t) - 1))
    return jnp.where(condition, t, e)


@kernel("Bitcast")
def _bitcast(input: Any, *, type: Any) -> Any:
    return lax.bitcast_convert_type(input, type.as_numpy_dtype)
