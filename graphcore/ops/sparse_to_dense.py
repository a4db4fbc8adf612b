"""Some elements with their places in, a whole tensor out."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets, ints
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import choosing, reduction
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value


def _shape(op: Operation) -> list[TensorShape]:
    sizes = constant_value(op.inputs[1])
    if sizes is None:
        return [unknown_shape(op.inputs[1].get_shape().with_rank(1)[0].value)]
    return [TensorShape(ints(sizes))]


def _kernel(
    sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any, *, validate_indices: bool
) -> Any:
    sizes, places = ints(output_shape), np.asarray(sparse_indices)
    places = places.reshape(-1, 1) if places.ndim < 2 else places
    if places.ndim != 2 or places.shape[1] != len(sizes):
        raise InvalidArgumentError(
            None,
            None,
            f"sparse_indices must hold places in a tensor of rank {len(sizes)}, but it is {brackets(places.shape)}",
        )
    wrong = ((places < 0) | (places >= sizes)).any(axis=1)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise InvalidArgumentError(
            None, None, f"sparse_indices[{row}] = {brackets(places[row].tolist())} is not in {brackets(sizes)}"
        )
    flat = np.ravel_multi_index(tuple(places.T), sizes) if len(sizes) else np.zeros(len(places), np.int64)
    if validate_indices and (np.diff(flat) <= 0).any():
        row = int(np.argmax(np.diff(flat) <= 0)) + 1
        what = "is repeated" if flat[row] == flat[row - 1] else "is out of order"
        raise InvalidArgumentError(None, None, f"sparse_indices[{row}] = {brackets(places[row].tolist())} {what}")
    values = as_array(sparse_values)
    if values.shape not in ((), (len(places),)):
        raise InvalidArgumentError(
            None, None, f"sparse_values must be a scalar or [{len(places)}], but it is {brackets(values.shape)}"
        )
    dense = np.full(sizes, as_array(default_value), values.dtype)
    dense.reshape(-1)[flat] = values
    return dense


def _gradient(op: Operation, grad: Tensor) -> Any:
    indices, _, values, _ = op.inputs
    if indices.get_shape().ndims != 2:
        raise ValueError(f"The gradient of {op.name} needs sparse_indices of rank 2, not {indices.get_shape()}")
    of_places = choosing.gather_nd(grad, indices)
    of_values = reduction.reduce_sum(of_places) if values.get_shape().ndims == 0 else of_places
    return None, None, of_values, reduction.reduce_sum(grad) - reduction.reduce_sum(of_places)


SparseToDense = OpType(
    "SparseToDense(sparse_indices:Tindices, output_shape:Tindices, sparse_values:T, default_value:T) -> dense:T | "
    "validate_indices:bool=true; T:type; Tindices:type{int32 int64}",
    shape=_shape,
    kernel=_kernel,
    gradient=_gradient,
)


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A tensor with ``sparse_values`` at some places and ``default_value`` at all others.

    Args:
        sparse_indices: places, int32 or int64 ``[n, rank]``; for a vector also ``[n]`` or a scalar.
        output_shape: the sizes, in the type of the places.
        sparse_values: ``[n]``, or a scalar for all places.
        validate_indices: places must be in order and different; otherwise the last value for a place stays.
    """
    return SparseToDense(
        sparse_indices, output_shape, sparse_values, default_value, validate_indices=validate_indices, name=name
    )
