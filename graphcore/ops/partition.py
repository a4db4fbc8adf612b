"""A tensor dealt out into several, and several put together again: dynamic_partition, dynamic_stitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, gathering, rearrange, reduction
from graphcore.rows import check_in_range
from graphcore.shapes import TensorShape, unknown_shape


def _dynamic_partition_shape(op: Operation) -> list[TensorShape]:
    data, partitions = (tensor.get_shape() for tensor in op.inputs)
    count = op.attrs["num_partitions"]
    if data.ndims is None or partitions.ndims is None:
        return [unknown_shape()] * count
    data[: partitions.ndims].merge_with(partitions)
    return [TensorShape([None]).concatenate(data[partitions.ndims :])] * count


def _dynamic_partition_kernel(data: Any, partitions: Any, *, num_partitions: int) -> Any:
    dealt, parts = as_array(data), np.asarray(partitions)
    if dealt.shape[: parts.ndim] != parts.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"data.shape must start with partitions.shape, got data.shape = {brackets(dealt.shape)}, "
            f"partitions.shape = {brackets(parts.shape)}",
        )
    check_in_range("partitions", parts, num_partitions)
    return tuple(dealt[parts == part] for part in range(num_partitions))


def _dynamic_partition_grad(op: Operation, *grads: Tensor) -> Any:
    # Numbers for the elements, dealt out in the same way, say where each gradient belongs.
    data, partitions = op.inputs
    dealt_shape = array.shape(partitions)
    numbers = rearrange.reshape(array.range(reduction.reduce_prod(dealt_shape)), dealt_shape)
    places = dynamic_partition(numbers, partitions, op.attrs["num_partitions"])
    return rearrange.reshape(dynamic_stitch(places, list(grads)), array.shape(data)), None


DynamicPartition = OpType(
    "DynamicPartition(data:T, partitions:int32) -> outputs:num_partitions*T | num_partitions:int>=1; T:type",
    shape=_dynamic_partition_shape,
    kernel=_dynamic_partition_kernel,
    gradient=_dynamic_partition_grad,
)


def dynamic_partition(data: Any, partitions: Any, num_partitions: int, name: str | None = None) -> list[Tensor]:
    """``data`` dealt out: output ``p`` has the parts of it for which ``partitions`` is ``p``, in their order.

    Args:
        partitions: int32 in ``[0, num_partitions)``, of a shape with which that of ``data`` begins.
        num_partitions: how many outputs there are.
    """
    return DynamicPartition(data, partitions, num_partitions=num_partitions, name=name)


def _dynamic_stitch_shape(op: Operation) -> list[TensorShape]:
    count = op.attrs["N"]
    rest = unknown_shape()
    for indices, data in zip(op.inputs[:count], op.inputs[count:]):
        index_rank = indices.get_shape().ndims
        if index_rank is not None:
            rest = rest.merge_with(data.get_shape()[index_rank:] if data.get_shape().ndims is not None else None)
    return [TensorShape([None]).concatenate(rest)]


def _dynamic_stitch_kernel(*inputs: Any) -> Any:
    count = len(inputs) // 2
    indices, data = [np.asarray(i) for i in inputs[:count]], [as_array(d) for d in inputs[count:]]
    rest = data[0].shape[indices[0].ndim :]
    length = max((int(i.max()) + 1 for i in indices if i.size), default=0)
    merged = np.zeros((length, *rest), data[0].dtype)
    for where, values in zip(indices, data):
        merged[where] = values
    return merged


def _dynamic_stitch_grad(op: Operation, grad: Tensor) -> Any:
    indices = op.inputs[: op.attrs["N"]]
    return [None] * len(indices) + [gathering.gather(grad, places) for places in indices]


DynamicStitch = OpType(
    "DynamicStitch(indices:N*int32, data:N*T) -> merged:T | N:int>=2; T:type",
    shape=_dynamic_stitch_shape,
    kernel=_dynamic_stitch_kernel,
    gradient=_dynamic_stitch_grad,
)


def dynamic_stitch(indices: Sequence[Any], data: Sequence[Any], name: str | None = None) -> Tensor:
    """One tensor out of many: ``merged[indices[m][i]] = data[m][i]``, later ones winning."""
    return DynamicStitch(list(indices), list(data), name=name)
