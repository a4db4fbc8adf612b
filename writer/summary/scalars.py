"""A number and its tag to the bytes of a Summary."""

from __future__ import annotations

import functools
import struct
from typing import Any

from writer.format.messages import Summary
from writer.format.plugins import DATA_CLASS, SCALARS

_FLOAT = struct.Struct("<f")
_MAX_FLOAT = 3.4028235677973366e38  # the smallest double that rounds beyond float32


def scalar(tag: str, value: Any) -> bytes:
    """A Summary that holds ``value`` as float32 in ``simple_value``, the compact form every reader knows.

    Args:
        value: a number, or anything of one element: 0-d arrays and tensors of any library.

    Raises:
        TypeError: the tag is no string, or the value no single real number.
    """
    number = as_number(tag, value)
    if not -_MAX_FLOAT < number < _MAX_FLOAT and number - number == 0:
        number = float("inf") if number > 0 else float("-inf")
    return _prefix(tag) + _FLOAT.pack(number)


def scalar_tensor(tag: str, value: Any, *, double_precision: bool = False) -> bytes:
    """A Summary that holds ``value`` as a rank-0 tensor with the metadata of the scalars plugin.

    Args:
        double_precision: keep float64. TensorBoard's default data server shows only float32 scalars.

    Raises:
        TypeError: as `scalar`.
    """
    import numpy as np

    from writer.format.tensors import to_proto

    number = as_number(tag, value)
    with np.errstate(over="ignore"):  # beyond float32 is infinite, as in the compact form
        array = np.asarray(number, np.float64 if double_precision else np.float32)
    summary = Summary()
    entry = summary.value.add(tag=_checked_tag(tag), tensor=to_proto(array))
    entry.metadata.plugin_data.plugin_name = SCALARS
    entry.metadata.data_class = DATA_CLASS[SCALARS]
    return bytes(summary.SerializeToString())


def as_number(tag: str, value: Any) -> float:
    """``value`` as a float; the error names the tag it was logged under."""
    if isinstance(value, (int, float)):
        return _to_float(tag, value, value)
    if isinstance(value, (str, bytes, bytearray, complex)) or value is None:
        raise TypeError(f"add_scalar: tag {tag!r} wants a number, but got {value!r} of type {type(value).__name__}")
    try:
        item = value.item()
    except AttributeError:
        item = value
    except (ValueError, RuntimeError, TypeError):
        shape = tuple(getattr(value, "shape", ()))
        raise TypeError(
            f"add_scalar: tag {tag!r} wants a single number, but got {type(value).__name__} of shape {list(shape)}"
        ) from None
    return _to_float(tag, item, value)


def _to_float(tag: str, number: Any, value: Any) -> float:
    try:
        if isinstance(number, (str, bytes)):
            raise TypeError
        return float(number)
    except OverflowError:  # an int beyond float64
        return float("inf") if number > 0 else float("-inf")
    except (TypeError, ValueError):
        raise TypeError(
            f"add_scalar: tag {tag!r} wants a number, but got {value!r} of type {type(value).__name__}"
        ) from None


def _checked_tag(tag: Any) -> str:
    if not isinstance(tag, str):
        raise TypeError(f"a tag is a string, but got {tag!r} of type {type(tag).__name__}")
    return tag


@functools.lru_cache(maxsize=4096)
def _prefix(tag: str) -> bytes:
    """All of the Summary but the four bytes of the value: a training loop logs the same few tags for hours."""
    summary = Summary()
    summary.value.add(tag=_checked_tag(tag), simple_value=1.0)
    return bytes(summary.SerializeToString())[: -_FLOAT.size]
