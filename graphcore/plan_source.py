"""What has to run in, lines of Python out: one for each operation, so that an error's line tells whose it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any

import numpy as np

from graphcore import blame, errors
from graphcore.facts import Facts
from graphcore.op_type import Kernel
from graphcore.operation import Operation, Tensor
from graphcore.plan_blocks import NEVER_MIND, Block, Blocks, Conditions
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
        blocks: Blocks | None = None,
    ) -> None:
        self._facts = facts
        self._live = live
        self._read = read
        self._state = state
        self._blocks = blocks
        self._block = None if blocks is None else blocks.root
        self._indent = "    "
        self._watched = watched
        self._names: dict[Tensor, str] = {tensor: f"fed{i}" for i, tensor in enumerate(feeds)}
        self._globals: dict[str, Any] = {}
        self._tensors = tensors
        self._ops: list[Operation | None] = [None]
        self._last_use: dict[str, int] = {}
        self._home: dict[str, Block | None] = {}
        self._lines = [f"def run({', '.join(self._names[tensor] for tensor in feeds)}):"]
        self._run_all(order if blocks is None else blocks.root.body)
        for place, tensor in enumerate(tensors):
            self._check_alive(place, tensor)
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
        self._lines.append(f"{self._indent}{text}")
        self._ops.append(op)

    def _run_all(self, items: Sequence[Operation | Block]) -> None:
        for item in items:
            if isinstance(item, Block):
                self._loop(item)
            elif item in self._live:
                self._call(item)
            elif item.op_type.passes is not None and self._facts.is_reference(item.outputs[0]):
                self._check_readable(item)

    def _check_readable(self, op: Operation) -> None:
        """Reads a variable that nobody else reads: an error, if it has no value yet, is the user's to see."""
        if self._facts.source(op.outputs[0]) not in self._read:
            self._line(op, self._only_if(op) + self._expression(op.outputs[0]))

    # Branches and loops

    def _holds(self, conditions: Conditions) -> str:
        """Python for whether all of them hold."""
        for pred, _ in conditions:
            self._last_use.pop(_name(self._expression(pred)), None)  # other lines may ask, too
        in_order = sorted(conditions, key=lambda condition: (condition[0].op.id, condition[1]))
        return " and ".join(("" if side else "not ") + self._expression(pred) for pred, side in in_order)

    def _only_if(self, op: Operation) -> str:
        """What a line begins with for an operation that only runs under a condition."""
        conditions = NEVER_MIND if self._blocks is None else self._blocks.conditions(op)
        return f"if {self._holds(conditions)}: " if conditions else ""

    def _loop(self, block: Block) -> None:
        """The lines of a loop. Its variables are those that its Merges give; an Exit is the same as one of them."""
        assert self._blocks is not None
        around, indent, conditions = self._block, self._indent, self._blocks.conditions_of_loop(block)
        if conditions:
            self._line(None, f"if {self._holds(conditions)}:")
            self._indent += "    "
        for op, first, _ in block.merges:
            name = self._names[op.outputs[0]] = f"merge_{op.id}_0"
            self._used([first])
            self._line(op, f"{name} = {self._expression(first)}")
        after = self._indent
        self._line(None, "while True:")
        self._indent += "    "
        self._block = block
        self._run_all(block.before)
        assert block.condition is not None
        self._line(None, f"if not ({self._holds(frozenset({(block.condition, 1)}))}): break")
        self._run_all(block.body)
        if block.merges:
            backs = [back for _, _, back in block.merges]
            self._used(backs)
            targets = ", ".join(self._names[op.outputs[0]] for op, _, _ in block.merges)
            self._line(block.merges[0][0], f"{targets} = {', '.join(map(self._expression, backs))}")
        self._indent = after
        self._run_all(block.after)
        self._block, self._indent = around, indent

    def _join(self, op: Operation) -> None:
        """The line of a Merge where two branches come together."""
        assert self._blocks is not None
        ((pred, side),) = self._blocks.deciding(op)[0]
        first, second = (self._expression(t, arg.is_ref) for arg, t in op.arguments())
        name = self._names[op.outputs[0]] = f"merge_{op.id}_0"
        holds = self._holds(frozenset({(pred, side)}))
        text = f"{name} = {first} if {holds} else {second}"
        if op.outputs[1].consumers() or op.outputs[1] in self._tensors:
            index = self._names[op.outputs[1]] = f"merge_{op.id}_1"
            self._globals["int32"] = np.int32
            text += f"; {index} = int32(0 if {holds} else 1)"
        self._used(op.inputs)
        self._line(op, self._only_if(op) + text)

    def _check_alive(self, place: int, tensor: Tensor) -> None:
        """Refuses to give a tensor that has no value, because its branch was not taken."""
        if self._blocks is None or tensor in self._facts.fed:
            return
        if self._blocks.in_loop(tensor.op):
            message = f"'{tensor.name}' is inside a while_loop: it has a value in each turn, and none to fetch"
            raise blame.blame(tensor.op, message, errors.InvalidArgumentError)
        conditions = self._blocks.conditions_of(tensor)
        if conditions:
            self._globals["has_no_value"] = _has_no_value
            self._line(tensor.op, f"if not ({self._holds(conditions)}): has_no_value({place}, {tensor.name!r})")

    def _used(self, tensors: Sequence[Tensor]) -> None:
        """Notes that the next line uses values. One from outside of a loop must last until its last turn."""
        for name in {_name(self._expression(tensor)) for tensor in tensors}:
            if name in self._last_use:
                if self._home[name] is self._block:
                    self._last_use[name] = len(self._lines)
                else:
                    del self._last_use[name]

    def _call(self, op: Operation) -> None:
        if op.op_type.flow == "merge":
            if self._blocks is not None and op not in self._blocks.turning:
                self._join(op)
            return
        only_if = self._only_if(op)
        kernel = f"{op.type}_{op.id}"
        bound = op.op_type.kernel_for(op, self._state)
        self._globals[kernel] = bound if self._watched is None else self._watched(op, bound)
        inputs = [self._expression(t, as_ref=arg.is_ref) for arg, t in op.arguments()]
        targets = []
        for tensor in op.outputs:
            name = f"{op.type.lower()}_{op.id}_{tensor.value_index}"
            targets.append(name)
            self._names.setdefault(tensor, name)
            if self._facts.sizes(tensor) != () and not only_if:
                self._last_use[name] = len(self._lines)
                self._home[name] = self._block
        self._used(op.inputs)
        call = f"{kernel}({', '.join(inputs)})"
        names = ", ".join(targets) + ("," if op.op_type.gives_tuple else "")
        self._line(op, only_if + (f"{names} = {call}" if targets else call))

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


def _has_no_value(place: int, name: str) -> None:
    message = f"Retval[{place}] does not have value: '{name}' belongs to a branch that was not taken"
    raise errors.InvalidArgumentError(None, None, message)


def _name(expression: str) -> str:
    """The variable in an expression that `PlanSource` writes."""
    return expression.removesuffix(".value")
