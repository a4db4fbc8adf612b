"""A stretch of bytes that may be the same few records again and again in; like ones as groups out.

A training loop writes all its tags at every step. Such a cycle of records is one row of a matrix that needs no
copying, and is checked as a whole: each record's stored CRC, with the effects of the bytes that vary taken out, has to
be that of the cycle that was parsed, and the other bytes have to be the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from board.logs.boundaries import LONGEST_PERIOD, MIN_REPEATS, Periodic
from board.logs.group import Group
from board.logs.scalar_layout import Layout, layout_of
from writer.format.checksum import byte_effects, crc, unmask
from writer.format.messages import Event
from writer.format.record import FOOTER_SIZE, HEADER_SIZE, Record, next_record

# So many bytes are compared at a time: what comes of it stays in the processor's cache.
_BLOCK = 1 << 17


class _Part(NamedTuple):
    """One record of a cycle."""

    event: Any
    start: int  # in the cycle, bytes
    size: int
    layout: Layout
    varying: slice  # of the cycle's varying bytes
    fingerprint: int  # the CRC of its data with the varying bytes zeroed


class Cycle:
    """Records in a row that were parsed, to be found again with other wall times, steps and values."""

    def __init__(self, row: bytes, parts: list[_Part]) -> None:
        self._parts = parts
        self._row = np.frombuffer(row, np.uint8)
        self._fixed = np.ones(len(row), bool)
        varying: list[int] = []
        self._effects: list[np.ndarray] = []  # of each varying byte
        self._step_bytes: list[tuple[int, bool]] = []  # which of the varying bytes, and whether one follows
        for part in parts:
            data = part.start + HEADER_SIZE
            step_offset, step_size = part.layout.step
            first_of_step = len(varying) + part.layout.varying.index(step_offset) if step_size else 0
            self._step_bytes += [(first_of_step + byte, byte < step_size - 1) for byte in range(step_size)]
            varying += [data + offset for offset in part.layout.varying]
            self._effects += [byte_effects(part.layout.length - 1 - offset) for offset in part.layout.varying]
            end = part.start + part.size
            self._fixed[end - FOOTER_SIZE : end] = False
        self._varying = np.array(varying)
        self._fixed[self._varying] = False
        self._fingerprints = np.array([part.fingerprint for part in parts], np.uint32)

    def fits(self, row: bytes) -> bool:
        """Whether bytes differ from this cycle in the varying ones alone, at a glance."""
        return not ((np.frombuffer(row, np.uint8) != self._row) & self._fixed).any()

    def groups(self, buffer: bytes, place: Periodic) -> tuple[list[Group], np.ndarray]:
        """The records of ``place`` that are sound and like this cycle's, and which of its rows hold them, bool [n]."""
        stride = len(self._row)
        rows = np.frombuffer(buffer, np.uint8, place.repeats * stride, place.position).reshape(-1, stride)
        sound = self._sound(rows)
        if 2 * np.count_nonzero(sound) < len(sound):  # tags in random order: what fits does so by chance
            return [], np.zeros(len(sound), bool)
        chosen = None if sound.all() else np.flatnonzero(sound)
        return list(self._groups(buffer, place, chosen)), sound

    def _sound(self, rows: np.ndarray) -> np.ndarray:
        columns = rows.T[self._varying]  # [varying bytes, n]
        low, high = columns.min(axis=1), columns.max(axis=1)
        footers = np.array([part.start + part.size - FOOTER_SIZE for part in self._parts])
        stored = rows.T[footers[:, None] + np.arange(FOOTER_SIZE)]  # [parts, 4, n]
        crcs = unmask(np.ascontiguousarray(stored.transpose(0, 2, 1)).view("<u4")[:, :, 0])
        wanted = self._fingerprints.copy()
        for number, part in enumerate(self._parts):
            found = crcs[number]
            for byte in range(part.varying.start, part.varying.stop):
                effect = self._effects[byte]
                if low[byte] == high[byte]:
                    wanted[number] ^= effect[low[byte]]
                else:
                    found ^= effect.take(columns[byte])
        sound: np.ndarray = (crcs == wanted[:, None]).all(axis=0)
        for byte, followed in self._step_bytes:
            if low[byte] < 0x80 if followed else high[byte] >= 0x80:
                sound &= (columns[byte] >= 0x80) == followed
        block = max(1, _BLOCK // len(self._row))
        for begin in range(0, len(rows), block):
            differing = rows[begin : begin + block] != self._row
            differing &= self._fixed
            if differing.any():
                sound[begin : begin + block] &= ~differing.any(axis=1)
        return sound

    def _groups(self, buffer: bytes, place: Periodic, chosen: np.ndarray | None) -> Iterator[Group]:
        stride = len(self._row)
        cycles = place.position + stride * np.arange(place.repeats)
        for part in self._parts:
            data = place.position + part.start + HEADER_SIZE
            layout = part.layout
            read = [(layout.wall_time, np.dtype("<f8")), *((value, np.dtype("<f8")) for value in layout.values)]
            wall_times, *values = (
                np.ndarray((place.repeats,), number.dtype, buffer, data + number.offset, (stride,)).astype(dtype)
                for number, dtype in read
            )
            offset, size = layout.step
            steps = np.zeros(place.repeats, np.uint64)
            for byte in range(size):
                column = np.ndarray((place.repeats,), np.uint8, buffer, data + offset + byte, (stride,))
                steps |= (column & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * byte)
            group = Group(part.event, part.size, cycles + part.start, wall_times, steps.view(np.int64), tuple(values))
            yield group if chosen is None else group.part(chosen)


def cycle_of(row: bytes, sizes: tuple[int, ...]) -> Cycle | None:
    """The cycle that a row of records of these sizes is an example of; None if they are not all sound scalars."""
    parts = []
    start = varying = 0
    for size in sizes:
        found = next_record(row, start)
        if not isinstance(found, Record) or (layout := layout_of(found.data)) is None:
            return None
        rest = bytearray(found.data)
        for offset in layout.varying:
            rest[offset] = 0
        own = slice(varying, varying + len(layout.varying))
        parts.append(_Part(Event.FromString(found.data), start, size, layout, own, crc(rest)))
        start, varying = start + size, own.stop
    return Cycle(row, parts)


# Cycles are remembered for a program's next stretch, and for other runs of it.
_MAX_KNOWN = 256


class Cycles:
    """The cycles that have been met."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, ...], list[Cycle]] = {}  # by the sizes of their records
        self._count = 0

    def decode(self, buffer: bytes, place: Periodic) -> tuple[list[Group], np.ndarray]:
        """Groups of the records of ``place`` that repeat in more than their sizes, and the starts of the others."""
        whole = place
        cycle = self._cycle(buffer, place)
        turns = 0 if cycle is None else _turns(buffer, place, cycle)
        if turns > 1:
            whole = Periodic(place.position, place.sizes * turns, place.repeats // turns)
            cycle = self._cycle(buffer, whole)
        if cycle is None or not turns:
            return [], place.starts().ravel()
        groups, sound = cycle.groups(buffer, whole)
        if sound.all() and whole is place:
            return groups, np.empty(0, np.int64)
        done = np.zeros(place.repeats * len(place.sizes), bool)
        done[: len(sound) * len(whole.sizes)] = np.repeat(sound, len(whole.sizes))
        return groups, place.starts().ravel()[~done]

    def _cycle(self, buffer: bytes, place: Periodic) -> Cycle | None:
        """The cycle whose first row ``place`` begins with."""
        row = _row(buffer, place, 0)
        for cycle in self._known.get(place.sizes, ()):
            if cycle.fits(row):
                return cycle
        found = cycle_of(row, place.sizes)
        if found is not None:
            if self._count >= _MAX_KNOWN:
                self._known.clear()
                self._count = 0
            self._known.setdefault(place.sizes, []).append(found)
            self._count += 1
        return found


def _turns(buffer: bytes, place: Periodic, cycle: Cycle) -> int:
    """After how many rows the cycle comes again; 0 if it does not, or too late to be of use.

    That is more than one where tags come in turn whose names are of one length: the sizes tell only half of it.
    """
    most = min(LONGEST_PERIOD // len(place.sizes), place.repeats // MIN_REPEATS)
    return next((turns for turns in range(1, most + 1) if cycle.fits(_row(buffer, place, turns))), 0)


def _row(buffer: bytes, place: Periodic, number: int) -> bytes:
    stride = sum(place.sizes)
    start = place.position + number * stride
    return buffer[start : start + stride]
