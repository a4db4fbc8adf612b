"""A view of a graph, what to paint by and a scope in; the paints of the scope's children, and what they mean, out.

Children are painted by qualities that they have in parts (devices, types of operations, what is built alike), or by
amounts (time, memory) on one scale for the whole graph.

A paint is a *key*, a number from 0, and the *share* of the child that has it, from 0 to 1. Keys mean the same in every
scope of a view, so the picture keeps its colours as scopes are opened.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from board.query.graph_costs import Costs
from board.query.graph_difference import STATUSES, Difference
from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_view import GraphView

By = Literal["structure", "device", "op"]
KEYS: tuple[By, ...] = ("structure", "device", "op")
Amount = Literal["time", "memory"]
AMOUNTS: tuple[Amount, ...] = ("time", "memory")
# As many colours as can be told apart. Further structures share them; further devices and op types share the last.
COLORS = 12
NOWHERE = "no device given"
OTHERS = "others"

Paint = list[tuple[int, float]]


def paint(view: GraphView, by: By, scope: Item) -> dict[str, Any]:
    """JSON values: ``legend`` (key, label, count) and, for each child of the scope, ``paints`` (key, share).

    A child that nothing else is like, or that has no device, has no paint.
    """
    hierarchy = view.hierarchy
    children = [hierarchy.items[index] for index in scope.children]
    if by == "structure":
        return {
            "legend": _legend_of_structures(view),
            "paints": [_structure(view, child) for child in children],
        }
    counts = view.ops if by == "op" else view.devices
    known = sorted((value for value in counts if value), key=lambda value: (-counts[value], value))
    shown = known if len(known) <= COLORS else known[: COLORS - 1]
    keys = {value: min(number, COLORS - 1) for number, value in enumerate(known)}
    legend = [{"key": keys[value], "label": value, "count": counts[value]} for value in shown]
    if len(shown) < len(known):
        rest = sum(counts[value] for value in known[len(shown) :])
        legend.append({"key": COLORS - 1, "label": f"{OTHERS} ({len(known) - len(shown)})", "count": rest})
    if counts[""]:
        legend.append({"key": None, "label": NOWHERE, "count": counts[""]})
    return {"legend": legend, "paints": [_shares(_values(hierarchy, child, by), keys) for child in children]}


def paint_difference(difference: Difference, hierarchy: Hierarchy, scope: Item) -> dict[str, Any]:
    """JSON values as of `paint`: what was added (key 0), removed (1) and changed (2)."""
    keys = {status: key for key, status in enumerate(STATUSES)}

    def statuses(item: Item) -> list[str]:
        operations = hierarchy.graph.operations
        inside = (operations[index].name for index in hierarchy.operation_at[item.first : item.end])
        return [difference.status.get(name, "") for name in inside]

    counts = difference.counts
    return {
        "legend": [{"key": keys[status], "label": status, "count": counts[status]} for status in STATUSES],
        "paints": [_shares(statuses(hierarchy.items[index]), keys) for index in scope.children],
    }


def paint_costs(costs: Costs, hierarchy: Hierarchy, by: Amount, scope: Item) -> dict[str, Any]:
    """JSON values: for each child of the scope, ``amounts`` of nanoseconds or bytes, null for what did not run.

    ``most`` is the greatest of the amounts at the top of the graph, where the scale of colours ends.
    """
    amounts = [_amount(costs, hierarchy.items[index], by) for index in scope.children]
    top = [_amount(costs, hierarchy.items[index], by) for index in hierarchy.items[0].children]
    return {"amounts": amounts, "most": max((amount for amount in top if amount is not None), default=0)}


def _amount(costs: Costs, item: Item, by: Amount) -> int | None:
    cost = costs.cost(item)
    return None if cost is None else cost.time if by == "time" else cost.bytes


def _structure(view: GraphView, child: Item) -> Paint:
    # A box around a series has the colour of what it holds.
    item = view.hierarchy.items[child.children[0]] if child.is_box and child.repeats else child
    key = view.structure.likeness_of.get(item.index)
    return [] if key is None else [(key, 1.0)]


def _legend_of_structures(view: GraphView) -> list[dict[str, Any]]:
    items = view.hierarchy.items
    return [
        {
            "key": key,
            "label": items[likeness.scopes[0]].name,
            "count": len(likeness.scopes),
            "operations": likeness.operations,
        }
        for key, likeness in enumerate(view.structure.likenesses[:COLORS])
    ]


def _values(hierarchy: Hierarchy, item: Item, by: By) -> list[str]:
    operations = hierarchy.graph.operations
    inside = (operations[index] for index in hierarchy.operation_at[item.first : item.end])
    return [operation.op if by == "op" else operation.node.device for operation in inside]


def _shares(values: list[str], keys: dict[str, int]) -> Paint:
    counts: Counter[int] = Counter()
    for value, count in Counter(values).items():
        if value:
            counts[keys[value]] += count
    return [(key, round(count / len(values), 4)) for key, count in counts.most_common()]
