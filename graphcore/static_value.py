"""A tensor in, its value out if that follows from the graph alone; used by rules for static shapes."""

from __future__ import annotations

from typing import Any

from graphcore.operation import Tensor
from graphcore.state import SessionState

# Ops whose constant results 0.8 knew before a run; more would give tensors shapes that 0.8's exports do not show.
_COMPUTED = frozenset(("Range", "Cast", "Concat"))


def constant_value(tensor: Tensor) -> Any:
    """The value of ``tensor`` as an array (a numpy scalar for shape ``()``), or None if only a run can tell.

    A tensor whose value is used so may not be fed any more: what was derived from it would be wrong.
    """
    value = _value(tensor)
    if value is not None:
        tensor.graph.prevent_feeding(tensor)
    return value


def _value(tensor: Tensor) -> Any:
    op = tensor.op
    if op.type == "Const":
        return op.attrs["value"].array
    if op.op_type.from_sizes is not None:
        return op.op_type.from_sizes(op.inputs[0].get_shape().sizes)
    if op.type not in _COMPUTED:
        return None
    inputs = [constant_value(t) for t in op.inputs]
    return None if any(value is None for value in inputs) else op.op_type.kernel_for(op, SessionState())(*inputs)
