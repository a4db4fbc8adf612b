"""Seeds in, the two numbers that begin a random stream out."""

from __future__ import annotations

import numbers

from graphcore.scopes import get_default_graph

_DEFAULT_GRAPH_SEED = 87654321


def set_random_seed(seed: int | None) -> None:
    """Makes all random numbers of the default graph reproducible, those of later operations each in its own way.

    An operation's stream depends on this seed, on the ``seed`` it was made with, and where it has none, on how
    many operations were made before it.
    """
    if seed is not None and not isinstance(seed, numbers.Integral):
        raise TypeError(f"A seed must be a whole number, or None for numbers that differ each time, not {seed!r}")
    get_default_graph().seed = None if seed is None else int(seed)


def get_seed(op_seed: int | None) -> tuple[int, int]:
    """The attrs ``seed`` and ``seed2`` of an operation made now; (0, 0) stands for numbers that differ each time."""
    graph = get_default_graph()
    if graph.seed is not None:
        return graph.seed, graph.version if op_seed is None else op_seed
    if op_seed is not None:
        return _DEFAULT_GRAPH_SEED, op_seed
    return 0, 0
