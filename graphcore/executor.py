"""Part of a graph in, a function of the fed values out: an `ExecutionPlan`, compiled once and run many times.

Compiling goes over the operations that the fetches need, in an order they can run in, four times:

1. `Facts`: what is known before any run. Constants, and what follows from them and from static shapes, are
   computed here, once; operations that turn out to pass their input on unchanged are noted.
2. `live_operations`: which operations still have to run. The others have been computed already, or pass a value on,
   or are wanted only for their place in the order and can neither fail nor be noticed.
3. `PlanSource`: one line of Python for each operation that runs, calling its kernel on local variables.
4. Python compiles the lines.

A plan stays valid while its graph grows, for new operations change nothing in what old ones compute; see
`Graph.edits` for what does.
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes, errors
from graphcore.facts import Facts
from graphcore.observation import Observer
from graphcore.operation import Operation, Tensor
from graphcore.plan_blocks import Blocks
from graphcore.plan_source import PlanSource
from graphcore.state import SessionState, UninitializedError


class ExecutionPlan:
    """A compiled part of a graph, tied to the state of one session.

    Args:
        tensors: whose values to give, in this order.
        operations: what to run besides.
        feeds: tensors whose values are given; what is behind them does not run.
        observer: watches the kernels.
    """

    def __init__(
        self,
        tensors: Sequence[Tensor],
        operations: Sequence[Operation],
        feeds: Sequence[Tensor],
        state: SessionState,
        observer: Observer | None = None,
    ) -> None:
        fed = frozenset(feeds)
        self.operations = in_order([t.op for t in tensors if t not in fed], operations, fed)
        self.observer = observer
        self._facts = Facts(self.operations, fed, state)
        flows = any(op.op_type.flow for op in self.operations)
        blocks = Blocks(self.operations, fed) if flows else None
        self._live, read = live_operations(self.operations, tensors, self._facts, fed, blocks)
        watched = None if observer is None else observer.watched
        self._source = PlanSource(
            self.operations, self._live, read, tensors, feeds, self._facts, state, watched, blocks
        )
        self._run = self._source.compiled()

    def known(self) -> list[tuple[Operation, Any]]:
        """The operations that do not have to run because the value of their one output is known, and that value."""
        return [
            (op, self._facts.values[op.outputs[0]])
            for op in self.operations
            if op not in self._live and len(op.outputs) == 1 and op.outputs[0] in self._facts.values
        ]

    @property
    def source(self) -> str:
        """The compiled lines, to look at when something is slow or strange."""
        return self._source.text

    def run(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """The fetched values, given those of the feeds.

        Values are arrays, or numpy scalars (bytes for strings) for shape ``()``. They may share memory with
        variables, constants and feeds.

        Raises:
            errors.OpError: an operation could not run.
        """
        # Kernels meet infinities and the like in branches whose results nobody uses; a NaN says it all.
        with np.errstate(all="ignore"):
            try:
                return self._run(*values)
            except Exception as error:
                failure = self._source.explain(error, sys.exc_info()[2])
                if failure is None:
                    raise
                raise failure from _cause(error)


def _cause(error: Exception) -> BaseException | None:
    """What there is to know of an error beyond what that of the operation says."""
    return error.__cause__ if isinstance(error, (errors.OpError, UninitializedError)) else error


def in_order(roots: Sequence[Operation], operations: Sequence[Operation], fed: frozenset[Tensor]) -> list[Operation]:
    """What ``roots`` and ``operations`` need, each after all it needs itself; else in order of creation."""
    needs: dict[Operation, set[Operation]] = {}
    stack = [*roots, *operations]
    while stack:
        op = stack.pop()
        if op not in needs:
            sources = {t.op for t in op.inputs if t not in fed}
            stack += sources
            stack += op.control_inputs
            if op.op_type.flow == "merge":  # what comes from the turn before does not have to come first
                sources = {source for source in sources if source.op_type.flow != "next"}
            needs[op] = sources | set(op.control_inputs)
    waiting = {op: len(needed) for op, needed in needs.items()}
    dependents: dict[Operation, list[Operation]] = {op: [] for op in needs}
    for op, needed in needs.items():
        for other in needed:
            dependents[other].append(op)
    ready = [(op.id, op) for op, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order = []
    while ready:
        _, op = heapq.heappop(ready)
        order.append(op)
        for dependent in dependents[op]:
            waiting[dependent] -= 1
            if waiting[dependent] == 0:
                heapq.heappush(ready, (dependent.id, dependent))
    if len(order) < len(needs):
        stuck = min((op for op, count in waiting.items() if count), key=lambda op: op.id)
        raise errors.InvalidArgumentError(
            stuck.node_def, stuck, f"The graph has a cycle: operation '{stuck.name}' needs its own result"
        )
    return order


def live_operations(
    order: Sequence[Operation],
    tensors: Sequence[Tensor],
    facts: Facts,
    fed: frozenset[Tensor],
    blocks: Blocks | None = None,
) -> tuple[set[Operation], set[Tensor]]:
    """The operations that have to run, and the references that are read when they do.

    An operation reached only through control dependencies is wanted for its place in the order, not for its
    value (the gates around gradients make many such). It runs if it is stateful, or if it may fail: the error
    is the user's to see. One that can do neither is left out, and then nobody can tell. In loops all is wanted, if not
    in this turn, then in the next.
    """
    live: set[Operation] = set()
    wanted = {facts.source(t) for t in tensors if t not in fed}
    read = {facts.source(t) for t in tensors if facts.is_reference(t)}
    if blocks is not None:
        wanted |= {facts.source(pred) for pred, _ in blocks.all_conditions()}
    for op in reversed(order):
        if op.op_type.holds is not None or facts.needs_no_run(op):
            continue
        looped = blocks is not None and blocks.in_loop(op)
        if op.op_type.stateful or looped or any(t in wanted for t in op.outputs) or not _cannot_fail(op, facts):
            live.add(op)
            for arg, tensor in op.arguments():
                if tensor not in fed:
                    wanted.add(facts.source(tensor))
                    if facts.is_reference(tensor) and not arg.is_ref:
                        read.add(facts.source(tensor))
    return live, read


def _cannot_fail(op: Operation, facts: Facts) -> bool:
    if any(t.dtype.is_ref_dtype for t in op.inputs):
        return False  # the variable may not have been initialised
    sizes = [facts.sizes(t) for t in op.inputs]
    if op.op_type.total is not None:
        return op.op_type.total(op, sizes)
    return op.op_type.elementwise and common_shapes.fit_together(sizes)
