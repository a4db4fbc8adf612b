"""The bytes of a graph as they lie in an event file in; one GraphDef, and what was wrong with the bytes, out.

Three messages carry graphs: GraphDef itself, MetaGraphDef (a graph with what is needed to use it again) and
RunMetadata (the graphs that a traced function ran). Keras models are JSON text.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Any

from google.protobuf.message import DecodeError

from board.query.graph_operations import scoped_input
from board.query.keras_model import decode_keras
from writer.format.messages import GraphDef, MetaGraphDef, NodeDef, RunMetadata


class Encoding(enum.Enum):
    """What the bytes of a graph are."""

    GRAPH_DEF = "graph_def"
    META_GRAPH_DEF = "meta_graph_def"
    RUN_METADATA = "run_metadata"
    KERAS = "keras"


def decode_graph(data: bytes, encoding: Encoding = Encoding.GRAPH_DEF) -> tuple[Any, list[str]]:
    """The GraphDef in ``data``, and one sentence for each thing that could not be read.

    A damaged GraphDef gives the nodes that can be read. A RunMetadata that traces several graphs gives one
    GraphDef with a scope for each: ``graph_1``, ``graph_2``, ...
    """
    if encoding is Encoding.KERAS:
        return decode_keras(data)
    if encoding is Encoding.GRAPH_DEF:
        try:
            return GraphDef.FromString(data), []
        except DecodeError:
            return _readable_nodes(data)
    message: Any = (MetaGraphDef if encoding is Encoding.META_GRAPH_DEF else RunMetadata)()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return GraphDef(), [f"The {type(message).__name__} that holds the graph is damaged ({len(data)} bytes)"]
    if encoding is Encoding.META_GRAPH_DEF:
        return message.graph_def, []
    return _merged(list(_traced_graphs(message))), []


def _traced_graphs(run_metadata: Any) -> Iterator[Any]:
    """The graphs of a trace, as the user wrote them where that is known, else as they were run."""
    for traced in run_metadata.function_graphs:
        if traced.pre_optimization_graph.node:
            yield traced.pre_optimization_graph
        elif traced.post_optimization_graph.node:
            yield traced.post_optimization_graph
        else:
            yield from traced.partition_graphs
    if not run_metadata.function_graphs:
        yield from run_metadata.partition_graphs


def _merged(graphs: list[Any]) -> Any:
    if len(graphs) == 1:
        return graphs[0]
    merged = GraphDef()
    for number, graph in enumerate(graphs, 1):
        scope = f"graph_{number}/"
        for node in graph.node:
            copy = merged.node.add()
            copy.CopyFrom(node)
            copy.name = scope + node.name
            copy.input[:] = [scoped_input(scope, text) for text in node.input]
        merged.library.MergeFrom(graph.library)
    return merged


_NODE_FIELD = 1
_LENGTH_DELIMITED = 2


def _readable_nodes(data: bytes) -> tuple[Any, list[str]]:
    """Every node of a damaged GraphDef that stands for itself; function libraries are left out."""
    graph = GraphDef()
    damaged = 0
    end = 0
    for field, content, end in _length_delimited_fields(data):  # noqa: B007 - where reading ended is told below
        if field != _NODE_FIELD:
            continue
        try:
            graph.node.append(NodeDef.FromString(content))
        except DecodeError:
            damaged += 1
    problems = [f"The GraphDef is damaged: {_count(damaged, 'node')} could not be read"] if damaged else []
    if end < len(data):
        problems.append(f"The GraphDef is damaged at byte {end} of {len(data)}: what follows could not be read")
    return graph, problems or ["The GraphDef is damaged: its function library or versions could not be read"]


def _length_delimited_fields(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """(field number, content, where it ends) of each length-delimited field; scalar fields are skipped.

    Stops at the first byte that no field can start with. Source of the wire format: the encoding guide of
    Protocol Buffers.
    """
    at = 0
    while at < len(data):
        key = _varint(data, at)
        if key is None:
            return
        number, wire_type = key[0] >> 3, key[0] & 7
        at = key[1]
        if wire_type == _LENGTH_DELIMITED:
            length = _varint(data, at)
            if length is None or length[1] + length[0] > len(data):
                return
            at = length[1] + length[0]
            yield number, data[length[1] : at], at
        elif wire_type == 0:
            value = _varint(data, at)
            if value is None:
                return
            at = value[1]
        elif wire_type in (1, 5):
            at += 8 if wire_type == 1 else 4
        else:
            return


def _varint(data: bytes, at: int) -> tuple[int, int] | None:
    value = 0
    for shift, byte in enumerate(data[at : at + 10]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, at + shift + 1
    return None


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
