"""A stretch of a file's bytes in; its scalars out as columns, many records at a time, every checksum verified.

How thousands of records a millisecond are checked and decoded in Python:

1. The starts of all records follow from their lengths (`_record_starts`). Training loops write the same tags in the
   same order every step, so lengths repeat with a period; where they do, a few array operations replace the walk.
2. Records of one length are gathered into the rows of a matrix. A row's stored CRC, with the effects of the bytes that
   vary (wall time, step, values) taken out, is the CRC of the rest: the *fingerprint* of the rest.
3. One row of each new fingerprint is parsed. The checksums of the others with the same fingerprint say that they were
   written as that record with their own varying bytes; where they still are, their checksums hold.

What has no such layout, or a checksum that does not hold, is left to be read one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from board.logs.scalar_layout import Layout, layout_of
from writer.format.checksum import byte_effects, crc, masked_crc, unmask
from writer.format.messages import Event
from writer.format.record import FOOTER_SIZE, HEADER_SIZE

_LENGTH = struct.Struct("<Q")
_OVERHEAD = HEADER_SIZE + FOOTER_SIZE
# Longer records are not worth a matrix: what varies in them is mostly not a scalar.
_MAX_DATA = 4096
# Fewer like records than this are read faster one by one.
_MIN_ROWS = 4
_MAX_FINGERPRINTS = 1 << 16
_MAX_LAYOUTS = 64
# Rows that turn out to be of no use are parsed in vain, one by one; after so many the rest is not tried.
_MAX_FAILURES = 64

_Rows = np.ndarray[Any, np.dtype[np.uint8]]


class Group(NamedTuple):
    """Records that differ only in wall time, step and values; ``event`` is one of them.

    All arrays are in the order of the records in the buffer.
    """

    event: Any
    size: int  # of each record with its frame, bytes
    starts: np.ndarray  # int64 [n], offsets of the records in the buffer
    wall_times: np.ndarray  # float64 [n], as stored
    steps: np.ndarray  # int64 [n]
    values: tuple[np.ndarray, ...]  # float64 [n], one array for each value of the event's summary


class Decoded(NamedTuple):
    """What a stretch holds. Every record before ``end`` is in one of the groups or in ``others``."""

    groups: list[Group]
    others: np.ndarray  # int64, ascending starts of the records to be read one by one
    end: int  # where the first record begins that is not wholly in the stretch


class BulkReader:
    """Decodes stretches, and remembers the layouts it has met: runs of one program look alike."""

    def __init__(self) -> None:
        self._layouts: dict[int, list[Layout]] = {}
        self._events: dict[tuple[Layout, int], tuple[Any, _Rows]] = {}

    def decode(self, buffer: bytes, start: int, stop: int) -> Decoded:
        """Reads the records of ``buffer`` that begin in ``[start, stop)``; a record begins at ``start``.

        A damaged record is among the `Decoded.others`. If it is its length that is damaged, nothing behind it can be
        trusted, since no record may begin where it seems to end.
        """
        starts, end = _record_starts(buffer, start, stop)
        lengths = np.diff(starts, append=end) - _OVERHEAD
        groups: list[Group] = []
        others = []
        data = np.frombuffer(buffer, np.uint8)
        order = np.argsort(lengths, kind="stable")
        cuts = np.flatnonzero(np.diff(lengths[order])) + 1
        for like in np.split(order, cuts) if len(order) else []:
            length = int(lengths[like[0]])
            if length > _MAX_DATA or len(like) < _MIN_ROWS:
                others.append(starts[like])
            else:
                others.append(self._decode_length(data, starts[like], length, groups))
        left = np.sort(np.concatenate(others)) if others else np.empty(0, np.int64)
        return Decoded(groups, left, end)

    def _decode_length(self, data: _Rows, starts: np.ndarray, length: int, groups: list[Group]) -> np.ndarray:
        """Decodes what it can of the records of one length; the starts of the rest."""
        size = length + _OVERHEAD
        rows = np.lib.stride_tricks.as_strided(data, (len(data) - size + 1, size), (1, 1), writeable=False)[starts]
        header = np.frombuffer(_LENGTH.pack(length) + masked_crc(_LENGTH.pack(length)).to_bytes(4, "little"), "<u4")
        sound = (np.ascontiguousarray(rows[:, :HEADER_SIZE]).view("<u4") == header).all(axis=1)
        left = np.flatnonzero(sound)
        layouts = self._layouts.setdefault(length, [])
        tried = 0
        while len(left):
            if tried == len(layouts):
                found = layout_of(_data(rows[left[0]])) if tried < _MAX_LAYOUTS else None
                if found is None or found in layouts:
                    break
                layouts.append(found)
            some = rows if len(left) == len(rows) else rows[left]
            done = self._decode_layout(some, starts[left], layouts[tried], groups)
            left = left[~done]
            tried += 1
        return np.concatenate([starts[~sound], starts[left]])

    def _decode_layout(self, rows: _Rows, starts: np.ndarray, layout: Layout, groups: list[Group]) -> np.ndarray:
        """Decodes the rows that have this layout; which of them those are, bool [n]."""
        varying = _Varying(rows, layout)
        steps, decodable = varying.steps()
        for offset, key in layout.keys:
            decodable &= rows[:, HEADER_SIZE + offset] == key
        fingerprints = varying.fingerprints()
        done = np.zeros(len(rows), bool)
        columns: tuple[np.ndarray, tuple[np.ndarray, ...]] | None = None
        failures = 0
        for chosen in _alike(fingerprints, np.flatnonzero(decodable)):
            event, sound = self._event(layout, int(fingerprints[chosen[0]]), rows[chosen], varying)
            if event is None:  # damaged, or of another layout; and so are all that share the fingerprint
                failures += 1
                if failures > _MAX_FAILURES:
                    break
                continue
            chosen = chosen[sound]
            columns = columns or (varying.wall_times(), varying.values())
            wall_times, values = columns
            done[chosen] = True
            of_chosen = tuple(column[chosen] for column in values)
            groups.append(Group(event, rows.shape[1], starts[chosen], wall_times[chosen], steps[chosen], of_chosen))
        return done

    def _event(self, layout: Layout, fingerprint: int, rows: _Rows, varying: _Varying) -> tuple[Any, np.ndarray]:
        """The event that rows of this layout and fingerprint are, and which of them are undamaged, bool [n].

        None if the first of them is no such event.
        """
        known = self._events.get((layout, fingerprint))
        if known is None:
            data = _data(rows[0])
            if varying.rest_crc(rows[0]) != fingerprint or layout_of(data) != layout:
                return None, np.zeros(len(rows), bool)
            if len(self._events) >= _MAX_FINGERPRINTS:
                self._events.clear()
            known = self._events[layout, fingerprint] = (Event.FromString(data), rows[0].copy())
        event, example = known
        sound = np.ones(len(rows), bool)
        for run in varying.fixed_runs:
            differing = rows[:, run] != example[run]
            if differing.any():
                sound &= ~differing.any(axis=1)
        return event, sound


class _Varying:
    """The bytes of like rows that vary, position by position."""

    def __init__(self, rows: _Rows, layout: Layout) -> None:
        step_offset, step_size = layout.step
        spans = [(layout.wall_time.offset, 8), (step_offset, step_size)]
        spans += [(place.offset, place.size) for place in layout.values]
        self._layout = layout
        self._offsets = [offset + byte for offset, size in spans for byte in range(size)]
        self._columns = np.ascontiguousarray(rows[:, [HEADER_SIZE + offset for offset in self._offsets]].T)
        self._stored = np.ascontiguousarray(rows[:, -FOOTER_SIZE:]).view("<u4")[:, 0]
        self._low = self._columns.min(axis=1)
        self._high = self._columns.max(axis=1)
        # The bytes of the data between those, as slices of a row.
        fixed = np.setdiff1d(np.arange(layout.length), self._offsets) + HEADER_SIZE
        runs = np.split(fixed, np.flatnonzero(np.diff(fixed) > 1) + 1)
        self.fixed_runs = [slice(int(run[0]), int(run[-1]) + 1) for run in runs if len(run)]

    def fingerprints(self) -> np.ndarray:
        """Each row's CRC with the varying bytes zeroed, if the row is sound; uint32 [n]."""
        found = unmask(self._stored)
        of_constants = 0
        for offset, column, low, high in zip(self._offsets, self._columns, self._low, self._high):
            effects = byte_effects(self._layout.length - 1 - offset)
            if low == high:  # the upper bytes of times and steps hardly ever change
                of_constants ^= int(effects[low])
            else:
                found ^= effects[column]
        return found ^ np.uint32(of_constants)

    def rest_crc(self, row: _Rows) -> int:
        """The CRC of one row's data with the varying bytes zeroed, computed from the data."""
        rest = row[HEADER_SIZE:-FOOTER_SIZE].copy()
        rest[self._offsets] = 0
        return crc(rest.tobytes())

    def steps(self) -> tuple[np.ndarray, np.ndarray]:
        """The steps, int64 [n], and which rows hold a varint of just the layout's size."""
        size = self._layout.step[1]
        count = self._columns.shape[1]
        steps = np.zeros(count, np.uint64)
        whole = np.ones(count, bool)
        for byte in range(size):
            column = self._columns[8 + byte]
            steps |= (column & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * byte)
            whole &= column >= 0x80 if byte < size - 1 else column < 0x80
        return steps.view(np.int64), whole

    def wall_times(self) -> np.ndarray:
        return self._numbers(0, "<f8")

    def values(self) -> tuple[np.ndarray, ...]:
        """The scalars, float64 [n] each."""
        first = 8 + self._layout.step[1]
        columns = []
        for place in self._layout.values:
            columns.append(self._numbers(first, place.dtype).astype(np.float64))
            first += place.size
        return tuple(columns)

    def _numbers(self, first: int, dtype: str) -> np.ndarray:
        size = np.dtype(dtype).itemsize
        return np.ascontiguousarray(self._columns[first : first + size].T).view(dtype)[:, 0]


