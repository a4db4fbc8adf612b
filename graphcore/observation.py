"""Kernels in, kernels that look at the clock out: what each operation of a run took, and whether time is up."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from graphcore.blame import DEVICE
from graphcore.op_type import Kernel
from graphcore.operation import Operation
from graphcore.state import Reference, Resource
from graphcore.waiting import time_left


class OutputFacts(NamedTuple):
    """What is told of an output: its sizes, and the bytes it has of its own."""

    shape: tuple[int, ...]
    bytes: int


class Execution(NamedTuple):
    """One operation that ran; times in nanoseconds of the clock that `Observer` uses."""

    op: Operation
    start: int
    end: int
    outputs: Sequence[OutputFacts | None]  # None for one that has no value


class Observer:
    """Watches the kernels of one plan, whichever threads run it."""

    def __init__(self) -> None:
        self._thread = threading.local()

    def watched(self, op: Operation, kernel: Kernel) -> Kernel:
        """A kernel that does the same, and is noted."""
        thread, clock, several = self._thread, time.perf_counter_ns, op.op_type.gives_tuple

        def watched(*inputs: Any) -> Any:
            time_left()
            start = clock()
            result = kernel(*inputs)
            end = clock()
            values = result if several else (result,) if op.outputs else ()
            thread.executions.append(Execution(op, start, end, [_facts_of(value) for value in values]))
            return result

        return watched

    @contextlib.contextmanager
    def observing(self) -> Iterator[list[Execution]]:
        """What runs in the block, in this thread, is put into the list, in order."""
        self._thread.executions = []
        yield self._thread.executions


def _facts_of(value: Any) -> OutputFacts | None:
    if isinstance(value, Reference):
        value = value.value if value.initialized else None
    if value is None or isinstance(value, Resource):
        return None
    if isinstance(value, np.ndarray):
        return OutputFacts(value.shape, value.nbytes if value.base is None else 0)
    return OutputFacts(np.shape(value), len(value) if isinstance(value, bytes) else getattr(value, "nbytes", 0))


def run_metadata_of(
    executions: Sequence[Execution], known: Sequence[tuple[Operation, Any]], began: tuple[int, int]
) -> Any:
    """The RunMetadata message of a run.

    Args:
        executions: the operations that ran.
        known: operations that did not have to, with the value of their output: constants, variables and what was
            computed from the former when the plan was made. They are in the message with no time at all.
        began: when the run did: microseconds since the epoch, and nanoseconds of the executions' clock.
    """
    from writer.format.messages import RunMetadata

    metadata = RunMetadata()
    device = metadata.step_stats.dev_stats.add(device=DEVICE)
    start_micros, start = began
    for op, value in known:
        _add_stats(device, Execution(op, start, start, [_facts_of(value)]), start_micros, start)
    for execution in executions:
        _add_stats(device, execution, start_micros, start)
    return metadata


def _add_stats(device: Any, execution: Execution, start_micros: int, start: int) -> None:
    op = execution.op
    # Up to the next whole microsecond: the message knows no smaller ones, and most kernels take less than one.
    took = -((execution.start - execution.end) // 1000)
    stats = device.node_stats.add(
        node_name=op.name,
        all_start_micros=start_micros + (execution.start - start) // 1000,
        op_end_rel_micros=took,
        all_end_rel_micros=took,
        timeline_label=f"{op.name} = {op.type}({', '.join(t.op.name for t in op.inputs)})",
        thread_id=threading.get_native_id() & 0xFFFFFFFF,
    )
    stats.scheduled_micros = stats.all_start_micros
    total = sum(facts.bytes for facts in execution.outputs if facts is not None)
    if total:
        stats.memory.add(allocator_name="cpu", total_bytes=total, peak_bytes=total)
    for slot, (tensor, facts) in enumerate(zip(op.outputs, execution.outputs)):
        if facts is None:
            continue
        description = stats.output.add(slot=slot).tensor_description
        description.dtype = tensor.dtype.base_dtype.as_datatype_enum
        description.shape.SetInParent()
        for size in facts.shape:
            description.shape.dim.add(size=size)
        description.allocation_description.requested_bytes = facts.bytes
        description.allocation_description.allocated_bytes = facts.bytes
        description.allocation_description.allocator_name = "cpu"
