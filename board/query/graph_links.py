"""A hierarchy in; for each edge of its graph, the scope that it is drawn in, out."""

from __future__ import annotations

from collections.abc import Iterator

from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_operations import Edge

Link = tuple[int, int, int, Edge]
"""(scope, its child at the source, its child at the target, the edge); the first three are indices of items."""


def links(hierarchy: Hierarchy) -> Iterator[Link]:
    """Every edge, at the lowest scope that holds both of its ends: there it goes from one child to another."""
    items, item_of = hierarchy.items, hierarchy.item_of_operation
    # The edges between two scopes all meet at the same place, and most edges do not leave their scope at all.
    known: dict[tuple[int, int], tuple[int, int | None, int | None]] = {}
    for operation in hierarchy.graph.operations:
        target = item_of[operation.index]
        target_scope = items[target].parent
        for edge in operation.incoming:
            source = item_of[edge.source]
            source_scope = items[source].parent
            if source_scope == target_scope:
                yield source_scope, source, target, edge
                continue
            pair = source_scope, target_scope
            met = known.get(pair)
            if met is None:
                met = known[pair] = _meet(items, *pair)
            scope, at_source, at_target = met
            yield scope, source if at_source is None else at_source, target if at_target is None else at_target, edge


def _meet(items: list[Item], source: int, target: int) -> tuple[int, int | None, int | None]:
    """The lowest scope that holds two scopes, and its children towards them; None for one that is itself."""
    below: dict[int, int | None] = {source: None}
    at = source
    while at:
        below[items[at].parent] = at
        at = items[at].parent
    at, last = target, None
    while at not in below:
        at, last = items[at].parent, at
    return at, below[at], last
