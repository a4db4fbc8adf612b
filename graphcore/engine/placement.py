"""Which devices a session computes on, in; where each array lies, out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
from jax.sharding import Mesh, NamedSharding, PartitionSpec


class Placement:
    """Variables lie on all devices, rows that come from outside are dealt out among them.

    That decides where things are computed, never what: where the graph sums over all rows, each device sums over its
    own, and then they add up.

    Args:
        devices: how many, or which (`jax.Device`); one if None.

    Raises:
        ValueError: there are not so many.
    """

    def __init__(self, devices: Any = None) -> None:
        self.whole: NamedSharding | None = None
        """On each device all of it; None: on the one that JAX takes."""
        if devices is not None:
            chosen = _chosen(devices)
            mesh = Mesh(chosen, ("batch",))
            self._count = len(chosen)
            self.whole, self._dealt_out = (
                NamedSharding(mesh, PartitionSpec()),
                NamedSharding(mesh, PartitionSpec("batch")),
            )

    def of(self, sizes: Sequence[int]) -> NamedSharding | None:
        """Where an array from outside lies: an equal part of the rows on each device, if that is possible."""
        if self.whole is not None and self._count > 1 and sizes and sizes[0] and sizes[0] % self._count == 0:
            return self._dealt_out
        return self.whole

    def put(self, value: Any) -> jax.Array:
        """A copy of a variable's value on the devices."""
        copy = jax.numpy.array(value)
        return copy if self.whole is None else jax.device_put(copy, self.whole)


def _chosen(devices: Any) -> list[Any]:
    if not isinstance(devices, int):
        chosen = list(devices)
        if not chosen:
            raise ValueError("devices must name one device at least, but the list is empty")
        return chosen
    there = jax.devices()
    if not 1 <= devices <= len(there):
        raise ValueError(f"devices={devices}, but JAX has {len(there)}: {', '.join(map(str, there))}")
    return there[:devices]
