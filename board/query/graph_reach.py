"""An item of a hierarchy in; all operations that its values come from, or go to, and where they are drawn, out."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, Literal

from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_level import level

Towards = Literal["inputs", "outputs"]
TOWARDS: tuple[Towards, ...] = ("inputs", "outputs")


def reach(hierarchy: Hierarchy, item: Item, towards: Towards) -> set[int]:
    """Indices of the operations of ``item`` and of all that they need, or that need them, for control as well."""
    operations = hierarchy.graph.operations
    found = set(hierarchy.operation_at[item.first : item.end])
    waiting = list(found)
    while waiting:
        operation = operations[waiting.pop()]
        edges = operation.incoming if towards == "inputs" else operation.outgoing
        for edge in edges:
            other = edge.source if towards == "inputs" else edge.target
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def reached_level(hierarchy: Hierarchy, scope: Item, found: AbstractSet[int]) -> dict[str, Any]:
    """JSON values: what of a level belongs to a reach, with edges and ports as in the keys of `Level`."""
    drawn = level(hierarchy, scope, lambda edge: edge.source in found and edge.target in found)
    children = [
        child.path
        for child in drawn.children
        if any(index in found for index in hierarchy.operation_at[child.first : child.end])
    ]
    return {"scope": scope.path, "children": children, "edges": list(drawn.edges), "ports": list(drawn.ports)}
