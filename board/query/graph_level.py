"""A hierarchy and one of its scopes in; what a picture of that scope alone needs, out.

A level is laid out without knowing any other. An edge between two operations is drawn once, between two children
of the lowest scope that holds both, and continues into each of its ends when they are opened: there it is a *port*,
named by the child at the other end. Each end of an edge passes a port of every scope between it and that meeting::

    scope ""        [ a ] ---------> [ b ]          an edge of the level ""
    scope "a"       ( x )--> port out to "b"        a port of the level "a"
    scope "b"       port in from "a" -->( y )       a port of the level "b"
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_operations import Edge

MAX_LINKS = 5000

Direction = Literal["in", "out"]


@dataclass(slots=True)
class Bundle:
    """Edges that are drawn as one line."""

    tensors: int = 0
    controls: int = 0
    references: int = 0
    shapes: set[str | None] = field(default_factory=set)

    @property
    def shape(self) -> str | None:
        """What all tensors of the bundle look like, such as ``784×10`` or ``scalar``; None if that is not known."""
        return next(iter(self.shapes)) if len(self.shapes) == 1 else None

    def add(self, edge: Edge, shape: str | None) -> None:
        if edge.control:
            self.controls += 1
        else:
            self.tensors += 1
            self.references += edge.reference
            self.shapes.add(shape)


@dataclass(slots=True)
class Level:
    """One scope: the children that are shown, and the bundles between them and to the outside.

    ``edges`` is keyed by (child path, child path), ``ports`` by (child path, direction, path of the other end).
    """

    scope: Item
    children: list[Item]
    edges: dict[tuple[str, str], Bundle]
    ports: dict[tuple[str, Direction, str], Bundle]
    omitted_links: int = 0
    """Bundles that are too many to be in ``edges`` or ``ports``."""


def level(hierarchy: Hierarchy, scope: Item, keep: Callable[[Edge], bool] | None = None) -> Level:
    """The level of a scope, with those edges only that are to be kept."""
    edges: dict[tuple[str, str], Bundle] = {}
    ports: dict[tuple[str, Direction, str], Bundle] = {}
    items, operations = hierarchy.items, hierarchy.graph.operations

    def shape(edge: Edge) -> str | None:
        return None if edge.control else shape_label(operations[edge.source].output_shape(edge.output))

    for source, target, edge in hierarchy.links.get(scope.index, []):
        if source != target and (keep is None or keep(edge)):
            edges.setdefault((items[source].path, items[target].path), Bundle()).add(edge, shape(edge))
    for edge, direction in _crossing(hierarchy, scope):
        if keep is None or keep(edge):
            inside, outside = (edge.source, edge.target) if direction == "out" else (edge.target, edge.source)
            other = hierarchy.meeting(scope, outside)[1]
            port = (hierarchy.child_towards(scope, inside).path, direction, other.path)
            ports.setdefault(port, Bundle()).add(edge, shape(edge))
    return Level(
        scope,
        [hierarchy.items[index] for index in scope.children],
        dict(list(edges.items())[:MAX_LINKS]),
        dict(list(ports.items())[:MAX_LINKS]),
        omitted_links=max(0, len(edges) - MAX_LINKS) + max(0, len(ports) - MAX_LINKS),
    )


def level_json(hierarchy: Hierarchy, drawn: Level) -> dict[str, Any]:
    """The level as JSON values; edges and ports name children by their index."""
    index = {child.path: position for position, child in enumerate(drawn.children)}
    return {
        "scope": drawn.scope.path,
        "children": [
            {
                "path": child.path,
                "name": child.name,
                "label": child.label,
                "kind": "scope" if child.is_scope else "op",
                "op": _op_type(hierarchy, child),
                "operations": child.end - child.first,
                "repeats": child.repeats,
            }
            for child in drawn.children
        ],
        "edges": [
            {"from": index[source], "to": index[target], **_bundle_json(bundle)}
            for (source, target), bundle in drawn.edges.items()
        ],
        "ports": [
            {"child": index[child], "direction": direction, "other": other, **_bundle_json(bundle)}
            for (child, direction, other), bundle in drawn.ports.items()
        ],
        "omitted_links": drawn.omitted_links,
    }


def _op_type(hierarchy: Hierarchy, item: Item) -> str | None:
    operation = item.own if item.is_scope else item.operation
    return None if operation is None else hierarchy.graph.operations[operation].op


def _bundle_json(bundle: Bundle) -> dict[str, Any]:
    return {
        "tensors": bundle.tensors,
        "controls": bundle.controls,
        "references": bundle.references,
        "shape": bundle.shape,
    }


def _crossing(hierarchy: Hierarchy, scope: Item) -> Iterator[tuple[Edge, Direction]]:
    """The edges with one end in the scope."""
    operations, position, first, end = hierarchy.graph.operations, hierarchy.position, scope.first, scope.end
    for operation in hierarchy.operation_at[first:end] if scope.index else ():
        for edge in operations[operation].incoming:
            if not first <= position[edge.source] < end:
                yield edge, "in"
        for edge in operations[operation].outgoing:
            if not first <= position[edge.target] < end:
                yield edge, "out"


def shape_label(shape: Any) -> str | None:
    """A TensorShapeProto as ``784×10``, ``?×10`` or ``scalar``; None if the rank is not known."""
    if shape is None or shape.unknown_rank:
        return None
    sizes = ["?" if dim.size < 0 else str(dim.size) for dim in shape.dim]
    return "×".join(sizes) if sizes else "scalar"
