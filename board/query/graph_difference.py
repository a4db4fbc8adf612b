"""Two graphs in; one graph of all nodes of both, and what became of each node from the old to the new, out.

Nodes are the same if they have the same name, type, device, inputs and attributes; what has the name but differs in the
rest is changed. A node that was renamed is one removed and one added.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from board.query.graph_attributes import attribute_text
from board.query.graph_operations import Operation, OperationGraph, read_operations
from writer.format.messages import GraphDef

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
STATUSES = (ADDED, REMOVED, CHANGED)
MAX_LISTED = 200


class Difference:
    """What became of the nodes of ``old`` in ``new``; ``operations`` are those of the new graph and the removed."""

    def __init__(self, new: OperationGraph, old: OperationGraph) -> None:
        before = {operation.name: operation.node for operation in reversed(old.operations)}
        self.before = before
        self.status: dict[str, str] = {}
        """By name of the node; nodes that are the same are not in it."""
        united = GraphDef()
        names = set()
        for operation in new.operations:
            united.node.append(operation.node)
            names.add(operation.name)
            known = before.get(operation.name)
            if known is None:
                self.status[operation.name] = ADDED
            elif known != operation.node:
                self.status[operation.name] = CHANGED
        for operation in old.operations:
            if operation.name not in names:
                united.node.append(operation.node)
                self.status[operation.name] = REMOVED
        self.operations = read_operations(united)

    @property
    def counts(self) -> dict[str, int]:
        """How many nodes were added, removed and changed."""
        counted = Counter(self.status.values())
        return {status: counted[status] for status in STATUSES}

    def listed(self, status: str) -> list[Operation]:
        """The operations of a status, in the order of the graph, at most `MAX_LISTED`."""
        return [each for each in self.operations.operations if self.status.get(each.name) == status][:MAX_LISTED]

    def changes(self, operation: Operation) -> list[dict[str, str]]:
        """What of a changed node differs: ``what``, and the ``old`` and the ``new`` text of it."""
        if self.status.get(operation.name) != CHANGED:
            return []
        old, new = self.before[operation.name], operation.node
        pairs = [
            ("op type", old.op, new.op),
            ("device", old.device, new.device),
            ("inputs", ", ".join(old.input), ", ".join(new.input)),
            *((name, _attribute(old, name), _attribute(new, name)) for name in sorted({*old.attr, *new.attr})),
        ]
        found = [{"what": what, "old": before, "new": after} for what, before, after in pairs if before != after]
        # Large attributes are told by their size, which may be the same.
        return found or [{"what": "attributes", "old": "", "new": "of large values"}]


def _attribute(node: Any, name: str) -> str:
    return attribute_text(node.attr[name]) if name in node.attr else ""
