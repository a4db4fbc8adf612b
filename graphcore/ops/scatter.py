"""Rows of a variable changed, and all others left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.rows import check_in_range, in_turns
from graphcore.shapes import TensorShape
from graphcore.state import Reference


def _shape(op: Operation) -> list[TensorShape]:
    ref, indices, updates = (tensor.get_shape() for tensor in op.inputs)
    if ref.ndims is not None:
        updates.merge_with(indices.concatenate(ref.with_rank_at_least(1)[1:]))
    return [ref]


def _scatter(
    name: str, types: str, locking: str, change: Callable[[np.ndarray, np.ndarray, np.ndarray], None]
) -> OpType:
    """Declares an op that changes rows: ``change(table, indices, rows)``, where no index comes twice."""

    def kernel(ref: Reference, indices: Any, updates: Any) -> Reference:
        # Others may have read the old array, which therefore stays as it is.
        table, chosen = np.copy(ref.value), np.asarray(indices)
        expected = chosen.shape + table.shape[1:]
        if np.shape(updates) != expected:
            raise InvalidArgumentError(
                None, None, f"updates must be {brackets(expected)}, but it is {brackets(np.shape(updates))}"
            )
        check_in_range("indices", chosen, len(table))
        flat, rows = chosen.ravel(), np.reshape(updates, (-1, *table.shape[1:]))
        for places in in_turns(flat):
            change(table, flat[places], rows[places])
        ref.value = table
        return ref

    return OpType(
        f"{name}(Ref ref:T, indices:Tindices, updates:T) -> Ref output_ref:T | "
        f"T:type{types}; Tindices:type{{int32 int64}}; use_locking:bool={locking}",
        shape=_shape,
        kernel=kernel,
        gradient=no_gradient,
        stateful=True,
    )


def _update(table: np.ndarray, indices: np.ndarray, rows: np.ndarray) -> None:
    table[indices] = rows


def _add(table: np.ndarray, indices: np.ndarray, rows: np.ndarray) -> None:
    table[indices] += rows


def _sub(table: np.ndarray, indices: np.ndarray, rows: np.ndarray) -> None:
    table[indices] -= rows


ScatterUpdate = _scatter("ScatterUpdate", "", "true", _update)
ScatterAdd = _scatter("ScatterAdd", "{number}", "false", _add)
ScatterSub = _scatter("ScatterSub", "{number}", "false", _sub)


def scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Gives rows of the variable ``ref`` new values, when run; a reference to the variable.

    Args:
        ref: ``[rows, ...]``.
        indices: which rows, int32 or int64, of any shape. Of several values for one row the last one stays.
        updates: ``indices.shape + ref.shape[1:]``.
        use_locking: kept in the graph; it changes nothing here.
    """
    return ScatterUpdate(ref, indices, updates, use_locking=use_locking, name=name)


def scatter_add(
    ref: Any, indices: Any, updates: Any, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Adds to rows of the variable ``ref``, when run; parameters as for `scatter_update`.

    Several values for one row are all added.
    """
    return ScatterAdd(ref, indices, updates, use_locking=use_locking, name=name)


def scatter_sub(
    ref: Any, indices: Any, updates: Any, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Subtracts from rows of the variable ``ref``, when run; parameters as for `scatter_add`."""
    return ScatterSub(ref, indices, updates, use_locking=use_locking, name=name)
