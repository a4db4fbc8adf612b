"""Fetches and feeds in, values out: a `Session` runs parts of a graph and remembers its variables."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import numpy as np

from graphcore.executor import ExecutionPlan
from graphcore.graph import Graph
from graphcore.indexed_slices import IndexedSlices, IndexedSlicesValue
from graphcore.operation import Operation, Tensor
from graphcore.scalars import returned
from graphcore.scopes import get_default_graph
from graphcore.state import SessionState

Rebuild = Callable[[Sequence[Any]], Any]


class _Fetches:
    """What one call of `Session.run` asks for: tensors, operations, and how to build the answer from values."""

    def __init__(self, graph: Graph, fetches: Any) -> None:
        self._graph = graph
        self._places: dict[Tensor, int] = {}
        self._operations: dict[Operation, None] = {}
        self.rebuild = self._parse(fetches)
        self.tensors = tuple(self._places)
        self.operations = tuple(self._operations)

    def _parse(self, fetch: Any) -> Rebuild:
        if isinstance(fetch, Mapping):
            keys = list(fetch)
            make: Any = type(fetch)
            parts = [self._parse(fetch[key]) for key in keys]
            return lambda values: make((key, part(values)) for key, part in zip(keys, parts))
        if isinstance(fetch, IndexedSlices):
            found = [self._parse(item) for item in (fetch.values, fetch.indices)]
            shape = (lambda values: None) if fetch.dense_shape is None else self._parse(fetch.dense_shape)
            return lambda values: IndexedSlicesValue(found[0](values), found[1](values), shape(values))
        if isinstance(fetch, tuple) and hasattr(fetch, "_fields"):
            parts, named = [self._parse(item) for item in fetch], type(fetch)
            return lambda values: named(*[part(values) for part in parts])
        if isinstance(fetch, (list, tuple)):
            parts = [self._parse(item) for item in fetch]
            if isinstance(fetch, tuple):
                return lambda values: tuple(part(values) for part in parts)
            return lambda values: [part(values) for part in parts]
        element = self._element(fetch)
        if isinstance(element, Operation):
            self._operations[element] = None
            return lambda values: None
        place = self._places.setdefault(element, len(self._places))
        return lambda values: returned(values[place])

    def _element(self, fetch: Any) -> Tensor | Operation:
        try:
            return self._graph.as_graph_element(fetch)
        except TypeError as error:
            raise TypeError(
                f"Fetch argument {fetch!r} of {fetch!r} has invalid type {type(fetch)!r}, must be a string or Tensor. "
                f"({error})"
            ) from None
        except (ValueError, KeyError) as error:
            raise ValueError(
                f"Fetch argument {fetch!r} of {fetch!r} cannot be interpreted as a Tensor. ({error.args[0]})"
            ) from None


class Session:
    """Runs operations of one graph and keeps the values of its variables between runs.

    The graph may grow while the session lives. ``with Session() as sess:`` makes the session and its graph the
    default ones in the block, and closes the session after it.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        """
        Args:
            target: accepted for the sake of programs that give it; there is only this process.
            graph: to run; the default graph if not given.
            config: accepted likewise.

        Raises:
            TypeError: ``graph`` is no Graph, or ``target`` no string.
        """
        if not isinstance(target, (str, bytes)):
            hint = "; a graph is given as graph=..." if isinstance(target, Graph) else ""
            raise TypeError(f"target must be a string, but got {type(target)}{hint}")
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        self._graph = get_default_graph() if graph is None else graph
        self._state = SessionState()
        self._closed = False
        self._fetches: dict[Any, _Fetches] = {}
        self._plans: dict[Any, ExecutionPlan] = {}
        self._edits = self._graph.edits
        self._entered: list[contextlib.ExitStack] = []

    @property
    def graph(self) -> Graph:
        """The graph this session runs."""
        return self._graph

    def run(self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Runs what ``fetches`` needs, each operation once, and gives the values.

        Args:
            fetches: a Tensor, Variable, Operation or the name of one (``"x:0"`` is a tensor, ``"x"`` an
                operation), or a list, tuple or dict of fetches, nested as you like.
            feed_dict: values for tensors (or their names) that replace what the graph would compute. Any
                tensor may be fed, unless the shape of another was derived from its value. A value is
                converted to the tensor's type.

        Returns: the value of each fetch, in the structure of ``fetches``: a numpy array, or for shape ``()`` a
        numpy scalar (bytes for strings); None for an Operation.

        Raises:
            RuntimeError: the session is closed, or the graph empty.
            ValueError: a fetch or a feed is not of this graph, or a fed value has a shape that does not fit.
            TypeError: a fetch or a feed is nothing of the kind, or ``feed_dict`` no dict.
            errors.OpError: an operation could not run: `FailedPreconditionError` for a variable that has not
                been initialised, `InvalidArgumentError` for a placeholder without a value or shapes that do
                not fit.
        """
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not self._graph.version:
            raise RuntimeError("The Session graph is empty.  Add operations to the graph before calling run().")
        if self._edits != self._graph.edits:
            self._plans.clear()
            self._edits = self._graph.edits
        wanted = self._parsed(fetches)
        feeds, values = ((), ()) if feed_dict is None else self._fed(feed_dict)
        key = (wanted.tensors, wanted.operations, feeds)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = ExecutionPlan(wanted.tensors, wanted.operations, feeds, self._state)
        return wanted.rebuild(plan.run(values))

    def _parsed(self, fetches: Any) -> _Fetches:
        # Lists are made anew for each call, and cannot be keys; their items can, if they are not nested.
        kind = type(fetches)
        key = (kind, *fetches) if kind is list or kind is tuple else fetches
        try:
            found = self._fetches.get(key)
        except TypeError:
            return _Fetches(self._graph, fetches)
        if found is None:
            found = self._fetches[key] = _Fetches(self._graph, fetches)
        return found

    def _fed(self, feed_dict: Mapping[Any, Any]) -> tuple[tuple[Tensor, ...], list[Any]]:
        if not isinstance(feed_dict, Mapping):
            raise TypeError(f"feed_dict must be a dict of tensors and their values, but got {type(feed_dict)}")
        fed = {self._feed_key(key): value for key, value in feed_dict.items()}
        return tuple(fed), [self._feed_value(tensor, value) for tensor, value in fed.items()]

    def _feed_key(self, key: Any) -> Tensor:
        try:
            element = self._graph.as_graph_element(key, allow_operation=False)
        except (TypeError, ValueError, KeyError) as error:
            raise type(error)(f"Cannot interpret feed_dict key as Tensor: {error.args[0]}") from None
        assert isinstance(element, Tensor)
        return element

    def _feed_value(self, tensor: Tensor, value: Any) -> Any:
        if isinstance(value, (Tensor, Operation)):
            raise TypeError(
                "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include Python scalars, "
                "strings, lists, or numpy ndarrays."
            )
        if value is None:  # numpy would make it NaN
            raise TypeError(
                f"Cannot feed None for Tensor {tensor.name!r}: a value of type {tensor.dtype.name} is wanted"
            )
        try:
            array = np.asarray(value, dtype=tensor.dtype.as_numpy_dtype)
        except (TypeError, ValueError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(
                f"Cannot feed value for Tensor {tensor.name!r}, which has type {tensor.dtype.name}: {error}"
            ) from None
        static = tensor.get_shape()
        if not static.is_compatible_with(array.shape):
            raise ValueError(
                f"Cannot feed value of shape {array.shape} for Tensor {tensor.name!r}, which has shape {str(static)!r}"
            )
        if not self._graph.is_feedable(tensor):
            raise ValueError(f"Tensor {tensor} may not be fed.")
        if array.dtype.kind == "O":
            array = np.array([v.encode() if isinstance(v, str) else v for v in array.ravel()], object).reshape(
                array.shape
            )
        return array[()] if array.ndim == 0 else array

    def as_default(self) -> AbstractContextManager[Session]:
        """Makes this the session of `Tensor.eval` and `Operation.run` in the block, for this thread. It stays open."""
        return _sessions.pushed(self)

    def close(self) -> None:
        """Forgets the variables. The session cannot be used any more."""
        self._closed = True
        self._state = SessionState()
        self._plans.clear()
        self._fetches.clear()

    def __enter__(self) -> Session:
        entered = contextlib.ExitStack()
        entered.enter_context(self._graph.as_default())
        entered.enter_context(self.as_default())
        self._entered.append(entered)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entered.pop().close()
        self.close()


class InteractiveSession(Session):
    """A session that is the default one from its making until it is closed, for use at a prompt."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._installed = contextlib.ExitStack()
        if graph is not None:
            self._installed.enter_context(graph.as_default())
        self._installed.enter_context(self.as_default())

    def close(self) -> None:
        """Forgets the variables, and is the default session no longer."""
        super().close()
        self._installed.close()


class _DefaultSessions(threading.local):
    """The sessions made default in this thread, innermost last."""

    def __init__(self) -> None:
        self.stack: list[Session] = []

    @contextlib.contextmanager
    def pushed(self, session: Session) -> Iterator[Session]:
        self.stack.append(session)
        try:
            yield session
        finally:
            # Not always the last: an InteractiveSession may be closed at any time.
            for place in range(len(self.stack) - 1, -1, -1):
                if self.stack[place] is session:
                    del self.stack[place]
                    break


_sessions = _DefaultSessions()


def get_default_session() -> Session | None:
    """The session made default last in this thread, or None."""
    return _sessions.stack[-1] if _sessions.stack else None


def session_for(graph: Graph, session: Session | None, caller: str) -> Session:
    """The session that ``eval()`` or ``Run()`` of something in ``graph`` uses.

    Raises:
        ValueError: there is none, or it runs another graph.
    """
    what = "evaluate tensor" if caller == "eval" else "execute operation"
    of_what = "tensor" if caller == "eval" else "operation"
    found = get_default_session() if session is None else session
    if found is None:
        block = "with sess.as_default()" if caller == "eval" else "with default_session(sess)"
        quote = "`" if caller == "eval" else "'"
        raise ValueError(
            f"Cannot {what} using {caller}(): No default session is registered. Use {quote}{block}{quote} or pass "
            f"an explicit session to {caller}(session=sess)"
        )
    if found.graph is not graph:
        which = "default" if session is None else "given"
        hint = f" Pass an explicit session to {caller}(session=sess)." if session is None else ""
        raise ValueError(
            f"Cannot use the {which} session to {what}: the {of_what}'s graph is different from the session's graph."
            f"{hint}"
        )
    return found
