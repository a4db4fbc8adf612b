"""A store, a run and a tag in; the graph logged there, parsed once, out."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from concurrent.futures import Future

from board.garbage import collected_seldom
from board.query import logged_graph
from board.query.graph_costs import Costs
from board.query.graph_difference import Difference
from board.query.graph_library import with_library
from board.query.graph_operations import OperationGraph, read_operations
from board.query.graph_source import Encoding, decode_graph
from board.query.graph_view import GraphView, view_of
from board.store import BlobReference, Store

# Of serialised graphs. Parsed, a graph takes several times as much.
CACHED_BYTES = 128 << 20
CACHED_GRAPHS = 8
CACHED_COSTS = 4


class LoggedGraph:
    """A graph as it was logged last. ``digest`` tells its content: another one means another graph.

    ``difference`` is None but for a graph that was made of two (see `GraphCache.difference`).
    """

    def __init__(
        self, digest: str, size: int, operations: OperationGraph, difference: Difference | None = None
    ) -> None:
        self.digest = digest
        self.size = size
        self.operations = operations
        self.difference = difference
        self._lock = threading.Lock()
        self._views: dict[bool, GraphView] = {}

    def view(self, *, series: bool = True) -> GraphView:
        """The graph with its scopes, made once (see `graph_view.view_of`)."""
        with self._lock:
            if series not in self._views:
                with collected_seldom():
                    self._views[series] = view_of(self.operations, series=series)
            return self._views[series]


class GraphCache:
    """The graphs asked for last, as many as `CACHED_GRAPHS` and `CACHED_BYTES` allow; always the very last one.

    Threads that ask for the same graph at a time wait for one of them to parse it; different graphs do not wait for one
    another.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()  # of what follows, and never held while a graph is read
        self._graphs: OrderedDict[BlobReference, Future[LoggedGraph]] = OrderedDict()
        self._difference: LoggedGraph | None = None
        self._costs: OrderedDict[tuple[BlobReference, int], tuple[GraphView, Costs]] = OrderedDict()

    def graph(self, run: str, tag: str | None) -> LoggedGraph:
        """The graph that was logged last under a tag, or as the run's own (``tag`` None).

        Raises:
            LookupError: nothing of that name holds a graph, or its file can no longer be read.
        """
        reference, encoding = logged_graph.locate(self._store, run, tag)
        with self._lock:
            is_new = reference not in self._graphs
            if is_new:
                self._graphs[reference] = Future()
            self._graphs.move_to_end(reference)
            future = self._graphs[reference]
        if is_new:
            self._load(reference, encoding, future)
        graph = future.result()
        with self._lock:
            self._make_room()
        return graph

    def difference(self, new: LoggedGraph, old: LoggedGraph) -> LoggedGraph:
        """The nodes of both graphs in one, with what became of each; the last of these that was asked for is kept."""
        digest = f"{new.digest}-{old.digest}"
        with self._lock:
            known = self._difference
        if known is None or known.digest != digest:
            with collected_seldom():
                difference = Difference(new.operations, old.operations)
            known = LoggedGraph(digest, new.size + old.size, difference.operations, difference)
            with self._lock:
                self._difference = known
        return known

    def costs(self, view: GraphView, run: str, profile: str) -> Costs:
        """What the step took that was traced last under the tag ``profile``, over a view of the graph that ran.

        Raises:
            LookupError: there is no such profile.
            ValueError: it is damaged.
        """
        key = logged_graph.locate_profile(self._store, run, profile), id(view)
        with self._lock:
            known = self._costs.get(key)
            if known is not None:
                self._costs.move_to_end(key)
                return known[1]
        costs = Costs(logged_graph.profile(self._store, run, profile), view.hierarchy)
        with self._lock:
            self._costs[key] = view, costs  # the view is kept, so that no other gets its id
            while len(self._costs) > CACHED_COSTS:
                self._costs.popitem(last=False)
        return costs

    def _load(self, reference: BlobReference, encoding: Encoding, future: Future[LoggedGraph]) -> None:
        """Parses a graph for all who wait. A failure is theirs only: who comes later tries anew."""
        try:
            data = logged_graph.content(self._store, reference)
            with collected_seldom():
                graph_def, problems = decode_graph(data, encoding)
                operations = read_operations(with_library(graph_def), problems)
            graph = LoggedGraph(hashlib.sha256(data).hexdigest()[:16], len(data), operations)
        except BaseException as error:
            with self._lock:
                del self._graphs[reference]
            future.set_exception(error)
        else:
            future.set_result(graph)

    def _make_room(self) -> None:
        """Leaves out what was asked for longest ago. A graph that is being parsed has no known size yet, and stays."""
        parsed = [(reference, future.result().size) for reference, future in self._graphs.items() if future.done()]
        size = sum(size for _, size in parsed)
        while len(parsed) > CACHED_GRAPHS or (len(parsed) > 1 and size > CACHED_BYTES):
            reference, freed = parsed.pop(0)
            del self._graphs[reference]
            size -= freed
