"""Arithmetic, element by element: sums, products, quotients, powers; sums of many; changes of type.

Two shapes that differ are broadcast against each other as numpy does. Integer division and remainder round
towards minus infinity, as Python's ``//`` and ``%`` do (TensorFlow 0.8 rounded towards zero).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, as_dtype, float32, float64, int32, int64
from graphcore.errors import InvalidArgumentError
from graphcore.indexed_slices import IndexedSlices
from graphcore.op_type import OpType, Sizes, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, comparison, math
from graphcore.ops.broadcasting import binary_op, sum_back
from graphcore.ops.complex_numbers import conj
from graphcore.scopes import op_scope


def _add_grad(op: Operation, grad: Tensor) -> Any:
    to_x, to_y = sum_back(op)
    return to_x(grad), to_y(grad)


def _sub_grad(op: Operation, grad: Tensor) -> Any:
    to_x, to_y = sum_back(op, negate_y=True)
    return to_x(grad), to_y(grad)


def _mul_grad(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    to_x, to_y = sum_back(op)
    return to_x(grad * conj(y)), to_y(conj(x) * grad)


def _div_grad(op: Operation, grad: Tensor) -> Any:
    x, y = map(conj, op.inputs)
    to_x, to_y = sum_back(op)
    return to_x(grad / y), to_y(grad * (-x / math.square(y)))


def _pow_grad(op: Operation, grad: Tensor) -> Any:
    # The gradient of the exponent is not a number where the base is not above zero.
    x, y = map(conj, op.inputs)
    z = conj(op.outputs[0])
    to_x, to_y = sum_back(op)
    return to_x(grad * y * pow(x, y - 1)), to_y(grad * z * math.log(x))


def _squared_difference_kernel(x: Any, y: Any) -> Any:
    difference = x - y
    return difference * np.conj(difference) if difference.dtype.kind == "c" else np.square(difference)


def _squared_difference_grad(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    to_x, to_y = sum_back(op)
    x_grad = 2 * grad * (x - y)
    return to_x(x_grad), -to_y(x_grad)


def _extremum_grad(takes_x: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    def gradient(op: Operation, grad: Tensor) -> Any:
        x, y = op.inputs
        none = array.zeros(array.shape(grad), grad.dtype)
        from_x = takes_x(x, y)  # where both are equal, x gets all of it
        to_x, to_y = sum_back(op)
        return to_x(comparison.select(from_x, grad, none)), to_y(
            comparison.select(comparison.logical_not(from_x), grad, none)
        )

    return gradient


def _total_unless_integer(op: Operation, sizes: Sequence[Sizes]) -> bool:
    return not op.attrs["T"].is_integer and common_shapes.fit_together(sizes)


def _no_zero_divisor(kernel: Callable[..., Any]) -> Callable[..., Any]:
    def checked(x: Any, y: Any) -> Any:
        if not np.all(y):
            raise InvalidArgumentError(None, None, "Integer division by zero")
        return kernel(x, y)

    return checked


def _bind_div(op: Operation, state: Any) -> Callable[..., Any]:
    return _no_zero_divisor(operator.floordiv) if op.attrs["T"].is_integer else operator.truediv


def _bind_mod(op: Operation, state: Any) -> Callable[..., Any]:
    return _no_zero_divisor(operator.mod) if op.attrs["T"].is_integer else operator.mod


# Python's operators rather than numpy's functions: on numpy scalars they take a tenth of the time.
Add = binary_op(
    "Add(x:T, y:T) -> z:T | T:type{float32 float64 uint8 int8 int16 int32 int64 complex64 string}",
    operator.add,
    _add_grad,
)
Sub = binary_op("Sub(x:T, y:T) -> z:T | T:type{unary}", operator.sub, _sub_grad)
Mul = binary_op("Mul(x:T, y:T) -> z:T | T:type{arithmetic}", operator.mul, _mul_grad)
Div = binary_op(
    "Div(x:T, y:T) -> z:T | T:type{arithmetic}", None, _div_grad, bind=_bind_div, total=_total_unless_integer
)
Mod = binary_op(
    "Mod(x:T, y:T) -> z:T | T:type{int32 int64 float32 float64}",
    None,
    no_gradient,
    bind=_bind_mod,
    total=_total_unless_integer,
)
Pow = binary_op("Pow(x:T, y:T) -> z:T | T:type{unary}", operator.pow, _pow_grad, total=_total_unless_integer)
SquaredDifference = binary_op(
    "SquaredDifference(x:T, y:T) -> z:T | T:type{unary}", _squared_difference_kernel, _squared_difference_grad
)
Maximum = binary_op(
    "Maximum(x:T, y:T) -> z:T | T:type{float32 float64 int32 int64}",
    np.maximum,
    _extremum_grad(lambda x, y: comparison.greater_equal(x, y)),
)
Minimum = binary_op(
    "Minimum(x:T, y:T) -> z:T | T:type{float32 float64 int32 int64}",
    np.minimum,
    _extremum_grad(lambda x, y: comparison.less_equal(x, y)),
)


def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x + y; joins strings."""
    return Add(x, y, name=name)


