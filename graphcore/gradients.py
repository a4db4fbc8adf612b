"""Reverse-mode differentiation: outputs and inputs of a computation in, operations for the gradients out.

The walk goes from the ys back to the xs over the operations between them, each once all the gradients of its
outputs are there. What an op type's gradient is stands in its declaration.
"""

from __future__ import annotations

import contextlib
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from graphcore.conversion import convert_n_to_tensor, convert_to_tensor
from graphcore.dtypes import bool_, int64, string
from graphcore.graph import Graph
from graphcore.indexed_slices import IndexedSlices
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
        _walk(
            [y.op for y in y_tensors],
            [x.op for x in x_tensors],
            collected,
            colocate_with if colocate_gradients_with_ops else lambda op: contextlib.nullcontext(),
            gate_gradients,
        )
        return [collected.of(x) for x in x_tensors]


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


def _walk(
    to_ops: Sequence[Operation],
    from_ops: Sequence[Operation],
    collected: _Collected,
    colocated: Callable[[Operation], contextlib.AbstractContextManager[None]],
    gate_gradients: bool,
) -> None:
    graph = get_default_graph()
    pending = _pending_counts(to_ops, from_ops)
    # An x that is computed from another x is derived further; the others are where the walk ends.
    ends = {op for op in from_ops if not any(pending.get(t.op, 0) > 0 for t in op.inputs)}
    queue = deque(dict.fromkeys(op for op in to_ops if pending.get(op, 0) == 0))
    while queue:
        op = queue.popleft()
        with colocated(op):
            out_grads = [collected.of(output) for output in op.outputs]
            if op not in ends and any(grad is not None for grad in out_grads):
                for tensor, grad in zip(op.inputs, _input_grads(graph, op, out_grads, gate_gradients)):
                    if grad is not None:
                        collected.add(tensor, grad)
        for tensor in op.inputs:
            if tensor.op in pending:
                pending[tensor.op] -= 1
                if pending[tensor.op] == 0:
                    queue.append(tensor.op)


def _pending_counts(to_ops: Sequence[Operation], from_ops: Sequence[Operation]) -> dict[Operation, int]:
    """For each operation between: how many uses of its outputs, by operations between, have to come first."""
    reached, queue = set(to_ops), deque(from_ops)
    seen: set[Operation] = set()
    while queue:
        op = queue.popleft()
        if op not in seen:
            seen.add(op)
            queue.extend(consumer for output in op.outputs for consumer in output.consumers())
    reached |= seen
    between: dict[Operation, None] = {}
    queue = deque(to_ops)
    while queue:
        op = queue.popleft()
        if op in reached and op not in between:
            between[op] = None
            queue.extend(tensor.op for tensor in op.inputs)
    counts = Counter(tensor.op for op in between for tensor in op.inputs if tensor.op in between)
    return {op: counts[op] for op in between}


def _input_grads(
    graph: Graph, op: Operation, out_grads: list[Grad | None], gate_gradients: bool
) -> Sequence[Grad | None]:
    """The gradient of each input of ``op``, given those of its outputs."""
    declared = gradient_function(op)
    if declared is no_gradient:
        return [None] * len(op.inputs)
    # An output that nothing depends on has a gradient of zero.
    grads = [
        array.zeros_like(output) if grad is None and output.dtype.is_floating else grad
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
