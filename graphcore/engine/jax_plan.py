"""Part of a graph in, a function of the fed values out: a `JaxPlan`, with a program for each set of shapes that comes.

A run has three stages (`graphcore.engine.stages`). The middle one is a program: a pure function of the variables, of
what comes from outside (feeds, and what the stage before gives) and of random numbers. It gives the values wanted and
the variables' new ones. JAX compiles it when the first run with new shapes needs it; `graphcore.engine.tracing` says
what it computes. The variables stay on the device, and their memory is used again for their new values.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from graphcore.blame import blame
from graphcore.dtypes import string
from graphcore.engine.host_part import HostPart, Values
from graphcore.engine.jax_kernel import KERNELS
from graphcore.engine.placement import Placement
from graphcore.engine.program import Program, with_64_bits
from graphcore.engine.stages import Stages, divide
from graphcore.engine.tracing import Part
from graphcore.errors import UnimplementedError
from graphcore.executor import in_order, live_operations
from graphcore.facts import Facts
from graphcore.operation import Operation, Tensor
from graphcore.state import Reference, Resource, SessionState


def _refuse_what_is_no_computation(order: Sequence[Operation]) -> None:
    """UnimplementedError for branches and loops, and for stacks and the like, which live as long as a run."""
    for op in order:
        gives_resource = op.op_type.holds is None and any(tensor.dtype.is_ref_dtype for tensor in op.outputs)
        if op.op_type.flow or (gives_resource and not any(tensor.dtype.is_ref_dtype for tensor in op.inputs)):
            what = "part of a branch or a loop" if op.op_type.flow else "no computation with arrays"
            raise blame(
                op,
                f"JAX cannot compile operation '{op.name}' ({op.type}): it is {what}. A session with engine='numpy' "
                "runs it",
                UnimplementedError,
            )


class JaxPlan:
    """A part of a graph as programs, tied to the state of one session.

    Args:
        tensors: whose values to give, in this order.
        operations: what to run besides.
        feeds: tensors whose values are given; what is behind them does not run.
        lock: held while a program runs.

    Raises:
        errors.UnimplementedError: an operation cannot be compiled, and would have to run in the middle of the program.
    """

    def __init__(
        self,
        tensors: Sequence[Tensor],
        operations: Sequence[Operation],
        feeds: Sequence[Tensor],
        state: SessionState,
        placement: Placement,
        lock: threading.RLock,
    ) -> None:
        self._tensors, self._feeds, self._placement, self._lock = tensors, feeds, placement, lock
        fed = frozenset(feeds)
        order = in_order([t.op for t in tensors if t not in fed], operations, fed)
        _refuse_what_is_no_computation(order)
        # Facts know references; those of this state are filled with JAX's stand-ins while a program is made.
        stand_ins = SessionState()
        facts = Facts(order, fed, stand_ins)
        for op in order:
            if op.op_type.holds is not None and isinstance(facts.values.get(op.outputs[0]), Resource):
                facts.values[op.outputs[0]] = op.op_type.holds(op, state)  # a queue is the session's own
        live, read = live_operations(order, tensors, facts, fed)
        stages = divide(order, live, facts, fed, lambda op: _compilable(op, facts))
        outside = frozenset(stages.before) - stages.known

        def comes_from_outside(tensor: Tensor) -> bool:
            return tensor in fed or facts.source(tensor) in fed or facts.source(tensor).op in outside

        def has_value(tensor: Tensor) -> bool:
            return isinstance(facts.values.get(facts.source(tensor)), Resource) or facts.known(tensor).value is not None

        after = frozenset(stages.after)
        captured = {
            (op, place): tensor
            for op in stages.after
            for place, tensor in enumerate(op.inputs)
            if not comes_from_outside(tensor) and facts.source(tensor).op not in after and not has_value(tensor)
        }
        fetched = [t for t in tensors if not comes_from_outside(t) and facts.source(t).op not in after]
        self._part = Part(
            order, stages, read, facts, state, stand_ins, tensors, frozenset(captured), [*captured, *fetched]
        )
        self._before = HostPart(stages.before, facts, state, {})
        self._after = HostPart(stages.after, facts, state, {key: key for key in captured})
        needed = [
            tensor if tensor in fed else facts.source(tensor)
            for op in stages.compiled
            for tensor in op.inputs
            if comes_from_outside(tensor)
        ]
        to_be_known = _to_be_known(stages, facts, fed)
        self._inputs = [t for t in dict.fromkeys(needed) if t not in to_be_known]
        self._known_inputs = [t for t in dict.fromkeys(needed) if t in to_be_known]
        self._variables = [op for op in order if op.outputs and isinstance(facts.values.get(op.outputs[0]), Reference)]
        changed = {
            _owner(tensor, facts)
            for op in stages.compiled
            if op.op_type.stateful
            for arg, tensor in op.arguments()
            if arg.is_ref
        }
        self._references = [state.reference(op) for op in self._variables]
        self._changed = [place for place, op in enumerate(self._variables) if op in changed]
        self._programs: dict[Hashable, Program] = {}

    @property
    def source(self) -> str:
        """What the compiler made of each program, to look at when something is slow or strange."""
        with with_64_bits():
            return "\n\n".join(program.text for program in self._programs.values())

    def run(self, values: Sequence[Any]) -> list[Any]:
        """As `graphcore.engine.Plan.run`. After an error the variables are as they were before."""
        found: Values = dict(zip(self._feeds, values))
        self._before.run(found)
        with self._lock, with_64_bits():
            self._run_program(found)
        self._after.run(found)
        return [self._after.value(found, tensor) for tensor in self._tensors]

    def _run_program(self, found: Values) -> None:
        known = [np.asarray(self._before.value(found, tensor)) for tensor in self._known_inputs]
        inputs = [np.asarray(self._before.value(found, tensor)) for tensor in self._inputs]
        variables = [reference.value if reference.initialized else None for reference in self._references]
        key = (
            tuple((value.shape, value.tobytes()) for value in known),
            tuple(value.shape for value in inputs),
            tuple(None if value is None else value.shape for value in variables),
        )
        program = self._programs.get(key)
        if program is None:
            given: Values = dict(zip(self._known_inputs, (value[()] for value in known)))
            program = self._programs[key] = Program(
                self._part,
                self._variables,
                self._changed,
                self._inputs,
                given,
                variables,
                inputs,
                self._placement,
            )
        outputs = program.run(self._references, variables, inputs)
        found.update(zip(self._part.wanted, outputs))


def _compilable(op: Operation, facts: Facts) -> bool:
    """Whether it can be part of a program, which has no strings but those that are known, such as messages."""
    unknown = [tensor for tensor in op.inputs if facts.known(tensor).value is None]
    return op.type in KERNELS and not any(tensor.dtype.base_dtype == string for tensor in (*unknown, *op.outputs))


def _owner(reference: Tensor, facts: Facts) -> Operation:
    """The operation whose buffer it is: what changes a variable passes the reference on."""
    op = facts.source(reference).op
    while op.op_type.holds is None:
        op = facts.source(op.inputs[0]).op
    return op


def _to_be_known(stages: Stages, facts: Facts, fed: frozenset[Tensor]) -> set[Tensor]:
    """What has to be known while a program is made, since shapes in it follow from the values."""
    wanted: set[Tensor] = set()
    for op in reversed(stages.compiled):
        if op in stages.known:
            continue
        all_of_it = any(tensor in wanted for tensor in op.outputs)
        for arg, tensor in op.arguments():
            if all_of_it or arg.name in KERNELS[op.type].known:
                wanted.add(tensor if tensor in fed else facts.source(tensor))
    return wanted
