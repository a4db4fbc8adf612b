"""What runs a session's graph: the name of an engine in, an `Engine` out.

An engine compiles what one call of `Session.run` needs into a `Plan`, once for each combination of fetches and feeds;
the session keeps the plans. Engines differ in how fast they are, and in what they can run, never in what a graph
means: what one computes, the other computes to rounding.

``numpy`` is `graphcore.executor`: a plan calls one kernel after the other. It runs every op and needs nothing.

``jax`` is `graphcore.engine.jax_plan`: the plan is one program, compiled for the shapes at hand by JAX, which fuses
operations, uses all cores, and can spread a batch over several devices. It is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from graphcore.executor import ExecutionPlan
from graphcore.operation import Operation, Tensor
from graphcore.state import SessionState


class Plan(Protocol):
    """A compiled part of a graph, tied to the state of one session."""

    def run(self, values: Sequence[Any]) -> Sequence[Any]:
        """The fetched values, given those of the feeds: arrays, or numpy scalars (bytes for strings) for shape ``()``.

        They may share memory with variables, constants and feeds.

        Raises:
            errors.OpError: an operation could not run.
        """


class Engine(Protocol):
    """Compiles parts of one graph for one session."""

    def compile(
        self, tensors: Sequence[Tensor], operations: Sequence[Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> Plan:
        """The plan that gives the values of ``tensors`` and runs ``operations``, where ``feeds`` are given."""

    def to_numpy(self, state: SessionState) -> None:
        """Makes the variables numpy arrays, for numpy's kernels to run on. The engine's own plans take them so."""


class NumpyEngine:
    """Runs kernels on numpy arrays, one after the other."""

    def compile(
        self, tensors: Sequence[Tensor], operations: Sequence[Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> Plan:
        return ExecutionPlan(tensors, operations, feeds, state)

    def to_numpy(self, state: SessionState) -> None:
        pass


def new_engine(name: str, devices: Any = None) -> Engine:
    """An engine for one session.

    Args:
        name: ``numpy`` or ``jax``.
        devices: for ``jax``: over how many devices, or which (``jax.Device``), fed batches are spread; one if None.

    Raises:
        ValueError: there is no engine of that name, or there are not so many devices, or the engine has none.
        ImportError: the package that the engine needs is not installed.
    """
    if name == "numpy":
        if devices is not None:
            raise ValueError(f"devices={devices!r} needs engine='jax': numpy runs on the processor alone")
        return NumpyEngine()
    if name == "jax":
        from graphcore.engine.jax_engine import JaxEngine

        return JaxEngine(devices)
    raise ValueError(f"engine must be 'numpy' or 'jax', not {name!r}")
