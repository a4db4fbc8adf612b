"""Operations in order in, the blocks they run in out: loops, and the conditions under which each of them runs.

A graph says with Switch, Merge, Enter and Exit what Python says with ``if`` and ``while``. This finds the latter in the
former: the frame of each operation, the order inside each frame with inner loops taken as one thing, and for each
operation the sides of Switches that it depends on.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

from graphcore.blame import blame
from graphcore.errors import InvalidArgumentError, OpError, UnimplementedError
from graphcore.operation import Operation, Tensor

Condition = tuple[Tensor, int]
"""A bool tensor, and the side that must be taken: 0 when it is false, 1 when it is true."""
Conditions = frozenset[Condition]
NEVER_MIND: Conditions = frozenset()


class Block:
    """A frame: what runs outside of all loops, or in one of them.

    Attributes:
        merges: for a loop: the Merges where its turns begin, with the Enter and NextIteration that lead there.
        condition: for a loop: the tensor that says whether to go on.
        before, body, after: what runs in it: before the condition is known, in each turn, and after the last one.
            Outside of loops all is in ``body``.
        conditions: under which the loop runs at all.
    """

    def __init__(self, parent: Block | None = None) -> None:
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.inner: dict[str, Block] = {}
        self.members: list[Operation] = []
        self.enters: list[Operation] = []
        self.exits: list[Operation] = []
        self.merges: list[tuple[Operation, Tensor, Tensor]] = []
        self.condition: Tensor | None = None
        self.before: list[Operation | Block] = []
        self.body: list[Operation | Block] = []
        self.after: list[Operation | Block] = []
        self.conditions: Conditions = NEVER_MIND

    def operations(self) -> Iterable[Operation]:
        """All of the loop, inner loops included."""
        yield from self.enters
        yield from self.members
        yield from self.exits
        for block in self.inner.values():
            yield from block.operations()


class Blocks:
    """The blocks of some operations, which come in an order they could run in but for the loops."""

    def __init__(self, order: Sequence[Operation], fed: frozenset[Tensor]) -> None:
        self.root = Block()
        self.turning: set[Operation] = set()
        """The Merges where turns of loops begin."""
        self._fed = fed
        self._block: dict[Operation, Block] = {}
        self._conditions: dict[Operation, Conditions] = {}
        self._place = {op: i for i, op in enumerate(order)}
        for op in order:
            self._find_frame(op)
        self._arrange(self.root)
        for op in order:
            if op not in self._conditions:
                self._find_conditions(op)

    def conditions(self, op: Operation) -> Conditions:
        """What must hold for ``op`` to run, beyond what must for its block."""
        return self._conditions[op] - self._base(self._block[op])

    def conditions_of_loop(self, block: Block) -> Conditions:
        """What must hold for a loop to run, beyond what must for the block around."""
        return block.conditions - (NEVER_MIND if block.parent is None else self._base(block.parent))

    def all_conditions(self) -> Iterable[Condition]:
        """Those of all operations and loops."""
        for conditions in self._conditions.values():
            yield from conditions

    def conditions_of(self, tensor: Tensor) -> Conditions:
        """What must hold for ``tensor``, outside of all loops, to have a value."""
        return self._of(tensor)

    def in_loop(self, op: Operation) -> bool:
        return self._block.get(op, self.root) is not self.root

    def _base(self, block: Block) -> Conditions:
        found = NEVER_MIND
        at: Block | None = block
        while at is not None:
            found |= at.conditions
            at = at.parent
        return found

    # Frames

    def _find_frame(self, op: Operation) -> None:
        around = self.root
        for other in self._sources(op):
            block = self._block[other]
            if block.depth > around.depth:
                around = block
        if op.op_type.flow == "enter":
            name = op.attrs["frame_name"]
            if name not in around.inner:
                around.inner[name] = Block(around)
            around = around.inner[name]
            around.enters.append(op)
        elif op.op_type.flow == "exit":
            if around.parent is None:
                raise _wrong(op, f"Exit '{op.name}' is in no loop")
            around.exits.append(op)
            around = around.parent
        else:
            around.members.append(op)
            if op.op_type.flow == "condition":
                around.condition = op.inputs[0]
        self._block[op] = around

    def _sources(self, op: Operation) -> list[Operation]:
        """The operations that come before in the same turn."""
        inputs = [t.op for t in op.inputs if t not in self._fed]
        if op.op_type.flow == "merge":
            inputs = [other for other in inputs if other.op_type.flow != "next"]
        return [other for other in [*inputs, *op.control_inputs] if other in self._place]

    # The order inside

    def _arrange(self, block: Block) -> None:
        if block.parent is not None:
            self._find_merges(block)
        for inner in block.inner.values():
            self._arrange(inner)
        items = self._ordered(block)
        if block.parent is None:
            block.body = items
            return
        sides: dict[Operation | Block, int] = {}
        for item in items:
            sides[item] = self._side(item, block, sides)
        block.before = [item for item in items if sides[item] == 0]
        block.body = [item for item in items if sides[item] == 1]
        block.after = [item for item in items if sides[item] == 2]

    def _find_merges(self, block: Block) -> None:
        for op in block.members:
            if op.op_type.flow == "merge" and any(t.op.op_type.flow == "next" for t in op.inputs):
                first = next((t for t in op.inputs if t.op.op_type.flow != "next"), None)
                back = next(t for t in op.inputs if t.op.op_type.flow == "next")
                if first is None or len(op.inputs) != 2:
                    raise _wrong(
                        op, f"Merge '{op.name}' joins other things than the beginning and the next turn of a loop"
                    )
                block.merges.append((op, first, back.op.inputs[0]))
                self.turning.add(op)
        if block.condition is None:
            first_op = block.enters[0]
            message = (
                f"The loop that begins at '{first_op.name}' is not there as a whole: what is inside has a value in"
            )
            raise _wrong(first_op, f"{message} each turn, and none to fetch")

    def _is_turn(self, op: Operation, block: Block) -> bool:
        """Whether ``op`` is a Switch that ends a loop or begins another turn."""
        return op.op_type.flow == "switch" and _root(op.inputs[1]).op.op_type.flow == "condition"

    def _side(self, item: Operation | Block, block: Block, sides: dict[Operation | Block, int]) -> int:
        side = 0
        for op, tensor in self._uses(item):
            owner = self._item(op, block)
            if owner is None or owner is item:
                continue
            if isinstance(owner, Operation) and self._is_turn(owner, block):
                side = max(side, (1 if tensor.value_index == 1 else 2) if tensor is not None else 0)
            elif owner in sides:
                side = max(side, sides[owner])
        return side

    def _uses(self, item: Operation | Block) -> Iterable[tuple[Operation, Tensor | None]]:
        """The operations that ``item`` comes after, with the tensor it takes from each, if it takes one."""
        for op in [item] if isinstance(item, Operation) else item.operations():
            if op.op_type.flow == "merge":
                yield from ((t.op, t) for t in op.inputs if t not in self._fed and t.op.op_type.flow != "next")
            else:
                yield from ((t.op, t) for t in op.inputs if t not in self._fed)
            yield from ((other, None) for other in op.control_inputs)

    def _item(self, op: Operation, block: Block) -> Operation | Block | None:
        """What stands for ``op`` among the items of ``block``; None for what is outside of it."""
        at = self._block.get(op)
        if at is block and op.op_type.flow not in ("enter", "exit"):
            return op
        if at is block and op.op_type.flow == "exit":  # of an inner loop
            return self._loop_of_exit(op)
        while at is not None and at.parent is not block:
            at = at.parent
        return at

    def _loop_of_exit(self, op: Operation) -> Block:
        return next(inner for inner in self._block[op].inner.values() if op in inner.exits)

    def _ordered(self, block: Block) -> list[Operation | Block]:
        items: list[Operation | Block] = [*block.members, *block.inner.values()]
        first = {item: self._place[item if isinstance(item, Operation) else item.enters[0]] for item in items}
        needs = {item: self._needs(item, block) for item in items}
        dependents: dict[Operation | Block, list[Operation | Block]] = {item: [] for item in items}
        for item, needed in needs.items():
            for other in needed:
                dependents[other].append(item)
        waiting = {item: len(needed) for item, needed in needs.items()}
        by_place = {first[item]: item for item in items}
        ready = [first[item] for item in items if not waiting[item]]
        heapq.heapify(ready)
        ordered = []
        while ready:
            item = by_place[heapq.heappop(ready)]
            ordered.append(item)
            for dependent in dependents[item]:
                waiting[dependent] -= 1
                if not waiting[dependent]:
                    heapq.heappush(ready, first[dependent])
        if len(ordered) < len(items):
            stuck = next(item for item in items if waiting[item])
            op = stuck if isinstance(stuck, Operation) else stuck.enters[0]
            raise _wrong(op, f"The graph has a cycle: operation '{op.name}' needs its own result")
        return ordered

    def _needs(self, item: Operation | Block, block: Block) -> set[Operation | Block]:
        owners = (self._item(op, block) for op, _ in self._uses(item) if op in self._block)
        return {owner for owner in owners if owner is not None and owner is not item}

    # Conditions

    def _find_conditions(self, op: Operation) -> None:
        found: Conditions
        if op.op_type.flow == "merge":
            found = self._joined(op)
        elif op.type == "ControlTrigger":
            found = NEVER_MIND  # it runs after what it waits for, whether that runs or not
        else:
            found = NEVER_MIND
            for tensor in op.inputs:
                if tensor not in self._fed:
                    found |= self._of(tensor)
            for other in op.control_inputs:
                found |= self._conditions[other]
        self._conditions[op] = found
        if op.op_type.flow == "enter":
            self._block[op].conditions |= found

    def _of(self, tensor: Tensor) -> Conditions:
        if tensor in self._fed:
            return NEVER_MIND
        op = tensor.op
        if op.op_type.flow == "switch" and not self._is_turn(op, self._block[op]):
            return self._conditions[op] | {(_root(op.inputs[1]), tensor.value_index)}
        return self._conditions[op]

    def _joined(self, op: Operation) -> Conditions:
        """The conditions of a Merge: those that do not decide which of its inputs has the value."""
        inputs = [t for t in op.inputs if t.op.op_type.flow != "next"]
        sides = [self._of(t) for t in inputs]
        if len(sides) == 1:
            return sides[0]
        common = frozenset.intersection(*sides)
        self.deciding(op)
        for other in op.control_inputs:
            common |= self._conditions[other]
        return common

    def deciding(self, op: Operation) -> list[Conditions]:
        """For each input of a Merge what tells that it has the value.

        Raises:
            UnimplementedError: it is not told by one condition.
        """
        sides = [self._of(t) for t in op.inputs]
        common = frozenset.intersection(*sides)
        own = [side - common for side in sides]
        if len(own) != 2 or not all(len(side) == 1 for side in own):
            raise self._unsupported(op)
        ((pred, first),), ((other, second),) = own
        if pred is not other or first == second:
            raise self._unsupported(op)
        return own

    def _unsupported(self, op: Operation) -> OpError:
        return blame(op, f"Merge '{op.name}' joins others than the two sides of one condition", UnimplementedError)


def _root(tensor: Tensor) -> Tensor:
    """What ``tensor`` is the same as, under another name."""
    while tensor.op.type == "Identity":
        tensor = tensor.op.inputs[0]
    return tensor


def _wrong(op: Operation, message: str) -> OpError:
    return blame(op, message, InvalidArgumentError)
