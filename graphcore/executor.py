"""Part of a graph in, a function of the fed values out: an `ExecutionPlan`, compiled once and run many times.

Compiling goes over the operations that the fetches need, in an order they can run in, four times:

1. `_Facts`: what is known before any run. Constants, and what follows from them and from static shapes, are
   computed here, once; operations that turn out to pass their input on unchanged are noted.
2. `_live`: which operations still have to run. The others have been computed already, or pass a value on, or
   are wanted only for their place in the order and can neither fail nor be noticed.
3. `_Source`: one line of Python for each operation that runs, calling its kernel on local variables.
4. Python compiles the lines.

A plan stays valid while its graph grows, for new operations change nothing in what old ones compute; see
`Graph.edits` for what does.
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from graphcore import common_shapes, errors
from graphcore.graph_def import summarize_node
from graphcore.op_type import Known, Sizes
from graphcore.operation import Operation, Tensor
from graphcore.signature import Arg
from graphcore.state import Reference, SessionState, UninitializedError

_FILE = "<execution plan>"
# What is computed while compiling is kept as long as the plan; a larger value is computed in each run instead.
_MAX_FOLDED = 1 << 16

DEVICE = "/job:localhost/replica:0/task:0/cpu:0"
"""Where everything runs, as error messages name it."""


class ExecutionPlan:
    """A compiled part of a graph, tied to the state of one session.

    Args:
        tensors: whose values to give, in this order.
        operations: what to run besides.
        feeds: tensors whose values are given; what is behind them does not run.
    """

    def __init__(
        self, tensors: Sequence[Tensor], operations: Sequence[Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> None:
        fed = frozenset(feeds)
        order = _in_order([t.op for t in tensors if t not in fed], operations, fed)
        facts = _Facts(order, fed, state)
        live, read = _live(order, tensors, facts, fed)
        self._source = _Source(order, live, read, tensors, feeds, facts, state)
        self._run = self._source.compiled()

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
                raise failure from (None if isinstance(error, (errors.OpError, UninitializedError)) else error)


def _in_order(roots: Sequence[Operation], operations: Sequence[Operation], fed: frozenset[Tensor]) -> list[Operation]:
    """What ``roots`` and ``operations`` need, each after all it needs itself; else in order of creation."""
    needs: dict[Operation, set[Operation]] = {}
    stack = [*roots, *operations]
    while stack:
        op = stack.pop()
        if op not in needs:
            needs[op] = {t.op for t in op.inputs if t not in fed} | set(op.control_inputs)
            stack += needs[op]
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


class _Facts:
    """What is known of each tensor before a run: where its value comes from, its sizes, perhaps the value."""

    def __init__(self, order: Sequence[Operation], fed: frozenset[Tensor], state: SessionState) -> None:
        self._fed = fed
        self._source: dict[Tensor, Tensor] = {}
        self._sizes: dict[Tensor, Sizes] = {}
        self.values: dict[Tensor, Any] = {}
        for op in order:
            self._learn(op, state)

    def source(self, tensor: Tensor) -> Tensor:
        """The tensor that ``tensor`` is passed on from, unchanged; often itself."""
        return tensor if tensor in self._fed else self._source.get(tensor, tensor)

    def sizes(self, tensor: Tensor) -> Sizes:
        """What is known of the sizes, which may be more than the static shape says."""
        if tensor in self._sizes:
            return self._sizes[tensor]
        return tensor.get_shape().sizes if tensor.graph.shapes_hold else None

    def known(self, tensor: Tensor) -> Known:
        value = None if tensor in self._fed else self.values.get(self.source(tensor))
        if value is None or isinstance(value, Reference):
            return Known(self.sizes(tensor), None)
        return Known(np.shape(value), value)

    def is_reference(self, tensor: Tensor) -> bool:
        """Whether what runs finds a `Reference` there, which has to be read at the moment of use."""
        return tensor not in self._fed and self.source(tensor).dtype.is_ref_dtype

    def _learn(self, op: Operation, state: SessionState) -> None:
        declared = op.op_type
        if declared.holds is not None:
            self.values[op.outputs[0]] = declared.holds(op, state)
            return
        if declared.stateful or not op.outputs:
            return
        inputs = [self.known(t) for t in op.inputs]
        if declared.passes is not None and declared.passes(op, inputs) and self._may_pass(op):
            self._source[op.outputs[0]] = self.source(op.inputs[0])
            self._sizes[op.outputs[0]] = inputs[0].sizes
        elif not self._fold(op, inputs, state):
            self._infer_sizes(op, inputs)

    def needs_no_run(self, op: Operation) -> bool:
        """Whether the operation's outputs are known already, or are its input."""
        return bool(op.outputs) and all(t in self.values or t in self._source for t in op.outputs)

    def _may_pass(self, op: Operation) -> bool:
        """Only an identity passes a reference on, to be read later; what reshapes or sums has to read it now."""
        return op.op_type.elementwise or not self.is_reference(op.inputs[0])

    def _fold(self, op: Operation, inputs: Sequence[Known], state: SessionState) -> bool:
        """Computes the outputs now, if what is known suffices."""
        if op.type == "Shape" and inputs[0].sizes is not None and None not in inputs[0].sizes:
            return self._set_values(op, (np.array(inputs[0].sizes, np.int32),))
        if not op.inputs or any(known.value is None for known in inputs):
            return False
        try:
            with np.errstate(all="ignore"):
                result = op.op_type.kernel_for(op, state)(*[known.value for known in inputs])
        except Exception:
            return False  # it is for the run to fail
        return self._set_values(op, result if len(op.outputs) > 1 else (result,))

    def _set_values(self, op: Operation, values: Sequence[Any]) -> bool:
        if any(np.size(value) > _MAX_FOLDED for value in values):
            return False
        for tensor, value in zip(op.outputs, values):
            self.values[tensor] = value
            self._sizes[tensor] = np.shape(value)
        return True

    def _infer_sizes(self, op: Operation, inputs: Sequence[Known]) -> None:
        """Sizes that static shapes could not know, because they did not know what has been computed here."""
        sizes = [known.sizes for known in inputs]
        if op.op_type.elementwise and common_shapes.fit_together(sizes):
            known = [size for size in sizes if size is not None]
            widest = max(known, key=len)
            merged = list(widest)
            for size in known:
                for axis in range(1, len(size) + 1):
                    if size[-axis] != 1:
                        merged[-axis] = size[-axis]
            self._sizes[op.outputs[0]] = tuple(merged)
        elif op.type == "Reshape" and op.inputs[1] not in self._fed and op.inputs[1].op.type == "Shape":
            self._sizes[op.outputs[0]] = self.sizes(op.inputs[1].op.inputs[0])


