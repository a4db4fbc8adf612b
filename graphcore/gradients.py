"""Reverse-mode differentiation: outputs and inputs of a computation in, operations for the gradients out.

The walk goes from the ys back to the xs over the operations between them, each once all the gradients of its
outputs are there. What an op type's gradient is stands in its declaration.
"""

from __future__ import annotations

import contextlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from graphcore.control_context import LoopContext, context_of, loop_of
from graphcore.conversion import convert_n_to_tensor, convert_to_tensor
from graphcore.dtypes import bool_, int64, string
from graphcore.graph import Graph
from graphcore.indexed_slices import IndexedSlices
from graphcore.loop_gradients import loop_gradient
from graphcore.op_type import no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, control_flow, joining
from graphcore.ops.constant import constant
from graphcore.registration import gradient_function
from graphcore.scopes import colocate_with, get_default_graph, name_scope, op_scope

Grad = Tensor | IndexedSlices


class AggregationMethod:
    """How the gradients of a tensor that is used several times are summed."""

    ADD_N = 0
    """By one operation, when all are there."""
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    """Two at a time, so that each can be freed as soon as it is added."""
    EXPERIMENTAL_ACCUMULATE_N = 2
    """The same as `EXPERIMENTAL_TREE`."""


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: int | None = None,
) -> list[Grad | None]:
    """The derivative of the sum of all elements of ``ys`` with respect to each of ``xs``.

    Args:
        ys: a tensor or a list of tensors.
        xs: tensors or variables, one or a list.
        grad_ys: the derivative of the final objective with respect to each y, in its shape; ones where None.
        name: of the scope for the new operations.
        colocate_gradients_with_ops: note that each belongs on the device of the operation it derives.
        gate_gradients: use no gradient of an operation's inputs before all of them are computed.
        aggregation_method: one of `AggregationMethod`; how the gradients of a tensor used several times are summed.

    Returns: one tensor for each of ``xs``, in its shape; `IndexedSlices` where only rows of it were looked up; None
    where no y depends on it.

    Raises:
        LookupError: an operation on the way has no gradient.
        TypeError: a y holds truth values or strings.
        ValueError: as many ``grad_ys`` as ``ys`` were wanted, or they have other types; or no such
            ``aggregation_method``.
    """
    ys, xs = _as_list(ys), _as_list(xs)
    grad_ys = [None] * len(ys) if grad_ys is None else _as_list(grad_ys)
    with op_scope([*ys, *xs, *grad_ys], name, "gradients"):
        y_tensors = convert_n_to_tensor(ys, name="y")
        x_tensors = [convert_to_tensor(x, name="x") for x in xs]
        collected = _Collected(AggregationMethod.DEFAULT if aggregation_method is None else aggregation_method)
        for y, grad in zip(y_tensors, _initial(grad_ys, y_tensors)):
            collected.add(y, grad)
        walk = _Walk(
            loop_of(get_default_graph().context),
            collected,
            colocate_with if colocate_gradients_with_ops else lambda op: contextlib.nullcontext(),
            gate_gradients,
        )
        for y in y_tensors:
            _check_within_reach(y)
        walk.go([y.op for y in y_tensors], [x.op for x in x_tensors])
        return [collected.of(x) for x in x_tensors]


def _check_within_reach(y: Tensor) -> None:
    """ValueError for a tensor inside a loop whose gradient is asked for outside of it."""
    inside = loop_of(context_of(y))
    around = loop_of(get_default_graph().context)
    while inside is not None and around is not None and inside is not around:
        around = loop_of(around.outer)
    if inside is not around and inside is not None:
        raise ValueError(
            f"'{y.name}' is inside a while_loop, where it has a value in each turn: take its gradient there, or that "
            "of what the loop gives"
        )


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _initial(grad_ys: Sequence[Any], ys: Sequence[Tensor]) -> list[Tensor]:
    """The gradients to begin with: ones, or those given."""
    if len(grad_ys) != len(ys):
        raise ValueError(f"Passed {len(grad_ys)} grad_ys for {len(ys)} ys")
    found = []
    for i, (grad, y) in enumerate(zip(grad_ys, ys)):
        if y.dtype.base_dtype in (bool_, string):
            raise TypeError(f"Gradients need numbers, but {y.name} holds elements of {y.dtype.base_dtype.name}")
        if grad is None:
            found.append(array.fill(array.shape(y), constant(1, y.dtype.base_dtype)))
            continue
        tensor = convert_to_tensor(grad, name=f"grad_y_{i}")
        if tensor.dtype.base_dtype != y.dtype.base_dtype:
            raise ValueError(
                "Y and ys_grad must be of the same type, not "
                f"y: {y.dtype.base_dtype.name}, ys_grad: {tensor.dtype.base_dtype.name} "
            )
        found.append(tensor)
    return found


