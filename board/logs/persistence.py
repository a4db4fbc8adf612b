"""Files that are being read in; what was read of them kept in an index, from one start to the next.

When to write is decided here: rows wait in memory until there are many of them, or for some seconds. A process that
is killed in between reads those anew the next time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection

from board.logs.ingest import Ingest
from board.store import FileEntry, Index, IndexDamagedError, Source, Store, cache_directory

# Rows are written once so many bytes of them wait in memory, as they come unpacked, or so many seconds have passed.
_MOST_BYTES = 64 << 20
_BYTES_PER_ROW = 24
_SECONDS = 10.0
# Many growing files take long to write; resting for a multiple of that bounds the share of time that it takes.
_REST_PER_WRITE = 20
# After the disk has refused, seconds.
_RETRY_SECONDS = 60.0


class Persistence:
    """The index of a log directory, as its loader uses it; without one, nothing is kept.

    Args:
        logdir: the directory, as the paths of sources begin with it.
        say: takes a line of text for the console.
    """

    def __init__(self, logdir: str, store: Store, index: Index | None, say: Callable[[str], None]) -> None:
        self._beginning = len(os.path.join(logdir, ""))
        self._store = store
        self._index = index
        self._say = say
        self._most_rows = min(_MOST_BYTES, store.memory_limit // 4) // _BYTES_PER_ROW
        self._entries: dict[bytes, FileEntry] | None = None  # None until they are loaded, and once all is settled
        self._loaded = False
        self._save_at = time.monotonic() + _SECONDS
        self._refused = False
        store.use(index)

    def take(self, source: Source) -> FileEntry | None:
        """What the index has of a file; handed out once."""
        if not self._loaded:
            self._load()
        return self._entries.pop(self._path(source), None) if self._entries else None

    def _load(self) -> None:
        self._loaded = True
        if self._index is None:
            return
        try:
            self._entries = {entry.path: entry for entry in self._index.files()}
        except (IndexDamagedError, OSError) as error:
            self._say(f"the index is set aside, and the log directory read anew: {error}")
            self.renew()

    def settle(self) -> None:
        """All files have been taken up: what else the index has is of files that are gone."""
        if self._index is None or self._entries is None:
            return
        for entry in self._entries.values():
            self._index.discard_file(entry.id)
        self._entries = None
        try:
            self._index.discard_chunks(set(self._index.chunk_ids()) - self._store.chunk_ids())
        except (IndexDamagedError, OSError):
            self._index.damaged = True

    @property
    def damaged(self) -> bool:
        """Whether the index has given back what was not written to it; then it wants to be renewed."""
        return self._index is not None and self._index.damaged

    def distrust(self, error: IndexDamagedError) -> None:
        """Notes that the index is damaged."""
        self._say(f"the index is damaged: {error}")
        if self._index is not None:
            self._index.damaged = True

    def renew(self) -> None:
        """Begins a new index in the place of the old one, in which nothing must lie that the store still needs."""
        if self._index is not None:
            self._index = cache_directory.set_aside(self._index, self._say)
        self._entries = None
        self._store.use(self._index)

    def due(self, *, at_once: bool = False) -> bool:
        """Whether it is time to `save`; with ``at_once``, whether there is anything to save with."""
        if self._index is None or self._index.damaged:
            return False
        now = time.monotonic()
        if self._refused:
            return now >= self._save_at
        return at_once or now >= self._save_at or self._store.unsaved_rows >= self._most_rows

    def save(self, files: Collection[Ingest]) -> None:
        """Writes what is new of files. If that cannot be, it stays in memory, and is tried again."""
        if self._index is None:
            return
        begun = time.monotonic()
        unsaved = [file for file in files if file.unsaved]
        if unsaved or self._index.waits:
            try:
                self._store.save({file.source: (self._path(file.source), file.state()) for file in unsaved})
            except IndexDamagedError as error:
                self.distrust(error)
                return
            except OSError as error:
                if not self._refused:
                    self._say(f"cannot write the index {self._index.path} ({error.strerror or error}); trying again")
                self._refused, self._save_at = True, time.monotonic() + _RETRY_SECONDS
                return
            for file in unsaved:
                file.unsaved = False
        ended = time.monotonic()
        self._refused, self._save_at = False, ended + max(_SECONDS, _REST_PER_WRITE * (ended - begun))

    def close(self) -> None:
        """Gives the index up. What lies in it can no longer be read."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def _path(self, source: Source) -> bytes:
        return os.fsencode(source.path[self._beginning :])