def _live(
    order: Sequence[Operation], tensors: Sequence[Tensor], facts: _Facts, fed: frozenset[Tensor]
) -> tuple[set[Operation], set[Tensor]]:
    """The operations that have to run, and the references that are read when they do.

    An operation reached only through control dependencies is wanted for its place in the order, not for its
    value (the gates around gradients make many such). It runs if it is stateful, or if it may fail: the error
    is the user's to see. One that can do neither is left out, and then nobody can tell.
    """
    live: set[Operation] = set()
    wanted = {facts.source(t) for t in tensors if t not in fed}
    read = {facts.source(t) for t in tensors if facts.is_reference(t)}
    for op in reversed(order):
        if op.op_type.holds is not None or facts.needs_no_run(op):
            continue
        if op.op_type.stateful or any(t in wanted for t in op.outputs) or not _cannot_fail(op, facts):
            live.add(op)
            for arg, tensor in _arguments(op):
                if tensor not in fed:
                    wanted.add(facts.source(tensor))
                    if facts.is_reference(tensor) and not arg.is_ref:
                        read.add(facts.source(tensor))
    return live, read


def _cannot_fail(op: Operation, facts: _Facts) -> bool:
    if any(t.dtype.is_ref_dtype for t in op.inputs):
        return False  # the variable may not have been initialised
    sizes = [facts.sizes(t) for t in op.inputs]
    if op.op_type.total is not None:
        return op.op_type.total(op, sizes)
    return op.op_type.elementwise and common_shapes.fit_together(sizes)


def _arguments(op: Operation) -> list[tuple[Arg, Tensor]]:
    """Each input with the part of the signature it stands for."""
    args = [arg for arg in op.op_type.signature.inputs for _ in range(_length(arg, op))]
    return list(zip(args, op.inputs))


def _length(arg: Arg, op: Operation) -> int:
    return op.attrs[arg.number_attr] if arg.number_attr else 1


