"""The same elements in another shape or order: reshape, expand_dims, squeeze, transpose, tile."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets, ints
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, joining, reduction
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

# New shapes for the same elements


def _reshape_shape(op: Operation) -> list[TensorShape]:
    wanted = constant_value(op.inputs[1])
    if wanted is None:
        return [unknown_shape(op.inputs[1].get_shape().with_rank(1)[0].value)]
    sizes: list[int | None] = [None if n == -1 else n for n in ints(wanted)]
    if sizes.count(None) > 1:
        raise ValueError("At most one dimension of the new shape can be -1")
    count, new = op.inputs[0].get_shape().num_elements(), TensorShape(sizes)
    if count is None:
        return [new]
    if None in sizes:
        known = int(np.prod([n for n in sizes if n is not None], dtype=np.int64))
        if known == 0 or count % known:
            raise ValueError(
                f"Cannot reshape a tensor with {count} elements to shape {brackets(ints(wanted))} ({known} elements)"
            )
        sizes[sizes.index(None)] = count // known
        return [TensorShape(sizes)]
    if new.num_elements() != count:
        raise ValueError(
            f"Cannot reshape a tensor with {count} elements to shape {brackets(ints(wanted))} "
            f"({new.num_elements()} elements)"
        )
    return [new]


def _reshape_kernel(tensor: Any, shape: Any) -> Any:
    sizes, array = ints(shape), as_array(tensor)
    try:
        return array.reshape(sizes)[()]
    except ValueError:
        asked = f"{int(np.prod(sizes, dtype=np.int64))}" if -1 not in sizes else brackets(sizes)
        raise InvalidArgumentError(
            None, None, f"Input to reshape is a tensor with {array.size} values, but the requested shape has {asked}"
        ) from None


def _to_input_shape(op: Operation, grad: Tensor) -> Tensor:
    """The gradient of ops that only change the shape."""
    return reshape(grad, array.shape(op.inputs[0]))


Reshape = OpType(
    "Reshape(tensor:T, shape:int32) -> output:T | T:type",
    shape=_reshape_shape,
    kernel=_reshape_kernel,
    gradient=lambda op, grad: (_to_input_shape(op, grad), None),
    passes=lambda op, inputs: (
        inputs[0].sizes is not None and inputs[1].value is not None and inputs[0].sizes == ints(inputs[1].value)
    ),
)


def _expand_dims_shape(op: Operation) -> list[TensorShape]:
    old, axis = op.inputs[0].get_shape(), constant_value(op.inputs[1])
    if old.sizes is None:
        return [unknown_shape()]
    if axis is None:
        return [unknown_shape(len(old) + 1)]
    at = int(ints(axis)[0])
    if not -len(old) - 1 <= at <= len(old):
        raise ValueError(f"dim {at} not in the interval [{-len(old) - 1}, {len(old)}].")
    sizes = list(old.sizes)
    sizes.insert(at if at >= 0 else at + len(old) + 1, 1)
    return [TensorShape(sizes)]


def _expand_dims_kernel(input: Any, dim: Any) -> Any:
    array, axis = as_array(input), ints(dim)[0]
    if not -array.ndim - 1 <= axis <= array.ndim:
        raise InvalidArgumentError(
            None, None, f"Tried to expand dim index {axis} for tensor with {array.ndim} dimensions."
        )
    return np.expand_dims(array, axis)


ExpandDims = OpType(
    "ExpandDims(input:T, dim:int32) -> output:T | T:type",
    shape=_expand_dims_shape,
    kernel=_expand_dims_kernel,
    gradient=lambda op, grad: (_to_input_shape(op, grad), None),
)


def _squeeze_shape(op: Operation) -> list[TensorShape]:
    old, axes = op.inputs[0].get_shape(), op.attrs["squeeze_dims"]
    if old.sizes is None:
        return [unknown_shape()]
    if not axes:
        return [unknown_shape() if None in old.sizes else TensorShape(n for n in old.sizes if n != 1)]
    wanted = set()
    for axis in axes:
        if not -len(old) <= axis < len(old):
            raise ValueError(f"squeeze_dims {axis} not in the interval [{-len(old)}, {len(old)}).")
        wanted.add(axis % len(old))
        if old.sizes[axis] not in (None, 1):
            raise ValueError(f"Can not squeeze dimension with value {old.sizes[axis]}")
    return [TensorShape(n for axis, n in enumerate(old.sizes) if axis not in wanted)]


def _squeeze_kernel(input: Any, *, squeeze_dims: list[int]) -> Any:
    array = as_array(input)
    try:
        return np.squeeze(array, tuple(squeeze_dims) if squeeze_dims else None)[()]
    except ValueError:
        raise InvalidArgumentError(
            None, None, f"Can not squeeze dims {squeeze_dims} of a tensor of shape {brackets(array.shape)}"
        ) from None


Squeeze = OpType(
    "Squeeze(input:T) -> output:T | T:type; squeeze_dims:list(int)=[]",
    shape=_squeeze_shape,
    kernel=_squeeze_kernel,
    gradient=_to_input_shape,
)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The elements of ``tensor``, in the same order, in another shape (int32 ``[rank]``).

    One size may be -1: it follows from the number of elements.
    """
    return Reshape(tensor, shape, name=name)


