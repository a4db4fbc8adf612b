"""Rows of bytes that may be records of one layout in; fingerprints, steps, wall times and values out.

A row is a whole record: header, data, checksum. What depends on the layout alone is worked out once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from board.logs.scalar_layout import Layout, layout_of
from writer.format.checksum import byte_effects, crc, unmask
from writer.format.messages import Event
from writer.format.record import FOOTER_SIZE, HEADER_SIZE, Record, next_record

Rows = np.ndarray[Any, np.dtype[np.uint8]]

# In larger blocks it pays to look for bytes that are the same in all rows, as the upper bytes of times and steps are.
_LARGE = 4096
# Fingerprints remembered for one layout.
_MAX_FINGERPRINTS = 1 << 14


class Example(NamedTuple):
    """A record that has been parsed."""

    event: Any
    row: Rows


class Pattern:
    """A layout, and the records of it that have been met, by fingerprint."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._step_size = layout.step[1]
        self._offsets = np.array(layout.varying)
        self._effects = np.stack([byte_effects(layout.length - 1 - offset) for offset in self._offsets.tolist()])
        self._first_effects = 256 * np.arange(len(self._offsets))[:, None]  # in the flattened table
        offsets, keys = zip(*layout.keys)
        self._key_offsets = HEADER_SIZE + np.array(offsets)
        self._keys = np.array(keys, np.uint8)
        self._fixed = np.ones(layout.length + HEADER_SIZE + FOOTER_SIZE, bool)
        self._fixed[-FOOTER_SIZE:] = False
        self._fixed[HEADER_SIZE + self._offsets] = False
        self._examples: dict[int, Example] = {}

    def columns(self, rows: Rows) -> Columns:
        return Columns(self, rows)

    def knows(self, fingerprint: int) -> bool:
        """Whether a record of this fingerprint has been parsed."""
        return fingerprint in self._examples

    def example(self, fingerprint: int, row: Rows) -> Example | None:
        """The parsed record that rows of this fingerprint are like; None if ``row``, one of them, is no such record."""
        known = self._examples.get(fingerprint)
        if known is None:
            found = next_record(row.tobytes(), 0)
            if not isinstance(found, Record) or layout_of(found.data) != self.layout:
                return None
            rest = bytearray(found.data)
            for offset in self._offsets.tolist():
                rest[offset] = 0
            assert crc(rest) == fingerprint, "the row's checksums hold"
            if len(self._examples) >= _MAX_FINGERPRINTS:
                self._examples.clear()
            known = self._examples[fingerprint] = Example(Event.FromString(found.data), row.copy())
        return known

    def undamaged(self, rows: Rows, example: Example) -> np.ndarray:
        """Which rows of the example's fingerprint still have its fixed bytes, bool [n]."""
        differing = (rows != example.row) & self._fixed
        if not differing.any():
            return np.ones(len(rows), bool)
        return ~differing.any(axis=1)


class Columns:
    """The bytes that vary, one column of bytes after another."""

    def __init__(self, pattern: Pattern, rows: Rows) -> None:
        self._pattern = pattern
        self._rows = rows
        self._bytes = np.ascontiguousarray(rows[:, HEADER_SIZE + pattern._offsets].T)  # [varying bytes, n]

    def alike(self) -> np.ndarray:
        """Which rows have the layout's keys, and a varint of its size for a step; bool [n]."""
        pattern = self._pattern
        found = (self._rows[:, pattern._key_offsets] == pattern._keys).all(axis=1)
        for byte in range(pattern._step_size):
            column = self._bytes[8 + byte]
            found &= column >= 0x80 if byte < pattern._step_size - 1 else column < 0x80
        return found

    def fingerprints(self) -> np.ndarray:
        """Each row's checksum with the varying bytes zeroed, if the row is sound; uint32 [n]."""
        effects = self._pattern._effects
        stored = unmask(np.ascontiguousarray(self._rows[:, -FOOTER_SIZE:]).view("<u4")[:, 0])
        if len(stored) < _LARGE:
            effects = effects.ravel().take(self._pattern._first_effects + self._bytes)
            return stored ^ np.bitwise_xor.reduce(effects, axis=0)
        of_constants = 0
        for effect, column, low, high in zip(effects, self._bytes, self._bytes.min(axis=1), self._bytes.max(axis=1)):
            if low == high:
                of_constants ^= int(effect[low])
            else:
                stored ^= effect[column]
        return stored ^ np.uint32(of_constants)

    def steps(self) -> np.ndarray:
        """int64 [n]."""
        steps = np.zeros(self._bytes.shape[1], np.uint64)
        for byte in range(self._pattern._step_size):
            steps |= (self._bytes[8 + byte] & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * byte)
        return steps.view(np.int64)

    def wall_times(self) -> np.ndarray:
        """float64 [n], as stored."""
        return self._numbers(0, "<f8", 8)

    def values(self) -> tuple[np.ndarray, ...]:
        """float64 [n], one array for each value of the summary."""
        first = 8 + self._pattern._step_size
        columns = []
        for place in self._pattern.layout.values:
            columns.append(self._numbers(first, place.dtype, place.size).astype(np.float64))
            first += place.size
        return tuple(columns)

    def _numbers(self, first: int, dtype: str, size: int) -> np.ndarray:
        return np.ascontiguousarray(self._bytes[first : first + size].T).view(dtype)[:, 0]
