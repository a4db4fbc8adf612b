"""Special functions, element by element: the error function, and those around the gamma function."""

from __future__ import annotations

import math as pymath
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, math, reduction
from graphcore.ops.broadcasting import binary_op, sum_back
from graphcore.scopes import op_scope


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


def _upper_gamma(a: float, x: float) -> float:
    """The regularized upper incomplete gamma function Q(a, x).

    Source: Abramowitz and Stegun, 6.5.29 (the series for 1 - Q) and 6.5.31 (the continued fraction, evaluated by the
    method of Lentz).
    """
    if not (a > 0 and x >= 0):
        return pymath.nan
    if x == 0 or pymath.isinf(x):
        return float(x == 0)
    factor = pymath.exp(a * pymath.log(x) - x - pymath.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        n = a
        while abs(term) > abs(total) * 1e-17:
            n += 1
            term *= x / n
            total += term
        return 1 - factor * total
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    fraction, i = d, 0
    while True:
        i += 1
        numerator = i * (a - i)
        b += 2
        d = 1 / (numerator * d + b or tiny)
        c = b + numerator / c or tiny
        change = c * d
        fraction *= change
        if abs(change - 1) < 1e-15:
            return factor * fraction


def _lower_gamma(a: float, x: float) -> float:
    return 1 - _upper_gamma(a, x)


def _of_two(function: Callable[[float, float], float]) -> Callable[[Any, Any], Any]:
    vectorized = np.vectorize(function, otypes=[np.float64])
    return lambda a, x: vectorized(a, x).astype(a.dtype)[()]


def _igamma_grad(op: Operation, grad: Tensor) -> Any:
    # TensorFlow has none for a either.
    a, x = op.inputs
    density = math.exp(-x + (a - 1) * math.log(x) - lgamma(a))
    _, to_x = sum_back(op)
    return None, to_x(density * grad)


def _igammac_grad(op: Operation, grad: Tensor) -> Any:
    return None, -_igamma_grad(op, grad)[1]


Igamma = binary_op("Igamma(a:T, x:T) -> z:T | T:type{float}", _of_two(_lower_gamma), _igamma_grad)
Igammac = binary_op("Igammac(a:T, x:T) -> z:T | T:type{float}", _of_two(_upper_gamma), _igammac_grad)


def igamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The regularized lower incomplete gamma function P(a, x), for a > 0 and x >= 0; no gradient flows to a."""
    return Igamma(a, x, name=name)


def igammac(a: Any, x: Any, name: str | None = None) -> Tensor:
    """``1 - igamma(a, x)``, exact where that is near zero; no gradient flows to a."""
    return Igammac(a, x, name=name)


def lbeta(x: Any, name: str = "lbeta") -> Tensor:
    """The logarithm of the multivariate beta function along the last axis: ``sum(lgamma(x)) - lgamma(sum(x))``."""
    with op_scope([x], name, "lbeta") as scope:
        tensor = convert_to_tensor(x, name="x")
        last = array.rank(tensor) - 1
        return arithmetic.sub(
            reduction.reduce_sum(lgamma(tensor), last), lgamma(reduction.reduce_sum(tensor, last)), name=scope
        )


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
