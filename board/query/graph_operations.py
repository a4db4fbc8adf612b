"""A GraphDef in; its operations with inputs resolved, and what is wrong with the graph, out.

What GraphDef leaves to its readers is settled here once: an input reads ``node``, ``node:1`` (an output other
than the first), ``node:name:1`` (inside function bodies) or ``^node`` (a control dependency); an input that
names the same tensor twice is one edge.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MAX_PROBLEMS = 100
MISSING = -1

# Variables whose output is a reference to their memory; what changes them takes that reference as an input.
_REFERENCE_VARIABLES = frozenset({"Variable", "VariableV2", "TemporaryVariable"})
_ASSIGNMENTS = frozenset(
    {
        *("Assign", "AssignAdd", "AssignSub", "CountUpTo"),
        *("ScatterAdd", "ScatterSub", "ScatterUpdate", "ScatterMul", "ScatterDiv"),
        *("assign", "assign_add", "assign_sub", "count_up_to", "scatter_add", "scatter_sub", "scatter_update"),
    }
)
_OPTIMIZER_STEPS = ("Apply", "SparseApply")
# PyTorch's tracer draws parameters as attributes of modules, and leaves out the modules.
_INCOMPLETE = frozenset({"prim::GetAttr"})
# The back edge of a while loop: the only cycle that a graph may have.
_LOOP_BACK = frozenset({"NextIteration", "RefNextIteration"})


class Input(NamedTuple):
    """One entry of a node's input list."""

    text: str
    source: int
    """Index of the operation it comes from, `MISSING` if the graph has none of that name."""
    output: int
    """Which output of the source; 0 for a control dependency."""
    control: bool


class Edge(NamedTuple):
    """What one operation gives another: a tensor, or only the order in which they run."""

    source: int
    target: int
    output: int
    control: bool
    reference: bool


@dataclass(slots=True)
class Operation:
    """A node of the GraphDef. ``node`` is the NodeDef itself: attributes are read when they are asked for."""

    index: int
    name: str
    op: str
    node: Any
    inputs: list[Input] = field(default_factory=list)
    incoming: list[Edge] = field(default_factory=list)
    outgoing: list[Edge] = field(default_factory=list)

    def output_shape(self, output: int) -> Any:
        """The TensorShapeProto of an output, None where the graph does not tell it."""
        if "_output_shapes" not in self.node.attr:
            return None
        shapes = self.node.attr["_output_shapes"].list.shape
        return shapes[output] if 0 <= output < len(shapes) else None


@dataclass(slots=True)
class Problems:
    """Sentences about what is wrong with a graph: the first `MAX_PROBLEMS`, and how many there are."""

    texts: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, text: str) -> None:
        self.count += 1
        if len(self.texts) < MAX_PROBLEMS:
            self.texts.append(text)


@dataclass(slots=True)
class OperationGraph:
    """The operations of a graph in the order of the GraphDef, and what is wrong with it."""

    operations: list[Operation]
    problems: Problems


def read_operations(graph_def: Any, problems: list[str] | None = None) -> OperationGraph:
    """Operations with their edges in both directions. Nothing is refused; what is wrong becomes a problem.

    Of several nodes with one name, inputs mean the first. ``problems`` are those found before.
    """
    found = Problems()
    for text in problems or ():
        found.add(text)
    operations = [Operation(index, node.name, node.op, node) for index, node in enumerate(graph_def.node)]
    by_name: dict[str, int] = {}
    for operation in operations:
        if operation.name in by_name:
            found.add(f"More than one node is named {operation.name!r}; inputs of that name mean the first")
        by_name.setdefault(operation.name, operation.index)
    for operation in operations:
        _connect(operation, operations, by_name, found)
    cycle = _find_cycle(operations)
    if cycle:
        names = " → ".join(operations[index].name for index in [*cycle[:8], cycle[0]])
        found.add(f"{len(cycle)} nodes feed each other in a cycle: {names if len(cycle) <= 8 else names + ' ...'}")
    if not operations:
        found.add("The graph has no nodes")
    return OperationGraph(operations, found)


def _connect(operation: Operation, operations: list[Operation], by_name: dict[str, int], problems: Problems) -> None:
    seen: set[tuple[int, int, bool]] = set()
    for position, text in enumerate(operation.node.input):
        name, output, control = parse_input(text)
        source = by_name.get(name, MISSING)
        operation.inputs.append(Input(text, source, output, control))
        if source == MISSING:
            if operation.op in _INCOMPLETE:
                continue
            problems.add(f"Input {position} of {operation.name!r} is {text!r}, which is not in the graph")
        elif source == operation.index:
            problems.add(f"{operation.name!r} is an input of itself")
        elif (source, output, control) not in seen:
            seen.add((source, output, control))
            reference = not control and _changes(operation.op, position, operations[source].op)
            edge = Edge(source, operation.index, output, control, reference)
            operation.incoming.append(edge)
            operations[source].outgoing.append(edge)


def parse_input(text: str) -> tuple[str, int, bool]:
    """(node name, output number, control?) of an entry of NodeDef.input.

    >>> parse_input("a/b:1"), parse_input("^a"), parse_input("a:out:2")
    (('a/b', 1, False), ('a', 0, True), ('a', 2, False))
    """
    if text.startswith("^"):
        return text[1:], 0, True
    name, colon, rest = text.partition(":")
    number = rest.rpartition(":")[2]
    # Names written by PyTorch may contain colons of their own ("prim::Constant"): only a number at the end counts.
    if colon and number.isascii() and number.isdigit() and len(number) <= 9 and rest.count(":") <= 1:
        return name, int(number), False
    return text, 0, False


def scoped_input(scope: str, text: str) -> str:
    """An entry of NodeDef.input for a node whose graph becomes a scope; ``scope`` ends with ``/``.

    >>> scoped_input("f/", "a:1"), scoped_input("f/", "^a")
    ('f/a:1', '^f/a')
    """
    return f"^{scope}{text[1:]}" if text.startswith("^") else scope + text


def _changes(op: str, position: int, source_op: str) -> bool:
    if op in _ASSIGNMENTS:
        return position == 0
    return op.startswith(_OPTIMIZER_STEPS) and source_op in _REFERENCE_VARIABLES


def _find_cycle(operations: list[Operation]) -> list[int]:
    """Indices along one cycle, in the direction of the edges; empty if there is none but those of loops."""
    waiting = [
        sum(operations[edge.source].op not in _LOOP_BACK for edge in operation.incoming) for operation in operations
    ]
    ready = deque(index for index, count in enumerate(waiting) if count == 0)
    while ready:
        operation = operations[ready.popleft()]
        if operation.op in _LOOP_BACK:
            continue
        for edge in operation.outgoing:
            waiting[edge.target] -= 1
            if waiting[edge.target] == 0:
                ready.append(edge.target)
    at = next((index for index, count in enumerate(waiting) if count), None)
    if at is None:
        return []
    # Whatever still waits has an input that waits too, so walking back has to come round.
    walked: dict[int, int] = {}
    while at not in walked:
        walked[at] = len(walked)
        at = next(
            edge.source
            for edge in operations[at].incoming
            if waiting[edge.source] and operations[edge.source].op not in _LOOP_BACK
        )
    return [index for index, order in walked.items() if order >= walked[at]][::-1]
