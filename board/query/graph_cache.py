"""A store, a run and a tag in; the graph logged there, parsed once, out."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass

from board.query import logged_graph
from board.query.graph_hierarchy import Hierarchy
from board.query.graph_operations import read_operations
from board.query.graph_source import Encoding, decode_graph
from board.store import BlobReference, Store

# Of serialised graphs. Parsed, a graph takes several times as much.
CACHED_BYTES = 128 << 20
CACHED_GRAPHS = 8


@dataclass(frozen=True)
class LoggedGraph:
    """A graph as it was logged last. ``digest`` tells its content: another one means another graph."""

    digest: str
    size: int
    hierarchy: Hierarchy


class GraphCache:
    """The graphs asked for last, as many as `CACHED_GRAPHS` and `CACHED_BYTES` allow; always the very last one."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._graphs: OrderedDict[BlobReference, LoggedGraph] = OrderedDict()

    def graph(self, run: str, tag: str | None) -> LoggedGraph:
        """The graph that was logged last under a tag, or as the run's own (``tag`` None).

        Raises:
            LookupError: nothing of that name holds a graph, or its file can no longer be read.
        """
        reference, encoding = logged_graph.locate(self._store, run, tag)
        with self._lock:
            graph = self._graphs.get(reference)
            if graph is None:
                graph = self._load(reference, encoding)
                self._graphs[reference] = graph
            self._graphs.move_to_end(reference)
            while len(self._graphs) > CACHED_GRAPHS or (len(self._graphs) > 1 and self._bytes() > CACHED_BYTES):
                self._graphs.popitem(last=False)
            return graph

    def _bytes(self) -> int:
        return sum(graph.size for graph in self._graphs.values())

    def _load(self, reference: BlobReference, encoding: Encoding) -> LoggedGraph:
        data = logged_graph.content(self._store, reference)
        hierarchy = Hierarchy(read_operations(*decode_graph(data, encoding)))
        return LoggedGraph(hashlib.sha256(data).hexdigest()[:16], len(data), hierarchy)
