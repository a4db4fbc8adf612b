"""A number, its tag, step and wall time to a framed record, in about a microsecond: this runs on the training thread.

The records of a tag differ only in wall time, step and value, and in length by that of the step. So what is constant is
kept by tag and by length of the step, and one call of a compiled `struct` puts a record together.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from writer import event
from writer.format.checksum import masked_crc
from writer.format.record import HEADER_SIZE, frame
from writer.summary.scalars import prefix, to_float32

# (packs data, header of the frame, what is between step and value), by the length of the step's bytes.
_Layout = tuple[Callable[..., bytes], bytes, bytes]
_WALL_TIME_KEY = 1 << 3 | 1
_FOOTER = struct.Struct("<I")
_MAX_KEPT = 1 << 16  # as of prefixes, and for their reason

_layouts: dict[tuple[str, int], _Layout] = {}


def scalar_record(tag: str, number: float, step_bytes: bytes, wall_time: float) -> bytes:
    """One framed record. ``step_bytes`` is what `writer.event.encode_step` gives.

    Equal byte by byte to framing `event.encode` of `summary.scalars.scalar`.

    Raises:
        TypeError, ValueError: the tag cannot name a series.
    """
    try:
        pack, header, middle = _layouts[tag, len(step_bytes)]
    except (KeyError, TypeError):
        pack, header, middle = _layout(tag, len(step_bytes))
    try:
        data = pack(_WALL_TIME_KEY, wall_time, step_bytes, middle, number)
    except (OverflowError, struct.error):
        data = pack(_WALL_TIME_KEY, wall_time, step_bytes, middle, _clipped(number))
    return header + data + _FOOTER.pack(masked_crc(data))


def _layout(tag: str, step_size: int) -> _Layout:
    summary = prefix(tag)
    framed = frame(event.encode(1.0, 0, event.SUMMARY, summary + bytes(4)))
    middle = framed[HEADER_SIZE + 9 : -_FOOTER.size - 4]
    packer = struct.Struct(f"<Bd{step_size}s{len(middle)}sf")
    layout = (packer.pack, frame(bytes(packer.size))[:HEADER_SIZE], middle)
    if len(_layouts) < _MAX_KEPT:
        _layouts[tag, step_size] = layout
    return layout


def _clipped(number: float) -> float:
    try:
        return to_float32(float(number))
    except OverflowError:  # an int beyond float64
        return float("inf") if number > 0 else float("-inf")
