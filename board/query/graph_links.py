"""A tree of scopes and the operations in it in; for each scope, the edges drawn between its children, out."""

from __future__ import annotations

from collections import defaultdict

from board.query.graph_items import Item
from board.query.graph_operations import Edge, Operation

Link = tuple[int, int, Edge]
"""(child at the source, child at the target, the edge); children are indices of items."""

Meeting = tuple[int, int | None, int | None]
"""(the lowest scope that holds two others, its child towards each, None where it is that one itself)."""

Links = dict[int, list[Link]]
"""By index of the scope. Every edge is in it once: at the lowest scope that holds both of its ends."""


def links_of(items: list[Item], item_of: list[int], operations: list[Operation]) -> Links:
    """All links of a tree; ``item_of`` is the index of each operation's item."""
    # The edges between two scopes all meet at the same place, and most edges do not leave their scope at all.
    known: dict[tuple[int, int], Meeting] = {}
    found: Links = defaultdict(list)
    for operation in operations:
        target = item_of[operation.index]
        target_scope = items[target].parent
        for edge in operation.incoming:
            source = item_of[edge.source]
            source_scope = items[source].parent
            if source_scope == target_scope:
                found[source_scope].append((source, target, edge))
                continue
            pair = source_scope, target_scope
            met = known.get(pair)
            if met is None:
                met = known[pair] = _meet(items, *pair)
            scope, link = _placed(met, source, target, edge)
            found[scope].append(link)
    return found


def moved(items: list[Item], link: Link) -> tuple[int, Link]:
    """The scope that a link is drawn in, and the link there, now that its ends lie elsewhere in the tree."""
    source, target, edge = link
    return _placed(_meet(items, items[source].parent, items[target].parent), source, target, edge)


def _placed(met: Meeting, source: int, target: int, edge: Edge) -> tuple[int, Link]:
    scope, at_source, at_target = met
    return scope, (source if at_source is None else at_source, target if at_target is None else at_target, edge)


def _meet(items: list[Item], source: int, target: int) -> Meeting:
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