# Up to here, picking out one group after another is faster than sorting.
_FEW_GROUPS = 12


def _alike(fingerprints: np.ndarray, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Splits ``rows`` into those of one fingerprint each, ascending within."""
    for _ in range(_FEW_GROUPS):
        if not len(rows):
            return
        same = fingerprints[rows] == fingerprints[rows[0]]
        yield rows[same]
        rows = rows[~same]
    ordered = rows[np.argsort(fingerprints[rows], kind="stable")]
    if len(ordered):
        yield from np.split(ordered, np.flatnonzero(np.diff(fingerprints[ordered])) + 1)


def _data(row: _Rows) -> bytes:
    return row[HEADER_SIZE:-FOOTER_SIZE].tobytes()


# How many records are walked before a period is looked for, and again after one broke; twice as many each time that
# there was none.
_SAMPLE = 256
_LONGEST_PERIOD = _SAMPLE // 2


def _record_starts(buffer: bytes, start: int, stop: int) -> tuple[np.ndarray, int]:
    """The starts of the records that lie wholly in ``buffer`` and begin before ``stop``, and where the last ends.

    Only lengths are read, no checksum.
    """
    parts: list[np.ndarray] = []
    position = start
    last = min(len(buffer) - _OVERHEAD, stop - 1)
    sample = _SAMPLE
    while position <= last:
        walked = _walk(buffer, position, last, sample)
        position = walked.pop()
        if position > len(buffer):  # the last record is cut off
            position = walked.pop()
        parts.append(np.array(walked, np.int64))
        if len(walked) < sample:
            break
        periodic = _periodic_starts(buffer, parts[-1][-_SAMPLE:], position, stop)
        if len(periodic):
            parts.append(periodic[:-1])
            position = int(periodic[-1])
        sample = _SAMPLE if len(periodic) else 2 * sample
    return np.concatenate(parts) if parts else np.empty(0, np.int64), position


def _walk(buffer: bytes, position: int, last: int, count: int) -> list[int]:
    """The starts of up to ``count`` records from ``position`` to ``last``, and where the last of them ends."""
    starts = [position]
    append = starts.append
    unpack = _LENGTH.unpack_from
    for _ in range(count):
        position += _OVERHEAD + unpack(buffer, position)[0]
        append(position)
        if position > last:
            break
    return starts


def _periodic_starts(buffer: bytes, sample: np.ndarray, position: int, stop: int) -> np.ndarray:
    """Starts from ``position`` on while lengths repeat as in the sample, and the end of the last such record."""
    sizes = np.diff(sample, append=position)
    period = next((p for p in range(1, _LONGEST_PERIOD + 1) if (sizes[p:] == sizes[:-p]).all()), 0)
    if not period:
        return np.empty(0, np.int64)
    cycle = sizes[-period:]  # the next record has the size of the one a period before
    stride = int(cycle.sum())
    repeats = (min(stop, len(buffer)) - position) // stride
    if repeats < 2:
        return np.empty(0, np.int64)
    within = np.concatenate([[0], np.cumsum(cycle)[:-1]])
    for offset, size in zip(within.tolist(), cycle.tolist()):
        lengths = np.ndarray((repeats,), "<u8", buffer, position + offset, (stride,))
        differing = np.flatnonzero(lengths != size - _OVERHEAD)
        if len(differing):
            repeats = int(differing[0])
        if not repeats:
            return np.empty(0, np.int64)
    starts = position + stride * np.arange(repeats)[:, None] + within
    return np.append(starts.ravel(), position + stride * repeats)
