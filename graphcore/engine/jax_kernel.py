"""Declarations of how JAX computes each op: functions over its stand-ins for arrays in, a table by op type out.

A kernel whose arithmetic is written with operators, or asks `graphcore.kernel_values.namespace` for its functions,
serves both engines, and is declared here as `shared`. The others are in `graphcore.engine.kernels`, a module a theme.
An op without an entry runs on numpy, before or after the compiled program, see `graphcore.engine.stages`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from graphcore.op_type import OP_TYPES


class Check(NamedTuple):
    """What has to hold for an operation to have run well. A compiled program cannot raise; its caller looks at this.

    Attributes:
        holds: bool, of any shape; true everywhere if all is well. None: nothing can go wrong, and ``report`` is called
            after each run.
        evidence: what ``report`` needs, traced or known.
        report: given the evidence as numpy values, raises what is to be said if it does not hold.
    """

    holds: Any
    evidence: Sequence[Any]
    report: Callable[..., Any]


@dataclass(frozen=True)
class JaxKernel:
    """How JAX computes an op.

    Attributes:
        compute: as `OpType.kernel`, on traced values: given the inputs, the output or a tuple of them. Keyword-only
            parameters receive the attrs of these names. None: numpy's kernel takes traced values, too.
        known: names of those inputs whose values have to be known when the program is compiled, for the shapes in it
            follow from them. They are numpy values.
        check: given numpy's kernel of the operation, which knows what to say, and the same as ``compute``: a `Check`,
            or None if nothing can go wrong.
    """

    compute: Callable[..., Any] | None
    known: tuple[str, ...] = ()
    check: Callable[..., Check | None] | None = None


@dataclass(frozen=True)
class Drawn:
    """How an op with a random stream is computed: numpy's kernel draws, outside of the program, which gets the result.

    So the numbers are the same to the bit as without JAX.

    Attributes:
        asks: given the operation's inputs, what numpy's kernel is called with; numpy values.
        gives: given what was drawn and the operation's inputs, its output.
        known: as for `JaxKernel`.
    """

    asks: Callable[..., Sequence[Any]]
    gives: Callable[..., Any]
    known: tuple[str, ...] = ()


KERNELS: dict[str, JaxKernel | Drawn] = {}
"""By op type."""

Compute = Callable[..., Any]


def kernel(
    *names: str, known: tuple[str, ...] = (), check: Callable[..., Check | None] | None = None
) -> Callable[[Compute], Compute]:
    """Declares the decorated function as the kernel of the op types ``names``."""

    def declare(compute: Compute) -> Compute:
        for name in names:
            _add(name, JaxKernel(compute, known, check))
        return compute

    return declare


def table(computes: dict[str, Compute], known: tuple[str, ...] = ()) -> None:
    """Declares kernels that are functions of the inputs alone, whatever keywords they have."""
    for name, compute in computes.items():
        _add(name, JaxKernel(partial(compute), known))


def shared(*names: str, known: tuple[str, ...] = ()) -> None:
    """Declares that numpy's kernels of these op types work on traced values, too."""
    for name in names:
        _add(name, JaxKernel(None, known))


def drawn(
    *names: str, asks: Callable[..., Sequence[Any]], gives: Callable[..., Any], known: tuple[str, ...] = ()
) -> None:
    """Declares op types that have a random stream."""
    for name in names:
        _add(name, Drawn(asks, gives, known))


def _add(name: str, declared: JaxKernel | Drawn) -> None:
    assert name in OP_TYPES, f"there is no op type {name}"
    assert name not in KERNELS, f"{name} is declared twice"
    KERNELS[name] = declared
