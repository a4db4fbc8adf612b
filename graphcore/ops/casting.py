"""Elements of another type: the usual conversions by name, with saturation, and the bits as they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, as_dtype, bfloat16, float32, float64, int32, int64
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape


def _bitcast_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape()
    old, new = op.attrs["T"].size, op.attrs["type"].size
    if shape.sizes is None:
        return [unknown_shape()]
    if old >= new:
        return [shape if old == new else shape.concatenate([old // new])]
    shape.with_rank_at_least(1)
    shape[-1:].assert_is_compatible_with([new // old])
    return [shape[:-1]]


def _bind_bitcast(op: Operation, state: Any) -> Callable[[Any], Any]:
    old, wanted = op.attrs["T"].as_numpy_dtype, np.dtype(op.attrs["type"].as_numpy_dtype)
    ratio = np.dtype(old).itemsize / wanted.itemsize

    def kernel(input: Any) -> Any:
        array = np.ascontiguousarray(input, dtype=old).reshape(np.shape(input))
        if ratio >= 1:
            sizes = array.shape if ratio == 1 else (*array.shape, int(ratio))
        elif array.ndim and array.shape[-1] * ratio == 1:
            sizes = array.shape[:-1]
        else:
            raise InvalidArgumentError(
                None,
                None,
                f"Cannot bitcast from {op.attrs['T'].name} to {op.attrs['type'].name}: shape {brackets(array.shape)}",
            )
        return np.frombuffer(array.tobytes(), wanted).reshape(sizes)[()]

    return kernel


Bitcast = OpType(
    "Bitcast(input:T) -> output:type | T:type{number}; type:type{number}",
    shape=_bitcast_shape,
    bind=_bind_bitcast,
    gradient=no_gradient,
)


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The bits of ``input`` read as elements of ``type``.

    Smaller elements make a new last axis; larger ones take the last axis away, which must have as many elements as
    make one.
    """
    return Bitcast(input, type=as_dtype(type), name=name)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """`graphcore.cast` of what lies within the range of ``dtype``; what lies beyond becomes its least or greatest."""
    wanted: DType = as_dtype(dtype)
    with op_scope([value], name, "saturate_cast") as scope:
        tensor = convert_to_tensor(value, name="value")
        have = tensor.dtype.base_dtype
        if have.min < wanted.min:
            tensor = arithmetic.maximum(tensor, _within(wanted.min, have, up=True))
        if have.max > wanted.max:
            tensor = arithmetic.minimum(tensor, _within(wanted.max, have, up=False))
        return arithmetic.cast(tensor, wanted, name=scope)


def _within(bound: Any, dtype: DType, up: bool) -> Any:
    """``bound`` in another type, rounded towards the inside: 2**31 - 1 is 2**31 as float32, which is too much."""
    if dtype.is_integer:
        return convert_to_tensor(int(bound), dtype)
    rounded = dtype.as_numpy_dtype(bound)
    if int(rounded) != bound and (int(rounded) < bound) == up:
        rounded = np.nextafter(rounded, dtype.as_numpy_dtype(math.inf if up else -math.inf))
    return convert_to_tensor(rounded, dtype)


def to_float(x: Any, name: str = "ToFloat") -> Tensor:
    """``x`` as float32."""
    return arithmetic.cast(x, float32, name=name)


def to_double(x: Any, name: str = "ToDouble") -> Tensor:
    """``x`` as float64."""
    return arithmetic.cast(x, float64, name=name)


def to_int32(x: Any, name: str = "ToInt32") -> Tensor:
    """``x`` as int32, fractions cut off."""
    return arithmetic.cast(x, int32, name=name)


def to_int64(x: Any, name: str = "ToInt64") -> Tensor:
    """``x`` as int64, fractions cut off."""
    return arithmetic.cast(x, int64, name=name)


def to_bfloat16(x: Any, name: str = "ToBFloat16") -> Tensor:
    """``x`` as bfloat16."""
    return arithmetic.cast(x, bfloat16, name=name)
