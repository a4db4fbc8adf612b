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
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from board.logs.pattern import Pattern, Rows
from board.logs.scalar_layout import layout_of
from writer.format.record import FOOTER_SIZE, HEADER_SIZE, Record, next_record

_LENGTH = struct.Struct("<Q")
_OVERHEAD = HEADER_SIZE + FOOTER_SIZE
# Longer records are not worth a matrix: what varies in them is mostly not a scalar.
_MAX_DATA = 4096
# Fewer like records than this are read faster one by one.
_MIN_ROWS = 4
_MAX_LAYOUTS = 64
# Rows that turn out to be of no use are parsed in vain, one by one; after so many the rest is not tried.
_MAX_FAILURES = 64


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

    def part(self, rows: slice, *, moved: int = 0) -> Group:
        """Some of the records, for a buffer in which they begin so many bytes further."""
        starts, wall_times, steps = self.starts[rows] + moved, self.wall_times[rows], self.steps[rows]
        return Group(self.event, self.size, starts, wall_times, steps, tuple(column[rows] for column in self.values))


class Decoded(NamedTuple):
    """What a stretch holds. Every record before ``end`` is in one of the groups or in ``others``."""

    groups: list[Group]
    others: np.ndarray  # int64, ascending starts of the records to be read one by one
    end: int  # where the first record begins that is not wholly in the stretch


class BulkReader:
    """Decodes stretches, and remembers the layouts it has met: runs of one program look alike."""

    def __init__(self) -> None:
        self._patterns: dict[int, list[Pattern]] = {}  # by the length of the data

    def decode(self, buffer: bytes, start: int, stop: int) -> Decoded:
        """Reads the records of ``buffer`` that begin in ``[start, stop)``; a record begins at ``start``.

        A damaged record is among the `Decoded.others`. If it is its length that is damaged, nothing behind it can be
        trusted, since no record may begin where it seems to end.
        """
        starts, end = _record_starts(buffer, start, stop)
        groups, others = self._decode_records(buffer, starts, np.diff(starts, append=end) - _OVERHEAD)
        return Decoded(groups, others, end)

    def decode_together(self, buffers: Sequence[bytes]) -> list[Decoded | None]:
        """Reads buffers that are a few records each, as small files are: as `decode` does, but thousands at a time.

        None for a buffer that is not a row of whole records.
        """
        bases = np.cumsum([0, *map(len, buffers)])
        starts, lengths, whole = [], [], []
        for base, buffer in zip(bases.tolist(), buffers):
            own, end = _record_starts(buffer, 0, len(buffer))
            whole.append(end == len(buffer))
            if whole[-1]:
                starts.append(own + base)
                lengths.append(np.diff(own, append=end) - _OVERHEAD)
        if not starts:
            return [None] * len(buffers)
        groups, others = self._decode_records(b"".join(buffers), np.concatenate(starts), np.concatenate(lengths))
        found: list[list[Group]] = [[] for _ in buffers]
        for group in groups:
            cuts = np.searchsorted(group.starts, bases)
            for number in np.flatnonzero(np.diff(cuts)).tolist():
                rows = slice(cuts[number], cuts[number + 1])
                found[number].append(group.part(rows, moved=-int(bases[number])))
        cuts = np.searchsorted(others, bases)
        return [
            Decoded(found[number], others[cuts[number] : cuts[number + 1]] - bases[number], len(buffer))
            if whole[number]
            else None
            for number, buffer in enumerate(buffers)
        ]

    def _decode_records(self, buffer: bytes, starts: np.ndarray, lengths: np.ndarray) -> tuple[list[Group], np.ndarray]:
        """Groups of the records at ``starts`` whose data have these lengths, and the ascending starts of the rest."""
        groups: list[Group] = []
        others = []
        data = np.frombuffer(buffer, np.uint8)
        # Too long is too long; and numbers of 16 bits are sorted in linear time.
        lengths = np.minimum(lengths, _MAX_DATA + 1).astype(np.uint16)
        order = np.argsort(lengths, kind="stable")
        cuts = np.flatnonzero(np.diff(lengths[order])) + 1
        for like in np.split(order, cuts) if len(order) else []:
            length = int(lengths[like[0]])
            if length > _MAX_DATA or len(like) < _MIN_ROWS:
                others.append(starts[like])
            else:
                others.append(self._decode_length(data, starts[like], length, groups))
        return groups, np.sort(np.concatenate(others)) if others else np.empty(0, np.int64)

    def _decode_length(self, data: Rows, starts: np.ndarray, length: int, groups: list[Group]) -> np.ndarray:
        """Decodes what it can of the records of one length; the starts of the rest."""
        size = length + _OVERHEAD
        rows = np.lib.stride_tricks.as_strided(data, (len(data) - size + 1, size), (1, 1), writeable=False)[starts]
        left = np.arange(len(rows))
        damaged = []
        patterns = self._patterns.setdefault(length, [])
        tried = 0
        while len(left):
            if tried == len(patterns):
                first = next_record(rows[left[0]].tobytes(), 0)
                if not isinstance(first, Record):
                    damaged.append(starts[left[:1]])
                    left = left[1:]
                    continue
                layout = layout_of(first.data) if tried < _MAX_LAYOUTS else None
                if layout is None or any(layout == pattern.layout for pattern in patterns):
                    break
                patterns.append(Pattern(layout))
            some = rows if len(left) == len(rows) else rows[left]
            done = self._decode_layout(some, starts[left], patterns[tried], groups)
            left = left[~done]
            tried += 1
        return np.concatenate([*damaged, starts[left]])

    def _decode_layout(self, rows: Rows, starts: np.ndarray, pattern: Pattern, groups: list[Group]) -> np.ndarray:
        """Decodes the rows that have this layout; which of them those are, bool [n]."""
        columns = pattern.columns(rows)
        done = np.zeros(len(rows), bool)
        alike = np.flatnonzero(columns.alike())
        if not len(alike):
            return done
        fingerprints = columns.fingerprints()
        wall_times, steps, values = columns.wall_times(), columns.steps(), columns.values()
        failures = 0
        for chosen in _alike(fingerprints, alike):
            example = pattern.example(int(fingerprints[chosen[0]]), rows[chosen[0]])
            if example is None:  # damaged, or of another layout; and so are all that share the fingerprint
                failures += 1
                if failures > _MAX_FAILURES:
                    break
                continue
            chosen = chosen[pattern.undamaged(rows[chosen], example)]
            done[chosen] = True
            of_chosen = tuple(column[chosen] for column in values)
            size = rows.shape[1]
            groups.append(Group(example.event, size, starts[chosen], wall_times[chosen], steps[chosen], of_chosen))
        return done


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
