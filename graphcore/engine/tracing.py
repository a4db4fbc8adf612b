"""The operations of a program in, called once on JAX's stand-ins for arrays; what they compute out.

The operations are called in the order in which numpy's engine calls them, on references that hold stand-ins. So a
variable is read and assigned to at the same moments, and everything that was said of an operation that cannot run is
said again: a variable without a value, shapes that do not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from graphcore import blame, errors
from graphcore.engine.host_part import Values
from graphcore.engine.jax_kernel import KERNELS, Check, Drawn, JaxKernel
from graphcore.engine.stages import Stages
from graphcore.facts import Facts
from graphcore.op_type import with_attrs
from graphcore.operation import Operation, Tensor
from graphcore.state import Reference, Resource, SessionState, UninitializedError

Draw = Callable[[Operation, Sequence[Any]], Any]
"""An operation with a random stream, and what its numpy kernel is called with: a stand-in for what it will draw."""

_NEEDS_A_VALUE = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.NonConcreteBooleanIndexError,
)


def is_traced(value: Any) -> bool:
    """Whether only a run will tell the value."""
    return isinstance(value, jax.core.Tracer)


@dataclass(frozen=True)
class Part:
    """What there is to know of the program that one plan needs.

    Attributes:
        order: all operations of the run, in order. read: references that are read by those that run.
        state: of the session.
        stand_ins: the state that ``facts`` know. Its references hold stand-ins while the operations are called.
        fetches: what the run is asked for.
        captured: inputs of operations after the program that are to be read when their turn would have come.
        wanted: keys of what the program gives: tensors, and those of ``captured``.
    """

    order: Sequence[Operation]
    stages: Stages
    read: set[Tensor]
    facts: Facts
    state: SessionState
    stand_ins: SessionState
    fetches: Sequence[Tensor]
    captured: frozenset[Hashable]
    wanted: Sequence[Hashable]


class Tracing:
    """One call of all operations of a program.

    Args:
        inputs: values that come from outside; numpy arrays where they are known.
    """

    def __init__(self, part: Part, inputs: Values, draw: Draw) -> None:
        self._part, self._facts, self._draw = part, part.facts, draw
        self._values = dict(inputs)
        self.checks: list[tuple[Operation, Check]] = []

    def run(self) -> list[Any]:
        """What is wanted, traced or known.

        Raises:
            errors.OpError: an operation cannot run with these shapes, or cannot be compiled.
        """
        stages = self._part.stages
        compiled, after = frozenset(stages.compiled), frozenset(stages.after)
        for op in self._part.order:
            if op in after:
                self._capture(op)
            elif op in compiled:
                self._call(op)
            elif self._is_unread(op):
                self._read(op, op.outputs[0])
        return [self._read(None, key) if isinstance(key, Tensor) else self._values[key] for key in self._part.wanted]

    def _is_unread(self, op: Operation) -> bool:
        """Whether it reads a variable that nobody else reads: an error, if that has no value, is the user's to see."""
        if op.op_type.passes is None or not self._facts.is_reference(op.outputs[0]):
            return False
        return self._facts.source(op.outputs[0]) not in self._part.read

    def _read(self, op: Operation | None, tensor: Tensor, as_ref: bool = False) -> Any:
        """The value of ``tensor`` for ``op``; for the caller of the run, if that is None."""
        facts = self._facts
        if tensor in self._values:
            found = self._values[tensor]
        else:
            source = facts.source(tensor)
            found = self._values[source] if source in self._values else facts.values[source]
        if as_ref or not isinstance(found, (Reference, Resource)):
            return found
        try:
            return found.value
        except UninitializedError as error:
            raise blame.uninitialized(op, error, self._part.fetches, facts) from None

    def _capture(self, op: Operation) -> None:
        for place, tensor in enumerate(op.inputs):
            if (op, place) in self._part.captured:
                self._values[op, place] = self._read(op, tensor)

    def _call(self, op: Operation) -> None:
        inputs = [self._read(op, tensor, arg.is_ref) for arg, tensor in op.arguments()]
        try:
            result = self._compute(op, inputs)
        except UninitializedError as error:
            raise blame.uninitialized(op, error, self._part.fetches, self._facts) from None
        except _NEEDS_A_VALUE as error:
            raise _needs_a_value(op, "a value") from error
        except Exception as error:
            raise blame.failed(op, self._in_numpys_words(op, inputs, error), lambda: inputs) from None
        for tensor, value in zip(op.outputs, result if op.op_type.gives_tuple and op.outputs else (result,)):
            self._values[tensor] = self._in_type(tensor, value)

    def _compute(self, op: Operation, inputs: list[Any]) -> Any:
        if op in self._part.stages.known or not (op.op_type.stateful or any(map(is_traced, inputs))):
            return self._with_numpy(op, inputs)
        declared = KERNELS[op.type]
        for (arg, _), value in zip(op.arguments(), inputs):
            if arg.name in declared.known and is_traced(value):
                raise _needs_a_value(op, f"the value of its input {arg.name}")
        if isinstance(declared, Drawn):
            return declared.gives(self._draw(op, declared.asks(*inputs)), *inputs)
        if declared.check is not None:
            numpys = op.op_type.kernel_for(op, self._part.state)
            check = with_attrs(declared.check, op)(numpys, *inputs)
            if check is not None:
                self.checks.append((op, check))
        return self._with_numpy(op, inputs) if declared.compute is None else with_attrs(declared.compute, op)(*inputs)

    def _with_numpy(self, op: Operation, inputs: Sequence[Any]) -> Any:
        with np.errstate(all="ignore"):
            return op.op_type.kernel_for(op, self._part.stand_ins)(*inputs)

    def _in_type(self, tensor: Tensor, value: Any) -> Any:
        """``value`` in the type the graph says, where JAX has its own rules for types."""
        wanted = tensor.dtype.base_dtype.as_numpy_dtype
        return value.astype(wanted) if is_traced(value) and value.dtype != wanted else value

    def _in_numpys_words(self, op: Operation, inputs: Sequence[Any], error: Exception) -> Exception:
        """What numpy's kernel says of inputs of these shapes; ``error`` if it says nothing."""
        if isinstance(error, errors.OpError) or not isinstance(KERNELS.get(op.type), JaxKernel):
            return error
        try:
            self._with_numpy(op, [_zeros_like(value) for value in inputs])
        except Exception as said:
            return said
        return error


def _zeros_like(value: Any) -> Any:
    if isinstance(value, Reference):
        copy = Reference(value.name)
        if value.initialized:
            copy.value = _zeros_like(value.value)
        return copy
    return np.zeros(value.shape, value.dtype)[()] if is_traced(value) else value


def _needs_a_value(op: Operation, what: str) -> errors.OpError:
    return blame.blame(
        op,
        f"JAX cannot compile operation '{op.name}' ({op.type}): shapes depend on {what}, which only the run of the "
        "program would tell. A session with engine='numpy' runs it",
        errors.UnimplementedError,
    )
