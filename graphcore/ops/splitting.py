"""One tensor cut into several along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets, ints
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import joining
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value


def _split_shape(op: Operation) -> list[TensorShape]:
    dim, value, count = constant_value(op.inputs[0]), op.inputs[1].get_shape(), op.attrs["num_split"]
    if dim is None or value.sizes is None:
        return [unknown_shape(value.ndims)] * count
    axis = int(ints(dim)[0])
    if not 0 <= axis < len(value.sizes):
        raise ValueError(f"Expected split_dim in range [0, {len(value.sizes)}), but got {axis}")
    size = value.sizes[axis]
    if size is not None and size % count:
        raise ValueError(f"Number of ways to split should evenly divide the split dimension, but got {size} / {count}")
    part = None if size is None else size // count
    return [TensorShape([*value.sizes[:axis], part, *value.sizes[axis + 1 :]])] * count


def _split_kernel(split_dim: Any, value: Any, *, num_split: int) -> Any:
    array, axis = as_array(value), ints(split_dim)[0]
    if not 0 <= axis < array.ndim:
        raise InvalidArgumentError(None, None, f"split_dim must be in [0, {array.ndim}), but got {axis}")
    if array.shape[axis] % num_split:
        raise InvalidArgumentError(
            None,
            None,
            "Number of ways to split should evenly divide the split dimension, but got split_dim "
            f"{axis} (size = {array.shape[axis]}) and num_split {num_split}",
        )
    return tuple(np.split(array, num_split, axis))


Split = OpType(
    "Split(split_dim:int32, value:T) -> output:num_split*T | num_split:int>=1; T:type",
    shape=_split_shape,
    kernel=_split_kernel,
    gradient=lambda op, *grads: (None, joining.concat(op.inputs[0], list(grads))),
)


def split(
    split_dim: Any, num_split: Any, value: Any = None, name: str = "split", axis: int | None = None
) -> list[Tensor]:
    """``value`` cut into ``num_split`` equal parts along axis ``split_dim``.

    ``split(value, num_or_sizes, axis)`` is understood, too: the tensor tells. There, a list of sizes gives parts of
    these sizes.

    Raises:
        ValueError: the axis cannot be cut so, or there is none such.
    """
    if value is None or isinstance(value, int):
        value, axis = split_dim, axis if value is None else value
        split_dim = 0 if axis is None else axis
    if isinstance(num_split, (list, tuple)):
        return _in_sizes(convert_to_tensor(value, name="value"), num_split, split_dim, name)
    if isinstance(split_dim, int) and split_dim < 0:
        value = convert_to_tensor(value, name="value")
        split_dim += len(value.get_shape())
    return Split(split_dim, value, num_split=num_split, name=name)


def _in_sizes(value: Tensor, sizes: Sequence[int], axis: int, name: str) -> list[Tensor]:
    shape = value.get_shape()
    rank = len(shape)
    axis += rank if axis < 0 else 0
    known = shape[axis].value
    if known is not None and sum(sizes) != known:
        raise ValueError(
            f"The sizes {brackets(sizes)} do not add up to {known}, the size of axis {axis} of {value.name}"
        )
    parts, start = [], 0
    with op_scope([value], name, "split"):
        for size in sizes:
            begin, extent = [0] * rank, [-1] * rank
            begin[axis], extent[axis] = start, size
            parts.append(joining.slice(value, begin, extent))
            start += size
    return parts
