"""What a caller gives as a series, checked: to arrays of steps, values and wall times of one length."""

from __future__ import annotations

from typing import Any

import numpy as np

from writer.summary.arrays import as_array

_METHOD = "add_scalar_series"


def checked_series(
    tag: str, steps: Any, values: Any, wall_times: Any, float64: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps as int64 [n], values as float32 (or float64) [n], wall times as float64 [n].

    Raises:
        TypeError, ValueError: they cannot be that; the error names the tag.
    """
    numbers = as_array(tag, values, _METHOD)
    given = as_array(tag, steps, _METHOD, "an array of integers for steps")
    times = as_array(tag, wall_times, _METHOD, "an array of seconds for wall_times").astype(np.float64)
    for name, array in (("steps", given), ("values", numbers)):
        if array.ndim != 1:
            raise ValueError(f"{_METHOD}: tag {tag!r} wants {name} of shape [n], but got shape {list(array.shape)}")
    if len(given) != len(numbers):
        raise ValueError(f"{_METHOD}: tag {tag!r} has {len(given)} steps, but {len(numbers)} values")
    if times.shape not in ((), numbers.shape):
        raise ValueError(
            f"{_METHOD}: tag {tag!r} has {len(numbers)} values, but wall_times of shape {list(times.shape)}"
        )
    if not np.isfinite(times).all():
        raise ValueError(f"{_METHOD}: tag {tag!r} wants finite seconds for wall_times")
    whole = given if given.dtype.kind in "iu" else np.floor(given)
    if given.dtype.kind not in "iu" and not (np.isfinite(given) & (whole == given)).all():
        raise ValueError(f"{_METHOD}: tag {tag!r} wants integers for steps, but got {given[whole != given][:1]}")
    if given.dtype.kind not in "i" and len(given) and not (np.abs(whole) < 2.0**63).all():
        raise ValueError(f"{_METHOD}: tag {tag!r} has a step that does not fit 64 bits")
    with np.errstate(over="ignore"):  # beyond float32 is infinite
        stored = numbers.astype(np.float64 if float64 else np.float32)
    return whole.astype(np.int64), stored, np.broadcast_to(times, numbers.shape)
