"""A tensor in, its value out if that follows from the graph alone; used by rules for static shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.operation import Tensor


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
    if op.type in ("Shape", "Size", "Rank"):
        shape = op.inputs[0].get_shape()
        if op.type == "Rank":
            return None if shape.ndims is None else np.int32(shape.ndims)
        if not shape.is_fully_defined():
            return None
        return np.array(shape.sizes, np.int32) if op.type == "Shape" else np.int32(shape.num_elements())
    if op.type in ("Range", "Cast", "Concat"):
        inputs = [constant_value(t) for t in op.inputs]
        if any(value is None for value in inputs):
            return None
        from graphcore.state import SessionState

        return op.op_type.kernel_for(op, SessionState())(*inputs)
    return None
