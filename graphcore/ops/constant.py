"""Constants: Python and numpy values in, tensors out."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.conversion import register_tensor_conversion_function
from graphcore.dtypes import DType, int32
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Tensor
from graphcore.shapes import Dimension, TensorShape
from graphcore.tensor_value import tensor_value

Const = OpType(
    "Const() -> output:dtype | value:tensor; dtype:type",
    shape=lambda op: [TensorShape(op.attrs["value"].shape)],
    holds=lambda op, state: op.attrs["value"].array,
    gradient=no_gradient,
)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> Tensor:
    """A tensor that always has the same value.

    Args:
        value: a number, string, numpy array, or nested list of numbers or strings. Python's float becomes
            float32, int becomes int32.
        dtype: another element type, which the value must fit.
        shape: another shape; a value with too few elements repeats its last one.

    Raises:
        TypeError: the value is not of the type. ValueError: ragged lists, or too many elements for the shape.
    """
    content = tensor_value(value, dtype, shape)
    return Const(name=name, value=content, dtype=content.dtype)


def _convert(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    return constant(value, dtype, name=name or "Const")


def _convert_shape(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    sizes = TensorShape(value)
    if not sizes.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {sizes}")
    return constant(sizes.as_list(), dtype or int32, name=name or "shape_as_tensor")


def _convert_dimension(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    if value.value is None:
        raise ValueError(f"Cannot convert an unknown Dimension to a Tensor: {value}")
    return constant(value.value, dtype or int32, name=name or "shape_as_tensor")


register_tensor_conversion_function((list, tuple, np.ndarray, np.generic), _convert, 100)
register_tensor_conversion_function(TensorShape, _convert_shape, 100)
register_tensor_conversion_function(Dimension, _convert_dimension, 100)
register_tensor_conversion_function(object, _convert, 200)
