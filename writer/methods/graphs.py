"""Graphs, and what running them cost."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from writer import event
from writer.event_file import EventFileWriter
from writer.format.messages import TaggedRunMetadata
from writer.methods.base import Methods, as_bytes


@runtime_checkable
class ExportsGraphDef(Protocol):
    """A graph that can tell its GraphDef, such as `graphcore.Graph`."""

    def as_graph_def(self, *, add_shapes: bool) -> Any:
        """The GraphDef message; with ``add_shapes``, every node says its outputs' shapes."""


class GraphMethods(Methods):
    """Logs graphs and run metadata."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._run_metadata_tags: set[str] = set()

    def add_graph(
        self, graph: Any = None, global_step: Any = None, graph_def: Any = None, walltime: float | None = None
    ) -> None:
        """Logs the graph of the run; readers show the last one.

        Args:
            graph: an object with ``as_graph_def``, such as a `graphcore.Graph`.
            graph_def: instead, a GraphDef message (of any library's class) or its bytes.

        Raises:
            ValueError: both were given.
            TypeError: neither was, or not of these types.
        """
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        if isinstance(graph, ExportsGraphDef):
            graph_def = graph.as_graph_def(add_shapes=True)
        elif graph is not None and _is_graph_def(graph):
            graph_def = graph
        if graph_def is None:
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        if hasattr(graph_def, "SerializeToString"):
            serialized = graph_def.SerializeToString(deterministic=True)
        else:
            serialized = as_bytes("add_graph", "a GraphDef", graph_def)
        self._log(event.GRAPH_DEF, serialized, global_step, walltime)

    def add_run_metadata(
        self, run_metadata: Any, tag: str, global_step: Any = None, walltime: float | None = None
    ) -> None:
        """Logs a RunMetadata message: what a step cost, node by node.

        Raises:
            ValueError: the tag was used before; it names the step in the graph's list of them.
        """
        if tag in self._run_metadata_tags:
            raise ValueError("The provided tag was already used for this event type")
        payload = as_bytes("add_run_metadata", "a RunMetadata", run_metadata)
        message = TaggedRunMetadata(tag=tag, run_metadata=payload)
        self._log(event.TAGGED_RUN_METADATA, message.SerializeToString(), global_step, walltime)
        self._run_metadata_tags.add(tag)


def _is_graph_def(value: Any) -> bool:
    descriptor = getattr(value, "DESCRIPTOR", None)
    return isinstance(value, bytes) or getattr(descriptor, "name", None) == "GraphDef"
