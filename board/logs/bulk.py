"""A stretch of a file's bytes in; its scalars out as columns, many records at a time, every checksum verified.

How thousands of records a millisecond are checked and decoded in Python:

1. The starts of all records follow from their lengths (`boundaries`). Training loops write the same tags in the same
   order every step: such cycles are decoded where they lie (`cycle`).
2. Of the others, those of one length are gathered into the rows of a matrix. A row's stored CRC, with the effects of
   the bytes that vary (wall time, step, values) taken out, is the CRC of the rest: the *fingerprint* of the rest.
3. One row of each new fingerprint is parsed. The checksums of the others with the same fingerprint say that they were
   written as that record with their own varying bytes; where they still are, their checksums hold.

What has no such layout, or a checksum that does not hold, is left to be read one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from board.logs.boundaries import OVERHEAD, boundaries, boundaries_together, lengths_at
from board.logs.cycle import Cycles
from board.logs.group import Group
from board.logs.pattern import Pattern, Rows
from board.logs.scalar_layout import layout_of
from writer.format.record import Record, next_record

# Longer records are not worth a matrix: what varies in them is mostly not a scalar.
_MAX_DATA = 4096
# Fewer like records than this are read faster one by one.
_MIN_ROWS = 4
_MAX_LAYOUTS = 64
# Rows that turn out to be of no use are parsed in vain, one by one; after so many the rest is not tried.
_MAX_FAILURES = 64


class Decoded(NamedTuple):
    """What a stretch holds. Every record before ``end`` is in one of the groups or in ``others``."""

    groups: list[Group]
    others: np.ndarray  # int64, ascending starts of the records to be read one by one
    end: int  # where the first record begins that is not wholly in the stretch


class DecodedTogether(NamedTuple):
    """What buffers hold that are joined; offsets are those in the whole."""

    bases: np.ndarray  # int64 [n + 1], where each buffer begins, and the last one ends
    groups: list[Group]
    others: np.ndarray  # int64, ascending starts of the records to be read one by one
    whole: np.ndarray  # bool [n], which buffers are rows of whole records; of the others nothing is read


class BulkReader:
    """Decodes stretches, and remembers the layouts it has met: runs of one program look alike."""

    def __init__(self) -> None:
        self._cycles = Cycles()
        self._patterns: dict[int, list[Pattern]] = {}  # by the length of the data

    def decode(self, buffer: bytes, start: int, stop: int) -> Decoded:
        """Reads the records of ``buffer`` that begin in ``[start, stop)``; a record begins at ``start``.

        A damaged record is among the `Decoded.others`. If it is its length that is damaged, nothing behind it can be
        trusted, since no record may begin where it seems to end.
        """
        periodic, starts, end = boundaries(buffer, start, stop)
        groups: list[Group] = []
        left = [starts]
        for place in periodic:
            of_place, rest = self._cycles.decode(buffer, place)
            groups += of_place
            left.append(rest)
        others = self._decode_records(buffer, np.sort(np.concatenate(left)), groups)
        return Decoded(groups, others, end)

    def decode_together(self, buffers: Sequence[bytes]) -> DecodedTogether:
        """Reads buffers that are a few records each, as small files are: as `decode` does, but hundreds at a time."""
        joined = b"".join(buffers)
        bases = np.cumsum([0, *map(len, buffers)])
        starts, whole = boundaries_together(joined, bases)
        groups: list[Group] = []
        others = self._decode_records(joined, starts, groups)
        return DecodedTogether(bases, groups, others, whole)

    def _decode_records(self, buffer: bytes, starts: np.ndarray, groups: list[Group]) -> np.ndarray:
        """Decodes what it can of the records at ``starts``; the ascending starts of the rest."""
        others = []
        data = np.frombuffer(buffer, np.uint8)
        # Too long is too long; and numbers of 16 bits are sorted in linear time.
        lengths = np.minimum(lengths_at(buffer, starts), _MAX_DATA + 1).astype(np.uint16)
        order = np.argsort(lengths, kind="stable")
        cuts = np.flatnonzero(np.diff(lengths[order])) + 1
        for like in np.split(order, cuts) if len(order) else []:
            length = int(lengths[like[0]])
            if length > _MAX_DATA or len(like) < _MIN_ROWS:
                others.append(starts[like])
            else:
                others.append(self._decode_length(data, starts[like], length, groups))
        return np.sort(np.concatenate(others)) if others else np.empty(0, np.int64)

    def _decode_length(self, data: Rows, starts: np.ndarray, length: int, groups: list[Group]) -> np.ndarray:
        """Decodes what it can of the records of one length; the starts of the rest."""
        size = length + OVERHEAD
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
            fingerprint = int(fingerprints[chosen[0]])
            if len(chosen) < _MIN_ROWS and not pattern.knows(fingerprint):
                continue
            example = pattern.example(fingerprint, rows[chosen[0]])
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
