"""The envelope of everything that is logged: wall time, step and payload to the bytes of one Event."""

from __future__ import annotations

import math
import operator
import struct
from typing import Any

_WALL_TIME = struct.Struct("<Bd")
_WALL_TIME_KEY = 1 << 3 | 1  # field 1, a double
_STEP_KEY = b"\x10"  # field 2, a varint
# Fields of Event whose payload is length-delimited bytes.
FILE_VERSION, GRAPH_DEF, SUMMARY, LOG_MESSAGE, SESSION_LOG, TAGGED_RUN_METADATA = 3, 4, 5, 6, 7, 8

_INT64 = range(-(1 << 63), 1 << 63)


def encode(wall_time: float, step: int, field: int, payload: bytes) -> bytes:
    """One serialised Event: packed by hand, for this is what runs on the training thread.

    Equal byte by byte to what the message class serialises; a step of 0 is left out, as proto3 does.
    """
    return b"".join(
        (
            _WALL_TIME.pack(_WALL_TIME_KEY, wall_time),
            encode_step(step),
            bytes((field << 3 | 2,)),
            _varint(len(payload)),
            payload,
        )
    )


def encode_step(step: int) -> bytes:
    """The field of an Event that holds its step; a step of 0 is left out."""
    return _STEP_KEY + _varint(step) if step else b""


def as_step(step: Any) -> int:
    """``global_step`` as the int64 that is stored; None counts as 0.

    Accepts ints, integral floats, and one-element arrays and tensors.

    Raises:
        TypeError: it is none of these.
        ValueError: it is not integral, or does not fit int64.
    """
    if step is None:
        return 0
    try:
        number = step.item() if hasattr(step, "item") else step
    except (ValueError, RuntimeError, TypeError) as error:  # of several elements, or an accelerator's fault
        shape = list(getattr(step, "shape", ()))
        failed = f": {error}" if all(size == 1 for size in shape) else ""
        told = f"{type(step).__name__} of shape {shape}{failed}"
        raise TypeError(f"global_step is an integer, but got {told}") from (error if failed else None)
    try:
        whole = operator.index(number)
    except TypeError:
        if not isinstance(number, float):
            raise TypeError(f"global_step is an integer, but got {step!r} of type {type(step).__name__}") from None
        if not number.is_integer():
            raise ValueError(f"global_step is an integer, but got {step!r}") from None
        whole = int(number)
    if whole not in _INT64:
        raise ValueError(f"global_step {whole} does not fit 64 bits")
    return whole


def as_wall_time(seconds: Any) -> float:
    """``walltime`` as seconds since the epoch.

    Raises:
        TypeError: it is no number.
        ValueError: it is NaN or infinite.
    """
    try:
        if isinstance(seconds, (str, bytes)):
            raise TypeError
        number = float(seconds)
    except (TypeError, ValueError, OverflowError):
        told = f"{seconds!r} of type {type(seconds).__name__}"
        raise TypeError(f"walltime is seconds since the epoch, but got {told}") from None
    if not math.isfinite(number):
        raise ValueError(f"walltime is seconds since the epoch, but got {number}")
    return number


def _varint(number: int) -> bytes:
    if 0 <= number < 0x80:
        return bytes((number,))
    number &= 0xFFFFFFFFFFFFFFFF  # a negative int64 takes ten bytes
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
