"""What the index keeps of a file and of its series, to bytes and back."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from board.store.index import FileEntry, IndexDamagedError
from board.store.rows import Chunk
from board.store.series import Restart, SeriesMetadata
from board.store.statistics import Statistics


class SavedSeries(NamedTuple):
    """The part of a series that lies in one file."""

    number: int  # among the series of the file
    tag: str
    metadata: SeriesMetadata
    chunks: list[Chunk]
    restart_rows: Sequence[int]  # rows before each restart of the file
    statistics: Statistics | None

    def encode(self) -> bytes:
        content = base64.b64encode(self.metadata.content).decode()
        metadata = [*self.metadata[:-1], content]
        return _encode([self.number, self.tag, metadata, self.chunks, self.restart_rows, self.statistics])

    @classmethod
    def decode(cls, data: bytes) -> SavedSeries:
        number, tag, metadata, chunks, restart_rows, statistics = json.loads(data.decode())
        plugin, data_class, name, description, content = metadata
        return cls(
            number,
            tag,
            SeriesMetadata(plugin, data_class, name, description, base64.b64decode(content)),
            [Chunk(*chunk) for chunk in chunks],
            restart_rows,
            None if statistics is None else Statistics(*statistics),
        )


class SavedFile(NamedTuple):
    """One event file, as far as it had been read."""

    reading: dict[str, Any]  # where its reader stands; the reader's own business, made of what JSON has
    span: tuple[float, float] | None  # wall times of the first and the last event
    version: float | None  # of the file's format, as it tells
    restarts: list[Restart]
    damage: list[tuple[int, int, str]]  # offset, length, reason of places, not always all of them
    damaged: int  # how many there are
    series: int  # the number of its series, and of all their rows: what was saved together has to be found together
    rows: int

    def encode(self) -> bytes:
        return _encode(list(self))

    @classmethod
    def decode(cls, data: bytes) -> SavedFile:
        reading, span, version, restarts, damage, damaged, series, rows = json.loads(data.decode())
        return cls(
            reading,
            None if span is None else (span[0], span[1]),
            version,
            [Restart(*restart) for restart in restarts],
            [(offset, length, reason) for offset, length, reason in damage],
            damaged,
            series,
            rows,
        )


def decoded(entry: FileEntry) -> tuple[SavedFile, list[SavedSeries]]:
    """What the index has of a file.

    Raises:
        IndexDamagedError: it makes no sense, whatever its checksums say.
    """
    try:
        return SavedFile.decode(entry.state), [SavedSeries.decode(state) for state in entry.series]
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(f"{os.fsdecode(entry.path)!r} in the index: {error}") from error


# Escaped throughout: a path or a reason may hold what UTF-8 cannot.
_json = json.JSONEncoder(separators=(",", ":")).encode


def _encode(value: Any) -> bytes:
    return _json(value).encode()
