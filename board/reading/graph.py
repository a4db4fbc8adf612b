"""A GraphDef in; its operations, scopes and costs, by name, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from board.query.graph_costs import Cost, Costs
from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_library import with_library
from board.query.graph_operations import Operation, read_operations
from board.query.graph_work import Work, work_of

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Node:
    """An operation. ``definition`` is its NodeDef, with all attributes."""

    name: str
    op: str
    device: str
    inputs: tuple[str, ...]
    """Tensors as the graph names them: ``a``, ``a:1``."""
    control_inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    """Names of the nodes that take its tensors."""
    shapes: tuple[Shape | None, ...]
    """Of its outputs, where the graph tells them; None for a size or a rank that is not known."""
    definition: Any


@dataclass(frozen=True)
class Scope:
    """A name scope: how many operations lie in it, of which types, and what lies directly in it."""

    name: str
    operations: int
    ops: Counter[str]
    children: tuple[str, ...]
    work: Work
    """Parameters that it holds and floating-point operations that it takes, as far as shapes are known."""


class Graph:
    """A graph as it was logged last.

    Iterating gives its nodes; ``graph["layer/weights"]`` is one of them. The functions of its library are scopes
    ``(functions)/NAME``.

    Attributes:
        graph_def: the GraphDef as it was logged.
        problems: sentences about what is wrong with it, as the graphs page tells them.
    """

    def __init__(self, graph_def: Any, problems: list[str]) -> None:
        self.graph_def = graph_def
        self._given = problems
        self._known_costs: tuple[Any, Costs] | None = None

    @cached_property
    def _hierarchy(self) -> Hierarchy:
        whole = type(self.graph_def)()
        whole.CopyFrom(self.graph_def)
        return Hierarchy(read_operations(with_library(whole), self._given))

    @property
    def problems(self) -> list[str]:
        return list(self._hierarchy.graph.problems.texts)

    def __len__(self) -> int:
        return len(self._hierarchy.graph.operations)

    def __iter__(self) -> Iterator[Node]:
        return (self._node(operation) for operation in self._hierarchy.graph.operations)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._operation(name) is not None

    def __getitem__(self, name: str) -> Node:
        """A node by its name.

        Raises:
            KeyError: there is none of that name.
        """
        operation = self._operation(name)
        if operation is None:
            raise KeyError(f"the graph has no node {name!r}")
        return self._node(operation)

    def scope(self, name: str = "") -> Scope:
        """A name scope; ``""`` is the whole graph.

        Raises:
            KeyError: there is none of that name.
        """
        item = self._item(name)
        inside = self._hierarchy.operation_at[item.first : item.end]
        ops = Counter(self._hierarchy.graph.operations[index].op for index in inside)
        children = tuple(self._hierarchy.items[index].path for index in item.children)
        return Scope(item.path, len(inside), ops, children, work_of(self._hierarchy, item))

    def cost(self, run_metadata: Any, name: str = "") -> Cost | None:
        """What a node or a scope took in a traced step: nanoseconds, bytes, executions; None if nothing of it ran.

        Args:
            run_metadata: what `LogDirectory.run_metadata` gives.

        Raises:
            KeyError: there is neither a node nor a scope of that name.
        """
        item = self._hierarchy.item(name)
        if item is None:
            raise KeyError(f"the graph has neither a node nor a scope {name!r}")
        return self._costs(run_metadata).cost(item)

    def costliest(self, run_metadata: Any, by: str = "time") -> list[tuple[str, Cost]]:
        """Names and costs of the operations that took the most ``"time"`` or ``"bytes"`` in a traced step."""
        if by not in ("time", "bytes"):
            raise ValueError(f"by={by!r}: 'time' or 'bytes' is wanted")
        operations = self._hierarchy.graph.operations
        return [(operations[item.operation or 0].name, cost) for item, cost in self._costs(run_metadata).costliest(by)]

    def _costs(self, run_metadata: Any) -> Costs:
        if self._known_costs is None or self._known_costs[0] is not run_metadata:
            self._known_costs = run_metadata, Costs(run_metadata, self._hierarchy)
        return self._known_costs[1]

    def _item(self, name: str) -> Item:
        item = self._hierarchy.item(name)
        if item is None or not item.is_scope:
            raise KeyError(f"the graph has no scope {name!r}")
        return item

    def _operation(self, name: str) -> Operation | None:
        item = self._hierarchy.item(name)
        index = None if item is None else item.own if item.is_scope else item.operation
        return None if index is None else self._hierarchy.graph.operations[index]

    def _node(self, operation: Operation) -> Node:
        operations = self._hierarchy.graph.operations
        shapes = operation.node.attr["_output_shapes"].list.shape if "_output_shapes" in operation.node.attr else ()
        return Node(
            operation.name,
            operation.op,
            operation.node.device,
            tuple(each.text for each in operation.inputs if not each.control),
            tuple(each.text[1:] for each in operation.inputs if each.control),
            tuple(dict.fromkeys(operations[edge.target].name for edge in operation.outgoing if not edge.control)),
            tuple(_sizes(shape) for shape in shapes),
            operation.node,
        )


def _sizes(shape: Any) -> Shape | None:
    return None if shape.unknown_rank else tuple(dim.size if dim.size >= 0 else None for dim in shape.dim)
