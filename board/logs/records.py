"""A stretch of a file's bytes in, its events out, one by one; damage comes where it lies.

Never raises, whatever the bytes are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.message import DecodeError

from writer.format.checksum import header_offsets
from writer.format.messages import Event
from writer.format.record import HEADER_SIZE, Damage, Incomplete, next_record


class Decoded(NamedTuple):
    """An event, and where the record that holds it lies in the buffer."""

    start: int
    end: int
    event: Any


def events(buffer: bytes, *, more_follows: bool) -> Iterator[Decoded | Damage | Incomplete]:
    """What ``buffer`` holds, in order. `Incomplete`, if it comes, comes last.

    A record whose checksums hold but which is no Event is damage too, and costs only itself.

    Args:
        more_follows: the file goes on behind the buffer.
    """
    offset = 0
    while offset < len(buffer):
        found = next_record(buffer, offset, more_follows=more_follows)
        if isinstance(found, Incomplete):
            yield found
            return
        if isinstance(found, Damage):
            yield found
        else:
            try:
                event = Event.FromString(found.data)
            except DecodeError:
                yield Damage(found.start, found.end, f"record of {len(found.data)} bytes does not hold an event")
            else:
                yield Decoded(found.start, found.end, event)
        offset = found.end


def past_torn(buffer: bytes, reason: str) -> Damage | None:
    """The damage at the beginning of ``buffer`` that a record amounts to which never got its last bytes.

    Its length may promise more than will ever come, and hide what a resumed writer has put behind it. None if no
    whole record follows.
    """
    found = next_record(buffer, 1)
    if isinstance(found, Incomplete):
        return None
    return Damage(0, found.end if isinstance(found, Damage) else found.start, reason)


def may_begin_file(head: bytes) -> bool:
    """Whether an event file can begin with these bytes, or may once a hole in it has filled in."""
    return len(head) < HEADER_SIZE or not any(head[:HEADER_SIZE]) or len(header_offsets(head, 0, 1)) > 0
