"""What a kernel raised in; the error of its operation, as a session raises it, out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore import errors
from graphcore.facts import Facts
from graphcore.operation import Operation, Tensor
from graphcore.state import UninitializedError

DEVICE = "/job:localhost/replica:0/task:0/cpu:0"
"""Where everything runs, as error messages name it."""


def blame(op: Operation, message: str, kind: type[errors.OpError]) -> errors.OpError:
    """An error of ``op``, whose message ends with the node."""
    # Here, for only errors need the export format, and programs that make none need not wait for its import.
    from graphcore.graph_def import summarize_node

    where = f"\n\t [[Node: {summarize_node(op, DEVICE)}]]"
    return kind(op.node_def, op, message if where in message else message + where)  # type: ignore[call-arg]


def failed(op: Operation, error: Exception, inputs: Callable[[], Sequence[Any]]) -> errors.OpError:
    """The error of ``op``, whose kernel raised ``error``.

    Args:
        inputs: gives the values that the kernel got, for the message.
    """
    if isinstance(error, errors.OpError):
        return blame(op, error.message, type(error))
    message = str(error)
    if op.op_type.explain is not None:
        message = op.op_type.explain(error, *inputs()) or message
    return blame(
        op, message, errors.ResourceExhaustedError if isinstance(error, MemoryError) else errors.InvalidArgumentError
    )


def uninitialized(
    op: Operation | None, error: UninitializedError, fetches: Sequence[Tensor], facts: Facts
) -> errors.OpError:
    """The error of who read a variable too early: the first identity behind it, or who took the reference.

    Args:
        op: that ran; None when the fetches themselves were read.
    """
    message = str(error)
    for tensor in fetches if op is None else [*op.inputs, *op.outputs]:
        if facts.is_reference(tensor) and facts.source(tensor).op.name == error.variable:
            reader = tensor.op
            while reader.inputs and not reader.inputs[0].dtype.is_ref_dtype:
                reader = reader.inputs[0].op
            if reader.op_type.passes is not None or op is None:
                return blame(reader, message, errors.FailedPreconditionError)
    assert op is not None
    if op.op_type.explain is not None:
        message = op.op_type.explain(error) or message
    return blame(op, message, errors.FailedPreconditionError)