class _Source:
    """The lines of a plan, and which operation each came from."""

    def __init__(
        self,
        order: Sequence[Operation],
        live: set[Operation],
        read: set[Tensor],
        tensors: Sequence[Tensor],
        feeds: Sequence[Tensor],
        facts: _Facts,
        state: SessionState,
    ) -> None:
        self._facts = facts
        self._names: dict[Tensor, str] = {tensor: f"fed{i}" for i, tensor in enumerate(feeds)}
        self._globals: dict[str, Any] = {}
        self._tensors = tensors
        self._ops: list[Operation | None] = [None]
        self._lines = [f"def run({', '.join(self._names[tensor] for tensor in feeds)}):"]
        for op in order:
            if op in live:
                self._call(op, state)
            elif op.op_type.passes is not None and facts.is_reference(op.outputs[0]):
                self._check_readable(op, read)
        self._line(None, f"return ({''.join(self._expression(tensor) + ', ' for tensor in tensors)})")

    @property
    def text(self) -> str:
        return "\n".join(self._lines)

    def compiled(self) -> Callable[..., tuple[Any, ...]]:
        exec(compile(self.text, _FILE, "exec"), self._globals)
        return self._globals["run"]

    def _line(self, op: Operation | None, text: str) -> None:
        self._lines.append(f"    {text}")
        self._ops.append(op)

    def _check_readable(self, op: Operation, read: set[Tensor]) -> None:
        """Reads a variable that nobody else reads: an error, if it has no value yet, is the user's to see."""
        if self._facts.source(op.outputs[0]) not in read:
            self._line(op, self._expression(op.outputs[0]))

    def _call(self, op: Operation, state: SessionState) -> None:
        kernel = f"{op.type}_{op.id}"
        self._globals[kernel] = op.op_type.kernel_for(op, state)
        call = f"{kernel}({', '.join(self._expression(t, as_ref=arg.is_ref) for arg, t in _arguments(op))})"
        targets = []
        for tensor in op.outputs:
            name = f"{op.type.lower()}_{op.id}_{tensor.value_index}"
            targets.append(name)
            self._names.setdefault(tensor, name)
        self._line(op, f"{', '.join(targets)} = {call}" if targets else call)

    def _expression(self, tensor: Tensor, as_ref: bool = False) -> str:
        """Python for the value of ``tensor``, or for the reference."""
        reference = self._facts.is_reference(tensor)
        if tensor not in self._names:
            tensor = self._facts.source(tensor)
        if tensor not in self._names:
            self._names[tensor] = f"known{len(self._names)}"
            self._globals[self._names[tensor]] = self._facts.values[tensor]
        return self._names[tensor] + (".value" if reference and not as_ref else "")

    def explain(self, error: Exception, trace: TracebackType | None) -> errors.OpError | None:
        """The error of the operation that raised ``error``, or None if it was none of them."""
        while trace is not None and trace.tb_frame.f_code.co_filename != _FILE:
            trace = trace.tb_next
        if trace is None or trace.tb_lineno < 2:
            return None
        op = self._ops[trace.tb_lineno - 1]
        if isinstance(error, UninitializedError):
            return self._uninitialized(op, error)
        if op is None:
            return None
        message = str(error)
        kind: type[errors.OpError]
        if isinstance(error, errors.OpError):
            message, kind = error.message, type(error)
        else:
            kind = errors.ResourceExhaustedError if isinstance(error, MemoryError) else errors.InvalidArgumentError
            if op.op_type.explain is not None:
                values = [self._look_up(self._expression(t, arg.is_ref), trace) for arg, t in _arguments(op)]
                message = op.op_type.explain(error, *values) or message
        return _blame(op, message, kind)

    def _look_up(self, expression: str, trace: TracebackType) -> Any:
        name, _, attribute = expression.partition(".")
        value = trace.tb_frame.f_locals[name] if name in trace.tb_frame.f_locals else self._globals[name]
        return getattr(value, attribute) if attribute else value

    def _uninitialized(self, op: Operation | None, error: UninitializedError) -> errors.OpError:
        """Blames the operation that reads the variable: the first identity behind it, or who takes the reference."""
        message = str(error)
        for tensor in self._tensors if op is None else [*op.inputs, *op.outputs]:
            if self._facts.is_reference(tensor) and self._facts.source(tensor).op.name == error.variable:
                reader = tensor.op
                while reader.inputs and not reader.inputs[0].dtype.is_ref_dtype:
                    reader = reader.inputs[0].op
                if reader.op_type.passes is not None or op is None:
                    return _blame(reader, message, errors.FailedPreconditionError)
        assert op is not None
        if op.op_type.explain is not None:
            message = op.op_type.explain(error) or message
        return _blame(op, message, errors.FailedPreconditionError)


def _blame(op: Operation, message: str, kind: type[errors.OpError]) -> errors.OpError:
    where = f"\n\t [[Node: {summarize_node(op, DEVICE)}]]"
    return kind(op.node_def, op, message if where in message else message + where)  # type: ignore[call-arg]
