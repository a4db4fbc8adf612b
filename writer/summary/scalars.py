"""A number and its tag to the bytes of a Summary."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from writer.format.messages import Summary
from writer.format.plugins import SCALARS
from writer.summary.tags import checked_tag

_FLOAT = struct.Struct("<f")
_MAX_FLOAT = 3.4028235677973366e38  # the smallest double that rounds beyond float32
# Tags whose bytes are kept. Beyond so many, new ones are not; kept ones stay, so that tags that take turns cannot drive
# each other out.
_MAX_KEPT = 1 << 16


def scalar(tag: str, value: Any) -> bytes:
    """A Summary that holds ``value`` as float32 in ``simple_value``, the compact form every reader knows.

    Args:
        value: a number, or anything of one element: 0-d arrays and tensors of any library.

    Raises:
        TypeError: the tag is no string, or the value no single real number.
        ValueError: the tag is empty, too long, or cannot be stored.
    """
    return prefix(tag) + _FLOAT.pack(to_float32(as_number(tag, value)))


def scalars(values: Iterable[tuple[str, Any]], method: str) -> bytes:
    """A Summary that holds several numbers, in the compact form.

    Raises:
        TypeError, ValueError: as `scalar`.
    """
    return b"".join(
        [prefix(tag, method) + _FLOAT.pack(to_float32(as_number(tag, value, method))) for tag, value in values]
    )


def scalar_tensor(
    tag: str,
    value: Any,
    *,
    double_precision: bool = False,
    display_name: str | None = None,
    description: str | None = None,
    method: str = "add_scalar",
) -> bytes:
    """A Summary that holds ``value`` as a rank-0 tensor with the metadata of the scalars plugin.

    Args:
        double_precision: keep float64. TensorBoard's default data server shows only float32 scalars.
        display_name: shown in place of the tag.
        description: Markdown, shown with the series.
        method: what the caller called, told in errors.

    Raises:
        TypeError, ValueError: as `scalar`; TypeError also if ``display_name`` or ``description`` is no string.
    """
    import numpy as np

    from writer.summary.metadata import metadata_of, tensor_summary

    number = as_number(checked_tag(tag, method), value, method)
    with np.errstate(over="ignore"):  # beyond float32 is infinite, as in the compact form
        array = np.asarray(number, np.float64 if double_precision else np.float32)
    return tensor_summary(tag, array, metadata_of(tag, SCALARS, b"", display_name, description))


def as_number(tag: str, value: Any, method: str = "add_scalar") -> float:
    """``value`` as a float; the error names the tag it was logged under."""
    if isinstance(value, (int, float)):
        return _to_float(tag, value, value, method)
    if isinstance(value, (str, bytes, bytearray, complex)) or value is None:
        raise TypeError(f"{method}: tag {tag!r} wants a number, but got {value!r} of type {type(value).__name__}")
    try:
        item = value.item()
    except AttributeError:
        item = value
    except (ValueError, RuntimeError, TypeError) as error:
        shape = tuple(getattr(value, "shape", ()))
        told = f"{method}: tag {tag!r} wants a single number, but got {type(value).__name__} of shape {list(shape)}"
        # An accelerator reports here what went wrong there before.
        failed = f": {error}" if all(size == 1 for size in shape) else ""
        raise TypeError(f"{told}{failed}") from (error if failed else None)
    return _to_float(tag, item, value, method)


def to_float32(number: float) -> float:
    """``number``, or an infinity if it is beyond float32."""
    if not -_MAX_FLOAT < number < _MAX_FLOAT and number == number:
        return float("inf") if number > 0 else float("-inf")
    return number


def prefix(tag: str, method: str = "add_scalar") -> bytes:
    """All of the Summary but the four bytes of the value: a training loop logs the same few tags for hours."""
    try:
        return _kept[tag]
    except (KeyError, TypeError):
        summary = Summary()
        summary.value.add(tag=checked_tag(tag, method), simple_value=1.0)
        made = bytes(summary.SerializeToString())[: -_FLOAT.size]
        if len(_kept) < _MAX_KEPT:
            _kept[tag] = made
        return made


_kept: dict[str, bytes] = {}


def _to_float(tag: str, number: Any, value: Any, method: str) -> float:
    try:
        if isinstance(number, (str, bytes)):
            raise TypeError
        return float(number)
    except OverflowError:  # an int beyond float64
        return float("inf") if number > 0 else float("-inf")
    except (TypeError, ValueError):
        raise TypeError(
            f"{method}: tag {tag!r} wants a number, but got {value!r} of type {type(value).__name__}"
        ) from None
