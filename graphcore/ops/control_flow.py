"""Order: operations that do nothing but run after others, and values held back until others have run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore import common_shapes
from graphcore.indexed_slices import IndexedSlices
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array
from graphcore.scopes import colocate_with, control_dependencies, op_scope

NoOp = OpType(
    "NoOp() -> -",
    shape=common_shapes.none,
    kernel=lambda: None,
    gradient=no_gradient,
    total=lambda op, sizes: True,
)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing; with control dependencies, a point others can wait for."""
    return NoOp(name=name)


def group(*inputs: Any, name: str | None = None) -> Operation:
    """An operation that has run when all ``inputs`` (operations, tensors) have. It has no output."""
    with op_scope(inputs, name, "group_deps") as scope:
        if not inputs:
            return no_op(scope)
        with control_dependencies(inputs):
            return no_op(scope)


def with_dependencies(dependencies: Sequence[Any], output_tensor: Any, name: str | None = None) -> Any:
    """The value of ``output_tensor`` (a tensor, or `IndexedSlices`), once all ``dependencies`` have run."""
    with (
        op_scope([*dependencies, output_tensor], name, "control_dependency") as scope,
        colocate_with(output_tensor),
        control_dependencies(dependencies),
    ):
        if isinstance(output_tensor, IndexedSlices):
            values = array.identity(output_tensor.values, name=scope)
            return IndexedSlices(values, output_tensor.indices, output_tensor.dense_shape)
        return array.identity(output_tensor, name=scope)


def tuple(tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None) -> list[Any]:
    """The tensors, none of which has a value before all have.

    Args:
        tensors: None among them stays None.
        control_inputs: operations that must have run as well.

    Raises:
        ValueError: there is no tensor among ``tensors``.
    """
    with op_scope([*tensors, *(control_inputs or ())], name, "tuple"):
        gating = {tensor.op for tensor in tensors if tensor is not None}
        if not gating:
            raise ValueError(f"Must have at least one Tensor: {tensors}")
        gating |= {element.op if isinstance(element, Tensor) else element for element in control_inputs or ()}
        gate = group(*sorted(gating, key=lambda op: op.id))
        return [None if tensor is None else with_dependencies([gate], tensor) for tensor in tensors]
