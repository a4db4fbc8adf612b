"""The update rules of optimizers for gradients of which only some rows are there; the other rows stay as they are.

The rules are those of `graphcore.ops.training`, on the rows alone. A row that comes several times is changed once for
each, one after another, as TensorFlow's kernels do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation
from graphcore.ops import training
from graphcore.rows import check_in_range, in_turns
from graphcore.shapes import TensorShape
from graphcore.state import Reference


def _on_rows(dense: OpType, tables: int, grad: int) -> Callable[..., Reference]:
    """The kernel of a rule on rows.

    Args:
        dense: the rule on whole tensors.
        tables: how many references come first: the variable and its slots.
        grad: the place of the gradient; the indices come behind it.
    """
    rule = dense.kernel
    assert rule is not None

    def kernel(*inputs: Any) -> Reference:
        references, rows, indices = inputs[:tables], inputs[grad], inputs[grad + 1]
        # New arrays, for others may have read the old ones; and all of them before any is put into its variable.
        changed = [np.copy(reference.value) for reference in references]
        expected = (len(indices), *changed[0].shape[1:])
        if np.shape(rows) != expected:
            raise InvalidArgumentError(
                None, None, f"grad must be {brackets(expected)}, a row for each index, not {brackets(np.shape(rows))}"
            )
        check_in_range("indices", indices, len(changed[0]))
        for places in in_turns(indices):
            at = indices[places]
            parts = [Reference(reference.name) for reference in references]
            for part, table in zip(parts, changed):
                part.value = table[at]
            rule(*parts, *inputs[tables:grad], rows[places], *inputs[grad + 2 :])
            for part, table in zip(parts, changed):
                table[at] = part.value
        for reference, table in zip(references, changed):
            reference.value = table
        return references[0]

    return kernel


def _shape(tables: int, grad: int) -> Callable[[Operation], list[TensorShape]]:
    def shape(op: Operation) -> list[TensorShape]:
        merged = op.inputs[0].get_shape().with_rank_at_least(1)
        for tensor in op.inputs[1:tables]:
            merged = merged.merge_with(tensor.get_shape())
        rows, indices = op.inputs[grad].get_shape(), op.inputs[grad + 1].get_shape().with_rank(1)
        rows.merge_with(indices.concatenate(merged[1:]))
        for tensor in [*op.inputs[tables:grad], *op.inputs[grad + 2 :]]:
            tensor.get_shape().with_rank(0)
        return [merged]

    return shape


def _sparse_update(inputs: str, dense: OpType, tables: int, grad: int) -> OpType:
    return OpType(
        f"Sparse{dense.name}({inputs}) -> Ref out:T | "
        "T:type{number}; Tindices:type{int32 int64}; use_locking:bool=false",
        shape=_shape(tables, grad),
        kernel=_on_rows(dense, tables, grad),
        explain=dense.explain,
        gradient=no_gradient,
        stateful=True,
    )


SparseApplyMomentum = _sparse_update(
    "Ref var:T, Ref accum:T, lr:T, grad:T, indices:Tindices, momentum:T", training.ApplyMomentum, 2, 3
)
SparseApplyAdagrad = _sparse_update(
    "Ref var:T, Ref accum:T, lr:T, grad:T, indices:Tindices", training.ApplyAdagrad, 2, 3
)
SparseApplyAdadelta = _sparse_update(
    "Ref var:T, Ref accum:T, Ref accum_update:T, lr:T, rho:T, epsilon:T, grad:T, indices:Tindices",
    training.ApplyAdadelta,
    3,
    6,
)
SparseApplyFtrl = _sparse_update(
    "Ref var:T, Ref accum:T, Ref linear:T, grad:T, indices:Tindices, lr:T, l1:T, l2:T, lr_power:T",
    training.ApplyFtrl,
    3,
    3,
)
