"""TFRecord framing: data to bytes with `frame`, bytes to records with `next_record`.

Whatever the bytes are, `next_record` answers with one of three things and never raises: a `Record`, the
`Damage` that lies before the next good record, or `Incomplete` when only more bytes can tell.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from writer.format.checksum import header_offsets, masked_crc

HEADER_SIZE = 12
FOOTER_SIZE = 4
# A longer record is taken for damage: it could not be held in memory, and serialised protocol buffers
# end at 2 GiB in any case.
MAX_DATA_SIZE = 256 << 20
# How far a search for the next good record may run before what it passed is given up as damage.
MAX_SEARCH = 64 << 20

_HEADER = struct.Struct("<QI")
_FOOTER = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")


class Record(NamedTuple):
    """A record whose two checksums hold: ``buffer[start:end]`` frames ``data``, a slice of the buffer."""

    start: int
    end: int
    data: Any  # bytes-like, as the buffer is


class Damage(NamedTuple):
    """``buffer[start:end]`` holds no readable record; reading goes on at ``end``."""

    start: int
    end: int
    reason: str


class Incomplete(NamedTuple):
    """The bytes from ``start`` on may become a record once there are ``wanted`` of them.

    ``reason`` says what is wrong with them if no more ever come.
    """

    start: int
    wanted: int
    reason: str


def frame(data: bytes) -> bytes:
    """One record that holds ``data``."""
    length = _LENGTH.pack(len(data))
    return b"".join((length, _FOOTER.pack(masked_crc(length)), data, _FOOTER.pack(masked_crc(data))))


def next_record(buffer: bytes | memoryview, offset: int, *, more_follows: bool = False) -> Record | Damage | Incomplete:
    """The record at ``offset`` of ``buffer``, or what stands in its way.

    After a bad checksum every offset behind the damaged record's *start* is tried: a torn record's length
    may swallow good ones, so its end cannot be trusted. Damage counts as such only once a whole good
    record follows it, for a hole at the end of a growing file may still fill in.

    Args:
        buffer: bytes of the file; ``offset`` is where the last record ended.
        more_follows: the file goes on behind the buffer. A search that finds nothing in `MAX_SEARCH`
            bytes then gives them up, which bounds memory; at the end of the file it waits instead.
    """
    first = _whole_record(buffer, offset)
    if isinstance(first, (Record, Incomplete)):
        return first
    reason = first
    for start in header_offsets(buffer, offset + 1, len(buffer)).tolist():
        candidate = _whole_record(buffer, start)
        if isinstance(candidate, Record):
            return Damage(offset, start, reason)
        if isinstance(candidate, Incomplete) and more_follows:
            return Incomplete(offset, start - offset + candidate.wanted, reason)
    passed = len(buffer) - HEADER_SIZE - offset
    if more_follows and passed >= MAX_SEARCH:
        return Damage(offset, offset + passed, reason)
    return Incomplete(offset, min(2 * (len(buffer) - offset), passed + MAX_SEARCH + HEADER_SIZE), reason)


def _whole_record(buffer: bytes | memoryview, start: int) -> Record | Incomplete | str:
    """The record at ``start``, or why there is none; the reason stands alone where more bytes cannot help."""
    available = len(buffer) - start
    if available < HEADER_SIZE:
        return Incomplete(start, HEADER_SIZE, "record header cut off")
    length, length_crc = _HEADER.unpack_from(buffer, start)
    if masked_crc(buffer[start : start + 8]) != length_crc:
        return "bad checksum of a record's length"
    if length > MAX_DATA_SIZE:
        return f"record of {length} bytes, more than the limit of {MAX_DATA_SIZE}"
    size = HEADER_SIZE + length + FOOTER_SIZE
    if available < size:
        return Incomplete(start, size, "record cut off")
    data = buffer[start + HEADER_SIZE : start + HEADER_SIZE + length]
    if masked_crc(data) != _FOOTER.unpack_from(buffer, start + size - FOOTER_SIZE)[0]:
        return "bad checksum of a record's data"
    return Record(start, start + size, data)
