"""A RunMetadata and a hierarchy in; what each node and each scope took, in time and memory, out.

Devices report each execution of a kernel: when it began and ended, and how many bytes its allocators gave it. An
operation that ran several times takes the time of all its executions and the memory of the greediest. A scope takes
the time in which anything of it ran, so what ran side by side counts once, and the sum of the memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_level import shape_label

MAX_LISTED = 200


class Execution(NamedTuple):
    """One run of a kernel. ``item`` is the operation, or the scope that its name lies in if the graph has none."""

    item: int
    name: str
    device: str
    start: int
    """Nanoseconds since the first execution of the step."""
    end: int
    bytes: int
    thread: int
    outputs: tuple[str, ...]
    """Shapes."""


@dataclass(frozen=True)
class Cost:
    """What an item took: nanoseconds, bytes, and how many times kernels of it ran."""

    time: int
    bytes: int
    executions: int


class Costs:
    """What a step took, over a hierarchy of the graph that ran."""

    def __init__(self, run_metadata: Any, hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self.executions = sorted(_executions(run_metadata, hierarchy), key=lambda each: (each.start, each.end))
        by_item: dict[int, list[Execution]] = defaultdict(list)
        for execution in self.executions:
            by_item[execution.item].append(execution)
        self._by_item = by_item
        self._intervals: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._bytes: dict[int, int] = defaultdict(int)
        self._counts: dict[int, int] = defaultdict(int)
        self._known: dict[int, Cost] = {}
        for index, executions in by_item.items():
            intervals = [(execution.start, execution.end) for execution in executions]
            most = max(execution.bytes for execution in executions)
            for above in _lineage(hierarchy.items, index):
                self._intervals[above].extend(intervals)
                self._bytes[above] += most
                self._counts[above] += len(executions)

    def cost(self, item: Item) -> Cost | None:
        """None for what did not run."""
        if item.index not in self._counts:
            return None
        known = self._known.get(item.index)
        if known is None:
            time = covered(self._intervals[item.index])
            known = self._known[item.index] = Cost(time, self._bytes[item.index], self._counts[item.index])
        return known

    def costliest(self, by: str) -> list[tuple[Item, Cost]]:
        """The operations that took the most ``"time"`` or ``"bytes"``, in falling order, at most `MAX_LISTED`."""
        found = []
        for index in self._by_item:
            item = self._hierarchy.items[index]
            cost = self.cost(item)
            if not item.is_scope and cost is not None:
                found.append((item, cost))
        found.sort(key=lambda pair: (-getattr(pair[1], by), pair[0].index))
        return found[:MAX_LISTED]

    @property
    def elsewhere(self) -> int:
        """How many executions were of nodes that the graph does not have: optimizers of the runtime make such."""
        return sum(self._hierarchy.items[execution.item].is_scope for execution in self.executions)

    def outputs(self, item: Item) -> tuple[str, ...]:
        """Shapes of what an operation put out when it ran last."""
        executions = self._by_item.get(item.index)
        return executions[-1].outputs if executions else ()


def covered(intervals: Iterable[tuple[int, int]]) -> int:
    """The length of a union of intervals.

    >>> covered([(0, 4), (2, 6), (10, 11)])
    7
    """
    total, end = 0, None
    for start, stop in sorted(intervals):
        if end is None or start > end:
            total += stop - start
            end = stop
        elif stop > end:
            total += stop - end
            end = stop
    return total


def _executions(run_metadata: Any, hierarchy: Hierarchy) -> list[Execution]:
    timed = [
        (device.device, node, *_times(node))
        for device in run_metadata.step_stats.dev_stats
        for node in device.node_stats
        if not node.node_name.startswith("_SOURCE")
    ]
    first = min((start for _, _, start, _ in timed), default=0)
    return [
        Execution(
            _place(hierarchy, node.node_name),
            node.node_name,
            device,
            start - first,
            max(start, end) - first,
            sum(max(0, memory.total_bytes) for memory in node.memory),
            node.thread_id,
            tuple(shape_label(output.tensor_description.shape) or "?" for output in node.output),
        )
        for device, node, start, end in timed
    ]


def _times(node: Any) -> tuple[int, int]:
    """Start and end in nanoseconds; older files have microseconds only."""
    if node.all_start_nanos:
        return node.all_start_nanos, node.all_start_nanos + node.all_end_rel_nanos
    return 1000 * node.all_start_micros, 1000 * (node.all_start_micros + node.all_end_rel_micros)


def _place(hierarchy: Hierarchy, name: str) -> int:
    """The operation of this name, or else the innermost scope that it would lie in."""
    # GPU streams report kernels as name:kernel.
    for spelling in (name, name.partition(":")[0]):
        item = hierarchy.item(spelling)
        if item is not None:
            own = item.own
            return item.index if own is None else hierarchy.item_of_operation[own]
    scope = name.rpartition("/")[0]
    while scope:
        item = hierarchy.item(scope)
        if item is not None and item.is_scope:
            return item.index
        scope = scope.rpartition("/")[0]
    return 0


def _lineage(items: list[Item], index: int) -> Iterable[int]:
    while index:
        yield index
        index = items[index].parent
    yield 0
