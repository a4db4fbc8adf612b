"""What all ops on two tensors share that are broadcast against each other: declaration, messages, gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, rearrange, reduction


def explain_broadcast(error: Exception, x: Any, y: Any) -> str | None:
    """What to say when a kernel failed because two shapes cannot be broadcast."""
    try:
        np.broadcast_shapes(np.shape(x), np.shape(y))
    except ValueError:
        return f"Incompatible shapes: {brackets(np.shape(x))} vs. {brackets(np.shape(y))}"
    return str(error)


def binary_op(line: str, kernel: Callable[..., Any] | None, gradient: Callable[..., Any], **more: Any) -> OpType:
    """Declares an op on two tensors that are broadcast against each other."""
    return OpType(
        line,
        shape=common_shapes.broadcast,
        kernel=kernel,
        gradient=gradient,
        explain=explain_broadcast,
        elementwise=True,
        **more,
    )


def sum_back(op: Operation, negate_y: bool = False) -> tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]:
    """For each of two inputs: what brings a gradient of the broadcast shape back to that input's shape.

    With ``negate_y`` the second is negated as well, between the sum and the reshape.
    """
    shape_x, shape_y = array.shape(op.inputs[0]), array.shape(op.inputs[1])
    axes_x, axes_y = array.BroadcastGradientArgs(shape_x, shape_y)

    def to_x(grad: Tensor) -> Tensor:
        return rearrange.reshape(reduction.reduce_sum(grad, axes_x), shape_x)

    def to_y(grad: Tensor) -> Tensor:
        total = reduction.reduce_sum(grad, axes_y)
        return rearrange.reshape(-total if negate_y else total, shape_y)

    return to_x, to_y
