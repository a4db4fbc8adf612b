"""Special functions, element by element: the error function, and the logarithm of the gamma function."""

from __future__ import annotations

import math as pymath
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import math


def _each(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of Python's own library for each element, computed as float64 and rounded to the element type."""
    vectorized = np.vectorize(function, otypes=[np.float64])
    return lambda x: vectorized(x).astype(x.dtype)[()]


def _lgamma(x: float) -> float:
    try:
        return pymath.lgamma(x)
    except (ValueError, OverflowError):  # the poles 0, -1, -2, ...; arguments beyond 1e305
        return pymath.inf


def _digamma(x: Any) -> Any:
    """The derivative of the logarithm of gamma: its asymptotic series from 10 on, recurrence and reflection before.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.3.5, 6.3.7 and 6.3.18.
    """
    value = np.asarray(x, np.float64)
    reflected = value < 0.5
    z = np.where(reflected, 1 - value, value)
    result = np.zeros_like(z)
    while (small := z < 10).any():
        result = np.where(small, result - 1 / z, result)
        z = np.where(small, z + 1, z)
    square = 1 / z**2
    series = np.zeros_like(z)
    for coefficient in (691 / 32760, 1 / 132, 1 / 240, 1 / 252, 1 / 120, 1 / 12):
        series = square * (coefficient - series)
    result = result + np.log(z) - 0.5 / z - series
    # The fraction alone, for the tangent of a large angle is nothing but rounding. At the poles there is no value.
    fraction = value - np.floor(value)
    turned = np.where(fraction == 0, np.nan, np.pi / np.tan(np.pi * fraction))
    return np.where(reflected, result - turned, result).astype(x.dtype)[()]


def _special(name: str, kernel: Callable[[Any], Any], gradient: Callable[..., Any] | None) -> OpType:
    return OpType(
        f"{name}(x:T) -> y:T | T:type{{unary}}",
        shape=common_shapes.unchanged,
        kernel=kernel,
        gradient=gradient,
        elementwise=True,
    )


def _erf_grad(op: Operation, grad: Tensor) -> Tensor:
    return grad * (2 / pymath.sqrt(pymath.pi) * math.exp(-math.square(op.inputs[0])))


Erf = _special("Erf", _each(pymath.erf), _erf_grad)
Erfc = _special("Erfc", _each(pymath.erfc), lambda op, grad: -_erf_grad(op, grad))
Lgamma = _special("Lgamma", _each(_lgamma), lambda op, grad: grad * digamma(op.inputs[0]))
Digamma = _special("Digamma", _digamma, None)


def erf(x: Any, name: str | None = None) -> Tensor:
    """The error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t ** 2)`` from 0 to x."""
    return Erf(x, name=name)


def erfc(x: Any, name: str | None = None) -> Tensor:
    """``1 - erf(x)``, exact where that is near zero."""
    return Erfc(x, name=name)


def lgamma(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function; infinity at its poles."""
    return Lgamma(x, name=name)


def digamma(x: Any, name: str | None = None) -> Tensor:
    """The derivative of `lgamma`; not a number at its poles. It has no gradient."""
    return Digamma(x, name=name)