def sub(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x - y."""
    return Sub(x, y, name=name)


def mul(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, element by element; `matmul` is the product of matrices."""
    return Mul(x, y, name=name)


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y in the type they have; integers are rounded towards minus infinity."""
    return Div(x, y, name=name)


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y as a fraction: integers are cast to float64 first (8 and 16 bits: to float32)."""
    with op_scope([x, y], name, "truediv") as scope:
        x, y = convert_to_tensor(x, name="x"), convert_to_tensor(y, name="y")
        x_dtype, y_dtype = x.dtype.base_dtype, y.dtype.base_dtype
        if x_dtype != y_dtype:
            raise TypeError(f"x and y must have the same dtype, got {x_dtype!r} != {y_dtype!r}")
        if x_dtype.is_integer:
            wide = float64 if x_dtype in (int32, int64) else float32
            x, y = cast(x, wide), cast(y, wide)
        elif not (x_dtype.is_floating or x_dtype.is_complex):
            raise TypeError(f"Invalid dtype {x_dtype!r} in __truediv__")
        return Div(x, y, name=scope)


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The largest whole number not above x / y."""
    with op_scope([x, y], name, "floordiv") as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_floating:
            return math.floor(Div(x, y), name=scope)
        if not x.dtype.is_integer:
            raise TypeError(f"Expected floating point or integer, got {x.dtype!r}")
        return Div(x, y, name=scope)


def mod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder of `floordiv`, which has the sign of y."""
    return Mod(x, y, name=name)


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x to the power of y.

    The gradient for y is not a number where x is not above zero: it holds math.log(x).
    """
    return Pow(x, y, name=name)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """(x - y) squared."""
    return SquaredDifference(x, y, name=name)


def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The larger of x and y. Where they are equal, x gets all of the gradient."""
    return Maximum(x, y, name=name)


def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of x and y. Where they are equal, x gets all of the gradient."""
    return Minimum(x, y, name=name)


# Types, sums of many


def _cast_kernel(x: Any, *, DstT: DType) -> Any:  # noqa: N803 - the attr's name in the format
    return np.asarray(x).astype(DstT.as_numpy_dtype)[()]


def _cast_grad(op: Operation, grad: Tensor) -> Any:
    source: DType = op.attrs["SrcT"]
    return cast(grad, source) if source.is_floating and grad.dtype.is_floating else None


Cast = OpType(
    "Cast(x:SrcT) -> y:DstT | SrcT:type; DstT:type",
    shape=common_shapes.unchanged,
    kernel=_cast_kernel,
    gradient=_cast_grad,
    total=lambda op, sizes: not {"string"} & {op.attrs["SrcT"].name, op.attrs["DstT"].name},
)


def _add_n_kernel(*inputs: Any) -> Any:
    total = inputs[0]
    for value in inputs[1:]:
        total = total + value
    return total


AddN = OpType(
    "AddN(inputs:N*T) -> sum:T | N:int>=1; T:type{number}",
    shape=common_shapes.merged,
    kernel=_add_n_kernel,
    gradient=lambda op, grad: [grad] * len(op.inputs),
    total=lambda op, sizes: common_shapes.fit_together(sizes),
    explain=lambda error, *inputs: f"Inputs to operation AddN must have the same size and shape: {error}",
)


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """``x`` with elements of another type; floating point is cut off towards zero. ``x`` itself if it has the type."""
    wanted = as_dtype(dtype).base_dtype
    with op_scope([x], name, "Cast") as scope:
        tensor = convert_to_tensor(x, name="x")
        return tensor if tensor.dtype.base_dtype == wanted else Cast(tensor, DstT=wanted, name=scope)


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """The sum of tensors of one shape."""
    return AddN(inputs, name=name)


def accumulate_n(inputs: Sequence[Any], shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Tensor:
    """The sum of tensors of one shape, as `add_n`.

    Args:
        shape: theirs, checked against what is known of each.
        tensor_dtype: their type, checked likewise.

    Raises:
        ValueError: there are none, or one has another shape or type.
    """
    if not inputs:
        raise ValueError("accumulate_n needs at least one tensor")
    with op_scope(inputs, name, "AccumulateN") as scope:
        tensors = [convert_to_tensor(value, tensor_dtype) for value in inputs]
        total = AddN(tensors, name=scope)
        if shape is not None:
            total.set_shape(shape)
        return total


def scalar_mul(scalar: Any, x: Any) -> Any:
    """``scalar * x`` for a scalar; of `IndexedSlices`, their values.

    Raises:
        ValueError: ``scalar`` has axes.
    """
    factor = convert_to_tensor(scalar, x.dtype.base_dtype, name="scalar")
    if factor.get_shape().ndims != 0:
        raise ValueError(f"Only scalar multiply works, got shape {factor.get_shape()}")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(factor * x.values, x.indices, x.dense_shape)
    return factor * x
