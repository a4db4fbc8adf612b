"""The operations of a graph in; the graph as it is looked at, with its tree of scopes and what is alike in it, out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from board.query.graph_gathering import gather
from board.query.graph_hierarchy import Hierarchy
from board.query.graph_operations import OperationGraph
from board.query.graph_structure import Structure


@dataclass(frozen=True)
class GraphView:
    """A tree of scopes with boxes put in, and its structure."""

    hierarchy: Hierarchy
    structure: Structure

    @cached_property
    def ops(self) -> Counter[str]:
        """How many operations there are of each type."""
        return Counter(operation.op for operation in self.hierarchy.graph.operations)

    @cached_property
    def devices(self) -> Counter[str]:
        """How many operations are on each device; ``""`` for those that are given none."""
        return Counter(operation.node.device for operation in self.hierarchy.graph.operations)


def view_of(operations: OperationGraph, *, series: bool = True) -> GraphView:
    """The view of a graph; ``series``: neighbours that are built alike lie in a box (see `graph_gathering`)."""
    hierarchy = Hierarchy(operations)
    structure = Structure(hierarchy)
    gather(hierarchy, structure, series=series)
    return GraphView(hierarchy, structure)
