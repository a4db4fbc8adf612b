"""The buffer of a variable, and the ops that change it: references in, references out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError, OutOfRangeError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape
from graphcore.state import Reference, SessionState

VariableOp = OpType(
    "Variable() -> Ref ref:dtype | shape:shape; dtype:type; container:string=; shared_name:string=",
    shape=lambda op: [op.attrs["shape"]],
    holds=lambda op, state: state.reference(op),
    gradient=no_gradient,
)


def _assign_shape(op: Operation) -> list[TensorShape]:
    ref, value = (tensor.get_shape() for tensor in op.inputs)
    if op.attrs["validate_shape"]:
        return [ref.merge_with(value)]
    if ref.ndims is not None:
        op.graph.note_shape_change()
    return [value]


def _assign_kernel(op: Operation, state: SessionState) -> Callable[[Reference, Any], Reference]:
    declared = op.inputs[0].get_shape()

    def assign_any(ref: Reference, value: Any) -> Reference:
        # A copy, for the value may be the caller's own array, given by feed_dict.
        ref.value = value.copy() if isinstance(value, np.ndarray) else value
        return ref

    def assign_same_shape(ref: Reference, value: Any) -> Reference:
        sizes = np.shape(value)
        if not (sizes == np.shape(ref.value) if ref.initialized else declared.is_compatible_with(sizes)):
            left = list(np.shape(ref.value)) if ref.initialized else declared.as_list()
            told = f"lhs shape= {left} rhs shape= {list(sizes)}"
            raise InvalidArgumentError(None, None, f"Assign requires shapes of both tensors to match. {told}")
        return assign_any(ref, value)

    return assign_same_shape if op.attrs["validate_shape"] else assign_any


def _assign_add_kernel(ref: Reference, value: Any) -> Reference:
    ref.value = ref.value + value
    return ref


def _assign_sub_kernel(ref: Reference, value: Any) -> Reference:
    ref.value = ref.value - value
    return ref


_counting = threading.Lock()


def _count_up_to_kernel(ref: Reference, *, limit: int) -> Any:
    with _counting:  # no two threads of an input pipeline get the same number
        before = ref.value
        if before >= limit:
            raise OutOfRangeError(None, None, f"Reached limit of {limit}")
        ref.value = before + before.dtype.type(1)
    return before


Assign = OpType(
    "Assign(Ref ref:T, value:T) -> Ref output_ref:T | T:type; validate_shape:bool=true; use_locking:bool=true",
    shape=_assign_shape,
    bind=_assign_kernel,
    gradient=no_gradient,
    stateful=True,
)
AssignAdd = OpType(
    "AssignAdd(Ref ref:T, value:T) -> Ref output_ref:T | T:type{number}; use_locking:bool=false",
    shape=common_shapes.merged,
    kernel=_assign_add_kernel,
    gradient=no_gradient,
    stateful=True,
)
AssignSub = OpType(
    "AssignSub(Ref ref:T, value:T) -> Ref output_ref:T | T:type{number}; use_locking:bool=false",
    shape=common_shapes.merged,
    kernel=_assign_sub_kernel,
    gradient=no_gradient,
    stateful=True,
)
IsVariableInitialized = OpType(
    "IsVariableInitialized(Ref ref:dtype) -> is_initialized:bool | dtype:type",
    shape=common_shapes.scalar,
    kernel=lambda ref: np.bool_(ref.initialized),
    gradient=no_gradient,
    stateful=True,
)


CountUpTo = OpType(
    "CountUpTo(Ref ref:T) -> output:T | limit:int; T:type{int32 int64}",
    shape=common_shapes.of_rank(0),
    kernel=_count_up_to_kernel,
    gradient=no_gradient,
    stateful=True,
)


def assign(
    ref: Any, value: Any, validate_shape: bool | None = None, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Gives the variable ``ref`` a value, when run; a reference to the variable.

    Args:
        validate_shape: False lets the value have another shape than the variable.
        use_locking: kept in the graph; it changes nothing here.
    """
    return Assign(ref, value, validate_shape=validate_shape, use_locking=use_locking, name=name)


def assign_add(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """Adds to the variable ``ref``, when run; a reference to the variable."""
    return AssignAdd(ref, value, use_locking=use_locking, name=name)


def assign_sub(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """Subtracts from the variable ``ref``, when run; a reference to the variable."""
    return AssignSub(ref, value, use_locking=use_locking, name=name)


def is_variable_initialized(variable: Any) -> Tensor:
    """Whether the variable has been assigned to, bool."""
    return IsVariableInitialized(variable)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Tensor:
    """Adds one to the variable ``ref``, a whole number; what it was before.

    A run raises OutOfRangeError, and changes nothing, once the variable has reached ``limit``.
    """
    return CountUpTo(ref, limit=limit, name=name)
