"""Fetches and feeds in, values out: a `Session` runs parts of a graph and remembers its variables."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import numpy as np

from graphcore.config import RunOptions, checked_config
from graphcore.engine import Plan, new_engine
from graphcore.errors import InvalidArgumentError
from graphcore.executor import ExecutionPlan
from graphcore.fetches import Fetches
from graphcore.graph import GRAPH_DEF_VERSION, Graph
from graphcore.observation import Observer, run_metadata_of
from graphcore.operation import Operation, Tensor
from graphcore.partial_run import PartialRun
from graphcore.scopes import get_default_graph
from graphcore.sparse_tensor import SparseTensor, sparse_feed
from graphcore.state import SessionState
from graphcore.waiting import deadline_in

_partial_run_numbers = itertools.count(1)
_open_sessions: weakref.WeakSet[Session] = weakref.WeakSet()


class Session:
    """Runs operations of one graph and keeps the values of its variables between runs.

    The graph may grow while the session lives. ``with Session() as sess:`` makes the session and its graph the
    default ones in the block, and closes the session after it.
    """

    def __init__(
        self,
        target: str = "",
        graph: Graph | None = None,
        config: Any = None,
        *,
        engine: str = "numpy",
        devices: Any = None,
    ) -> None:
        """
        Args:
            target: accepted for the sake of programs that give it; there is only this process.
            graph: to run; the default graph if not given.
            config: a `graphcore.ConfigProto`, which says what of it has an effect.
            engine: what computes. ``"numpy"`` needs nothing; ``"jax"`` (extra ``jax``) compiles each kind of run when
                it comes for the first time with certain shapes, which takes seconds and makes large models faster.
            devices: with ``"jax"``, how many devices, or which (``jax.Device``): the rows of fed arrays are dealt
                out among them where they can be evenly. One if not given.

        Raises:
            TypeError: ``graph`` is no Graph, ``target`` no string, or ``config`` no ConfigProto.
            ValueError: there is no such engine, or there are not so many devices.
            ImportError: the package jax is wanted, but not installed.
        """
        if not isinstance(target, (str, bytes)):
            hint = "; a graph is given as graph=..." if isinstance(target, Graph) else ""
            raise TypeError(f"target must be a string, but got {type(target)}{hint}")
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        self._graph = get_default_graph() if graph is None else graph
        self._waits_ms = checked_config(config).operation_timeout_in_ms
        self._state = SessionState()
        self._closed = False
        self._partial_runs: dict[str, PartialRun] = {}
        self._fetches: dict[Any, Fetches] = {}
        self._engine = new_engine(engine, devices)
        self._plans: dict[Any, Plan] = {}
        self._edits = self._graph.edits
        self._entered: list[contextlib.ExitStack] = []
        _open_sessions.add(self)

    @property
    def graph(self) -> Graph:
        """The graph this session runs."""
        return self._graph

    def run(
        self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None, options: Any = None, run_metadata: Any = None
    ) -> Any:
        """Runs what ``fetches`` needs, each operation once, and gives the values.

        Args:
            fetches: a Tensor, Variable, Operation or the name of one (``"x:0"`` is a tensor, ``"x"`` an
                operation), or a list, tuple or dict of fetches, nested as you like.
            feed_dict: values for tensors (or their names) that replace what the graph would compute. Any
                tensor may be fed, unless the shape of another was derived from its value. A value is
                converted to the tensor's type.
            options: a `graphcore.RunOptions`: how long it may take, and whether to measure each operation.
            run_metadata: a RunMetadata message that gets what was measured, for `SummaryWriter.add_run_metadata`.

        Returns: the value of each fetch, in the structure of ``fetches``: a numpy array, or for shape ``()`` a
        numpy scalar (bytes for strings); None for an Operation.

        Raises:
            RuntimeError: the session is closed, or the graph empty.
            ValueError: a fetch or a feed is not of this graph, or a fed value has a shape that does not fit.
            TypeError: a fetch or a feed is nothing of the kind, or ``feed_dict`` no dict.
            errors.OpError: an operation could not run: `FailedPreconditionError` for a variable that has not
                been initialised, `InvalidArgumentError` for a placeholder without a value or shapes that do
                not fit, `DeadlineExceededError` when it takes too long.
        """
        self._check_usable()
        if self._edits != self._graph.edits:
            self._plans.clear()
            self._edits = self._graph.edits
        wanted = self._parsed(fetches)
        feeds, values = ((), ()) if feed_dict is None else self._fed(feed_dict)
        if options is not None or run_metadata is not None:
            return wanted.rebuild(self._run_observed(wanted, feeds, values, options, run_metadata))
        key = (wanted.tensors, wanted.operations, feeds)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._engine.compile(wanted.tensors, wanted.operations, feeds, self._state)
        if self._waits_ms:
            with deadline_in(self._waits_ms):
                return wanted.rebuild(plan.run(values))
        return wanted.rebuild(plan.run(values))

    def _check_usable(self) -> None:
        if self._closed:
            raise RuntimeError("Attempted to use a closed Session.")
        if not self._graph.version:
            raise RuntimeError("The Session graph is empty.  Add operations to the graph before calling run().")

    def _run_observed(
        self, wanted: Fetches, feeds: tuple[Tensor, ...], values: Sequence[Any], options: Any, run_metadata: Any
    ) -> tuple[Any, ...]:
        """A run whose every operation is watched, by a plan of its own; of numpy's, for others have no operations."""
        options = RunOptions() if options is None else options
        if not hasattr(options, "trace_level"):
            raise TypeError(f"options must be a tf.RunOptions, but got {type(options)}")
        if run_metadata is not None and not hasattr(run_metadata, "step_stats"):
            raise TypeError(f"run_metadata must be a tf.RunMetadata, but got {type(run_metadata)}")
        key = (wanted.tensors, wanted.operations, feeds, "observed")
        if key not in self._plans:
            self._plans[key] = ExecutionPlan(wanted.tensors, wanted.operations, feeds, self._state, Observer())
        plan = self._plans[key]
        assert isinstance(plan, ExecutionPlan)
        assert plan.observer is not None
        self._engine.to_numpy(self._state)
        began = time.time_ns() // 1000, time.perf_counter_ns()
        with deadline_in(options.timeout_in_ms or self._waits_ms), plan.observer.observing() as executions:
            result = plan.run(values)
        if run_metadata is not None:
            run_metadata.Clear()
            if options.trace_level:
                found = run_metadata_of(executions, plan.known(), began)
                run_metadata.MergeFromString(found.SerializeToString())
            if getattr(options, "output_partition_graphs", False):
                from graphcore.graph_def import graph_to_proto

                graph_def = graph_to_proto(plan.operations, GRAPH_DEF_VERSION)
                run_metadata.partition_graphs.add().MergeFromString(graph_def.SerializeToString())
        return result

    def partial_run_setup(self, fetches: Any, feeds: Sequence[Any] | None = None) -> str:
        """Begins a run that goes on over several calls of `partial_run`, between which the program may look.

        Args:
            fetches: everything that will be fetched.
            feeds: every tensor that will be fed.

        Returns: a handle for `partial_run`.
        """
        self._check_usable()
        wanted = Fetches(self._graph, fetches)
        handle = f"partial run {next(_partial_run_numbers)}"
        self._partial_runs[handle] = PartialRun(
            wanted.tensors, wanted.operations, [self._feed_key(key) for key in feeds or ()], self._state
        )
        return handle

    def partial_run(self, handle: str, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Goes on with a run; each of its operations runs once, in whichever call needs it first.

        Args:
            handle: from `partial_run_setup`. It is used up when all its fetches have been fetched.
            fetches, feed_dict: some of those that were announced, none of them for the second time.

        Raises:
            errors.InvalidArgumentError: there is no such run, a fetch or a feed was not announced or comes for the
                second time, or a fetch needs what has not been fed yet.
        """
        self._check_usable()
        if handle not in self._partial_runs:
            raise InvalidArgumentError(None, None, "Must run 'setup' before performing partial runs!")
        wanted = Fetches(self._graph, fetches)
        feeds, values = ((), []) if feed_dict is None else self._fed(feed_dict)
        run = self._partial_runs[handle]
        self._engine.to_numpy(self._state)
        result = run.go_on(wanted.tensors, wanted.operations, dict(zip(feeds, values)))
        if run.finished:
            del self._partial_runs[handle]
        return wanted.rebuild(result)

    def _parsed(self, fetches: Any) -> Fetches:
        # Lists are made anew for each call, and cannot be keys; their items can, if they are not nested.
        kind = type(fetches)
        key = (kind, *fetches) if kind is list or kind is tuple else fetches
        try:
            found = self._fetches.get(key)
        except TypeError:
            return Fetches(self._graph, fetches)
        if found is None:
            found = self._fetches[key] = Fetches(self._graph, fetches)
        return found

    def _fed(self, feed_dict: Mapping[Any, Any]) -> tuple[tuple[Tensor, ...], list[Any]]:
        if not isinstance(feed_dict, Mapping):
            raise TypeError(f"feed_dict must be a dict of tensors and their values, but got {type(feed_dict)}")
        fed: dict[Tensor, Any] = {}
        for key, value in feed_dict.items():
            if isinstance(key, SparseTensor):
                fed.update(zip(map(self._feed_key, key.parts()), sparse_feed(value)))
            else:
                fed[self._feed_key(key)] = value
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

    @staticmethod
    def reset(target: str, containers: Sequence[str] | None = None, config: Any = None) -> None:
        """Closes all sessions of the program, and so forgets what their variables and queues hold.

        Args:
            target: of this process, ``""``.
            containers, config: accepted for the sake of programs that give them.
        """
        for session in list(_open_sessions):
            session.close()

    def as_default(self) -> AbstractContextManager[Session]:
        """Makes this the session of `Tensor.eval` and `Operation.run` in the block, for this thread. It stays open."""
        return _sessions.pushed(self)

    def close(self) -> None:
        """Forgets the variables, and ends what waits in other threads. The session cannot be used any more."""
        self._closed = True
        _open_sessions.discard(self)
        self._state.close()
        self._state = SessionState()
        self._partial_runs.clear()
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

    def __init__(
        self,
        target: str = "",
        graph: Graph | None = None,
        config: Any = None,
        *,
        engine: str = "numpy",
        devices: Any = None,
    ) -> None:
        super().__init__(target, graph, config, engine=engine, devices=devices)
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
