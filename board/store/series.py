"""Points of one run and tag in, columns or blob references out.

A series is what each of its files holds, one file after another in the order of their paths, and within a
file in the order of the records. So the same log gives the same series however the reading of several live
files interleaved, and a file that is replaced takes only its own part with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Generic, NamedTuple

import numpy as np

from board.store import columns, statistics
from board.store.columns import Columns
from board.store.places import Places
from board.store.rows import PLACES, POINTS, Kind, ReadChunk, Rows, Table
from board.store.statistics import Statistics


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


class _Series(Generic[Table]):
    """The rows of one run and tag."""

    __slots__ = ("of_source",)
    kind: ClassVar[Kind[Any]]

    def __init__(self) -> None:
        self.of_source: dict[Source, Rows[Table]] = {}

    @property
    def count(self) -> int:
        return sum(rows.count for rows in self.of_source.values())

    @property
    def statistics(self) -> Statistics | None:
        """Of all rows, in the order of the files; None if there are none."""
        found = None
        for rows in self.of_source.values():
            found = statistics.joined(found, rows.statistics)
        return found

    def rows(self, source: Source) -> Rows[Table]:
        """What a file adds, which may be nothing yet."""
        found = self.of_source.get(source)
        if found is None:
            found = self.of_source[source] = Rows(self.kind)
            if len(self.of_source) > 1:
                self.of_source = dict(sorted(self.of_source.items()))
        return found

    def append(self, source: Source, rows: Table, known_restarts: int = 0, new_restarts: Sequence[int] = ()) -> None:
        """Adds rows of a file.

        Args:
            known_restarts: how many times sessions began in the file before these rows.
            new_restarts: how many of these rows lie before each restart among them.
        """
        part = self.rows(source)
        if known_restarts or new_restarts:
            part.restart_rows += (part.count,) * (known_restarts - len(part.restart_rows))
            part.restart_rows += tuple(part.count + row for row in new_restarts)
        part.append(rows)

    def restarts(self, of_source: Mapping[Source, Sequence[Restart]]) -> list[tuple[int, int]]:
        """Rows of the joined parts before which a session began, and its step; in the order of the files."""
        found = []
        base = 0
        for source in sorted({*of_source, *self.of_source}):
            part = self.of_source.get(source)
            count, rows = (part.count, part.restart_rows) if part else (0, ())
            for number, restart in enumerate(of_source.get(source, ())):
                row = rows[number] if number < len(rows) else count
                found.append((base + row, restart.step))
            base += count
        return found

    def drop(self, source: Source) -> Rows[Table] | None:
        """Takes out what one file held, and gives it; None if that was nothing."""
        return self.of_source.pop(source, None)


class ScalarSeries(_Series[Columns]):
    """The points of one run and tag."""

    __slots__ = ()
    kind = POINTS

    def columns(self, reader: Callable[[Source], ReadChunk]) -> Columns:
        """All points, unpacked anew at each call; ``reader`` gives what reads the chunks of a file."""
        return columns.joined(
            [piece for source, part in self.of_source.items() for piece in part.parts(reader(source))]
        )

    def steps_back(self, steps: np.ndarray, sources: Collection[Source]) -> list[tuple[int, int]]:
        """Row and step of each point in these files whose step is below that of the point before.

        Writers of the time before sessions logged their beginning (file versions below 2) tell of restarts in this way
        alone: ``_CheckForOutOfOrderStepAndMaybePurge`` in TensorBoard's ``plugin_event_accumulator.py``.

        Args:
            steps: of all points.
        """
        found: list[tuple[int, int]] = []
        end = 0
        for source, part in self.of_source.items():
            begin, end = end, end + part.count
            if source in sources:
                first = max(begin, 1)
                rows = np.flatnonzero(steps[first:end] < steps[first - 1 : end - 1]) + first
                found += zip(rows.tolist(), steps[rows].tolist())
        return found


class BlobSeries(_Series[Places]):
    """The references of one run and tag."""

    __slots__ = ()
    kind = PLACES

    def references(self, reader: Callable[[Source], ReadChunk]) -> tuple[BlobReference, ...]:
        """All references, made anew at each call; ``reader`` gives what reads the chunks of a file."""
        return tuple(
            BlobReference(source, offset, length, index, step, wall_time)
            for source, part in self.of_source.items()
            for piece in part.parts(reader(source))
            for step, wall_time, offset, length, index in zip(*(column.tolist() for column in piece))
        )
