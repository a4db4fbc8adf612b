"""Complex numbers: made of two real tensors, and taken apart.

The gradient of a real function with respect to a complex ``z = x + iy`` is ``d/dx + i d/dy``: the direction in which
the function grows fastest. Where ``w = f(z)`` is differentiable, that of z is that of w times the conjugate of f'(z).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, math
from graphcore.ops.broadcasting import binary_op, sum_back


def _complex_grad(op: Operation, grad: Tensor) -> Any:
    to_real, to_imag = sum_back(op)
    return to_real(real(grad)), to_imag(imag(grad))


def _complex_abs_grad(op: Operation, grad: Tensor) -> Tensor:
    return complex(grad, array.zeros_like(grad)) * math.sign(op.inputs[0])


Complex = binary_op(
    "Complex(real:float32, imag:float32) -> out:complex64 | ",
    lambda real, imag: (real + imag * np.complex64(1j)).astype(np.complex64),
    _complex_grad,
)


def _each(line: str, kernel: Any, gradient: Any) -> OpType:
    return OpType(line, shape=common_shapes.unchanged, kernel=kernel, gradient=gradient, elementwise=True)


# Parts of an array are views: copies of them are as fast to work on as other arrays.
Real = _each(
    "Real(in:complex64) -> out:float32 | ",
    lambda value: value.real.copy(),
    lambda op, grad: complex(grad, array.zeros_like(grad)),
)
Imag = _each(
    "Imag(in:complex64) -> out:float32 | ",
    lambda value: value.imag.copy(),
    lambda op, grad: complex(array.zeros_like(grad), grad),
)
Conj = _each("Conj(in:complex64) -> out:complex64 | ", np.conj, lambda op, grad: conj(grad))
ComplexAbs = _each("ComplexAbs(x:complex64) -> y:float32 | ", np.abs, _complex_abs_grad)


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """``real + i * imag``: complex64 of two float32 tensors."""
    return Complex(real, imag, name=name)


def real(in_: Any, name: str | None = None) -> Tensor:
    """The real part of complex64 numbers, float32; real numbers as they are."""
    value = convert_to_tensor(in_, name="input")
    return Real(value, name=name) if value.dtype.is_complex else value


def imag(in_: Any, name: str | None = None) -> Tensor:
    """The imaginary part of complex64 numbers, float32."""
    return Imag(in_, name=name)


def conj(in_: Any, name: str | None = None) -> Tensor:
    """``x - iy`` for each ``x + iy``; real numbers as they are."""
    value = convert_to_tensor(in_, name="input")
    return Conj(value, name=name) if value.dtype.is_complex else value


def complex_abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value of complex64 numbers, ``sqrt(real ** 2 + imag ** 2)``, float32. `graphcore.abs` takes both."""
    return ComplexAbs(x, name=name)
