"""The same elements the other way round: along whole axes, or as far as each sequence of a batch goes."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape


def _reverse_shape(op: Operation) -> list[TensorShape]:
    shape, dims = op.inputs[0].get_shape(), op.inputs[1].get_shape().with_rank(1)
    if shape.ndims is not None:
        dims.merge_with([shape.ndims])
    return [shape]


def _reverse_kernel(tensor: Any, dims: Any) -> Any:
    if np.shape(dims) != (np.ndim(tensor),):
        raise InvalidArgumentError(
            None, None, f"'dims' must be a vector of size {np.ndim(tensor)}, but it is {brackets(np.shape(dims))}"
        )
    return np.flip(tensor, tuple(np.flatnonzero(dims).tolist())) if np.ndim(tensor) else tensor


Reverse = OpType(
    "Reverse(tensor:T, dims:bool) -> output:T | T:type{uint8 int8 int32 bool float32 float64}",
    shape=_reverse_shape,
    kernel=_reverse_kernel,
    gradient=lambda op, grad: (reverse(grad, op.inputs[1]), None),
)


def _reverse_sequence_shape(op: Operation) -> list[TensorShape]:
    shape, lengths = op.inputs[0].get_shape(), op.inputs[1].get_shape().with_rank(1)
    if shape.ndims is not None:
        for name in ("seq_dim", "batch_dim"):
            if not 0 <= op.attrs[name] < shape.ndims:
                raise ValueError(f"{name} must be in [0, {shape.ndims}), but it is {op.attrs[name]}")
        shape[op.attrs["batch_dim"]].merge_with(lengths[0])
    return [shape]


def _reverse_sequence_kernel(input: Any, seq_lengths: Any, *, seq_dim: int, batch_dim: int) -> Any:
    array = as_array(input)
    if max(seq_dim, batch_dim) >= array.ndim or np.shape(seq_lengths) != (array.shape[batch_dim],):
        raise InvalidArgumentError(
            None,
            None,
            f"seq_lengths must hold one length for each of axis {batch_dim} of an input of shape "
            f"{brackets(array.shape)}, but it is {brackets(np.shape(seq_lengths))}",
        )
    output = array.copy()
    sequences = np.moveaxis(array, (batch_dim, seq_dim), (0, 1))
    reversed_sequences = np.moveaxis(output, (batch_dim, seq_dim), (0, 1))
    for row, length in enumerate(seq_lengths.tolist()):
        if not 0 <= length <= array.shape[seq_dim]:
            raise InvalidArgumentError(
                None, None, f"seq_lengths[{row}] = {length} is not in [0, {array.shape[seq_dim]}]"
            )
        reversed_sequences[row, :length] = sequences[row, :length][::-1]
    return output


ReverseSequence = OpType(
    "ReverseSequence(input:T, seq_lengths:int64) -> output:T | seq_dim:int; batch_dim:int=0; T:type",
    shape=_reverse_sequence_shape,
    kernel=_reverse_sequence_kernel,
    gradient=lambda op, grad: (
        reverse_sequence(grad, op.inputs[1], op.attrs["seq_dim"], batch_dim=op.attrs["batch_dim"]),
        None,
    ),
)


def reverse(tensor: Any, dims: Any, name: str | None = None) -> Tensor:
    """``tensor`` with some of its axes the other way round.

    Args:
        dims: for each axis whether to reverse it, bool ``[rank]``. A list of the axes to reverse is understood, too.
    """
    if isinstance(dims, int) and not isinstance(dims, bool):
        dims = [dims]
    if isinstance(dims, (list, tuple)) and all(isinstance(dim, int) and not isinstance(dim, bool) for dim in dims):
        tensor = convert_to_tensor(tensor, name="tensor")
        rank = len(tensor.get_shape())
        for dim in dims:
            if not -rank <= dim < rank:
                raise ValueError(f"Axis {dim} is not in [{-rank}, {rank}), the axes of {tensor.name}")
        axes = {dim % rank for dim in dims}
        dims = [axis in axes for axis in range(rank)]
    return Reverse(tensor, dims, name=name)


def reverse_sequence(
    input: Any, seq_lengths: Any, seq_dim: int, batch_dim: int | None = None, name: str | None = None
) -> Tensor:
    """``input`` with the first ``seq_lengths[i]`` elements along ``seq_dim`` reversed, for each i of ``batch_dim``.

    Args:
        seq_lengths: int64 ``[batch]``. batch_dim: 0 if not given.
    """
    return ReverseSequence(input, seq_lengths, seq_dim=seq_dim, batch_dim=batch_dim, name=name)
