"""A hierarchy and the path of an item in; what a reader wants to know about that item, out, as JSON values.

An operation tells its type, device, attributes and where its inputs come from and its outputs go; a scope tells
what it is made of and what crosses its border. A scope that has an operation of its own name tells both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from board.query.graph_attributes import attribute_text
from board.query.graph_costs import Cost, Costs
from board.query.graph_difference import STATUSES, Difference
from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_level import shape_label
from board.query.graph_library import called_by, function_scope
from board.query.graph_operations import MISSING, Edge, Operation, parse_input
from board.query.graph_work import work_of

MAX_LISTED = 200
MAX_FOUND = 50

Card = dict[str, Any]


def card(hierarchy: Hierarchy, item: Item) -> Card:
    """The card of an item: ``operation`` and ``contents`` are null where it has none."""
    operation = item.own if item.is_scope else item.operation
    return {
        "path": item.path,
        "name": None if item.is_box else item.name,
        "label": item.label,
        "repeats": item.repeats,
        "scope": hierarchy.items[item.parent].path,
        "operation": None if operation is None else _operation(hierarchy, hierarchy.graph.operations[operation]),
        "contents": _contents(hierarchy, item) if item.is_scope else None,
        "work": asdict(work_of(hierarchy, item)),
    }


def difference(compared: Difference, hierarchy: Hierarchy, item: Item) -> Card | None:
    """What became of an operation: ``status``, null if it is the same, and ``changes``; None for a mere scope."""
    index = item.own if item.is_scope else item.operation
    if index is None:
        return None
    operation = hierarchy.graph.operations[index]
    return {"status": compared.status.get(operation.name), "changes": compared.changes(operation)}


def differences(compared: Difference, hierarchy: Hierarchy) -> Card:
    """How many nodes were added, removed and changed, and the first of each."""
    return {
        "counts": compared.counts,
        "items": [
            {"path": _path(hierarchy, operation.index), "name": operation.name, "op": operation.op, "status": status}
            for status in STATUSES
            for operation in compared.listed(status)
        ],
    }


def cost(costs: Costs, item: Item) -> Card | None:
    """What the item took, None if it did not run: ``time`` in nanoseconds, ``bytes``, and shapes of ``outputs``."""
    found = costs.cost(item)
    return None if found is None else {**_cost(found), "outputs": list(costs.outputs(item)[:MAX_LISTED])}


def costliest(hierarchy: Hierarchy, costs: Costs, by_memory: bool) -> Card:
    """The operations that took the most, the ``total``, and how many executions were of nodes ``elsewhere``."""
    operations = hierarchy.graph.operations
    total = costs.cost(hierarchy.items[0])
    return {
        "total": None if total is None else _cost(total),
        "elsewhere": costs.elsewhere,
        "items": [
            {"path": item.path, "name": operation.name, "op": operation.op, **_cost(found)}
            for item, found in costs.costliest("bytes" if by_memory else "time")
            for operation in [operations[item.operation or 0]]
        ],
    }


def _cost(found: Cost) -> Card:
    return {"time": found.time, "bytes": found.bytes, "executions": found.executions}


def search(hierarchy: Hierarchy, text: str) -> Card:
    """Items whose name holds ``text``, small and capital letters alike: at most `MAX_FOUND`, and how many there are.

    Those whose own label holds it come first, the shorter before the longer.
    """
    wanted = text.casefold()
    named = (item for item in hierarchy.items[1:] if not item.is_box)
    found = [item for item in named if wanted in item.name.casefold()] if wanted else []
    found.sort(key=lambda item: (wanted not in item.label.casefold(), len(item.name), item.name))
    operations = hierarchy.graph.operations
    return {
        "count": len(found),
        "items": [
            {
                "path": item.path,
                "name": item.name,
                "op": None if item.operation is None else operations[item.operation].op,
                "operations": item.end - item.first,
            }
            for item in found[:MAX_FOUND]
        ],
    }


def _operation(hierarchy: Hierarchy, operation: Operation) -> Card:
    attributes = operation.node.attr
    data = [entry for entry in operation.inputs if not entry.control]
    controls = [entry for entry in operation.inputs if entry.control]
    outputs = [edge for edge in operation.outgoing if not edge.control]
    after = [edge for edge in operation.outgoing if edge.control]
    return {
        "path": _path(hierarchy, operation.index),
        "name": operation.name,
        "op": operation.op,
        "device": operation.node.device,
        "attributes": [
            {"name": name, "value": attribute_text(attributes[name])} for name in sorted(attributes)[:MAX_LISTED]
        ],
        "attribute_count": len(attributes),
        "inputs": [_input(hierarchy, *entry) for entry in data[:MAX_LISTED]],
        "input_count": len(data),
        "control_inputs": [_input(hierarchy, *entry) for entry in controls[:MAX_LISTED]],
        "control_input_count": len(controls),
        "outputs": [_output(hierarchy, edge) for edge in outputs[:MAX_LISTED]],
        "output_count": len(outputs),
        "calls": _calls(hierarchy, operation),
        "control_outputs": [_output(hierarchy, edge) for edge in after[:MAX_LISTED]],
        "control_output_count": len(after),
    }


def _calls(hierarchy: Hierarchy, operation: Operation) -> list[dict[str, str]]:
    """The functions of the library that an operation calls."""
    found: dict[str, dict[str, str]] = {}
    for name in called_by(operation.node)[:MAX_LISTED]:
        scope = hierarchy.item(function_scope(name))
        if scope is not None:
            found[name] = {"name": name, "path": scope.path}
    return list(found.values())


def _input(hierarchy: Hierarchy, text: str, source: int, output: int, control: bool) -> Card:
    if source == MISSING:
        return {"name": parse_input(text)[0], "path": None, "output": output, "op": None, "shape": None}
    operation = hierarchy.graph.operations[source]
    return {
        "name": operation.name,
        "path": _path(hierarchy, source),
        "output": output,
        "op": operation.op,
        "shape": None if control else shape_label(operation.output_shape(output)),
    }


def _output(hierarchy: Hierarchy, edge: Edge) -> Card:
    source, target = hierarchy.graph.operations[edge.source], hierarchy.graph.operations[edge.target]
    return {
        "name": target.name,
        "path": _path(hierarchy, edge.target),
        "output": edge.output,
        "op": target.op,
        "shape": None if edge.control else shape_label(source.output_shape(edge.output)),
    }


def _contents(hierarchy: Hierarchy, item: Item) -> Card:
    operations = hierarchy.graph.operations
    inside = [operations[index] for index in hierarchy.operation_at[item.first : item.end]]
    ops = Counter(operation.op for operation in inside)
    devices = Counter(operation.node.device for operation in inside)
    sources = _outside(hierarchy, item, (edge for each in inside for edge in each.incoming), incoming=True)
    targets = _outside(hierarchy, item, (edge for each in inside for edge in each.outgoing), incoming=False)
    return {
        "operations": len(inside),
        "scopes": item.scopes,
        "ops": [{"op": op, "count": count} for op, count in _by_count(ops)],
        "op_count": len(ops),
        "devices": [{"device": device, "count": count} for device, count in _by_count(devices) if device],
        **sources,
        **targets,
    }


def _outside(hierarchy: Hierarchy, item: Item, edges: Iterable[Edge], *, incoming: bool) -> Card:
    """The operations outside of ``item`` that its edges come from or go to, each once."""
    shapes: dict[tuple[int, int], str | None] = {}
    for edge in edges:
        outside = edge.source if incoming else edge.target
        if not edge.control and not hierarchy.holds(item, outside):
            source = hierarchy.graph.operations[edge.source]
            shapes.setdefault((outside, edge.output), shape_label(source.output_shape(edge.output)))
    operations = hierarchy.graph.operations
    listed = [
        {
            "name": operations[index].name,
            "path": _path(hierarchy, index),
            "output": output,
            "op": operations[index].op,
            "shape": shape,
        }
        for (index, output), shape in list(shapes.items())[:MAX_LISTED]
    ]
    kind = "input" if incoming else "output"
    return {f"{kind}s": listed, f"{kind}_count": len(shapes)}


def _by_count(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_LISTED]


def _path(hierarchy: Hierarchy, operation: int) -> str:
    return hierarchy.items[hierarchy.item_of_operation[operation]].path
