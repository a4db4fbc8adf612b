"""The default graph, to which functions such as `graphcore.constant` add, and the scopes that are open in it.

One graph is the default at a time, for each thread.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from graphcore.graph import Graph, GraphElement, element_of
from graphcore.operation import Operation, Tensor


class _DefaultGraph(threading.local):
    """The graphs made default in this thread, innermost last, above one that is there without asking."""

    def __init__(self) -> None:
        self.stack: list[Graph] = []

    @contextlib.contextmanager
    def pushed(self, graph: Graph) -> Iterator[Graph]:
        self.stack.append(graph)
        try:
            yield graph
        finally:
            if self.stack and self.stack[-1] is graph:
                self.stack.pop()
            elif graph in self.stack:
                raise AssertionError(f"Nesting violated for default stack of {Graph} objects")

    def get(self) -> Graph:
        global _global_graph
        if self.stack:
            return self.stack[-1]
        if _global_graph is None:
            _global_graph = Graph()
        return _global_graph

    def reset(self) -> None:
        global _global_graph
        self.stack.clear()
        _global_graph = None


_default = _DefaultGraph()
_global_graph: Graph | None = None


def get_default_graph() -> Graph:
    """The graph that functions add to: the innermost `Graph.as_default`, else one for the whole program."""
    return _default.get()


def reset_default_graph() -> None:
    """Begins a new default graph. Tensors and sessions of the old one keep working with each other."""
    _default.reset()


def made_default(graph: Graph) -> AbstractContextManager[Graph]:
    """Makes ``graph`` the default graph of this thread in the block."""
    return _default.pushed(graph)


def graph_of(values: Sequence[Any]) -> Graph:
    """The graph the tensors and operations among ``values`` are in; the default graph if there are none.

    Raises:
        ValueError: they are in different graphs.
    """
    first: GraphElement | None = None
    for value in values:
        element = element_of(value)
        if not isinstance(element, (Tensor, Operation)):
            continue
        if first is None:
            first = element
        elif element.graph is not first.graph:
            raise ValueError(f"{value} must be from the same graph as {first}.")
    return get_default_graph() if first is None else first.graph


def name_scope(name: str | None) -> AbstractContextManager[str]:
    """Prefixes the names of operations made in the block: ``with name_scope("layer") as scope``.

    The scope itself gets a unique name (``layer``, ``layer_1``). A name that ends in ``/`` re-enters that
    scope as it is; None is the root. ``scope`` (``layer/``) given as ``name=`` to an operation makes that
    operation carry the scope's own name.
    """
    return get_default_graph().name_scope(name)


@contextlib.contextmanager
def op_scope(values: Sequence[Any], name: str | None, default_name: str | None = None) -> Iterator[str]:
    """The name scope of a function that makes operations from ``values``, in the graph those are in.

    Raises:
        ValueError: neither a name nor a default; or values of different graphs.
    """
    scope_name = default_name if name is None else name
    if scope_name is None:
        raise ValueError(f"At least one of name ({name}) and default_name ({default_name}) must be provided.")
    graph = graph_of(values)
    with graph.as_default(), graph.name_scope(scope_name) as scope:
        yield scope


def control_dependencies(control_inputs: Sequence[Any] | None) -> AbstractContextManager[None]:
    """Makes operations of the block run only after ``control_inputs`` (operations, tensors, variables) have.

    Only operations *made* in the block are affected: a tensor that exists already is computed when it
    always was. None lifts the dependencies of the blocks around.
    """
    return get_default_graph().control_dependencies(control_inputs)


def colocate_with(op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
    """Notes that operations made in the block belong on the device of ``op``; seen in the attr ``_class``.

    Args:
        op: an Operation, Tensor or Variable.
        ignore_existing: forgets the blocks of this kind around.
    """
    return get_default_graph().colocate_with(op, ignore_existing)


def device(device_name_or_function: Any) -> AbstractContextManager[None]:
    """Notes on which device operations made in the block belong. They run on the CPU all the same.

    Args:
        device_name_or_function: a name such as ``/cpu:0`` or ``/job:ps/task:1``, whose parts complete those of
            inner blocks; a function that is given each new Operation and gives its device; or None, which lifts
            the blocks around.
    """
    return get_default_graph().device(device_name_or_function)


def container(container_name: str) -> AbstractContextManager[str]:
    """Names the container of variables and queues made in the block, as their attr ``container`` says."""
    return get_default_graph().container(container_name)


def add_to_collection(name: Any, value: Any) -> None:
    """Files ``value`` under ``name`` in the default graph, for other code to find. See `GraphKeys`."""
    get_default_graph().add_to_collection(name, value)


def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """A copy of a collection of the default graph, perhaps only what is named ``scope...`` in it."""
    return get_default_graph().get_collection(key, scope)


def get_collection_ref(key: Any) -> list[Any]:
    """A collection of the default graph itself, which may be changed."""
    return get_default_graph().get_collection_ref(key)
