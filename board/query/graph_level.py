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
    for edge in _edges_of(hierarchy, scope):
        if keep is not None and not keep(edge):
            continue
        inner_source = hierarchy.holds(scope, edge.source)
        inner_target = hierarchy.holds(scope, edge.target)
        shape = None if edge.control else shape_label(hierarchy.graph.operations[edge.source].output_shape(edge.output))
        if inner_source and inner_target:
            source = hierarchy.child_towards(scope, edge.source)
            target = hierarchy.child_towards(scope, edge.target)
            if source is not target:
                edges.setdefault((source.path, target.path), Bundle()).add(edge, shape)
            continue
        inside, outside = (edge.source, edge.target) if inner_source else (edge.target, edge.source)
        direction: Direction = "out" if inner_source else "in"
        other = hierarchy.meeting(scope, outside)[1]
        port = (hierarchy.child_towards(scope, inside).path, direction, other.path)
        ports.setdefault(port, Bundle()).add(edge, shape)
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


def _edges_of(hierarchy: Hierarchy, scope: Item) -> Iterator[Edge]:
    """Each edge with at least one end in the scope, once."""
    operations = hierarchy.graph.operations
    for operation in hierarchy.operation_at[scope.first : scope.end]:
        yield from operations[operation].incoming
        for edge in operations[operation].outgoing:
            if not hierarchy.holds(scope, edge.target):
                yield edge


def shape_label(shape: Any) -> str | None:
    """A TensorShapeProto as ``784×10``, ``?×10`` or ``scalar``; None if the rank is not known."""
    if shape is None or shape.unknown_rank:
        return None
    sizes = ["?" if dim.size < 0 else str(dim.size) for dim in shape.dim]
    return "×".join(sizes) if sizes else "scalar"