class _Collected:
    """The gradients found so far: for each tensor one from every use of it, until they are summed."""

    def __init__(self, aggregation_method: int) -> None:
        if aggregation_method not in (0, 1, 2):
            raise ValueError(f"aggregation_method must be one of AggregationMethod, not {aggregation_method!r}")
        self._one_by_one = aggregation_method != AggregationMethod.ADD_N
        self._grads: dict[Tensor, list[Grad]] = {}

    def add(self, tensor: Tensor, grad: Grad) -> None:
        self._grads.setdefault(tensor, []).append(grad)

    def of(self, tensor: Tensor) -> Grad | None:
        """The sum, or None if there is nothing to sum."""
        grads = self._grads.get(tensor)
        if not grads:
            return None
        if len(grads) > 1:
            sparse = [grad for grad in grads if isinstance(grad, IndexedSlices)]
            grads[:] = [_all_rows(sparse) if len(sparse) == len(grads) else self._sum(tensor.op, grads)]
        return grads[0]

    def _sum(self, op: Operation, grads: Sequence[Grad]) -> Tensor:
        if not self._one_by_one:
            return arithmetic.add_n(grads)
        with name_scope(op.name + "_gradient_sum"):
            total = arithmetic.add_n(grads[:2])
            for grad in grads[2:]:
                total = arithmetic.add_n([total, grad])
            return total


def _all_rows(grads: Sequence[IndexedSlices]) -> IndexedSlices:
    """The sum of gradients of which each is some rows of one tensor: all of these rows."""
    values = joining.concat(0, [grad.values for grad in grads])
    indices = [grad.indices for grad in grads]
    if len({tensor.dtype.base_dtype for tensor in indices}) > 1:
        indices = [arithmetic.cast(tensor, int64) for tensor in indices]
    return IndexedSlices(values, joining.concat(0, indices), grads[0].dense_shape)


class _Loop:
    """A whole `while_loop`, as one step of the walk: what it takes from outside, and what it gives."""

    def __init__(self, context: LoopContext) -> None:
        self.context = context
        # As it is now: to be derived, the loop will take stacks from outside, too.
        self.inputs = [inside.op.inputs[0] for inside in (*context.enters, *context.invariants)]

    @property
    def outputs(self) -> list[Tensor]:
        return self.context.exits


_Step = Operation | _Loop


class _Steps:
    """The operations of the loop that gradients are taken in, or of none; loops inside are one step each."""

    def __init__(self, level: LoopContext | None) -> None:
        self._level = level
        self._loops: dict[LoopContext, _Loop] = {}

    def of(self, op: Operation) -> _Step:
        """The step that ``op`` is, or is a part of."""
        context, found = op.context, None
        while context is not None and context is not self._level:
            if isinstance(context, LoopContext):
                found = context
            context = context.outer
        if found is None:
            if op.op_type.flow == "exit" and op.context is None:
                raise ValueError(f"The loop that '{op.name}' ends was imported: gradients cannot be taken through it")
            return op
        return self._loops.setdefault(found, _Loop(found))


