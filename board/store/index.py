"""What was read of a log directory, kept on disk from one start to the next: an SQLite file.

It is a cache and never the truth: whatever is wrong with it, it is set aside, and the event files are read anew. So
nothing here waits for the disk, and everything read back carries a checksum, for SQLite's own pages have none.

One process has the file at a time: it takes SQLite's own exclusive lock, which ends with the process however that
ends. The journal is a rollback journal, not a write-ahead log, which would need shared memory that network file
systems do not have.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import crc32c

# Raised when what is kept, or what it means, changes: an index of another format is not read.
FORMAT = 3
_APPLICATION_ID = 0x67626978
_TABLES = """
CREATE TABLE directory (path BLOB NOT NULL);
CREATE TABLE files (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, checksum INTEGER NOT NULL, state BLOB NOT NULL);
CREATE TABLE series (file INTEGER NOT NULL, number INTEGER NOT NULL, checksum INTEGER NOT NULL, state BLOB NOT NULL,
                     PRIMARY KEY (file, number)) WITHOUT ROWID;
CREATE TABLE chunks (id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, data BLOB NOT NULL);
"""


class IndexBusyError(Exception):
    """Another process has it."""


class IndexDamagedError(Exception):
    """It is not what was written to it, or not an index of this directory and version."""


class FileEntry(NamedTuple):
    """One event file and its series, in the encoding of `board.store.saved`."""

    id: int
    path: bytes  # relative to the log directory
    state: bytes
    series: list[bytes]


class FileChange(NamedTuple):
    """What is to be written of one file."""

    id: int
    path: bytes
    state: bytes
    series: list[tuple[int, bytes]]  # number and state of those that have changed
    chunks: list[tuple[int, bytes, bytes]]  # id, owner (see `Index.chunk`) and data of new ones


class Index:
    """An open index file.

    Args:
        path: of the SQLite file; made if it does not exist.
        directory: the log directory that it is of, by its real path.

    Raises:
        IndexBusyError: another process has it.
        IndexDamagedError: see there.
        OSError: it cannot be made, or not be used on this file system.
    """

    def __init__(self, path: str, directory: str) -> None:
        self.path = path
        self.directory = directory
        self.damaged = False  # whether it has given back what was not written to it
        self._closed = False
        self._lock = threading.Lock()
        self._doomed_files: list[int] = []
        self._doomed_chunks: list[int] = []
        with _translated(path):
            self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            with _translated(path):
                self._prepare(os.fsencode(directory))
                last = self._connection.execute("SELECT (SELECT max(id) FROM files), (SELECT max(id) FROM chunks)")
                self._last_file, self._last_chunk = (number or 0 for number in last.fetchone())
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, directory: bytes) -> None:
        run = self._connection.execute
        for setting in ("page_size = 16384", "auto_vacuum = INCREMENTAL", "locking_mode = EXCLUSIVE"):
            run(f"PRAGMA {setting}")
        # What the disk loses in a power failure is found out by the checksums.
        run("PRAGMA synchronous = OFF")
        run("PRAGMA temp_store = MEMORY")
        run("BEGIN EXCLUSIVE")
        if run("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            for statement in _TABLES.strip().split(";\n"):
                run(statement)
            run("INSERT INTO directory VALUES (?)", (directory,))
            run(f"PRAGMA application_id = {_APPLICATION_ID}")
            run(f"PRAGMA user_version = {FORMAT}")
        found = run("PRAGMA application_id").fetchone() + run("PRAGMA user_version").fetchone()
        if found != (_APPLICATION_ID, FORMAT):
            raise IndexDamagedError(f"{self.path}: an index of format {FORMAT} is wanted, but got {found[1]}")
        owner = run("SELECT path FROM directory").fetchall()
        if owner != [(directory,)]:
            raise IndexDamagedError(f"{self.path}: the index of another directory")
        run("COMMIT")
        run("PRAGMA journal_mode = TRUNCATE")

    def files(self) -> Iterator[FileEntry]:
        """All files. Chunks that none of their series mentions are for the caller to find: see `discard_chunks`.

        Raises:
            IndexDamagedError: a row is not what was written.
        """
        with self._lock, _translated(self.path):
            files = self._connection.execute("SELECT id, path, checksum, state FROM files ORDER BY id").fetchall()
            rows = iter(self._connection.execute("SELECT file, number, checksum, state FROM series").fetchall())
        following = next(rows, None)
        for id, path, checksum, state in files:
            self._check("a file", checksum, path, id, state)
            series = []
            while following is not None and following[0] == id:
                _, number, of_series, series_state = following
                self._check("a series", of_series, path, number, series_state)
                series.append(series_state)
                following = next(rows, None)
            yield FileEntry(id, path, state, series)
        if following is not None:
            raise IndexDamagedError(f"{self.path}: a series of no file")

    def chunk_ids(self) -> list[int]:
        with self._lock, _translated(self.path):
            return [id for (id,) in self._connection.execute("SELECT id FROM chunks")]

    def chunk(self, id: int, owner: bytes) -> bytes:
        """The data of a chunk.

        Args:
            owner: what it was written with; tells whether it is the one that is meant.

        Raises:
            IndexDamagedError: it is not there, or not what was written.
            ValueError: the index is closed.
        """
        if self._closed:
            raise ValueError(f"{self.path} is closed: what lies in it can no longer be read")
        try:
            with self._lock, _translated(self.path):
                row = self._connection.execute("SELECT checksum, data FROM chunks WHERE id = ?", (id,)).fetchone()
            if row is None:
                raise IndexDamagedError(f"{self.path}: a chunk is missing")
            self._check("a chunk", row[0], owner, id, row[1])
        except OSError as error:  # the disk does not give it back: no better than damaged
            self.damaged = True
            raise IndexDamagedError(f"{self.path}: {error}") from error
        except IndexDamagedError:
            self.damaged = True
            raise
        data: bytes = row[1]
        return data

    def _check(self, what: str, checksum: object, owner: object, number: object, data: object) -> None:
        sound = isinstance(owner, bytes) and isinstance(number, int) and isinstance(data, bytes)
        if not sound or checksum != _checksum(owner, number, data):  # type: ignore[arg-type]
            raise IndexDamagedError(f"{self.path}: {what} does not fit its checksum")

    def next_file(self) -> int:
        """A number for a file that is not in the index yet."""
        self._last_file += 1
        return self._last_file

    def next_chunk(self) -> int:
        """A number for a chunk that is not in the index yet."""
        self._last_chunk += 1
        return self._last_chunk

    def discard_file(self, id: int) -> None:
        """Has the next `write` take out a file with its series; its chunks are to be discarded, too."""
        self._doomed_files.append(id)

    def discard_chunks(self, ids: Iterable[int]) -> None:
        """Has the next `write` take out chunks."""
        self._doomed_chunks.extend(ids)

    @property
    def waits(self) -> bool:
        """Whether anything has been discarded since the last `write`."""
        return bool(self._doomed_files or self._doomed_chunks)

    def write(self, changes: Sequence[FileChange]) -> None:
        """Writes changes and takes out what was discarded before, all of it or nothing.

        Raises:
            IndexDamagedError, OSError: it cannot be written; as long as it is not damaged, it may be tried again.
        """
        files, chunks = self._doomed_files, self._doomed_chunks
        with self._lock, _translated(self.path), self._transaction() as many:
            # First, so that a file that is saved anew may take the path of one that was discarded.
            many("DELETE FROM files WHERE id = ?", ((id,) for id in files))
            many("DELETE FROM series WHERE file = ?", ((id,) for id in files))
            many("DELETE FROM chunks WHERE id = ?", ((id,) for id in chunks))
            many(
                "INSERT INTO chunks VALUES (?, ?, ?)",
                ((id, _checksum(owner, id, data), data) for change in changes for id, owner, data in change.chunks),
            )
            many(
                "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?)",
                (
                    (change.id, number, _checksum(change.path, number, state), state)
                    for change in changes
                    for number, state in change.series
                ),
            )
            many(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                (
                    (change.id, change.path, _checksum(change.path, change.id, change.state), change.state)
                    for change in changes
                ),
            )
        self._doomed_files, self._doomed_chunks = [], []

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Callable[..., object]]:
        self._connection.execute("BEGIN")
        try:
            yield self._connection.executemany
            self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Gives the file up, and what it does not use back to the disk."""
        self._closed = True
        with self._lock:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.close()


def _checksum(owner: bytes, number: int, data: bytes) -> int:
    return crc32c.crc32c(data, crc32c.crc32c(b"%d %s" % (number, owner)))


@contextlib.contextmanager
def _translated(path: str) -> Iterator[None]:
    """Turns SQLite's errors into those that say what to do next."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text:
            raise IndexBusyError(path) from error
        if "no such" in text:  # table or column
            raise IndexDamagedError(f"{path}: {error}") from error
        raise OSError(None, str(error), path) from error
    except (sqlite3.DatabaseError, sqlite3.Warning, UnicodeDecodeError) as error:
        # The last for a damaged schema, whose bytes are in SQLite's message.
        raise IndexDamagedError(f"{path}: {error}") from error
