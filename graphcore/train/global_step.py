"""The variable that counts steps, and a session, in; the number of the step out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graphcore.session import Session


def global_step(sess: Session, global_step_tensor: Any) -> int:
    """The number of steps that have been taken in a session.

    Args:
        global_step_tensor: the variable that `Optimizer.minimize` counts up, or a tensor; a whole number.

    Raises:
        TypeError: it has another type.
    """
    dtype = getattr(global_step_tensor, "dtype", None)
    if dtype is None or not dtype.base_dtype.is_integer:
        raise TypeError(f"global_step_tensor must be a variable of a whole number, not {global_step_tensor!r}")
    return int(sess.run(global_step_tensor))