def expand_dims(input: Any, dim: Any = None, name: str | None = None, axis: Any = None) -> Tensor:
    """``input`` with a new axis of size 1 before axis ``dim`` (also spelled ``axis``); -1 adds it at the end."""
    return ExpandDims(input, _one_of("dim", dim, axis), name=name)


def squeeze(input: Any, squeeze_dims: Any = None, name: str | None = None, axis: Any = None) -> Tensor:
    """``input`` without its axes of size 1, or without those in ``squeeze_dims`` (also spelled ``axis``)."""
    axes = axis if squeeze_dims is None else squeeze_dims
    return Squeeze(input, squeeze_dims=[axes] if isinstance(axes, int) else axes, name=name)


def _one_of(name: str, value: Any, alias: Any) -> Any:
    if (value is None) == (alias is None):
        raise TypeError(f"Expected either '{name}' or 'axis', got {'both' if alias is not None else 'neither'}")
    return alias if value is None else value


# Elements in another order


def _transpose_shape(op: Operation) -> list[TensorShape]:
    old, perm = op.inputs[0].get_shape(), constant_value(op.inputs[1])
    if perm is None:
        return [unknown_shape(old.ndims if old.ndims is not None else op.inputs[1].get_shape().with_rank(1)[0].value)]
    order = ints(perm)
    sizes = old.with_rank(len(order)).sizes
    assert sizes is not None
    return [TensorShape(sizes[axis] for axis in order)]


def _transpose_kernel(x: Any, perm: Any) -> Any:
    array, order = as_array(x), ints(perm)
    if sorted(order) != list(range(array.ndim)):
        raise InvalidArgumentError(
            None,
            None,
            f"transpose expects a vector of size {array.ndim}. But input(1) is a vector of size {len(order)}"
            if len(order) != array.ndim
            else f"{brackets(order)} is not a permutation of the axes",
        )
    return np.transpose(array, order)[()]


Transpose = OpType(
    "Transpose(x:T, perm:int32) -> y:T | T:type",
    shape=_transpose_shape,
    kernel=_transpose_kernel,
    gradient=lambda op, grad: (transpose(grad, invert_permutation(op.inputs[1])), None),
)


def _invert_permutation_kernel(x: Any) -> Any:
    if sorted(x.tolist()) != list(range(len(x))):
        raise InvalidArgumentError(None, None, f"{brackets(ints(x))} is not a permutation")
    inverse = np.empty_like(x)
    inverse[x] = np.arange(len(x), dtype=x.dtype)
    return inverse


InvertPermutation = OpType(
    "InvertPermutation(x:int32) -> y:int32 | ",
    shape=common_shapes.of_rank(1),
    kernel=_invert_permutation_kernel,
    gradient=no_gradient,
)


def transpose(a: Any, perm: Any = None, name: str = "transpose") -> Tensor:
    """``a`` with its axes in the order ``perm`` (int32 ``[rank]``); reversed if that is not given."""
    with op_scope([a], name, "transpose") as scope:
        if perm is not None:
            return Transpose(a, perm, name=scope)
        rank_of = array.rank(a)
        transposed = Transpose(a, (rank_of - 1) - array.Range(0, rank_of, 1), name=scope)
        sizes = transposed.op.inputs[0].get_shape().sizes
        if sizes is not None:
            transposed.set_shape(sizes[::-1])
        return transposed


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """The permutation that undoes ``x`` (int32 ``[n]``)."""
    return InvertPermutation(x, name=name)


# Copies side by side


def _tile_shape(op: Operation) -> list[TensorShape]:
    old, multiples = op.inputs[0].get_shape(), constant_value(op.inputs[1])
    if multiples is None:
        return [unknown_shape(old.ndims)]
    times = ints(multiples)
    sizes = old.with_rank(len(times)).sizes
    assert sizes is not None
    return [TensorShape(None if n is None else n * k for n, k in zip(sizes, times))]


def _tile_kernel(input: Any, multiples: Any) -> Any:
    array, times = as_array(input), ints(multiples)
    if len(times) != array.ndim:
        raise InvalidArgumentError(
            None, None, f"Expected multiples argument to be a vector of length {array.ndim} but got length {len(times)}"
        )
    return np.tile(array, times)[()]


def _tile_grad(op: Operation, grad: Tensor) -> Any:
    # Axis i of the output is (copies, original size): split it so, and sum over the copies.
    input_shape = array.shape(op.inputs[0])
    split_shape = reshape(transpose(joining.pack([op.inputs[1], input_shape])), [-1])
    axes = array.range(0, array.size(split_shape), 2)
    input_grad = reduction.reduce_sum(reshape(grad, split_shape), axes)
    input_grad.set_shape(op.inputs[0].get_shape())
    return input_grad, None


Tile = OpType(
    "Tile(input:T, multiples:int32) -> output:T | T:type",
    shape=_tile_shape,
    kernel=_tile_kernel,
    gradient=_tile_grad,
    passes=lambda op, inputs: inputs[1].value is not None and all(k == 1 for k in ints(inputs[1].value)),
)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """``input`` repeated ``multiples[i]`` times (int32 ``[rank]``) along each axis i."""
    return Tile(input, multiples, name=name)
