"""Assignments and the update rules of optimizers. They work on references, as numpy's do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from graphcore.engine.jax_kernel import Check, kernel, shared
from graphcore.engine.kernels.rows import in_range
from graphcore.errors import OutOfRangeError
from graphcore.op_type import OP_TYPES
from graphcore.state import Reference

shared("Assign", "AssignAdd", "AssignSub", "IsVariableInitialized")
shared("ApplyGradientDescent", "ApplyMomentum", "ApplyAdagrad", "ApplyAdadelta", "ApplyAdam", "ApplyRMSProp")


shared("ApplyFtrl", known=("lr_power",))


def _is_below(numpys: Any, ref: Reference, *, limit: int) -> Check:
    def report() -> None:
        raise OutOfRangeError(None, None, f"Reached limit of {limit}")

    return Check(jnp.asarray(ref.value) < limit, (), report)


@kernel("CountUpTo", check=_is_below)
def _count_up_to(ref: Reference, *, limit: int) -> Any:
    before = ref.value
    ref.value = before + before.dtype.type(1)
    return before


# Changes of rows


def _rows_exist(numpys: Any, ref: Reference, indices: Any, updates: Any) -> Check:
    return in_range("indices", indices, ref.value.shape[0])


def _scatter(name: str, change: Callable[[Any, Any, Any], Any]) -> None:
    @kernel(name, check=_rows_exist)
    def compute(ref: Reference, indices: Any, updates: Any) -> Reference:
        table, chosen = jnp.asarray(ref.value), jnp.asarray(indices)
        if jnp.shape(updates) != chosen.shape + table.shape[1:]:
            raise ValueError("updates must have a row for each index")
        ref.value = change(table, chosen.ravel(), jnp.reshape(updates, (-1, *table.shape[1:])))
        return ref


def _last_of_each(table: Any, indices: Any, rows: Any) -> Any:
    # The order in which JAX writes rows is open. So all but the last for each place are sent out of the table.
    numbers = jnp.arange(len(indices))
    last = jnp.zeros(len(table), numbers.dtype).at[indices].max(numbers, mode="drop")
    places = jnp.where(last[indices] == numbers, indices, len(table))
    return table.at[places].set(rows, mode="drop")


_scatter("ScatterUpdate", _last_of_each)
_scatter("ScatterAdd", lambda table, indices, rows: table.at[indices].add(rows, mode="drop"))
_scatter("ScatterSub", lambda table, indices, rows: table.at[indices].add(-rows, mode="drop"))


def _sparse_update(dense: str, tables: int, grad: int) -> None:
    """Declares the kernel of a rule on rows.

    Args:
        dense: the rule on whole tensors.
        tables: how many references come first. grad: the place of the gradient; the indices come behind it.
    """
    rule = OP_TYPES[dense].kernel
    assert rule is not None

    def rows_exist(numpys: Any, *inputs: Any) -> Check:
        return in_range("indices", inputs[grad + 1], inputs[0].value.shape[0])

    @kernel(f"Sparse{dense}", known=("lr_power",), check=rows_exist)
    def compute(*inputs: Any) -> Reference:
        references, rows, indices = inputs[:tables], jnp.asarray(inputs[grad]), jnp.asarray(inputs[grad + 1])
        before = tuple(jnp.asarray(reference.value) for reference in references)
        if rows.shape != (len(indices), *before[0].shape[1:]):
            raise ValueError("grad must have a row for each index")

        def one_after_another(turn: Any, changed: tuple[Any, ...]) -> tuple[Any, ...]:
            # A row that comes several times is changed once for each.
            at = indices[turn]
            parts = [Reference(reference.name) for reference in references]
            for part, table in zip(parts, changed):
                part.value = table[at]
            rule(*parts, *inputs[tables:grad], rows[turn], *inputs[grad + 2 :])
            return tuple(table.at[at].set(part.value, mode="drop") for part, table in zip(parts, changed))

        changed = lax.fori_loop(0, len(indices), one_after_another, before)
        for reference, table in zip(references, changed):
            reference.value = table
        return references[0]


_sparse_update("ApplyMomentum", 2, 3)
_sparse_update("ApplyAdagrad", 2, 3)
_sparse_update("ApplyAdadelta", 3, 6)
_sparse_update("ApplyFtrl", 3, 3)
