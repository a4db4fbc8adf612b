"""Stacks of values that a run fills and empties again: what loops remember for their gradients."""

from __future__ import annotations

from typing import Any

from graphcore import common_shapes, shapes
from graphcore.errors import InvalidArgumentError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation
from graphcore.shapes import unknown_shape
from graphcore.state import Resource


class StackOfValues(Resource):
    """The values pushed and not popped yet, in one run."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: list[Any] = []


def _push(handle: StackOfValues, elem: Any) -> Any:
    handle.values.append(elem)
    return elem


def _pop(handle: StackOfValues) -> Any:
    if not handle.values:
        raise InvalidArgumentError(None, None, "Stack is empty when calling Pop().")
    return handle.values.pop()


def _close(handle: StackOfValues) -> tuple[()]:
    handle.values.clear()
    return ()


def _make(op: Operation, state: Any) -> Any:
    return lambda: StackOfValues(op.name)


StackOp = OpType(
    "Stack() -> Ref handle:string | elem_type:type; stack_name:string=",
    shape=lambda op: [shapes.TensorShape([2])],
    bind=_make,
    gradient=no_gradient,
    stateful=True,
)
StackPush = OpType(
    "StackPush(Ref handle:string, elem:T) -> output:T | T:type; swap_memory:bool=false",
    shape=lambda op: [op.inputs[1].get_shape()],
    kernel=_push,
    gradient=no_gradient,
    stateful=True,
)
StackPop = OpType(
    "StackPop(Ref handle:string) -> elem:elem_type | elem_type:type",
    shape=lambda op: [unknown_shape()],
    kernel=_pop,
    gradient=no_gradient,
    stateful=True,
)
StackClose = OpType(
    "StackClose(Ref handle:string) -> -",
    shape=common_shapes.none,
    kernel=_close,
    gradient=no_gradient,
    stateful=True,
)
