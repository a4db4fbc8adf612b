"""Functions of one tensor, element by element: exp, log, sqrt, tanh, ..."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, complex_numbers


def _in_type(function: Callable[[Any], Any]) -> Callable[[Operation, Any], Callable[[Any], Any]]:
    """Binds a numpy function that leaves the integers, so that the result has the type of the input."""

    def bind(op: Operation, state: Any) -> Callable[[Any], Any]:
        dtype: DType = op.attrs["T"]
        if not dtype.is_integer:
            return function
        return lambda x: np.asarray(function(x)).astype(dtype.as_numpy_dtype)[()]

    return bind


def _unary(name: str, function: Callable[[Any], Any], gradient: Any, types: str = "unary") -> OpType:
    return OpType(
        f"{name}(x:T) -> y:T | T:type{{{types}}}",
        shape=common_shapes.unchanged,
        bind=_in_type(function),
        gradient=gradient,
        elementwise=True,
    )


def _one(x: Any) -> Any:
    return x.dtype.type(1)


def _conj(x: Tensor) -> Tensor:
    """What stands in gradients in place of ``x``, see `graphcore.ops.complex_numbers`; real numbers are themselves."""
    return complex_numbers.conj(x)


def _sign(x: Any) -> Any:
    if x.dtype.kind != "c":
        return np.sign(x)
    size = np.abs(x)
    return x / np.where(size == 0, _one(size), size)


Neg = _unary("Neg", operator.neg, lambda op, grad: -grad)
Square = _unary("Square", lambda x: x * x, lambda op, grad: grad * (2 * _conj(op.inputs[0])))
Sqrt = _unary("Sqrt", np.sqrt, lambda op, grad: grad * (0.5 * inv(_conj(op.outputs[0]))))
Rsqrt = _unary(
    "Rsqrt",
    lambda x: np.reciprocal(np.sqrt(x)),
    lambda op, grad: grad * ((-0.5 * inv(_conj(op.inputs[0]))) * _conj(op.outputs[0])),
)
Inv = _unary("Inv", lambda x: _one(x) / x, lambda op, grad: grad * (-square(_conj(op.outputs[0]))))
Exp = _unary("Exp", np.exp, lambda op, grad: grad * _conj(op.outputs[0]))
Log = _unary("Log", np.log, lambda op, grad: grad * inv(_conj(op.inputs[0])))
Sin = _unary("Sin", np.sin, lambda op, grad: grad * cos(_conj(op.inputs[0])))
Cos = _unary("Cos", np.cos, lambda op, grad: -grad * sin(_conj(op.inputs[0])))
Tanh = _unary("Tanh", np.tanh, lambda op, grad: grad * (1 - square(_conj(op.outputs[0]))))


def _sigmoid_grad(op: Operation, grad: Tensor) -> Tensor:
    y = _conj(op.outputs[0])
    return grad * (y * (1 - y))


Sigmoid = _unary("Sigmoid", lambda x: _one(x) / (_one(x) + np.exp(-x)), _sigmoid_grad)
Abs = _unary("Abs", np.abs, lambda op, grad: grad * sign(op.inputs[0]), "float32 float64 int32 int64")
Sign = _unary(
    "Sign",
    _sign,
    lambda op, grad: array.zeros(array.shape(op.inputs[0]), op.inputs[0].dtype.base_dtype),
    "float32 float64 int32 int64 complex64",
)
Floor = _unary("Floor", np.floor, no_gradient, "float")
Ceil = _unary("Ceil", np.ceil, no_gradient, "float")


def _predicate(name: str, function: Callable[[Any], Any]) -> OpType:
    return OpType(
        f"{name}(x:T) -> y:bool | T:type{{float}}",
        shape=common_shapes.unchanged,
        kernel=function,
        gradient=no_gradient,
        elementwise=True,
    )


IsNan = _predicate("IsNan", np.isnan)
IsInf = _predicate("IsInf", np.isinf)
IsFinite = _predicate("IsFinite", np.isfinite)


def neg(x: Any, name: str | None = None) -> Tensor:
    """-x."""
    return Neg(x, name=name)


def square(x: Any, name: str | None = None) -> Tensor:
    """x * x."""
    return Square(x, name=name)


def sqrt(x: Any, name: str | None = None) -> Tensor:
    """The square root; not a number below zero."""
    return Sqrt(x, name=name)


def rsqrt(x: Any, name: str | None = None) -> Tensor:
    """1 / sqrt(x)."""
    return Rsqrt(x, name=name)


def inv(x: Any, name: str | None = None) -> Tensor:
    """1 / x."""
    return Inv(x, name=name)


def exp(x: Any, name: str | None = None) -> Tensor:
    """e to the power of x."""
    return Exp(x, name=name)


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm; minus infinity at zero, not a number below."""
    return Log(x, name=name)


def sin(x: Any, name: str | None = None) -> Tensor:
    """The sine of x, in radians."""
    return Sin(x, name=name)


def cos(x: Any, name: str | None = None) -> Tensor:
    """The cosine of x, in radians."""
    return Cos(x, name=name)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent, between -1 and 1."""
    return Tanh(x, name=name)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + exp(-x)), between 0 and 1."""
    return Sigmoid(x, name=name)


def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value. Its gradient at zero is zero."""
    value = convert_to_tensor(x, name="x")
    return complex_numbers.ComplexAbs(value, name=name) if value.dtype.is_complex else Abs(value, name=name)


def sign(x: Any, name: str | None = None) -> Tensor:
    """-1, 0 or 1."""
    return Sign(x, name=name)


def floor(x: Any, name: str | None = None) -> Tensor:
    """The largest whole number not above x."""
    return Floor(x, name=name)


def ceil(x: Any, name: str | None = None) -> Tensor:
    """The smallest whole number not below x."""
    return Ceil(x, name=name)


def round(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number; halves go up. Integers are returned as they are."""
    x = convert_to_tensor(x, name="x")
    return x if x.dtype.is_integer else floor(x + 0.5, name=name)


def is_nan(x: Any, name: str | None = None) -> Tensor:
    """Whether x is not a number, bool."""
    return IsNan(x, name=name)


def is_inf(x: Any, name: str | None = None) -> Tensor:
    """Whether x is infinite, bool."""
    return IsInf(x, name=name)


def is_finite(x: Any, name: str | None = None) -> Tensor:
    """Whether x is a number and not infinite, bool."""
    return IsFinite(x, name=name)
