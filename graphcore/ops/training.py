"""The update rules of optimizers as ops: a variable, its slots and its gradient in, variable and slots changed.

The formulas, and the order in which they round, are those of TensorFlow's kernels (`training_ops.cc`). A kernel puts
new arrays into the variables and leaves the old ones as they are, for others may have read them; and it reads all
before it changes any, so one that is not initialised leaves the others alone. The kernels are written for arrays of
any library, see `graphcore.kernel_values.namespace`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore.kernel_values import namespace
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation
from graphcore.shapes import TensorShape
from graphcore.state import Reference, UninitializedError


def _update_shape(*alike: int) -> Callable[[Operation], Sequence[TensorShape]]:
    """The inputs at these places have one shape, that of the variable; all others are scalars."""

    def shape(op: Operation) -> Sequence[TensorShape]:
        merged = op.inputs[0].get_shape()
        for place, tensor in enumerate(op.inputs):
            if place in alike:
                merged = merged.merge_with(tensor.get_shape())
            else:
                tensor.get_shape().with_rank(0)
        return [merged]

    return shape


def _explain(error: Exception, *inputs: Any) -> str:
    if isinstance(error, UninitializedError):
        return f"Attempting to use uninitialized variables: {error.variable}"
    return str(error)


def _update(line: str, alike: tuple[int, ...], kernel: Callable[..., Reference]) -> OpType:
    """Declares an update rule, whose inputs at the places ``alike`` have the shape of the variable."""
    return OpType(
        f"{line} -> Ref out:T | T:type{{number}}; use_locking:bool=false",
        shape=_update_shape(*alike),
        kernel=kernel,
        explain=_explain,
        gradient=no_gradient,
        stateful=True,
    )


def _one(like: Any) -> Any:
    """1 in the type of a hyper-parameter: numpy 1 would make float64 of a Python number and a float32 scalar."""
    return like.dtype.type(1)


def _root(x: Any) -> Any:
    return namespace(x).sqrt(x)


def _apply_gradient_descent(var: Reference, alpha: Any, delta: Any) -> Reference:
    # The product is rounded, then the difference: a fused multiply-add would give other digits.
    var.value = var.value - alpha * delta
    return var


def _apply_momentum(var: Reference, accum: Reference, lr: Any, grad: Any, momentum: Any) -> Reference:
    before = var.value
    accumulated = accum.value * momentum + grad
    accum.value = accumulated
    var.value = before - accumulated * lr
    return var


def _apply_adagrad(var: Reference, accum: Reference, lr: Any, grad: Any) -> Reference:
    before = var.value
    accumulated = accum.value + grad * grad
    accum.value = accumulated
    var.value = before - grad * lr * (_one(lr) / _root(accumulated))
    return var


def _apply_adadelta(
    var: Reference, accum: Reference, accum_update: Reference, lr: Any, rho: Any, epsilon: Any, grad: Any
) -> Reference:
    # The kernel of 0.8 multiplies by accum_update itself where the paper has the root of it plus epsilon, and so
    # never moves away from zero; this is the kernel of 0.10.
    before, updates, rest = var.value, accum_update.value, _one(rho) - rho
    accumulated = accum.value * rho + grad * grad * rest
    update = _root(updates + epsilon) * (_one(rho) / _root(accumulated + epsilon)) * grad
    accum.value = accumulated
    accum_update.value = updates * rho + update * update * rest
    var.value = before - update * lr
    return var


def _apply_adam(
    var: Reference,
    m: Reference,
    v: Reference,
    beta1_power: Any,
    beta2_power: Any,
    lr: Any,
    beta1: Any,
    beta2: Any,
    epsilon: Any,
    grad: Any,
) -> Reference:
    one = _one(lr)
    alpha = lr * _root(one - beta2_power) / (one - beta1_power)
    before, mean, variance = var.value, m.value, v.value
    mean = mean + (grad - mean) * (one - beta1)
    variance = variance + (grad * grad - variance) * (one - beta2)
    m.value, v.value = mean, variance
    var.value = before - (mean * alpha) / (_root(variance) + epsilon)
    return var


def _apply_rms_prop(
    var: Reference, ms: Reference, mom: Reference, lr: Any, rho: Any, momentum: Any, epsilon: Any, grad: Any
) -> Reference:
    before, mean_square, velocity = var.value, ms.value, mom.value
    mean_square = mean_square + (grad * grad - mean_square) * (_one(rho) - rho)
    velocity = velocity * momentum + grad * lr / _root(mean_square + epsilon)
    ms.value, mom.value = mean_square, velocity
    var.value = before - velocity
    return var


def _apply_ftrl(
    var: Reference, accum: Reference, linear: Reference, grad: Any, lr: Any, l1: Any, l2: Any, lr_power: Any
) -> Reference:
    before, accumulated, slope = var.value, accum.value, linear.value
    summed = accumulated + grad * grad
    if lr_power == -0.5:
        # A root is nearer to the true value than a power, and much faster.
        rooted, rooted_before = _root(summed), _root(accumulated)
    else:
        rooted, rooted_before = summed**-lr_power, accumulated**-lr_power
    slope = slope + (grad - (rooted - rooted_before) / lr * before)
    quadratic = rooted / lr + (l2 + l2)
    pulled = (l1 * namespace(slope).sign(slope) - slope) / quadratic
    # Where the pull is weaker than l1, the variable becomes exactly zero: that makes the model sparse. The index
    # gives a numpy scalar back for shape ().
    var.value = namespace(slope).where(abs(slope) > l1, pulled, slope.dtype.type(0))[()]
    accum.value, linear.value = summed, slope
    return var


ApplyGradientDescent = _update("ApplyGradientDescent(Ref var:T, alpha:T, delta:T)", (0, 2), _apply_gradient_descent)
ApplyMomentum = _update("ApplyMomentum(Ref var:T, Ref accum:T, lr:T, grad:T, momentum:T)", (0, 1, 3), _apply_momentum)
ApplyAdagrad = _update("ApplyAdagrad(Ref var:T, Ref accum:T, lr:T, grad:T)", (0, 1, 3), _apply_adagrad)
ApplyAdadelta = _update(
    "ApplyAdadelta(Ref var:T, Ref accum:T, Ref accum_update:T, lr:T, rho:T, epsilon:T, grad:T)",
    (0, 1, 2, 6),
    _apply_adadelta,
)
ApplyAdam = _update(
    "ApplyAdam(Ref var:T, Ref m:T, Ref v:T, beta1_power:T, beta2_power:T, lr:T, beta1:T, beta2:T, epsilon:T, grad:T)",
    (0, 1, 2, 9),
    _apply_adam,
)
ApplyRMSProp = _update(
    "ApplyRMSProp(Ref var:T, Ref ms:T, Ref mom:T, lr:T, rho:T, momentum:T, epsilon:T, grad:T)",
    (0, 1, 2, 7),
    _apply_rms_prop,
)
ApplyFtrl = _update(
    "ApplyFtrl(Ref var:T, Ref accum:T, Ref linear:T, grad:T, lr:T, l1:T, l2:T, lr_power:T)",
    (0, 1, 2, 3),
    _apply_ftrl,
)
