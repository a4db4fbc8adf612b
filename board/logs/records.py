"""A stretch of a file's bytes in; its events out, like ones together; damage comes where it lies.

Never raises, whatever the bytes are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError

from board.logs.bulk import BulkReader
from board.logs.group import Group
from board.logs.outline import outlined
from writer.format.checksum import header_offsets
from writer.format.messages import Event
from writer.format.record import HEADER_SIZE, Damage, Incomplete, Record, next_record

# After damage, so much is read in bulk, and twice as much each time that it went well: what lies behind the next
# damaged place has to be read again.
_CAUTIOUS = 1 << 16


class Decoded(NamedTuple):
    """An event, and where the record that holds it lies in the buffer."""

    start: int
    end: int
    event: Any


class Passage(NamedTuple):
    """Undamaged records between ``start`` and ``end``: like scalars in groups, everything else one by one."""

    start: int
    end: int
    groups: list[Group]
    events: list[Decoded]


def passages(
    buffer: bytes, bulk: BulkReader, *, more_follows: bool, payloads: bool = True
) -> Iterator[Passage | Damage | Incomplete]:
    """What ``buffer`` holds, in order. `Incomplete`, if it comes, comes last.

    A record whose checksums hold but which is no Event is damage too, and costs only itself.

    Args:
        more_follows: the file goes on behind the buffer.
        payloads: whether long payloads are wanted in the events; without them, reading is faster (see `outlined`).
    """
    view = memoryview(buffer)  # slices of it are no copies
    offset = 0
    reach = len(buffer)
    while offset < len(buffer):
        decoded = bulk.decode(buffer, offset, min(len(buffer), offset + reach))
        events: list[Decoded] = []
        stranger: Damage | Incomplete | None = None
        for start in decoded.others.tolist():
            found = _decoded(next_record(view, start, more_follows=more_follows), payloads)
            if not isinstance(found, Decoded):
                stranger = found
                break
            events.append(found)
        end = stranger.start if stranger else decoded.end
        if end > offset:
            # What was decoded behind a damaged record begins where that record says it ends, which is nothing to
            # go by.
            groups = decoded.groups if end == decoded.end else [_before(end, group) for group in decoded.groups]
            yield Passage(offset, end, [group for group in groups if len(group.starts)], events)
        if stranger is None and end < len(buffer) and end < offset + reach:
            step = _decoded(next_record(view, end, more_follows=more_follows), payloads)
            if isinstance(step, Decoded):
                yield Passage(step.start, step.end, [], [step])
                end = step.end
            else:
                stranger = step
        if stranger:
            yield stranger
            if isinstance(stranger, Incomplete):
                return
            end = stranger.end
        reach = _CAUTIOUS if stranger else 2 * reach
        offset = end


class Together(NamedTuple):
    """What many small buffers hold: like scalars of all of them in groups, everything else by buffer."""

    bases: np.ndarray  # int64 [n + 1], where each buffer begins in the joined one that the groups are of
    groups: list[Group]
    # Of each buffer, with offsets in it. None for one that is to be read by `passages` instead: it holds damage, or a
    # record that is cut off.
    events: list[list[Decoded] | None]


def together(buffers: Sequence[bytes], bulk: BulkReader) -> Together:
    """What many small buffers hold, read together and without payloads."""
    bases, groups, others, whole = bulk.decode_together(buffers)
    cuts = np.searchsorted(others, bases)
    events: list[list[Decoded] | None] = []
    for number, buffer in enumerate(buffers):
        starts = (others[cuts[number] : cuts[number + 1]] - bases[number]).tolist() if whole[number] else None
        events.append(None if starts is None else _all_events(buffer, starts))
    return Together(bases, groups, events)


def _all_events(buffer: bytes, starts: list[int]) -> list[Decoded] | None:
    """The events of the records at ``starts``; None if one of them is damaged."""
    events = []
    for start in starts:
        found = _decoded(next_record(buffer, start), False)
        if not isinstance(found, Decoded):
            return None
        events.append(found)
    return events


def one(buffer: bytes, start: int, *, more_follows: bool = False) -> Decoded | Damage | Incomplete:
    """The event of the record at ``start``, or what stands in its way."""
    return _decoded(next_record(buffer, start, more_follows=more_follows), True)


def _decoded(found: Record | Damage | Incomplete, payloads: bool) -> Decoded | Damage | Incomplete:
    if isinstance(found, (Damage, Incomplete)):
        return found
    try:
        event = Event.FromString(bytes(found.data) if payloads else outlined(found.data))
    except DecodeError:
        return Damage(found.start, found.end, f"record of {len(found.data)} bytes does not hold an event")
    return Decoded(found.start, found.end, event)


def _before(end: int, group: Group) -> Group:
    return group.part(slice(0, int(np.searchsorted(group.starts, end))))


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
