"""The number of the step in, the learning rate for it out."""

from __future__ import annotations

from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.operation import Tensor
from graphcore.ops import arithmetic, math
from graphcore.scopes import op_scope


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """``learning_rate * decay_rate ** (global_step / decay_steps)``.

    Args:
        learning_rate: the rate at step 0, a floating point scalar; the result has its type.
        global_step: the number of the step, a scalar; most often the variable that `Optimizer.minimize` counts up.
        decay_steps: after how many steps the rate is ``decay_rate`` times what it was. Must not be zero.
        decay_rate: what remains of the rate after that many steps.
        staircase: round the exponent down, so that the rate stays as it is for ``decay_steps`` steps.
    """
    with op_scope([learning_rate, global_step, decay_steps, decay_rate], name, "ExponentialDecay") as scope:
        rate = convert_to_tensor(learning_rate, name="learning_rate")
        dtype = rate.dtype.base_dtype
        if not dtype.is_floating:
            raise TypeError(f"learning_rate must be a floating point number, not {learning_rate!r} of {dtype.name}")
        step, steps, factor = (arithmetic.cast(value, dtype) for value in (global_step, decay_steps, decay_rate))
        exponent = step / steps
        if staircase:
            exponent = math.floor(exponent)
        return arithmetic.mul(rate, arithmetic.pow(factor, exponent), name=scope)
