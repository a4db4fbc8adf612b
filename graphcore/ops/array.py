"""Tensors made and inspected: identity, shape, fill, zeros, ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import as_dtype, bool_, float32
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, ints
from graphcore.op_type import Known, OpType, Sizes, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import reduction
from graphcore.ops.constant import constant
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, as_shape, unknown_shape
from graphcore.static_value import constant_value

# Values passed on


def _always(op: Operation, inputs: Sequence[Known]) -> bool:
    return True


Identity = OpType(
    "Identity(input:T) -> output:T | T:type",
    shape=common_shapes.unchanged,
    kernel=lambda input: input,
    gradient=lambda op, grad: grad,
    sparse_gradient=True,
    elementwise=True,
    passes=_always,
)
StopGradient = OpType(
    "StopGradient(input:T) -> output:T | T:type",
    shape=common_shapes.unchanged,
    kernel=lambda input: input,
    gradient=no_gradient,
    elementwise=True,
    passes=_always,
)


def identity(input: Any, name: str | None = None) -> Tensor:
    """A tensor with the same value."""
    return Identity(input, name=name)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """A tensor with the same value that counts as a constant when gradients are taken."""
    return StopGradient(input, name=name)


# What is known of a tensor


def _shape_kernel(input: Any) -> Any:
    return np.array(np.shape(input), np.int32)


def _known_shape(sizes: Sizes) -> Any:
    return None if sizes is None or None in sizes else np.array(sizes, np.int32)


def _known_size(sizes: Sizes) -> Any:
    return None if sizes is None or None in sizes else np.int32(np.prod(_known_shape(sizes), dtype=np.int64))


Shape = OpType(
    "Shape(input:T) -> output:int32 | T:type",
    shape=lambda op: [TensorShape([op.inputs[0].get_shape().ndims])],
    kernel=_shape_kernel,
    from_sizes=_known_shape,
    gradient=no_gradient,
    total=lambda op, sizes: True,
)
ShapeN = OpType(
    "ShapeN(input:N*T) -> output:N*int32 | N:int>=1; T:type",
    shape=lambda op: [TensorShape([tensor.get_shape().ndims]) for tensor in op.inputs],
    kernel=lambda *input: tuple(map(_shape_kernel, input)),
    gradient=no_gradient,
    total=lambda op, sizes: True,
)
Rank = OpType(
    "Rank(input:T) -> output:int32 | T:type",
    shape=common_shapes.scalar,
    kernel=lambda input: np.int32(np.ndim(input)),
    from_sizes=lambda sizes: None if sizes is None else np.int32(len(sizes)),
    gradient=no_gradient,
    total=lambda op, sizes: True,
)
Size = OpType(
    "Size(input:T) -> output:int32 | T:type",
    shape=common_shapes.scalar,
    kernel=lambda input: np.int32(np.size(input)),
    from_sizes=_known_size,
    gradient=no_gradient,
    total=lambda op, sizes: True,
)


def shape(input: Any, name: str | None = None) -> Tensor:
    """The sizes of ``input`` at run time, int32 ``[rank]``."""
    return Shape(input, name=name)


def shape_n(input: Sequence[Any], name: str | None = None) -> list[Tensor]:
    """The sizes of each tensor of a list, int32 ``[rank]`` each."""
    return ShapeN(input, name=name)


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of axes of ``input``, int32."""
    return Rank(input, name=name)


def size(input: Any, name: str | None = None) -> Tensor:
    """The number of elements of ``input``, int32."""
    return Size(input, name=name)


# New tensors


def _fill_shape(op: Operation) -> list[TensorShape]:
    dims = constant_value(op.inputs[0])
    if dims is not None:
        return [TensorShape(ints(dims))]
    rank_of = op.inputs[0].get_shape().with_rank(1)[0].value
    return [unknown_shape(rank_of)]


def _fill_kernel(dims: Any, value: Any) -> Any:
    sizes = ints(dims)
    if any(n < 0 for n in sizes):
        raise InvalidArgumentError(None, None, f"Fill dimensions must be >= 0, got {brackets(sizes)}")
    return np.full(sizes, value, object if isinstance(value, bytes) else value.dtype) if sizes else value


def _fill_grad(op: Operation, grad: Tensor) -> Any:
    return None, reduction.reduce_sum(grad)


Fill = OpType(
    "Fill(dims:int32, value:T) -> output:T | T:type",
    shape=_fill_shape,
    kernel=_fill_kernel,
    gradient=_fill_grad,
)
ZerosLike = OpType(
    "ZerosLike(x:T) -> y:T | T:type",
    shape=common_shapes.unchanged,
    kernel=lambda x: np.zeros_like(x)[()],
    gradient=no_gradient,
    elementwise=True,
)


