"""A hierarchy in; which of its items are built alike, out.

Two operations are alike if they are of one type. Two scopes are alike if their children can be paired so that each
pair is alike and is linked alike with its neighbours, and those with theirs: two rounds of colour refinement as of
Weisfeiler and Leman (1968). That tells apart all but contrived graphs, in time linear in the edges; names, devices and
attributes play no part.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from board.query.graph_hierarchy import Hierarchy

_ROUNDS = 2


@dataclass(frozen=True)
class Likeness:
    """Scopes that are built alike, as indices of items: at least two, in the order of the tree."""

    scopes: tuple[int, ...]
    operations: int
    """How many operations each of them holds."""


class Structure:
    """What is alike in a hierarchy. Items that are alike have the same `shape_of`; the numbers mean nothing else."""

    def __init__(self, hierarchy: Hierarchy) -> None:
        self.shape_of = _shapes(hierarchy)
        self.likenesses = _likenesses(hierarchy, self.shape_of)
        """Those that make up the most of the graph first."""
        self.likeness_of = {
            scope: number for number, likeness in enumerate(self.likenesses) for scope in likeness.scopes
        }
        """Index into `likenesses` by index of item; scopes that are like no other are not in it."""


def _shapes(hierarchy: Hierarchy) -> list[int]:
    numbers: dict[object, int] = {}

    def number(what: object) -> int:
        return numbers.setdefault(what, len(numbers))

    operations = hierarchy.graph.operations
    shapes = [0] * len(hierarchy.items)
    for index in hierarchy.inner_first():
        item = hierarchy.items[index]
        if item.operation is not None:
            shapes[index] = number(operations[item.operation].op)
            continue
        colors = {child: shapes[child] for child in item.children}
        inside = hierarchy.links.get(index, [])
        for _ in range(_ROUNDS if inside else 0):
            around: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
            for source, target, edge in inside:
                around[source].append((1, colors[target], edge.control))
                around[target].append((0, colors[source], edge.control))
            colors = {child: number((color, tuple(sorted(around[child])))) for child, color in colors.items()}
        shapes[index] = number(("scope", *sorted(colors.values())))
    return shapes


def _likenesses(hierarchy: Hierarchy, shapes: list[int]) -> list[Likeness]:
    alike: dict[int, list[int]] = defaultdict(list)
    for item in hierarchy.items[1:]:
        if item.is_scope:
            alike[shapes[item.index]].append(item.index)
    found = []
    for scopes in alike.values():
        if len(scopes) > 1:
            scopes.sort(key=lambda index: hierarchy.items[index].first)
            first = hierarchy.items[scopes[0]]
            found.append(Likeness(tuple(scopes), first.end - first.first))
    found.sort(key=lambda likeness: (-len(likeness.scopes) * likeness.operations, likeness.scopes))
    return found