class _Walk:
    """A walk from some operations back to others, which leaves gradients behind in ``collected``."""

    def __init__(
        self,
        level: LoopContext | None,
        collected: _Collected,
        colocated: Callable[[Operation], contextlib.AbstractContextManager[None]],
        gate_gradients: bool,
    ) -> None:
        self._steps = _Steps(level)
        self._collected = collected
        self._colocated = colocated
        self._gate_gradients = gate_gradients

    def go(self, to_ops: Sequence[Operation], from_ops: Sequence[Operation], stop: bool = False) -> None:
        """Walks.

        Args:
            stop: at all of ``from_ops``, though one be computed from another.
        """
        ends_at = [self._steps.of(op) for op in from_ops]
        begin = [self._steps.of(op) for op in to_ops]
        pending = self._pending_counts(begin, ends_at, stop)
        # An x that is computed from another x is derived further; the others are where the walk ends.
        ends = {
            step for step in ends_at if stop or not any(pending.get(self._steps.of(t.op), 0) > 0 for t in step.inputs)
        }
        queue = deque(dict.fromkeys(step for step in begin if pending.get(step, 0) == 0))
        while queue:
            step = queue.popleft()
            if step not in ends:
                self._derive(step)
            for tensor in [] if stop and step in ends else step.inputs:
                before = self._steps.of(tensor.op)
                if before in pending:
                    pending[before] -= 1
                    if pending[before] == 0:
                        queue.append(before)

    def _derive(self, step: _Step) -> None:
        out_grads = [self._collected.of(output) for output in step.outputs]
        if all(grad is None for grad in out_grads):
            return
        graph = get_default_graph()
        if isinstance(step, _Loop):
            pairs = loop_gradient(step.context, out_grads, self._derive_body)
        else:
            with self._colocated(step):
                in_grads = _input_grads(graph, step, out_grads, self._gate_gradients)
                pairs = list(zip(step.inputs, in_grads))
        for tensor, grad in pairs:
            if grad is not None:
                self._collected.add(tensor, grad)

    def _derive_body(
        self, loop: LoopContext, ys: Sequence[Tensor], grads: Sequence[Tensor], xs: Sequence[Tensor]
    ) -> list[Grad | None]:
        """The gradients of one turn of a loop."""
        collected = _Collected(AggregationMethod.DEFAULT)
        for y, grad in zip(ys, grads):
            collected.add(y, grad)
        walk = _Walk(loop, collected, self._colocated, self._gate_gradients)
        walk.go([y.op for y in ys], [x.op for x in xs], stop=True)
        return [collected.of(x) for x in xs]

    def _pending_counts(self, begin: Sequence[_Step], ends_at: Sequence[_Step], stop: bool) -> dict[_Step, int]:
        """For each step between: how many uses of its outputs, by steps between, have to come first."""
        reached: set[_Step] = set(begin)
        queue, seen = deque(ends_at), set[_Step]()
        while queue:
            step = queue.popleft()
            if step not in seen:
                seen.add(step)
                queue.extend(self._steps.of(user) for output in step.outputs for user in output.consumers())
        reached |= seen
        stops = set(ends_at) if stop else set()
        between: dict[_Step, list[_Step]] = {}
        queue = deque(begin)
        while queue:
            step = queue.popleft()
            if step in reached and step not in between:
                between[step] = [] if step in stops else [self._steps.of(tensor.op) for tensor in step.inputs]
                queue.extend(between[step])
        counts = Counter(before for needed in between.values() for before in needed if before in between)
        return {step: counts[step] for step in between}


def _input_grads(
    graph: Graph, op: Operation, out_grads: list[Grad | None], gate_gradients: bool
) -> Sequence[Grad | None]:
    """The gradient of each input of ``op``, given those of its outputs."""
    declared = gradient_function(op)
    if declared is no_gradient:
        return [None] * len(op.inputs)
    # An output that nothing depends on has a gradient of zero.
    grads = [
        array.zeros_like(output) if grad is None and output.dtype.is_floating and not op.op_type.keeps_none else grad
        for grad, output in zip(out_grads, op.outputs)
    ]
    with name_scope(op.name + "_grad"), graph.gradient_of(op):
        if not op.op_type.sparse_gradient:
            grads = [convert_to_tensor(grad) if isinstance(grad, IndexedSlices) else grad for grad in grads]
        in_grads = _as_list(declared(op, *grads))
        if len(in_grads) != len(op.inputs):
            raise ValueError(
                f"Num gradients {len(in_grads)} generated for op {op.node_def} do not match num inputs {len(op.inputs)}"
            )
        for grad, tensor in zip(in_grads, op.inputs):
            if grad is not None and grad.dtype.base_dtype != tensor.dtype.base_dtype:
                raise ValueError(
                    f"Gradient type {grad.dtype.base_dtype.name} generated for op {op.node_def} does not match "
                    f"input type {tensor.dtype.base_dtype.name}"
                )
        if gate_gradients and sum(grad is not None for grad in in_grads) > 1:
            return control_flow.tuple(in_grads)
        return in_grads
