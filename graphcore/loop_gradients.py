"""A `while_loop` and the gradients of what it gave in, a loop that runs backwards out, and the gradients it gives.

The loop that runs backwards takes as many turns. Each begins with the gradients of the loop variables as a turn of the
first loop left them, and ends with the gradients of what they were before; the gradients of tensors that are the same
in all turns are summed up. What a turn needs of the values of the first loop is pushed on stacks by that loop, and
popped. The count of turns, the stacks and the order of their uses are built as TensorFlow builds them, so the graph
runs there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore.control_context import BranchContext, Context, LoopContext, context_of, loop_of
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int32
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, comparison
from graphcore.ops.constant import Const, constant
from graphcore.ops.flow import ControlTrigger, enter, exit, merge, next_iteration, switch
from graphcore.ops.loops import build_loop
from graphcore.ops.stacks import StackOp, StackPop, StackPush
from graphcore.scopes import get_default_graph, name_scope

Derive = Callable[[LoopContext, Sequence[Tensor], Sequence[Tensor], Sequence[Tensor]], Sequence[Any]]
"""Given a loop, tensors of its body, their gradients, and where to derive to, the gradients there."""


class _Counter:
    """What counts the turns of a loop: the number when it ends, and the operations that say when a turn has gone."""

    def __init__(self, loop: LoopContext) -> None:
        graph = loop.graph
        backwards = graph.context
        with graph.in_context(loop.outer), name_scope(f"{loop.frame}/"):
            zero = constant(0, name="f_count")
            if isinstance(backwards, BackwardLoop) and backwards.forward is loop_of(loop.outer):
                # For TensorFlow: what an inner loop pushes in one turn of the outer comes before that of the next.
                zero.op.add_control_input(counter_of(backwards.forward).add)
            inside = enter(zero, loop.frame, parallel_iterations=loop.parallel_iterations)
            inside.op.set_context(loop)
            with graph.in_context(loop):
                merged = merge([inside, inside])[0]
                assert loop.condition is not None
                sides = switch(merged, loop.condition)
                added = arithmetic.add(sides[1], constant(1, name="one"))
                after = next_iteration(added)
                merged.op.update_input(1, after)
                self.total = exit(sides[0], name="f_count")
                self.add: Operation = added.op
                self.sync = ControlTrigger(name="f_sync")
                after.op.add_control_input(self.sync)


def counter_of(loop: LoopContext) -> _Counter:
    """The counter of a loop, made at the first request."""
    if loop.counter is None:
        loop.counter = _Counter(loop)
    return loop.counter


class BackwardLoop(LoopContext):
    """The loop that runs backwards; values of the first loop come to it by stacks."""

    def __init__(self, forward: LoopContext, outer: Context | None, frame: str) -> None:
        super().__init__(
            forward.graph, outer, frame, forward.parallel_iterations, forward.back_prop, forward.swap_memory
        )
        self.forward = forward
        self._counter = counter_of(forward)
        self.sync: Operation | None = None

    def _brought_in(self, tensor: Tensor) -> Tensor:
        if loop_of(context_of(tensor)) is not self.forward:
            return super()._brought_in(tensor)
        if tensor in self.forward.invariants:
            return self.admit(self.forward.invariants[tensor])
        with self.graph.in_context(self):
            if tensor.op.type == "Const":
                return Const(value=tensor.op.attrs["value"], dtype=tensor.dtype)
            return self._popped(tensor)

    def _popped(self, tensor: Tensor) -> Tensor:
        dtype = tensor.dtype.base_dtype
        with self.graph.in_context(None):
            handle = StackOp(elem_type=dtype, name="f_acc")
        context = context_of(tensor)
        with self.graph.in_context(context):
            push = StackPush(handle, tensor, swap_memory=self.forward.swap_memory)
        push.op.add_control_input(self._counter.add)
        self._counter.sync.add_control_input(push.op)
        if isinstance(context, BranchContext):
            # Only turns that took the branch have pushed anything.
            handle = switch(self.admit(handle), self.admit(context.pred))[context.branch]
        popped = StackPop(handle, elem_type=dtype)
        popped.set_shape(tensor.get_shape())
        assert self.sync is not None
        self.sync.add_control_input(popped.op)
        return popped


def loop_gradient(loop: LoopContext, out_grads: Sequence[Any], derive: Derive) -> list[tuple[Tensor, Any]]:
    """The gradients of the tensors that a loop takes from outside: pairs of each and its gradient.

    Args:
        out_grads: for each of the loop's exits, its gradient or None.
        derive: differentiates the body.

    Raises:
        TypeError: the loop is itself one that runs backwards.
    """
    if not loop.back_prop:
        return []
    if isinstance(loop, BackwardLoop):
        raise TypeError("Second-order gradient for while loops not supported.")
    graph = get_default_graph()
    derived = [i for i, inside in enumerate(loop.enters) if inside.dtype.is_floating]
    shared = [inside for inside in loop.invariants if inside.dtype.is_floating and not inside.dtype.is_ref_dtype]
    with name_scope(loop.frame.rpartition("/")[2] + "_grad") as scope:
        total = counter_of(loop).total
        grads = [_dense(out_grads[i], loop.exits[i]) for i in derived]
        sums = [array.zeros_like(inside.op.inputs[0]) for inside in shared]
        backward = BackwardLoop(loop, graph.context, scope[:-1])

        def turn(count: Tensor, *values: Tensor) -> list[Any]:
            backward.sync = ControlTrigger(name="b_sync")
            left = arithmetic.sub(count, constant(1, name="one"))
            ends, so_far = values[: len(derived)], values[len(derived) :]
            found = derive(
                loop,
                [loop.results[i] for i in derived],
                ends,
                [*(loop.switches[i][1] for i in derived), *shared],
            )
            before, of_shared = found[: len(derived)], found[len(derived) :]
            result = [left]
            for value, grad in zip(ends, before):
                result.append(array.zeros_like(value) if grad is None else convert_to_tensor(grad))
            for value, grad in zip(so_far, of_shared):
                result.append(value if grad is None else arithmetic.add(value, convert_to_tensor(grad)))
            return result

        exits = build_loop(
            backward,
            lambda count, *values: comparison.greater(count, constant(0, int32, name="none")),
            turn,
            [total, *grads, *sums],
            [None] * (1 + len(grads) + len(sums)),
        )
        assert backward.sync is not None
        _next_of(backward.enters[0]).add_control_input(backward.sync)
        if isinstance(backward.outer, BackwardLoop) and backward.outer.sync is not None:
            # For TensorFlow again: and what is popped in one turn of the outer before that of the next.
            backward.outer.sync.add_control_input(exits[0].op)
    entered = [*(loop.enters[i] for i in derived), *shared]
    return [(inside.op.inputs[0], grad) for inside, grad in zip(entered, exits[1:])]


def _dense(grad: Any, value: Tensor) -> Tensor:
    return array.zeros_like(value) if grad is None else convert_to_tensor(grad)


def _next_of(inside: Tensor) -> Operation:
    """The NextIteration of the loop variable that begins with an Enter."""
    (merged,) = set(inside.consumers())
    return merged.inputs[1].op
