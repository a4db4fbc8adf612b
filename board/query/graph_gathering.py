"""A hierarchy in; the same hierarchy with boxes around what would be too much to look at, out.

Two kinds of boxes are put in, whose paths become parts of the paths of what they hold:

- a *series*: five or more neighbours that are built alike and whose names count up, such as ``block_0`` to
  ``block_23``, lie in ``block_[0-23]``. Where all children of a scope are such neighbours, it is the series itself.
  Scopes of up to `READABLE` children can be looked at as they are.
- *parts*: a scope of more than `MOST_CHILDREN` children gets boxes of about `PART` of them, in the order in which
  tensors flow.

No box is put around nodes if a tensor would leave it and come back: edges between boxes would no longer go one way.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from board.query.graph_hierarchy import Hierarchy
from board.query.graph_structure import Structure

SHORTEST_SERIES = 5
READABLE = 15
MOST_CHILDREN = 150
PART = 100
# To look whether a box can be put around nodes takes a walk over the scope.
MOST_SERIES = 64

_COUNTED = re.compile(r"(.*?)(\d{1,9})(\D*)")


class _Siblings:
    """The children of a scope and the edges among them, as boxes are put around them."""

    def __init__(self, children: list[int], edges: Iterable[tuple[int, int]]) -> None:
        self.order = list(children)
        self.after: dict[int, set[int]] = {child: set() for child in children}
        self.before: dict[int, set[int]] = {child: set() for child in children}
        for source, target in edges:
            if source != target:
                self.after[source].add(target)
                self.before[target].add(source)

    def leaves_and_returns(self, members: set[int]) -> bool:
        """Whether a path leads from the members to others and back."""
        waiting = list(set().union(*(self.after[member] for member in members)) - members)
        seen = set(waiting)
        while waiting:
            for following in self.after[waiting.pop()]:
                if following in members:
                    return True
                if following not in seen:
                    seen.add(following)
                    waiting.append(following)
        return False

    def put_in(self, members: list[int], box: int) -> None:
        """One sibling in place of several, where the first of them was."""
        taken = set(members)
        first = self.order.index(members[0])
        self.order[first] = box
        self.order = [child for child in self.order if child not in taken]
        self.after[box] = set().union(*(self.after.pop(member) for member in members)) - taken
        self.before[box] = set().union(*(self.before.pop(member) for member in members)) - taken
        for child in self.after[box]:
            self.before[child] = self.before[child] - taken | {box}
        for child in self.before[box]:
            self.after[child] = self.after[child] - taken | {box}

    def along_the_flow(self) -> list[int]:
        """Sources before targets, else in the order there was; nodes of a cycle come last."""
        place = {child: position for position, child in enumerate(self.order)}
        missing = {child: len(self.before[child]) for child in self.order}
        ready = [place[child] for child in self.order if missing[child] == 0]
        heapq.heapify(ready)
        sorted_ = []
        while ready:
            child = self.order[heapq.heappop(ready)]
            sorted_.append(child)
            for following in self.after[child]:
                missing[following] -= 1
                if missing[following] == 0:
                    heapq.heappush(ready, place[following])
        return sorted_ + [child for child in self.order if missing[child] > 0]


def gather(hierarchy: Hierarchy, structure: Structure, *, series: bool) -> None:
    """Puts the boxes in. ``structure`` is that of the hierarchy as it was; ``series`` False leaves series alone."""
    for scope in [item for item in hierarchy.items if item.is_scope]:
        children = scope.children
        if len(children) <= READABLE:
            if series and scope.index and _is_series(structure, hierarchy, children):
                scope.repeats = len(children)
            continue
        siblings = _Siblings(children, ((source, target) for source, target, _ in hierarchy.links.get(scope.index, [])))
        if series:
            _gather_series(hierarchy, structure, scope.index, siblings)
        if len(siblings.order) > MOST_CHILDREN:
            _gather_parts(hierarchy, scope.index, siblings.along_the_flow())
    hierarchy.rearranged()


def _is_series(structure: Structure, hierarchy: Hierarchy, children: list[int]) -> bool:
    if len(children) < SHORTEST_SERIES or len({structure.shape_of[child] for child in children}) > 1:
        return False
    runs = _runs(hierarchy, structure, children)
    return len(runs) == 1 and len(runs[0][0]) == len(children)


def _gather_series(hierarchy: Hierarchy, structure: Structure, scope: int, siblings: _Siblings) -> None:
    if scope and _is_series(structure, hierarchy, siblings.order):
        hierarchy.items[scope].repeats = len(siblings.order)
        return
    for members, label in _runs(hierarchy, structure, siblings.order)[:MOST_SERIES]:
        if not siblings.leaves_and_returns(set(members)):
            (box,) = hierarchy.put_in_boxes(scope, [(members, label)])
            hierarchy.items[box].repeats = len(members)
            siblings.put_in(members, box)


def _runs(hierarchy: Hierarchy, structure: Structure, children: list[int]) -> list[tuple[list[int], str]]:
    """(members, label) of each series among siblings, the longest first."""
    counted: dict[tuple[str, str, int], list[tuple[int, int, str]]] = defaultdict(list)
    for child in children:
        label = hierarchy.items[child].label
        match = _COUNTED.fullmatch(label)
        # TensorFlow begins to count at the second: conv, conv_1, conv_2.
        prefix, digits, suffix = match.groups() if match else (f"{label}_", "0", "")
        counted[prefix, suffix, structure.shape_of[child]].append((int(digits), child, digits))
    runs = []
    for (prefix, suffix, _), numbered in counted.items():
        numbered.sort()
        start = 0
        for at in range(1, len(numbered) + 1):
            if at < len(numbered) and numbered[at][0] == numbered[at - 1][0] + 1:
                continue
            if at - start >= SHORTEST_SERIES:
                members = [child for _, child, _ in numbered[start:at]]
                runs.append((members, f"{prefix}[{numbered[start][2]}-{numbered[at - 1][2]}]{suffix}"))
            start = at
    return sorted(runs, key=lambda run: -len(run[0]))


def _gather_parts(hierarchy: Hierarchy, scope: int, children: list[int]) -> None:
    """Boxes around neighbours along the flow, and boxes around those, until there are few enough."""
    while len(children) > MOST_CHILDREN:
        count = math.ceil(len(children) / PART)
        ends = [number * len(children) // count for number in range(count + 1)]
        children = hierarchy.put_in_boxes(
            scope,
            [
                (children[start:end], f"part {number} of {count}")
                for number, (start, end) in enumerate(pairwise(ends), 1)
            ],
        )
    hierarchy.items[scope].children = children