def known_sizes(shape: Any) -> Any:
    """``shape`` of a new tensor, once it is clear that it has all sizes: a list, or a tensor that will have them.

    Raises:
        ValueError: a size is None, or below zero. TypeError: a size is no whole number.
    """
    if isinstance(shape, Tensor) or (isinstance(shape, (list, tuple)) and any(isinstance(n, Tensor) for n in shape)):
        return shape
    static = as_shape(shape)
    if not static.is_fully_defined():
        raise ValueError(
            f"A new tensor needs all of its sizes, but the shape is {shape!r}. Sizes that only a run can tell come "
            "from a tensor, such as tf.shape(x)"
        )
    return shape.astype(np.int32) if isinstance(shape, (np.ndarray, np.generic)) else shape


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of shape ``dims`` (int32 ``[rank]``) with the scalar ``value`` everywhere."""
    return Fill(known_sizes(dims), value, name=name)


def zeros(shape: Any, dtype: Any = float32, name: str | None = None) -> Tensor:
    """A tensor of zeros. ``shape``: a list of sizes, or an int32 tensor ``[rank]``."""
    return _filled(0, shape, dtype, name, "zeros")


def ones(shape: Any, dtype: Any = float32, name: str | None = None) -> Tensor:
    """A tensor of ones. ``shape``: a list of sizes, or an int32 tensor ``[rank]``."""
    return _filled(1, shape, dtype, name, "ones")


def _filled(value: int, shape: Any, dtype: Any, name: str | None, default_name: str) -> Tensor:
    element: Any = bool(value) if as_dtype(dtype) == bool_ else value
    with op_scope([shape], name, default_name) as scope:
        shape = known_sizes(shape)
        if isinstance(shape, (list, tuple)):
            return constant(element, dtype, shape, name=scope)
        return fill(convert_to_tensor(shape, name="shape"), constant(element, dtype), name=scope)


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Zeros in the shape of ``tensor``, and in its type unless ``dtype`` is given."""
    with op_scope([tensor], name, "zeros_like") as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        if dtype is not None and as_dtype(dtype) != tensor.dtype.base_dtype:
            return zeros(Shape(tensor), dtype, name=scope)
        return ZerosLike(tensor, name=scope)


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Ones in the shape of ``tensor``, and in its type unless ``dtype`` is given."""
    with op_scope([tensor], name, "ones_like") as scope:
        tensor = convert_to_tensor(tensor, name="tensor")
        return ones(Shape(tensor), tensor.dtype.base_dtype if dtype is None else dtype, name=scope)


def _range_shape(op: Operation) -> list[TensorShape]:
    start, limit, delta = (constant_value(tensor) for tensor in op.inputs)
    if start is None or limit is None or delta is None:
        return [unknown_shape(1)]
    return [TensorShape([max(0, -(-(int(limit) - int(start)) // int(delta)))])]


def _range_kernel(start: Any, limit: Any, delta: Any) -> Any:
    if delta == 0:
        raise InvalidArgumentError(None, None, f"Requires delta != 0: {delta}")
    return np.arange(int(start), int(limit), int(delta), dtype=np.int32)


Range = OpType(
    "Range(start:int32, limit:int32, delta:int32) -> output:int32",
    shape=_range_shape,
    kernel=_range_kernel,
    gradient=no_gradient,
)


def range(start: Any, limit: Any = None, delta: Any = 1, name: str = "range") -> Tensor:
    """``start, start + delta, ...`` as long as it is below ``limit``, int32. One argument counts from 0 to it."""
    if limit is None:
        start, limit = 0, start
    return Range(start, limit, delta, name=name)


def _lin_space_shape(op: Operation) -> list[TensorShape]:
    num = constant_value(op.inputs[2])
    return [TensorShape([None if num is None else int(num)])]


def _lin_space_kernel(start: Any, stop: Any, num: Any) -> Any:
    if num < 1:
        raise InvalidArgumentError(None, None, f"Requires num > 0: {num}")
    return np.linspace(start, stop, int(num), dtype=start.dtype)


LinSpace = OpType(
    "LinSpace(start:T, stop:T, num:int32) -> output:T | T:type{float}",
    shape=_lin_space_shape,
    kernel=_lin_space_kernel,
    gradient=no_gradient,
)


def linspace(start: Any, stop: Any, num: Any, name: str | None = None) -> Tensor:
    """``num`` numbers from ``start`` to ``stop``, both included, at equal distances, ``[num]``."""
    return LinSpace(start, stop, num, name=name)


# For the gradients of broadcasting


def _broadcast_gradient_args_kernel(s0: Any, s1: Any) -> Any:
    x, y = ints(s0), ints(s1)
    rank_of = max(len(x), len(y))
    x, y = (1,) * (rank_of - len(x)) + x, (1,) * (rank_of - len(y)) + y
    return (
        np.array([axis for axis, (a, b) in enumerate(zip(x, y)) if a == 1 != b], np.int32),
        np.array([axis for axis, (a, b) in enumerate(zip(x, y)) if b == 1 != a], np.int32),
    )


BroadcastGradientArgs = OpType(
    "BroadcastGradientArgs(s0:int32, s1:int32) -> r0:int32, r1:int32",
    shape=lambda op: [unknown_shape(1)] * 2,
    kernel=_broadcast_gradient_args_kernel,
    gradient=no_gradient,
    total=lambda op, sizes: True,
)
