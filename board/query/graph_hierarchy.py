"""Operations in; the tree of name scopes out, as readers of TensorFlow graphs know it.

An operation ``a/b/c`` lies in scope ``a/b``. An operation ``a`` whose name is a scope as well is put inside it,
as ``a/(a)``. Every item of the tree has a path of its own, whatever the names were: later nodes of one name get
``#2``, ``#3``, ... and empty parts of a name are left out. `board.query.graph_gathering` may put boxes around
siblings, which are scopes of the tree but none of the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from board.query.graph_items import Item
from board.query.graph_links import links_of, moved
from board.query.graph_operations import OperationGraph

ROOT = ""
# Names of hostile depth would cost the square of their length; what lies deeper stays one label.
MAX_DEPTH = 64
UNNAMED = "(no name)"


class Hierarchy:
    """The tree of scopes over an `OperationGraph`. Item 0 is the root, with path ``""``."""

    def __init__(self, graph: OperationGraph) -> None:
        self.graph = graph
        self.items: list[Item] = [Item(0, ROOT, ROOT, "", 0)]
        self.by_path: dict[str, int] = {ROOT: 0}
        self._build()
        self.item_of_operation = [0] * len(graph.operations)
        self.operation_at: list[int] = []
        """Operation index by position in the tree."""
        self.position = [0] * len(graph.operations)
        self._number()
        self.links = links_of(self.items, self.item_of_operation, graph.operations)
        """By index of the scope, the edges that are drawn in it."""
        self._boxed: set[int] = set()

    def item(self, path: str) -> Item | None:
        """The item of this path; the name of an operation that was put elsewhere leads to its item as well."""
        index = self.by_path.get(path)
        if index is None:
            index = self._by_odd_name.get(path)
        return None if index is None else self.items[index]

    def holds(self, item: Item, operation: int) -> bool:
        return item.first <= self.position[operation] < item.end

    def child_towards(self, item: Item, operation: int) -> Item:
        """The child of ``item`` that is the operation or holds it; the operation must lie in ``item``."""
        below = self.items[self.item_of_operation[operation]]
        while below.parent != item.index:
            below = self.items[below.parent]
        return below

    def meeting(self, item: Item, operation: int) -> tuple[Item, Item]:
        """(the lowest scope that holds both, its child towards the operation), which must lie outside ``item``."""
        common = item
        while not self.holds(common, operation):
            common = self.items[common.parent]
        return common, self.child_towards(common, operation)

    def inner_first(self) -> Iterator[int]:
        """Indices of all items, those in a scope before the scope, by a walk without recursion: names may be deep."""
        stack = [(0, False)]
        while stack:
            index, left = stack.pop()
            children = self.items[index].children
            if left or not children:
                yield index
            else:
                stack.append((index, True))
                stack.extend((child, False) for child in reversed(children))

    def put_in_boxes(self, scope: int, boxes: Sequence[tuple[list[int], str]]) -> list[int]:
        """Puts a new scope around each list of children of a scope, where the first of them is.

        `rearranged` must follow the last of these calls.

        Returns:
            The indices of the new scopes.
        """
        parent = self.items[scope]
        first: dict[int, int] = {}
        taken: set[int] = set()
        for members, label in boxes:
            box = Item(len(self.items), "", parent.name, label, scope, children=members, is_box=True)
            self.items.append(box)
            first[members[0]] = box.index
            taken.update(members)
            for child in members:
                self.items[child].parent = box.index
        parent.children = [first.get(child, child) for child in parent.children if child in first or child not in taken]
        self._boxed.add(scope)
        return list(first.values())

    def rearranged(self) -> None:
        """Gives every item the path of its new place, after boxes have been put around some.

        Paths from before lead to the same items still.
        """
        if not self._boxed:
            return
        for boxed in self._boxed:
            for link in self.links.pop(boxed, []):
                place, link = moved(self.items, link)
                self.links[place].append(link)
        self._boxed.clear()
        former, self.by_path = self.by_path, {ROOT: 0}
        self.operation_at.clear()
        waiting = [0]
        while waiting:
            scope = self.items[waiting.pop()]
            for index in scope.children:
                item = self.items[index]
                stem = f"{scope.path}/{item.label}" if scope.index else item.label
                item.path, number = stem, 1
                while item.path in self.by_path:
                    number += 1
                    item.path = f"{stem}#{number}"
                self.by_path[item.path] = index
            waiting.extend(reversed(scope.children))
        for path, index in former.items():
            self._by_odd_name.setdefault(path, index)
        self._number()

    def _build(self) -> None:
        operations = self.graph.operations
        places = [_place(operation.name) for operation in operations]
        scopes: set[str] = set()
        for scope, _ in places:
            while scope and scope not in scopes:
                scopes.add(scope)
                scope = scope.rpartition("/")[0]
        self._by_odd_name: dict[str, int] = {}
        repeated: list[int] = []
        for index, (scope, label) in enumerate(places):
            path = f"{scope}/{label}" if scope else label
            if path in scopes or path in self.by_path:
                repeated.append(index)
                # The scope takes its place among its siblings from the operation of its name.
                if path in scopes:
                    self._scope(path)
            else:
                self._add(path, label, self._scope(scope), index)
        for index in repeated:
            scope, label = places[index]
            path = f"{scope}/{label}" if scope else label
            own = path in scopes
            parent = self._scope(path if own else scope)
            if own:
                label = f"({label})"
            stem = f"{self.items[parent].path}/{label}" if parent else label
            path, number = stem, 1
            while path in self.by_path or path in scopes:
                number += 1
                path = f"{stem}#{number}"
            self._add(path, label if number == 1 else f"{label}#{number}", parent, index)
            if own and self.items[parent].own is None:
                self.items[parent].own = index
        for item in self.items:
            if item.operation is not None and operations[item.operation].name != item.path:
                self._by_odd_name.setdefault(operations[item.operation].name, item.index)

    def _scope(self, path: str) -> int:
        """Index of a scope, made with those above it if there is none yet."""
        index = self.by_path.get(path)
        if index is None:
            above, _, label = path.rpartition("/")
            index = self._add(path, label, self._scope(above), None)
        return index

    def _add(self, path: str, label: str, parent: int, operation: int | None) -> int:
        item = Item(len(self.items), path, path, label, parent, operation)
        self.items.append(item)
        self.by_path[path] = item.index
        self.items[parent].children.append(item.index)
        return item.index

    def _number(self) -> None:
        """Positions, ranges and counts."""
        for index in self.inner_first():
            item = self.items[index]
            if item.operation is not None:
                self.item_of_operation[item.operation] = index
                self.position[item.operation] = item.first = len(self.operation_at)
                self.operation_at.append(item.operation)
                item.end = item.first + 1
            elif item.children:
                inside = [self.items[child] for child in item.children]
                item.first, item.end = inside[0].first, inside[-1].end
                item.scopes = sum(child.scopes + 1 for child in inside if child.is_scope)


def _place(name: str) -> tuple[str, str]:
    """(path of the scope, label) of an operation."""
    scope, _, label = name.rpartition("/")
    if label and "//" not in name and name[0] != "/" and name.count("/") < MAX_DEPTH:
        return scope, label
    parts = [part for part in name.split("/") if part] or [UNNAMED]
    return "/".join(parts[: MAX_DEPTH - 1][: len(parts) - 1]), "/".join(parts[min(len(parts), MAX_DEPTH) - 1 :])
