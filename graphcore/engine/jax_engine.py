"""The engine that makes a program of each kind of run and has JAX compile it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.operation import Operation, Tensor
from graphcore.state import SessionState

try:
    import jax
except ImportError as error:
    raise ImportError(
        "engine='jax' needs the package jax, which is not installed: pip install 'graphboard[jax]'"
    ) from error

from graphcore.engine import Plan, kernels  # noqa: F401 declares the kernels
from graphcore.engine.jax_plan import JaxPlan
from graphcore.engine.placement import Placement


class JaxEngine:
    """Compiles parts of a graph into programs for the devices of one session.

    Args:
        devices: see `Placement`.
    """

    def __init__(self, devices: Any = None) -> None:
        self._placement = Placement(devices)
        # Held while a program runs, for it consumes the variables that it changes.
        self._lock = threading.RLock()

    def compile(
        self, tensors: Sequence[Tensor], operations: Sequence[Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> Plan:
        return JaxPlan(tensors, operations, feeds, state, self._placement, self._lock)

    def to_numpy(self, state: SessionState) -> None:
        with self._lock:
            for reference in state.references():
                if reference.initialized and isinstance(reference.value, jax.Array):
                    reference.value = np.array(reference.value)[()]
