"""A part of a graph, and the shapes of what it is given, in; a program that JAX compiled, out."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import jax
import jax.experimental
import jax.numpy as jnp
import numpy as np

from graphcore import blame
from graphcore.engine.host_part import Values
from graphcore.engine.jax_kernel import Check
from graphcore.engine.placement import Placement
from graphcore.engine.tracing import Draw, Part, Tracing, is_traced
from graphcore.errors import OpError
from graphcore.operation import Operation, Tensor
from graphcore.state import Reference, SessionState

# Older versions have it elsewhere.
_enable_x64: Any = jax.enable_x64 if hasattr(jax, "enable_x64") else vars(jax.experimental)["enable_x64"]


def with_64_bits() -> AbstractContextManager[Any]:
    """A block in which JAX keeps 64-bit numbers as they are, which it does not by default. Other code keeps its own."""
    return _enable_x64(True)


# XLA's default less one: it gives convolutions to a library, YNNPACK, that computes them on one core, so in twice the
# time on two.
_COMPILER_OPTIONS = {
    "xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT,LIBRARY_FUSION_TYPE_REDUCE"
}


@functools.cache
def _compiler_options() -> dict[str, str]:
    """What this version of JAX knows of the above."""
    try:
        jax.jit(lambda: 0, compiler_options=dict(_COMPILER_OPTIONS))()
    except jax.errors.JaxRuntimeError:
        return {}
    return _COMPILER_OPTIONS


class _Draw(NamedTuple):
    """Random numbers that a program is given: how to get them, and what they look like."""

    numbers: Callable[[], np.ndarray]
    shape: tuple[int, ...]
    dtype: np.dtype


class Program:
    """A pure function of variables, inputs and random numbers, compiled for certain types and shapes of them.

    Its operations are called twice. The first time tells what is to be drawn, which results are known already, and what
    has to be checked; the second time, JAX compiles. Both this and `run` have to happen in a block `with_64_bits`.

    Args:
        variables: the operations that own them. changed: places of those that get a new value.
        inputs: what else it is a function of.
        given: tensors whose values are part of the program.
        values: of the variables now; None for one without.
        shaped: inputs like those to come.

    Raises:
        errors.OpError: an operation cannot run with these, or cannot be compiled.
    """

    def __init__(
        self,
        part: Part,
        variables: Sequence[Operation],
        changed: Sequence[int],
        inputs: Sequence[Tensor],
        given: Values,
        values: Sequence[Any],
        shaped: Sequence[np.ndarray],
        placement: Placement,
    ) -> None:
        self._part, self._variables, self._changed = part, variables, changed
        self._inputs, self._given, self._placement = inputs, given, placement
        self._draws: list[_Draw] = []
        self._known: dict[int, Any] = {}
        self._checks: list[tuple[Operation, Check]] = []
        there = [place for place, value in enumerate(values) if value is not None]

        def explored(values: Sequence[Any], inputs: Sequence[Any]) -> Any:
            results = self._call(dict(zip(there, values)), inputs, self._ask)
            self._known = {place: value for place, value in enumerate(results) if not is_traced(value)}
            return self._not_known(results)

        shapes = jax.eval_shape(explored, [values[place] for place in there], shaped)
        self._places = [place for place in range(len(part.wanted) + len(changed)) if place not in self._known]
        count = len(part.wanted)
        new = {changed[place - count]: shape for place, shape in zip(self._places, shapes) if place >= count}
        self._consumed = [place for place in there if _alike(values[place], new.get(place))]
        self._kept = [place for place in there if place not in self._consumed]
        self._compiled = jax.jit(
            self._function, donate_argnums=(0,), compiler_options=_compiler_options(), **self._shardings(shaped)
        )
        drawn = [jax.ShapeDtypeStruct(draw.shape, draw.dtype) for draw in self._draws]
        self._shapes = jax.tree.map(
            lambda array: jax.ShapeDtypeStruct(array.shape, array.dtype), (*self._parted(values), list(shaped), drawn)
        )

    @property
    def text(self) -> str:
        """What the compiler made of it, to look at when something is slow or strange. It compiles once more."""
        return self._compiled.lower(*self._shapes).compile().as_text() or ""

    def run(self, references: Sequence[Reference], values: Sequence[Any], inputs: Sequence[np.ndarray]) -> list[Any]:
        """Runs it on the ``values`` of the variables, and puts those that it changes into their ``references``.

        Returns: what is wanted, as numpy arrays or scalars.

        Raises:
            errors.OpError: a check failed. The variables have the values they had.
        """
        results: dict[int, Any] = dict(self._known)
        failure = None
        if self._places or self._checks:
            drawn = [draw.numbers() for draw in self._draws]
            program_gives = self._compiled(*self._parted(values), inputs, drawn)
            computed, holds, evidence = jax.block_until_ready(program_gives)
            results.update(zip(self._places, computed))
            failure = self._failure(holds, evidence)
        count = len(self._part.wanted)
        for turn, place in enumerate(self._changed, count):
            value = results[turn]
            # What has been consumed is replaced even then, by a copy.
            if value is not None and (failure is None or place in self._consumed):
                references[place].value = self._placement.put(value) if isinstance(value, _OF_NUMPY) else value
        if failure is not None:
            raise failure
        return [np.asarray(results[place])[()] for place in range(count)]

    def _parted(self, values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        """The variables that a run consumes, and those that it only reads."""
        return [values[place] for place in self._consumed], [values[place] for place in self._kept]

    def _call(self, values: dict[int, Any], inputs: Sequence[Any], draw: Draw) -> list[Any]:
        """What is wanted, and the changed variables' values, given those of the variables that have one."""
        references = [self._part.stand_ins.reference(op) for op in self._variables]
        for place, reference in enumerate(references):
            reference.forget()
            if place in values:
                reference.value = values[place]
        tracing = Tracing(self._part, {**self._given, **dict(zip(self._inputs, inputs))}, draw)
        wanted = tracing.run()
        self._checks = tracing.checks
        new = [reference.value if reference.initialized else None for reference in references]
        for reference in references:  # else it would keep stand-ins, and all they stand for, alive
            reference.forget()
        return wanted + [new[place] for place in self._changed]

    def _function(
        self, consumed: Sequence[Any], kept: Sequence[Any], inputs: Sequence[Any], drawn: Sequence[Any]
    ) -> Any:
        values = dict(zip(self._consumed + self._kept, [*consumed, *kept]))
        rest = iter(drawn)
        results = self._call(values, inputs, lambda op, asks: next(rest))
        holds = [check.holds is not None and jnp.all(check.holds) for _, check in self._checks]
        needed = [fine for fine, (_, check) in zip(holds, self._checks) if check.holds is not None]
        if needed:
            # A run that fails leaves the variables as they were.
            all_fine = jnp.all(jnp.stack(needed))
            for turn, place in enumerate(self._changed, len(self._part.wanted)):
                if place in self._consumed:
                    results[turn] = jnp.where(all_fine, results[turn], values[place])
        return self._not_known(results), holds, [list(filter(is_traced, check.evidence)) for _, check in self._checks]

    def _not_known(self, results: Sequence[Any]) -> list[Any]:
        return [value for place, value in enumerate(results) if place not in self._known]

    def _ask(self, op: Operation, asks: Sequence[Any]) -> Any:
        """Takes note of what a random operation draws, and gives a stand-in for it."""
        looks = op.op_type.kernel_for(op, SessionState())(*asks)
        kernel = op.op_type.kernel_for(op, self._part.state)
        self._draws.append(_Draw(lambda: kernel(*asks), looks.shape, looks.dtype))
        return jax.lax.full(looks.shape, 0, looks.dtype)

    def _shardings(self, shaped: Sequence[np.ndarray]) -> dict[str, Any]:
        whole, of = self._placement.whole, self._placement.of
        if whole is None:
            return {}
        inputs, drawn = ([of(array.shape) for array in arrays] for arrays in (shaped, self._draws))
        results = [whole if place >= len(self._part.wanted) else None for place in self._places]
        return {
            "in_shardings": ([whole] * len(self._consumed), [whole] * len(self._kept), inputs, drawn),
            "out_shardings": (results, None, None),
        }

    def _failure(self, holds: Sequence[Any], evidence: Sequence[Sequence[Any]]) -> OpError | None:
        """The error of the first check that does not hold."""
        for (op, check), fine, traced in zip(self._checks, holds, evidence):
            if not fine:
                rest = iter(traced)
                shown = [np.asarray(next(rest))[()] if is_traced(value) else value for value in check.evidence]
                try:
                    check.report(*shown)
                except Exception as error:
                    return blame.failed(op, error, lambda shown=shown: shown)  # type: ignore[misc]
        return None


_OF_NUMPY = (np.ndarray, np.generic)


def _alike(value: Any, shape: Any) -> bool:
    """Whether a new value has the type and shape of the old one, whose memory it can have."""
    return shape is not None and (value.shape, value.dtype) == (shape.shape, shape.dtype)
