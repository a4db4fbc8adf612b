"""Elements chosen by conditions, by their places, or by being new: where, boolean_mask, gather_nd, unique; one_hot."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import as_dtype, float32, int64
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, gathering, joining, rearrange
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

# One-hot vectors


def _one_hot_shape(op: Operation) -> list[TensorShape]:
    indices, depth, axis = op.inputs[0].get_shape(), constant_value(op.inputs[1]), op.attrs["axis"]
    if indices.sizes is None:
        return [unknown_shape()]
    rank = len(indices.sizes)
    if not -1 <= axis <= rank:
        raise ValueError(f"axis must be in [-1, {rank}], but it is {axis}")
    at = rank if axis == -1 else axis
    return [TensorShape([*indices.sizes[:at], None if depth is None else int(depth), *indices.sizes[at:]])]


def _one_hot_kernel(indices: Any, depth: Any, on_value: Any, off_value: Any, *, axis: int) -> Any:
    if depth < 0:
        raise InvalidArgumentError(None, None, f"depth must be at least 0, but it is {depth}")
    # An index outside [0, depth) is nowhere: all its elements are off.
    hot = np.asarray(indices)[..., None] == np.arange(depth)
    return np.moveaxis(np.where(hot, as_array(on_value), as_array(off_value)), -1, axis)


OneHot = OpType(
    "OneHot(indices:int64, depth:int32, on_value:T, off_value:T) -> output:T | axis:int=-1; T:type",
    shape=_one_hot_shape,
    kernel=_one_hot_kernel,
    gradient=no_gradient,
)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    name: str | None = None,
    dtype: Any = None,
) -> Tensor:
    """For each index a vector with ``on_value`` at that place and ``off_value`` elsewhere.

    Args:
        indices: of any integer type and shape. One outside ``[0, depth)`` gives a vector that is off everywhere.
        depth: the length of the vectors.
        on_value, off_value: 1 and 0 if not given.
        axis: where the new axis is; the last if not given.
        dtype: of the elements; by default that of ``on_value``, or float32.
    """
    with op_scope([indices], name, "one_hot") as scope:
        wanted = None if dtype is None else as_dtype(dtype)
        given = next((value for value in (on_value, off_value) if value is not None), None)
        if wanted is None:
            wanted = float32 if given is None else convert_to_tensor(given).dtype.base_dtype
        on = convert_to_tensor(1 if on_value is None else on_value, wanted, "on_value")
        off = convert_to_tensor(0 if off_value is None else off_value, wanted, "off_value")
        places = arithmetic.cast(convert_to_tensor(indices, name="indices"), int64)
        return OneHot(places, depth, on, off, axis=axis, name=scope)


# Places


Where = OpType(
    "Where(input:bool) -> index:int64",
    shape=lambda op: [TensorShape([None, op.inputs[0].get_shape().ndims])],
    kernel=lambda input: np.argwhere(input).astype(np.int64),
    gradient=no_gradient,
)


def _gather_nd_shape(op: Operation) -> list[TensorShape]:
    params, indices = (tensor.get_shape() for tensor in op.inputs)
    indices = indices.with_rank_at_least(1)
    if indices.sizes is None:
        return [unknown_shape()]
    if params.ndims is not None:
        indices[-1:].merge_with([params.ndims])
    return [indices[:-1]]


def _gather_nd_kernel(params: Any, indices: Any) -> Any:
    table = as_array(params)
    if indices.shape[-1] != table.ndim:
        raise InvalidArgumentError(
            None,
            None,
            f"The last dimension of indices must be the rank of params, but they are {brackets(indices.shape)} and "
            f"{brackets(table.shape)}",
        )
    wrong = ((indices < 0) | (indices >= table.shape)).any(axis=-1)
    if wrong.any():
        first = indices[wrong][0]
        raise InvalidArgumentError(
            None, None, f"indices holds {brackets(first.tolist())}, which is not in params, {brackets(table.shape)}"
        )
    return table[tuple(np.moveaxis(indices, -1, 0))]


GatherNd = OpType(
    "GatherNd(params:Tparams, indices:Tindices) -> output:Tparams | Tparams:type; Tindices:type{int32 int64}",
    shape=_gather_nd_shape,
    kernel=_gather_nd_kernel,
)


def where_true(input: Any, name: str | None = None) -> Tensor:
    """The places where ``input`` (bool) is true, int64 ``[n, rank]``, in order."""
    return Where(input, name=name)


def gather_nd(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """The elements of ``params`` at some places. There is no gradient; `graphcore.gather` has one.

    Args:
        indices: places, int32 or int64 ``[..., rank of params]``.

    Returns: ``indices.shape[:-1]``.
    """
    return GatherNd(params, indices, name=name)


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask") -> Tensor:
    """The parts of ``tensor`` for which ``mask`` is true, ``[n, ...]``.

    Args:
        mask: bool, of a shape with which that of ``tensor`` begins; its rank must be known, and not 0.

    Raises:
        ValueError: the shapes do not fit, or the rank of the mask is 0 or not known.
    """
    with op_scope([tensor, mask], name, "boolean_mask"):
        tensor, mask = convert_to_tensor(tensor, name="tensor"), convert_to_tensor(mask, name="mask")
        rank = mask.get_shape().ndims
        if not rank:
            known = "is not known" if rank is None else "is 0"
            raise ValueError(f"boolean_mask needs a mask of known rank, at least 1, but that of {mask.name} {known}")
        shape = tensor.get_shape().with_rank_at_least(rank)
        shape[:rank].assert_is_compatible_with(mask.get_shape())
        rows = rearrange.reshape(tensor, joining.concat(0, [[-1], array.shape(tensor)[rank:]]))
        places = rearrange.squeeze(where_true(rearrange.reshape(mask, [-1])), [1])
        chosen = gathering.gather(rows, places)
        chosen.set_shape(TensorShape([None]).concatenate(shape[rank:]))
        return chosen


# What is new


def _unique_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape().with_rank(1)
    return [TensorShape([None]), shape, TensorShape([None])][: len(op.outputs)]


def _unique(x: Any) -> tuple[Any, Any, Any]:
    """The different values in order of their first use, which of them each element is, and how often each comes."""
    values, first, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return values[order], rank[inverse.ravel()].astype(np.int32), counts[order].astype(np.int32)


Unique = OpType(
    "Unique(x:T) -> y:T, idx:int32 | T:type",
    shape=_unique_shape,
    kernel=lambda x: _unique(x)[:2],
    gradient=no_gradient,
)
UniqueWithCounts = OpType(
    "UniqueWithCounts(x:T) -> y:T, idx:int32, count:int32 | T:type",
    shape=_unique_shape,
    kernel=_unique,
    gradient=no_gradient,
)


def _list_diff_shape(op: Operation) -> list[TensorShape]:
    for tensor in op.inputs:
        tensor.get_shape().with_rank(1)
    return [TensorShape([None])] * 2


def _list_diff_kernel(x: Any, y: Any) -> Any:
    places = np.flatnonzero(~np.isin(x, y)).astype(np.int32)
    return x[places], places


ListDiff = OpType(
    "ListDiff(x:T, y:T) -> out:T, idx:int32 | T:type",
    shape=_list_diff_shape,
    kernel=_list_diff_kernel,
    gradient=no_gradient,
)


def unique(x: Any, name: str | None = None) -> list[Tensor]:
    """The different elements of ``x`` (``[n]``) in order of their first use; and which of them each element is."""
    return Unique(x, name=name)


def unique_with_counts(x: Any, name: str | None = None) -> list[Tensor]:
    """`unique`, and how often each of the different elements comes."""
    return UniqueWithCounts(x, name=name)


def listdiff(x: Any, y: Any, name: str | None = None) -> list[Tensor]:
    """The elements of ``x`` (``[n]``) that are not in ``y``, in their order; and their places in ``x``."""
    return ListDiff(x, y, name=name)
