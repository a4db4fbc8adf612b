"""The update rules of optimizers as ops: a variable and its gradient in, the variable changed."""

from __future__ import annotations

from typing import Any

from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation
from graphcore.shapes import TensorShape
from graphcore.state import Reference, UninitializedError


def _update_shape(op: Operation) -> list[TensorShape]:
    var, alpha, delta = (tensor.get_shape() for tensor in op.inputs)
    alpha.with_rank(0)
    return [var.merge_with(delta)]


def _explain(error: Exception, *inputs: Any) -> str:
    if isinstance(error, UninitializedError):
        return f"Attempting to use uninitialized variables: {error.variable}"
    return str(error)


def _apply_gradient_descent(var: Reference, alpha: Any, delta: Any) -> Reference:
    # The product is rounded, then the difference: a fused multiply-add would give other digits.
    var.value = var.value - alpha * delta
    return var


ApplyGradientDescent = OpType(
    "ApplyGradientDescent(Ref var:T, alpha:T, delta:T) -> Ref out:T | T:type{number}; use_locking:bool=false",
    shape=_update_shape,
    kernel=_apply_gradient_descent,
    explain=_explain,
    gradient=no_gradient,
    stateful=True,
)
