"""Bytes in; where records begin, and where their lengths repeat with a period, out.

Only lengths are read, no checksum. Training loops write the same tags in the same order every step, so that lengths
repeat; where they do, a few array operations replace the walk from one record to the next.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np

from writer.format.record import FOOTER_SIZE, HEADER_SIZE

OVERHEAD = HEADER_SIZE + FOOTER_SIZE
_LENGTH = struct.Struct("<Q")

# How many records are walked before a period is looked for, and again after one broke; twice as many each time that
# there was none.
_SAMPLE = 256
# As many as the longest period has to be sure of it, the last ones, have to repeat.
LONGEST_PERIOD = _SAMPLE // 2
# What comes fewer times is not worth arrays of its own.
MIN_REPEATS = 8


class Periodic(NamedTuple):
    """Records from ``position`` on whose sizes are ``sizes``, and that again, ``repeats`` times in all."""

    position: int
    sizes: tuple[int, ...]  # of each record with its frame, bytes
    repeats: int

    def starts(self) -> np.ndarray:
        """Where each cycle's records begin, int64 [repeats, n]."""
        within = np.cumsum([0, *self.sizes])
        return self.position + within[-1] * np.arange(self.repeats)[:, None] + within[:-1]


class Boundaries(NamedTuple):
    """The records that lie wholly in a buffer: those that repeat, and the others."""

    periodic: list[Periodic]
    starts: np.ndarray  # int64, ascending, of the others
    end: int  # where the last record ends


def boundaries(buffer: bytes, start: int, stop: int) -> Boundaries:
    """The records that lie wholly in ``buffer`` and begin in ``[start, stop)``; one begins at ``start``."""
    walks: list[list[int]] = []
    periodic: list[Periodic] = []
    position = start
    last = min(len(buffer) - OVERHEAD, stop - 1)
    sample = _SAMPLE
    while position <= last:
        walked = _walk(buffer, position, last, sample)
        position = walked.pop()
        if position > len(buffer):  # the last record is cut off
            position = walked.pop()
        walks.append(walked)
        if len(walked) < sample:
            break
        found = _repeating(buffer, walked[-_SAMPLE:], position, stop)
        if found is None:
            sample *= 2
        else:
            sample = _SAMPLE
            periodic.append(found)
            while walked and walked[-1] >= found.position:
                walked.pop()
            position = found.position + found.repeats * sum(found.sizes)
    return Boundaries(periodic, np.array([start for walked in walks for start in walked], np.int64), position)


# Small files of so many programs are told apart at once; those of others are walked through.
_PROGRAMS = 8


def boundaries_together(buffer: bytes, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The records of many small files which lie one behind the other in ``buffer``.

    Files of one program have records of the same lengths, as far as they go; so one of them is walked through, and the
    others are compared with it.

    Args:
        bases: int64 [n + 1], where each file begins, and the last one ends.

    Returns:
        The ascending starts of the records of all files that consist of whole records, and which those are, bool [n].
    """
    sizes = np.diff(bases)
    whole = np.zeros(len(sizes), bool)
    found: list[np.ndarray] = []
    left = np.argsort(-sizes, kind="stable")  # the longest first: the others are like its beginning
    programs = 0
    while len(left):
        number = left[0]
        base, end = int(bases[number]), int(bases[number + 1])
        starts = np.array(_all_starts(buffer, base, end), np.int64) - base
        whole[number] = starts[-1] == sizes[number]
        left = left[1:]
        if not whole[number]:
            continue
        found.append(base + starts[:-1])
        programs += 1
        if programs <= _PROGRAMS and len(left):
            like, of_like = _like(buffer, bases[left], sizes[left], starts)
            whole[left[like]] = True
            found.append(of_like)
            left = left[~like]
    return np.sort(np.concatenate(found)) if found else np.empty(0, np.int64), whole


def _like(buffer: bytes, bases: np.ndarray, sizes: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which files have records of the same lengths as one with these ``starts`` and end, and where their records begin.

    Returns: bool [n]; int64, not sorted.
    """
    counts = np.searchsorted(starts, sizes)  # of records
    like = starts[np.minimum(counts, len(starts) - 1)] == sizes
    candidates = np.flatnonzero(like & (counts > 0))
    counts = counts[candidates]
    firsts = np.cumsum(counts) - counts
    within = np.arange(counts.sum()) - np.repeat(firsts, counts)
    positions = np.repeat(bases[candidates], counts) + starts[within]
    if not len(positions):
        return like, positions
    same = lengths_at(buffer, positions) == np.diff(starts)[within] - OVERHEAD
    of_file = np.logical_and.reduceat(same, firsts)
    like[candidates] = of_file
    return like, positions[np.repeat(of_file, counts)]


def lengths_at(buffer: bytes, starts: np.ndarray) -> np.ndarray:
    """The lengths that the headers at ``starts`` give for their records' data, uint64 [n]."""
    everywhere = np.ndarray((max(len(buffer) - 7, 0),), "<u8", buffer, 0, (1,))
    return everywhere[starts]


def _all_starts(buffer: bytes, start: int, end: int) -> list[int]:
    """The starts of the records between ``start`` and ``end``, then ``end`` if the last one ends there."""
    position, last = start, end - OVERHEAD
    starts = [position]
    while position <= last:
        position += OVERHEAD + _LENGTH.unpack_from(buffer, position)[0]
        starts.append(min(position, end + 1))
    return starts


def _walk(buffer: bytes, position: int, last: int, count: int) -> list[int]:
    """The starts of up to ``count`` records from ``position`` to ``last``, and where the last of them ends."""
    starts = [position]
    append = starts.append
    unpack = _LENGTH.unpack_from
    for _ in range(count):
        position += OVERHEAD + unpack(buffer, position)[0]
        append(position)
        if position > last:
            break
    return starts


def _repeating(buffer: bytes, sample: list[int], end: int, stop: int) -> Periodic | None:
    """The repetition that the sample, which ends at ``end``, finishes with, as far as it goes."""
    starts = np.array(sample)
    sizes = np.diff(starts, append=end)
    # After a period the last size comes again: few periods are worth comparing in full.
    candidates = np.flatnonzero(sizes[-2 : -LONGEST_PERIOD - 2 : -1] == sizes[-1]) + 1
    recent = sizes[-LONGEST_PERIOD:]
    period = next((p for p in candidates.tolist() if (sizes[-LONGEST_PERIOD - p : -p] == recent).all()), 0)
    if not period:
        return None
    breaks = np.flatnonzero(sizes[period:] != sizes[:-period])
    first = int(breaks[-1]) + 1 if len(breaks) else 0
    position, cycle = int(starts[first]), sizes[first : first + period].tolist()
    stride = sum(cycle)
    repeats = (min(stop, len(buffer)) - position) // stride
    offset = position
    for size in cycle:
        lengths = np.ndarray((repeats,), "<u8", buffer, offset, (stride,))
        differing = np.flatnonzero(lengths != size - OVERHEAD)
        if len(differing):
            repeats = int(differing[0])
        offset += size
    return Periodic(position, tuple(cycle), repeats) if repeats >= MIN_REPEATS else None
