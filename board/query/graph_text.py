"""A hierarchy and one of its scopes in; the nodes that lie in it, as a GraphDef in protobuf's text format, out."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf import text_format

from board.query.graph_hierarchy import Hierarchy, Item


def node_texts(hierarchy: Hierarchy, scope: Item) -> Iterator[str]:
    """One text for each node, so that a large graph is never whole in memory as text."""
    operations = hierarchy.graph.operations
    for index in hierarchy.operation_at[scope.first : scope.end]:
        inside = text_format.MessageToString(operations[index].node, indent=2)
        yield f"node {{\n{inside}}}\n"
