"""The operations of a run in; which of them run before the compiled program, in it, and after it, out.

Not everything can be part of a program for arrays of fixed types and shapes: strings, Python functions, queues, and ops
whose results have as many rows as their values tell. They run on numpy: *before* the program where they need nothing
of it (what reads a queue, the classes drawn for the labels fed), *after* it where it needs nothing of them (summaries).
What would have to run in the middle is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from graphcore import errors
from graphcore.blame import blame
from graphcore.dtypes import string
from graphcore.facts import Facts
from graphcore.operation import Operation, Tensor
from graphcore.state import Resource

OF_SHAPE = frozenset({"Shape", "ShapeN", "Rank", "Size"})
"""Op types that look only at their inputs' shapes, which a program knows."""


class Stages(NamedTuple):
    """Operations in the order they run in.

    ``known`` are those whose results follow from constants and shapes: they are computed while the program is
    compiled, and cost a run nothing. Each of them is among ``compiled``.
    """

    before: list[Operation]
    compiled: list[Operation]
    after: list[Operation]
    known: frozenset[Operation]


def divide(
    order: Sequence[Operation],
    live: set[Operation],
    facts: Facts,
    fed: frozenset[Tensor],
    compilable: Callable[[Operation], bool],
) -> Stages:
    """Goes over the operations of a run, each after those it needs, and tells where each runs.

    Args:
        order: all operations in the order they run in. live: those that do run.
        compilable: whether an operation can be part of the program.

    Raises:
        errors.UnimplementedError: an operation cannot be compiled, and would have to run in the middle.
    """
    division = _Division(live, facts, fed, compilable)
    for op in order:
        division.place(op)
    before = division.with_ancestors(order)
    known = frozenset(division.known)
    return Stages(
        [op for op in order if op in before],
        [op for op in order if op in live and op not in division.after and (op not in before or op in known)],
        [op for op in order if op in live and op in division.after],
        known,
    )


class _Division:
    def __init__(
        self,
        live: set[Operation],
        facts: Facts,
        fed: frozenset[Tensor],
        compilable: Callable[[Operation], bool],
    ) -> None:
        self._live, self._facts, self._fed, self._compilable = live, facts, fed, compilable
        self.known: set[Operation] = set()
        self.after: dict[Operation, Operation] = {}  # and the operation because of which it is there
        self._before: set[Operation] = set()
        self._of_program: set[Operation] = set()  # what needs a variable, or something that does

    def place(self, op: Operation) -> None:
        giving = self._giving(op)
        needed = giving + op.control_inputs
        if any(other in self._of_program for other in needed) or any(map(self._is_variable, op.inputs)):
            self._of_program.add(op)
        if self._can_be_known(op) and not any(other in self.after for other in giving):
            self.known.add(op)
            return
        cause = next((self.after[other] for other in needed if other in self.after), None)
        runs_outside = op in self._live and not self._compilable(op)
        if cause is None and not runs_outside:
            return
        if cause is None and op not in self._of_program:
            self._before.add(op)
            return
        self.after[op] = cause or op
        self._of_program.add(op)
        if any(arg.is_ref and self._is_variable(tensor) for arg, tensor in op.arguments()):
            raise in_the_middle(self.after[op], op)

    def _is_variable(self, tensor: Tensor) -> bool:
        """Whether it is a reference to a variable, and not to a queue, which is none of a program's business."""
        source = self._facts.source(tensor)
        return self._facts.is_reference(tensor) and not isinstance(self._facts.values.get(source), Resource)

    def _giving(self, op: Operation) -> list[Operation]:
        """The operations whose results ``op`` takes."""
        return [self._facts.source(tensor).op for tensor in op.inputs if tensor not in self._fed]

    def _can_be_known(self, op: Operation) -> bool:
        if op.op_type.stateful or not op.inputs:
            return False
        # A program knows the shapes of all that it is given; strings it is not.
        of_shape = op.type in OF_SHAPE and not any(tensor.dtype.base_dtype == string for tensor in op.inputs)
        return of_shape or all(map(self._is_known, op.inputs))

    def _is_known(self, tensor: Tensor) -> bool:
        source = self._facts.source(tensor)
        if tensor in self._fed or source in self._fed or self._facts.is_reference(tensor):
            return False
        return source in self._facts.values or source.op in self.known

    def with_ancestors(self, order: Sequence[Operation]) -> set[Operation]:
        """What runs before the program, with all that it needs."""
        before = set(self._before)
        for op in reversed(order):
            if op in before:
                before |= set(self._giving(op)) & self._live
        return before


def in_the_middle(cause: Operation, user: Operation) -> errors.OpError:
    """The error of a program that would have to be left and entered again."""
    of_it = "" if user is cause else f", which operation '{user.name}' ({user.type}) needs"
    return blame(
        cause,
        f"JAX cannot compile operation '{cause.name}' ({cause.type}){of_it}: it is no computation with arrays of known "
        "shapes, and it needs values that the compiled program computes. A session with engine='numpy' runs it",
        errors.UnimplementedError,
    )
