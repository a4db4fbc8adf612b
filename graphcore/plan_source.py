"""What has to run in, lines of Python out: one for each operation, so that an error's line tells whose it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

from graphcore import blame, errors
from graphcore.facts import Facts
from graphcore.op_type import Kernel
from graphcore.operation import Operation, Tensor
from graphcore.state import SessionState, UninitializedError

_FILE = "<execution plan>"


class PlanSource:
    """The lines of a plan, and which operation each came from."""

    def __init__(
        self,
        order: Sequence[Operation],
        live: set[Operation],
        read: set[Tensor],
        tensors: Sequence[Tensor],
        feeds: Sequence[Tensor],
        facts: Facts,
        state: SessionState,
        watched: Callable[[Operation, Kernel], Kernel] | None = None,
    ) -> None:
        self._facts = facts
        self._watched = watched
        self._names: dict[Tensor, str] = {tensor: f"fed{i}" for i, tensor in enumerate(feeds)}
        self._globals: dict[str, Any] = {}
        self._tensors = tensors
        self._ops: list[Operation | None] = [None]
        self._last_use: dict[str, int] = {}
        self._lines = [f"def run({', '.join(self._names[tensor] for tensor in feeds)}):"]
        for op in order:
            if op in live:
                self._call(op, state)
            elif op.op_type.passes is not None and facts.is_reference(op.outputs[0]):
                self._check_readable(op, read)
        returned = [self._expression(tensor) for tensor in tensors]
        self._forget_after_last_use(returned)
        self._line(None, f"return ({''.join(expression + ', ' for expression in returned)})")

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
        bound = op.op_type.kernel_for(op, state)
        self._globals[kernel] = bound if self._watched is None else self._watched(op, bound)
        inputs = [self._expression(t, as_ref=arg.is_ref) for arg, t in op.arguments()]
        targets = []
        for tensor in op.outputs:
            name = f"{op.type.lower()}_{op.id}_{tensor.value_index}"
            targets.append(name)
            self._names.setdefault(tensor, name)
            if self._facts.sizes(tensor) != ():
                self._last_use[name] = len(self._lines)
        self._last_use.update({name: len(self._lines) for name in map(_name, inputs) if name in self._last_use})
        call = f"{kernel}({', '.join(inputs)})"
        names = ", ".join(targets) + ("," if op.op_type.gives_tuple else "")
        self._line(op, f"{names} = {call}" if targets else call)

    def _forget_after_last_use(self, returned: Sequence[str]) -> None:
        """Frees arrays as soon as they are not needed: a run then needs little more memory than its largest step."""
        kept = set(map(_name, returned))
        for name, line in self._last_use.items():
            if name not in kept:
                self._lines[line] += f"; del {name}"

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
            return blame.uninitialized(op, error, self._tensors, self._facts)
        if op is None:
            return None
        return blame.failed(
            op, error, lambda: [self._look_up(self._expression(t, arg.is_ref), trace) for arg, t in op.arguments()]
        )

    def _look_up(self, expression: str, trace: TracebackType) -> Any:
        name, local = _name(expression), trace.tb_frame.f_locals
        value = local[name] if name in local else self._globals[name]
        return value.value if expression != name else value


def _name(expression: str) -> str:
    """The variable in an expression that `PlanSource` writes."""
    return expression.removesuffix(".value")
