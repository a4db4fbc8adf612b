"""The ops that steer which others run, and how often: what branches and loops are made of.

Switch sends a value to one of two outputs; nothing runs that takes the other one. Merge gives whichever of its inputs
has a value. Enter takes a value into the frame of a loop, NextIteration on to the next turn, Exit out again, after the
last one; LoopCond marks the condition of going on. `graphcore.plan_blocks` turns them into Python's ``if`` and
``while`` when a plan is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore import common_shapes, shapes
from graphcore.errors import UnimplementedError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape, unknown_shape


def _steers(op: Operation, state: Any) -> Any:
    def kernel(*inputs: Any) -> Any:
        raise UnimplementedError(None, None, f"{op.type} steers what runs, and cannot run by itself")

    return kernel


def _flow(line: str, flow: str, shape: Any, gradient: Any = None, **more: Any) -> OpType:
    return OpType(line, shape=shape, bind=_steers, gradient=gradient, flow=flow, **more)


def _switch_shape(op: Operation) -> list[TensorShape]:
    op.inputs[1].get_shape().assert_is_compatible_with([])
    return [op.inputs[0].get_shape()] * 2


def _merge_shape(op: Operation) -> list[TensorShape]:
    """Of each size what all inputs agree on."""
    merged = op.inputs[0].get_shape()
    for tensor in op.inputs[1:]:
        other = tensor.get_shape()
        if merged.sizes is None or other.sizes is None or len(merged.sizes) != len(other.sizes):
            merged = unknown_shape()
        else:
            merged = TensorShape([a if a == b else None for a, b in zip(merged.sizes, other.sizes)])
    return [merged, shapes.scalar()]


def _switch_grad(op: Operation, *grads: Any) -> list[Any]:
    """The gradient that came back through the side that was taken; zeros if nothing depends on that side."""
    data, pred = op.inputs
    if all(grad is None for grad in grads):
        return [None, None]
    sides: list[Any] = list(grads)
    for side, grad in enumerate(grads):
        if grad is None:
            sides[side] = array.zeros_like(switch(data, pred)[side])
    return [merge(sides)[0], None]


def _merge_grad(op: Operation, grad: Any, _: Any = None) -> list[Any]:
    """The gradient, sent to the input that had the value."""
    deciders = [input_side(tensor) for tensor in op.inputs]
    if len(deciders) == 2 and deciders[0] is not None and deciders[1] is not None:
        pred = deciders[0][0]
        sides = switch(grad, pred)
        return [sides[deciders[0][1]], sides[deciders[1][1]]]
    return [switch(grad, comparison.equal(op.outputs[1], place))[1] for place in range(len(op.inputs))]


def input_side(tensor: Tensor) -> tuple[Tensor, int] | None:
    """The condition of the branch that ``tensor`` is from, and which of the two it is; None if it is from none."""
    from graphcore.control_context import BranchContext, context_of

    context = context_of(tensor)
    return (context.pred, context.branch) if isinstance(context, BranchContext) else None


Switch: OpType = _flow(
    "Switch(data:T, pred:bool) -> output_false:T, output_true:T | T:type",
    "switch",
    _switch_shape,
    _switch_grad,
    keeps_none=True,
)
RefSwitch = _flow(
    "RefSwitch(Ref data:T, pred:bool) -> Ref output_false:T, Ref output_true:T | T:type", "switch", _switch_shape
)
Merge: OpType = _flow(
    "Merge(inputs:N*T) -> output:T, value_index:int32 | T:type; N:int>=1",
    "merge",
    _merge_shape,
    _merge_grad,
)
_ENTER_ATTRS = "T:type; frame_name:string; is_constant:bool=false; parallel_iterations:int=10"
Enter = _flow(f"Enter(data:T) -> output:T | {_ENTER_ATTRS}", "enter", common_shapes.unchanged)
RefEnter = _flow(f"RefEnter(Ref data:T) -> Ref output:T | {_ENTER_ATTRS}", "enter", common_shapes.unchanged)
Exit = _flow("Exit(data:T) -> output:T | T:type", "exit", common_shapes.unchanged)
NextIteration = _flow("NextIteration(data:T) -> output:T | T:type", "next", common_shapes.unchanged)
LoopCond = _flow("LoopCond(input:bool) -> output:bool", "condition", common_shapes.unchanged, no_gradient)
ControlTrigger = OpType(
    "ControlTrigger() -> -",
    shape=common_shapes.none,
    kernel=lambda: (),
    gradient=no_gradient,
    total=lambda op, sizes: True,
)


def switch(data: Tensor, pred: Tensor, name: str | None = None) -> list[Tensor]:
    """``data`` on the side that ``pred`` (a bool) says: ``[if false, if true]``."""
    return (RefSwitch if data.dtype.is_ref_dtype else Switch)(data, pred, name=name)


def merge(inputs: Sequence[Any], name: str | None = None) -> list[Tensor]:
    """The one of ``inputs`` that has a value, and its place among them, int32."""
    return Merge(list(inputs), name=name)


def enter(data: Tensor, frame_name: str, is_constant: bool = False, parallel_iterations: int = 10) -> Tensor:
    """``data`` inside the frame of a loop; in all turns if ``is_constant``, else in the first."""
    declared = RefEnter if data.dtype.is_ref_dtype else Enter
    return declared(data, frame_name=frame_name, is_constant=is_constant, parallel_iterations=parallel_iterations)


def exit(data: Tensor, name: str | None = None) -> Tensor:
    """``data`` of the last turn of a loop, outside of it."""
    return Exit(data, name=name)


def next_iteration(data: Tensor, name: str | None = None) -> Tensor:
    """``data`` in the next turn of a loop."""
    return NextIteration(data, name=name)


from graphcore.ops import array, comparison  # noqa: E402 - they need the declarations above
