"""Tensors joined and cut: pack, concat, slice, pad, and their inverses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets, ints
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, mirror_padding, rearrange
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

# Joining and cutting


def _pack_shape(op: Operation) -> list[TensorShape]:
    merged = common_shapes.merged(op)[0]
    return [TensorShape([len(op.inputs)]).concatenate(merged)]


def _same_shapes(*arrays: Any) -> None:
    for other in arrays[1:]:
        if np.shape(other) != np.shape(arrays[0]):
            raise InvalidArgumentError(
                None,
                None,
                f"Shapes of all inputs must match: {brackets(np.shape(arrays[0]))} vs. {brackets(np.shape(other))}",
            )


def _pack_kernel(*values: Any) -> Any:
    _same_shapes(*values)
    return np.stack([as_array(value) for value in values])


Pack = OpType(
    "Pack(values:N*T) -> output:T | N:int>=1; T:type",
    shape=_pack_shape,
    kernel=_pack_kernel,
    gradient=lambda op, grad: unpack(grad, op.attrs["N"]),
)


def _unpack_shape(op: Operation) -> list[TensorShape]:
    old = op.inputs[0].get_shape().with_rank_at_least(1)
    if old.sizes is None:
        return [unknown_shape()] * op.attrs["num"]
    if old.sizes[0] not in (None, op.attrs["num"]):
        raise ValueError(f"Cannot unpack {old.sizes[0]} slices along the first axis into {op.attrs['num']} tensors")
    return [TensorShape(old.sizes[1:])] * op.attrs["num"]


def _unpack_kernel(value: Any, *, num: int) -> Any:
    if len(value) != num:
        raise InvalidArgumentError(
            None, None, f"Input shape axis 0 must equal {num}, got shape {brackets(value.shape)}"
        )
    return tuple(value)


Unpack = OpType(
    "Unpack(value:T) -> output:num*T | num:int>=0; T:type",
    shape=_unpack_shape,
    kernel=_unpack_kernel,
    gradient=lambda op, *grads: pack(list(grads)),
)


def pack(values: Sequence[Any], name: str = "pack") -> Tensor:
    """Tensors of one shape stacked along a new first axis: ``[n, ...]``."""
    return Pack(list(values) if isinstance(values, (Sequence, np.ndarray)) else values, name=name)


def unpack(value: Any, num: int | None = None, name: str = "unpack") -> list[Tensor]:
    """The slices of ``value`` along its first axis.

    Args:
        num: how many; needed where the static shape does not tell.

    Raises:
        ValueError: neither tells.
    """
    value = convert_to_tensor(value, name="value")
    if num is None:
        sizes = value.get_shape().sizes
        num = sizes[0] if sizes else None
        if num is None:
            raise ValueError(f"Cannot infer num from shape {value.get_shape()}")
    return Unpack(value, num=num, name=name)


def _concat_shape(op: Operation) -> list[TensorShape]:
    dim, parts = constant_value(op.inputs[0]), [tensor.get_shape() for tensor in op.inputs[1:]]
    if dim is None:
        known = next((part.ndims for part in parts if part.ndims is not None), None)
        return [unknown_shape(known)]
    axis, merged, total = int(ints(dim)[0]), unknown_shape(), 0
    complete: int | None = total
    for part in parts:
        if part.sizes is None:
            return [unknown_shape()]
        if not 0 <= axis < len(part.sizes):
            raise ValueError(f"Expected concat_dim in range [0, {len(part.sizes)}), but got {axis}")
        merged = merged.merge_with([*part.sizes[:axis], None, *part.sizes[axis + 1 :]])
        complete = None if complete is None or part.sizes[axis] is None else complete + (part.sizes[axis] or 0)
    assert merged.sizes is not None
    return [TensorShape([*merged.sizes[:axis], complete, *merged.sizes[axis + 1 :]])]


def _concat_kernel(concat_dim: Any, *values: Any) -> Any:
    axis = ints(concat_dim)[0]
    try:
        return np.concatenate([as_array(value) for value in values], axis)
    except ValueError:
        listed = ", ".join(brackets(np.shape(value)) for value in values)
        raise InvalidArgumentError(
            None, None, f"ConcatOp : Dimensions of inputs should match, but along axis {axis} they are {listed}"
        ) from None


def _concat_grad(op: Operation, grad: Tensor) -> Any:
    parts = op.inputs[1:]
    sizes: list[Tensor] = array.shape_n(parts)
    offsets: list[Tensor] = ConcatOffset(op.inputs[0], sizes)
    return [None, *(slice(grad, begin, extent) for begin, extent in zip(offsets, sizes))]


def _concat_offset_kernel(concat_dim: Any, *shape: Any) -> Any:
    axis, offset, offsets = ints(concat_dim)[0], 0, []
    for sizes in shape:
        begin = np.zeros_like(sizes)
        begin[axis] = offset
        offsets.append(begin)
        offset += sizes[axis]
    return tuple(offsets)


Concat = OpType(
    "Concat(concat_dim:int32, values:N*T) -> output:T | N:int>=2; T:type",
    shape=_concat_shape,
    kernel=_concat_kernel,
    gradient=_concat_grad,
)
ConcatOffset = OpType(
    "ConcatOffset(concat_dim:int32, shape:N*int32) -> offset:N*int32 | N:int>=2",
    shape=lambda op: [tensor.get_shape() for tensor in op.inputs[1:]],
    kernel=_concat_offset_kernel,
    gradient=no_gradient,
)


def concat(concat_dim: Any, values: Any, name: str = "concat") -> Tensor:
    """Tensors joined along an existing axis.

    Args:
        concat_dim: the axis, from 0. ``concat(values, axis)`` is understood, too: the list tells.
        values: tensors ``[..., n_i, ...]`` that differ at most in that axis.
    """
    if isinstance(concat_dim, (list, tuple)) and not isinstance(values, (list, tuple)):
        concat_dim, values = values, concat_dim
    if not isinstance(values, (list, tuple)):
        values = [values]
    if len(values) == 1:
        with op_scope(values, name, "concat") as scope:
            return array.identity(values[0], name=scope)
    return Concat(concat_dim, values, name=name)


def _slice_shape(op: Operation) -> list[TensorShape]:
    old, begin, extent = op.inputs[0].get_shape(), constant_value(op.inputs[1]), constant_value(op.inputs[2])
    if extent is not None and -1 not in ints(extent) and (begin is None or old.sizes is None):
        return [TensorShape(ints(extent)).merge_with(unknown_shape(old.ndims))]
    if begin is None or extent is None or old.sizes is None:
        known = old.ndims if old.ndims is not None else op.inputs[1].get_shape().with_rank(1)[0].value
        return [unknown_shape(known)]
    sizes: list[int | None] = []
    for n, start, count in zip(old.with_rank(len(ints(begin))).sizes or (), ints(begin), ints(extent)):
        if n is not None and not (0 <= start <= n and (count == -1 or start + count <= n)):
            raise ValueError(f"Slice of {count} elements from {start} on does not fit into an axis of {n}")
        sizes.append((None if n is None else n - start) if count == -1 else count)
    return [TensorShape(sizes)]


def _slice_kernel(input: Any, begin: Any, size: Any) -> Any:
    array, cuts = as_array(input), []
    starts, counts = ints(begin), ints(size)
    if len(starts) != array.ndim or len(counts) != array.ndim:
        raise InvalidArgumentError(
            None,
            None,
            f"Expected begin and size arguments to be 1-D tensors of size {array.ndim}, "
            f"but got {len(starts)} and {len(counts)} instead.",
        )
    for axis, (n, start, count) in enumerate(zip(array.shape, starts, counts)):
        if not (0 <= start <= n and (count == -1 or 0 <= count <= n - start)):
            raise InvalidArgumentError(
                None,
                None,
                f"Expected size[{axis}] in [0, {n - start}], but got {count}"
                if 0 <= start <= n
                else f"Expected begin[{axis}] in [0, {n}], but got {start}",
            )
        cuts.append(np.s_[start : n if count == -1 else start + count])
    return array[tuple(cuts)]


def _slice_grad(op: Operation, grad: Tensor) -> Any:
    # Pad with zeros in front as far as begin, and behind as far as the input goes on.
    input_rank, slice_size = array.rank(op.inputs[0]), array.shape(op.outputs[0])
    column = pack([input_rank, 1])
    before = rearrange.reshape(op.inputs[1], column)
    after = rearrange.reshape(array.shape(op.inputs[0]) - slice_size - op.inputs[1], column)
    return pad(grad, concat(1, [before, after])), None, None


Slice = OpType(
    "Slice(input:T, begin:Index, size:Index) -> output:T | T:type; Index:type{int32 int64}",
    shape=_slice_shape,
    kernel=_slice_kernel,
    gradient=_slice_grad,
)


def pad_shape(op: Operation) -> list[TensorShape]:
    old, paddings = op.inputs[0].get_shape(), constant_value(op.inputs[1])
    op.inputs[1].get_shape().merge_with([old.ndims, 2])
    if paddings is None or old.sizes is None:
        return [unknown_shape(old.ndims)]
    return [
        TensorShape(
            None if n is None else int(before) + n + int(after)
            for n, (before, after) in zip(old.with_rank(len(paddings)).sizes or (), paddings)
        )
    ]


def _pad_kernel(input: Any, paddings: Any) -> Any:
    array = as_array(input)
    if np.shape(paddings) != (array.ndim, 2):
        raise InvalidArgumentError(
            None,
            None,
            f"The first dimension of paddings must be the rank of inputs [{array.ndim},2] "
            f"{brackets(np.shape(paddings))}",
        )
    return np.pad(array, paddings) if array.ndim else array[()]


def _pad_grad(op: Operation, grad: Tensor) -> Any:
    begin = rearrange.reshape(slice(op.inputs[1], [0, 0], pack([array.rank(op.inputs[0]), 1])), [-1])
    return slice(grad, begin, array.shape(op.inputs[0])), None


Pad = OpType(
    "Pad(input:T, paddings:int32) -> output:T | T:type",
    shape=pad_shape,
    kernel=_pad_kernel,
    gradient=_pad_grad,
)


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """``size[i]`` elements from ``begin[i]`` on, along each axis i; a size of -1 goes to the end."""
    return Slice(input_, begin, size, name=name)


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", name: str | None = None) -> Tensor:
    """``tensor`` with more around it: ``paddings[i]`` is how much before and behind along axis i, int32 ``[rank, 2]``.

    Args:
        mode: ``CONSTANT``, zeros; ``REFLECT``, what lies behind the border, mirrored; ``SYMMETRIC``, with the border.

    Raises:
        ValueError: another mode.
    """
    if mode == "CONSTANT":
        return Pad(tensor, paddings, name=name)
    if mode not in ("REFLECT", "SYMMETRIC"):
        raise ValueError(f"Unknown padding mode: {mode!r}; there are CONSTANT, REFLECT and SYMMETRIC")
    return mirror_padding.MirrorPad(tensor, paddings, mode=mode, name=name)
