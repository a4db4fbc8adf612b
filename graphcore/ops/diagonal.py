"""Diagonals: vectors put on them, and taken from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import reduction
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape

_TYPES = "T:type{float32 float64 int32 int64}"


def _diag_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape().with_rank_at_least(1)
    return [shape.concatenate(shape)]


def _diag_kernel(diagonal: Any) -> Any:
    return np.diag(diagonal.ravel()).reshape(diagonal.shape * 2)


def _diag_part_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape()
    if shape.ndims is None:
        return [unknown_shape()]
    if shape.ndims % 2 or not shape.ndims:
        raise ValueError(f"The rank of {shape} must be even and not 0")
    return [shape[: shape.ndims // 2].merge_with(shape[shape.ndims // 2 :])]


def _diag_part_kernel(input: Any) -> Any:
    half = input.ndim // 2
    if input.ndim % 2 or not half or input.shape[:half] != input.shape[half:]:
        raise InvalidArgumentError(
            None, None, f"The two halves of the shape must be equal, but it is {brackets(input.shape)}"
        )
    sizes = input.shape[:half]
    return np.diagonal(input.reshape(int(np.prod(sizes)), -1)).reshape(sizes)


Diag = OpType(
    f"Diag(diagonal:T) -> output:T | {_TYPES}",
    shape=_diag_shape,
    kernel=_diag_kernel,
    gradient=lambda op, grad: diag_part(grad),
)
DiagPart: OpType = OpType(
    f"DiagPart(input:T) -> diagonal:T | {_TYPES}",
    shape=_diag_part_shape,
    kernel=_diag_part_kernel,
    gradient=lambda op, grad: diag(grad),
)


def diag(diagonal: Any, name: str | None = None) -> Tensor:
    """A matrix with the vector ``diagonal`` on its diagonal; of rank k, a tensor of rank 2k."""
    return Diag(diagonal, name=name)


def diag_part(input: Any, name: str | None = None) -> Tensor:
    """The diagonal of a square matrix; the inverse of `diag`."""
    return DiagPart(input, name=name)


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal of a square matrix."""
    with op_scope([x], name, "Trace") as scope:
        matrix = convert_to_tensor(x, name="x")
        matrix.get_shape().with_rank(2)
        return reduction.reduce_sum(diag_part(matrix), [0], name=scope)
