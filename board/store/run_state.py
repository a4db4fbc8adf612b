"""One run as the store holds it: its files, its series, and what of them is in the index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from board.store.damage import Damage
from board.store.index import FileChange, Index, IndexDamagedError
from board.store.rows import Chunk, ReadChunk, Rows, Saving
from board.store.saved import SavedFile, SavedSeries
from board.store.series import BlobSeries, Restart, ScalarSeries, SeriesMetadata, Source
from writer.format import plugins

# The file version (``brain.Event:2``) from which on a session's beginning is in the file.
_RESTARTS_TOLD = 2


@dataclass(slots=True)
class SeriesState:
    metadata: SeriesMetadata
    data: ScalarSeries | BlobSeries

    @classmethod
    def of(cls, metadata: SeriesMetadata) -> SeriesState:
        return cls(metadata, ScalarSeries() if metadata.plugin == plugins.SCALARS else BlobSeries())


@dataclass(slots=True)
class FileState:
    """One event file."""

    span: tuple[float, float] | None = None  # first and last wall time; None before the file's first event
    restarts: list[Restart] = field(default_factory=list)
    version: float | None = None  # as the file tells; None if it does not
    path: bytes = b""  # relative to the log directory; known once it is in the index
    id: int | None = None  # in the index; None while it is not there
    series: int = 0  # how many of its series are in the index


class FileSaving(NamedTuple):
    """What is to be written of a file, and what its series take over when it is."""

    change: FileChange
    file: FileState
    rows: list[tuple[Rows[Any], int, Saving]]  # with the number of the series


@dataclass(slots=True)
class RunState:
    series: dict[str, SeriesState] = field(default_factory=dict)
    files: dict[Source, FileState] = field(default_factory=dict)

    def span(self) -> tuple[float | None, float | None]:
        """Wall times of the first and the last event."""
        known = [file.span for file in self.files.values() if file.span]
        if not known:
            return None, None
        return min(first for first, _ in known), max(last for _, last in known)

    def restarts(self) -> dict[Source, list[Restart]]:
        """Of the files that hold any."""
        return {source: file.restarts for source, file in self.files.items() if file.restarts}

    def files_without_starts(self) -> set[Source]:
        """The files whose version is from before writers logged when sessions began."""
        return {
            source for source, file in self.files.items() if file.version is not None and file.version < _RESTARTS_TOLD
        }

    def saving(
        self, source: Source, path: bytes, reading: dict[str, Any], damage: tuple[list[Damage], int], index: Index
    ) -> FileSaving:
        """Everything of a file that is not in the index yet.

        Args:
            path: of the file, relative to the log directory.
            reading: where its reader stands.
            damage: places in it, and how many there are.
        """
        file = self.files[source]
        file.path = path
        id = index.next_file() if file.id is None else file.id
        number, total = file.series, 0
        changed: list[tuple[Rows[Any], int, Saving]] = []
        states, chunks = [], []
        for tag, series in self.series.items():
            rows = series.data.of_source.get(source)
            if rows is None:
                continue
            total += rows.count
            saving = rows.saving(reader(index, path, tag), index.next_chunk)
            if saving is None:
                continue
            own = rows.number
            if own is None:
                own, number = number, number + 1
            changed.append((rows, own, saving))
            entry = SavedSeries(own, tag, series.metadata, saving.chunks, rows.restart_rows, saving.statistics)
            states.append((own, entry.encode()))
            chunks += [(chunk.id, owner(path, tag), data) for chunk, data in saving.new]
        places = [(place.offset, place.length, place.reason) for place in damage[0]]
        state = SavedFile(reading, file.span, file.version, file.restarts, places, damage[1], number, total)
        return FileSaving(FileChange(id, path, state.encode(), states, chunks), file, changed)

    def restore(self, source: Source, id: int, path: bytes, file: SavedFile, series: list[SavedSeries]) -> None:
        """Takes over what an earlier process wrote of a file that `files` does not have yet.

        Raises:
            IndexDamagedError: it contradicts itself, or what is known of the run.
        """
        counted = sum(chunk.rows for entry in series for chunk in entry.chunks)
        if [entry.number for entry in series] != list(range(file.series)) or counted != file.rows:
            raise IndexDamagedError(f"{source.name}: the series do not fit the file")
        self.files[source] = FileState(file.span, file.restarts, file.version, path, id, file.series)
        for entry in series:
            known = self.series.get(entry.tag)
            if known is None:
                known = self.series[entry.tag] = SeriesState.of(entry.metadata)
            elif (known.metadata.plugin == plugins.SCALARS) != (entry.metadata.plugin == plugins.SCALARS):
                raise IndexDamagedError(f"{source.name}: tag {entry.tag!r} is of two kinds")
            rows: Rows[Any] = known.data.rows(source)
            rows.restore(entry.number, entry.chunks, entry.restart_rows, entry.statistics)


def take_over(saving: FileSaving) -> list[Chunk]:
    """Has a file and its series know that they have been written; the chunks that are of no use any more."""
    saving.file.id = saving.change.id
    replaced = []
    for rows, number, of_rows in saving.rows:
        if rows.number is None:
            saving.file.series += 1
        rows.number = number
        rows.saved(of_rows)
        replaced += of_rows.replaced
    return replaced


def owner(path: bytes, tag: str) -> bytes:
    """What a chunk is written with, so that it is not taken for one of another series."""
    return b"%s\0%s" % (path, tag.encode("utf-8", "surrogatepass"))


def reader(index: Index | None, path: bytes, tag: str) -> ReadChunk:
    """Reads the chunks of a series of a file."""

    def read(chunk: Chunk) -> bytes:
        assert index is not None, "there are chunks only while there is an index"
        return index.chunk(chunk.id, owner(path, tag))

    return read
