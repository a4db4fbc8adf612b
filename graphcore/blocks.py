"""The blocks that are open while a graph is built in; what a new operation gets from them out.

``with graph.control_dependencies(...)`` and its like say something of every operation made inside: what it must
run after, on which device it belongs, by which name its gradient is looked up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from graphcore.device import DeviceFunction, merge_device

if TYPE_CHECKING:
    from graphcore.control_context import Context
    from graphcore.operation import Operation, Tensor


class _Controller:
    """One `control_dependencies` block: what must run first, and what was made inside."""

    def __init__(self, control_inputs: list[Operation]) -> None:
        self.control_inputs = control_inputs
        self.seen: set[Operation] = set()

    def dominates(self, op: Operation) -> bool:
        """Whether ``op`` runs after the control inputs anyway."""
        return op in self.seen


class Blocks:
    """The blocks open in one graph, innermost last."""

    def __init__(self) -> None:
        self._controllers: list[_Controller] = []
        self._colocation: list[Operation] = []
        self._devices: list[DeviceFunction | None] = []
        self._labels: dict[str, dict[str, str]] = {"_gradient_op_type": {}, "_kernel": {}}
        self.original_op: Operation | None = None
        """While a gradient is made: the operation it is the gradient of."""
        self.container = ""
        """Where variables and queues live, as their attr says."""
        self.context: Context | None = None
        """The branch of a `cond` or the body of a `while_loop` that is being made."""

    # What an operation gets

    def control_inputs_for(self, inputs: Sequence[Tensor]) -> list[Operation]:
        """What an operation with these inputs must run after."""
        input_ops = {tensor.op for tensor in inputs}
        return [
            op
            for controller in self._controllers
            if not any(controller.dominates(op) for op in input_ops)
            for op in controller.control_inputs
            if op not in input_ops
        ]

    def attrs_for(self, op_type: str) -> dict[str, Any]:
        """Attrs beyond those of the signature."""
        attrs: dict[str, Any] = {
            attr: names[op_type].encode() for attr, names in self._labels.items() if op_type in names
        }
        if self._colocation:
            attrs["_class"] = sorted({group for other in self._colocation for group in other.colocation_groups()})
        return attrs

    def place(self, op: Operation) -> None:
        """Gives a new operation its device."""
        for function in reversed(self._devices):
            if function is None:
                break
            op.set_device(function(op))
        for other in self._colocation:
            if other.device and not op.device:
                op.set_device(other.device)

    def note(self, op: Operation) -> None:
        """Says that ``op`` has been made."""
        for controller in self._controllers:
            controller.seen.add(op)

    # The blocks

    @contextlib.contextmanager
    def control_dependencies(self, control_inputs: list[Operation] | None) -> Iterator[None]:
        before, context = self._controllers, self.context
        if control_inputs is None:
            # What does not depend on the blocks around is no part of the branch or loop they are in, either.
            self._controllers, self.context = [], None
        else:
            self._controllers = [*before, _Controller(control_inputs)]
        try:
            yield
        finally:
            self._controllers, self.context = before, context

    @contextlib.contextmanager
    def in_context(self, context: Context | None) -> Iterator[None]:
        """Makes operations of the block part of a branch or loop, or of none; outer control dependencies end there."""
        before = self._controllers, self.context
        self._controllers, self.context = [], context
        try:
            yield
        finally:
            self._controllers, self.context = before

    @contextlib.contextmanager
    def colocate_with(self, op: Operation, ignore_existing: bool) -> Iterator[None]:
        colocation, devices = self._colocation, self._devices
        self._colocation = [op] if ignore_existing else [*colocation, op]
        self._devices = []  # what belongs with an operation belongs where that one is
        try:
            yield
        finally:
            self._colocation, self._devices = colocation, devices

    @contextlib.contextmanager
    def device(self, device: Any) -> Iterator[None]:
        function = device if device is None or callable(device) else merge_device(device)
        before = self._devices
        self._devices = [*before, function]
        try:
            yield
        finally:
            self._devices = before

    @contextlib.contextmanager
    def labelled(self, attr: str, names: dict[str, str]) -> Iterator[None]:
        """Gives operations of the types that are keys of ``names`` this attr with that value."""
        before = self._labels
        self._labels = before | {attr: before[attr] | names}
        try:
            yield
        finally:
            self._labels = before

    @contextlib.contextmanager
    def gradient_of(self, op: Operation) -> Iterator[None]:
        before, self.original_op = self.original_op, op
        try:
            yield
        finally:
            self.original_op = before

    @contextlib.contextmanager
    def in_container(self, name: str) -> Iterator[str]:
        before, self.container = self.container, name
        try:
            yield name
        finally:
            self.container = before
