"""Rows looked up in tables by their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.conversion import convert_n_to_tensor, convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.indexed_slices import IndexedSlices
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, joining, partition, rearrange
from graphcore.rows import check_in_range
from graphcore.scopes import colocate_with, op_scope
from graphcore.shapes import TensorShape, unknown_shape


def _gather_shape(op: Operation) -> list[TensorShape]:
    params, indices = (tensor.get_shape() for tensor in op.inputs)
    params = params.with_rank_at_least(1)
    if params.ndims is None or indices.ndims is None:
        return [unknown_shape()]
    return [indices.concatenate(params[1:])]


def _gather_kernel(params: Any, indices: Any) -> Any:
    table = as_array(params)
    if not table.ndim:
        raise InvalidArgumentError(None, None, f"params must be at least 1 dimensional, but it is {brackets(())}")
    check_in_range("indices", indices, len(table))
    return np.take(table, indices, axis=0)


def _gather_grad(op: Operation, grad: Tensor) -> Any:
    params, indices = op.inputs
    dense_shape = array.shape(params)
    values = rearrange.reshape(grad, joining.concat(0, [[-1], dense_shape[1:]]))
    values.set_shape(TensorShape([indices.get_shape().num_elements()]).concatenate(params.get_shape()[1:]))
    return IndexedSlices(values, rearrange.reshape(indices, [-1]), dense_shape), None


Gather = OpType(
    "Gather(params:Tparams, indices:Tindices) -> output:Tparams | "
    "validate_indices:bool=true; Tparams:type; Tindices:type{int32 int64}",
    shape=_gather_shape,
    kernel=_gather_kernel,
    gradient=_gather_grad,
)


def gather(params: Any, indices: Any, validate_indices: bool | None = None, name: str | None = None) -> Tensor:
    """The rows of ``params`` with the numbers ``indices``.

    The gradient for ``params`` is `IndexedSlices`: the rows looked up, and no others.

    Args:
        params: ``[rows, ...]``.
        indices: int32 or int64, of any shape.
        validate_indices: kept in the graph; indices are always checked.

    Returns: ``indices.shape + params.shape[1:]``.
    """
    return Gather(params, indices, validate_indices=validate_indices, name=name)


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
) -> Tensor:
    """The vectors of ``ids`` in a table of vectors, which may be kept in several parts.

    Args:
        params: the table, ``[rows, ...]``, or a list of its parts.
        ids: numbers of rows, int32 or int64, of any shape.
        partition_strategy: where row ``i`` of a table in ``n`` parts is. ``mod``: in part ``i % n``, at
            ``i // n``; ``div``: parts follow each other, the first ones a row longer if they cannot be equal.
        validate_indices: kept in the graph; indices are always checked.

    Returns: ``ids.shape + params.shape[1:]``.

    Raises:
        ValueError: no part is given, or another strategy; or, with ``div``, parts of unknown size.
    """
    parts = list(params) if isinstance(params, (list, tuple)) else [params]
    if not parts:
        raise ValueError("embedding_lookup needs at least one tensor to look ids up in")
    with op_scope([*parts, ids], name, "embedding_lookup") as scope:
        tables = convert_n_to_tensor(parts, name="params")
        if len(tables) == 1:
            with colocate_with(tables[0]):
                return gather(tables[0], ids, validate_indices=validate_indices, name=scope)
        ids = convert_to_tensor(ids, name="ids")
        flat = rearrange.reshape(ids, [-1])
        part, row = _place(flat, tables, partition_strategy)
        part = arithmetic.cast(part, "int32")
        count = len(tables)
        order = partition.dynamic_partition(array.range(array.size(flat)), part, count)
        rows = partition.dynamic_partition(row, part, count)
        found = [gather(table, at, validate_indices=validate_indices) for table, at in zip(tables, rows)]
        stitched = partition.dynamic_stitch(order, found)
        rest = array.shape(tables[0])[1:]
        vectors = rearrange.reshape(stitched, joining.concat(0, [array.shape(ids), rest]), name=scope)
        vectors.set_shape(ids.get_shape().concatenate(tables[0].get_shape()[1:]))
        return vectors


def _place(ids: Tensor, tables: Sequence[Tensor], strategy: str) -> tuple[Tensor, Tensor]:
    """In which part each id is, and in which row of that."""
    count = len(tables)
    if strategy == "mod":
        return ids % count, ids // count
    if strategy != "div":
        raise ValueError(f"partition_strategy must be 'mod' or 'div', not {strategy!r}")
    rows = [table.get_shape()[0].value for table in tables]
    known = [n for n in rows if n is not None]
    if len(known) < count:
        raise ValueError(f"embedding_lookup needs the number of rows of each part, but they are {rows}")
    each, longer = divmod(sum(known), count)
    # The first parts have a row more: ids beyond them are counted as if all had been as short as the rest.
    part = arithmetic.maximum(ids // (each + 1), (ids - longer) // each) if each else ids // (each + 1)
    in_longer = arithmetic.cast(part < longer, ids.dtype.base_dtype)
    row = in_longer * (ids % (each + 1)) + (1 - in_longer) * ((ids - longer) % max(each, 1))
    return part, row
