"""Points of one run and tag in, columns or blob references out.

A series is what each of its files holds, one file after another in the order of their paths, and within a
file in the order of the records. So the same log gives the same series however the reading of several live
files interleaved, and a file that is replaced takes only its own part with it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from board.store.columns import Columns, joined
from board.store.packed import Packed


class Source(NamedTuple):
    """One event file."""

    path: str  # as the operating system takes it; orders the files of a run
    name: str  # relative to the log directory, "/" between parts, safe to print
    run: str


class SeriesMetadata(NamedTuple):
    """What the first value of a run and tag said about the series; later ones cannot change it."""

    plugin: str  # "" if the writer named none
    data_class: int
    display_name: str = ""
    description: str = ""  # Markdown, as it was written
    content: bytes = b""  # the plugin's own serialised settings


class BlobReference(NamedTuple):
    """A value that stays in its event file: where its record's data lie, and which value of the event it is."""

    source: Source
    offset: int  # of the record (its header) in the file, bytes
    length: int  # of the whole record, bytes
    value_index: int  # position in Event.summary.value; 0 for events that hold one thing
    step: int
    wall_time: float  # seconds since the epoch


class Restart(NamedTuple):
    """A session began: what the run's earlier sessions logged at ``step`` and behind it, this one logs anew."""

    offset: int  # of the record in the file, bytes
    step: int


# Rows are packed in pieces of at least so many; fewer take more memory packed than they save.
_PIECE = 256


class _Rows:
    """Columns that grow at the end. Views given out before stay valid: rows are never rewritten."""

    def __init__(self) -> None:
        self._packed: list[Packed] = []
        self._recent: list[Columns] = []
        self._recent_count = 0
        self.count = 0
        self.restart_rows: list[int] = []  # rows before each restart of the file; short of those since the last append

    def append(self, rows: Columns) -> None:
        self._recent.append(Columns(*(column.copy() for column in rows)))
        self._recent_count += len(rows.steps)
        self.count += len(rows.steps)
        if self._recent_count >= _PIECE:
            self._pack()

    def _pack(self) -> None:
        piece = Packed(joined(self._recent))
        # Merging pieces of like size leaves few of them, and copies each row only a few times.
        while self._packed and self._packed[-1].count <= 2 * piece.count:
            piece = Packed(joined([self._packed.pop().columns(), piece.columns()]))
        self._packed.append(piece)
        self._recent, self._recent_count = [], 0

    def parts(self) -> list[Columns]:
        """The rows, in pieces."""
        if len(self._recent) > 1:
            self._recent = [joined(self._recent)]
        return [*(piece.columns() for piece in self._packed), *self._recent]


class ScalarSeries:
    """The points of one run and tag."""

    def __init__(self) -> None:
        self._parts: dict[Source, _Rows] = {}

    @property
    def count(self) -> int:
        return sum(part.count for part in self._parts.values())

    def append(self, source: Source, rows: Columns, known_restarts: int = 0, new_restarts: Sequence[int] = ()) -> None:
        """Adds rows of a file.

        Args:
            known_restarts: how many times sessions began in the file before these rows.
            new_restarts: how many of these rows lie before each restart among them.
        """
        if source not in self._parts:
            self._parts[source] = _Rows()
            self._parts = dict(sorted(self._parts.items()))
        part = self._parts[source]
        part.restart_rows += [part.count] * (known_restarts - len(part.restart_rows))
        part.restart_rows += [part.count + row for row in new_restarts]
        part.append(rows)

    def restarts(self, of_source: Mapping[Source, Sequence[Restart]]) -> list[tuple[int, int]]:
        """Rows of the joined columns before which a session began, and its step; in the order of the files."""
        found = []
        base = 0
        for source in sorted({*of_source, *self._parts}):
            part = self._parts.get(source, _Rows())
            for number, restart in enumerate(of_source.get(source, ())):
                row = part.restart_rows[number] if number < len(part.restart_rows) else part.count
                found.append((base + row, restart.step))
            base += part.count
        return found

    def drop(self, source: Source) -> int:
        """Takes out what one file held; the number of points that went with it."""
        part = self._parts.pop(source, None)
        return part.count if part else 0

    def columns(self) -> Columns:
        """All points, unpacked anew at each call."""
        return joined([piece for part in self._parts.values() for piece in part.parts()])


class BlobSeries:
    """The references of one run and tag."""

    def __init__(self) -> None:
        self._parts: dict[Source, list[BlobReference]] = {}

    @property
    def count(self) -> int:
        return sum(len(part) for part in self._parts.values())

    def append(self, source: Source, references: Sequence[BlobReference]) -> None:
        self._parts.setdefault(source, []).extend(references)
        self._parts = dict(sorted(self._parts.items()))

    def restarts(self, of_source: Mapping[Source, Sequence[Restart]]) -> list[tuple[int, int]]:
        """Positions among the references before which a session began, and its step; in the order of the files."""
        found = []
        base = 0
        for source in sorted({*of_source, *self._parts}):
            offsets = [reference.offset for reference in self._parts.get(source, ())]
            found += [(base + bisect_left(offsets, start.offset), start.step) for start in of_source.get(source, ())]
            base += len(offsets)
        return found

    def drop(self, source: Source) -> int:
        """Takes out what one file held; the number of references that went with it."""
        return len(self._parts.pop(source, ()))

    def references(self) -> tuple[BlobReference, ...]:
        return tuple(reference for part in self._parts.values() for reference in part)
