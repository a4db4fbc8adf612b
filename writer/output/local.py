"""Framed records to event files of a local directory, so that no torn record ever stands before a good one."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import time
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

from writer import event
from writer.format import file_names
from writer.format.messages import SourceMetadata
from writer.format.plugins import FILE_VERSION
from writer.format.record import frame
from writer.output.clock import WallClock
from writer.output.durable import sync_file, sync_names

_logger = logging.getLogger("writer")
_WRITER_NAME = "graphboard.writer"
_SOURCE_METADATA_KEY = b"\x52"  # field 10 of Event, length-delimited
_LOOK_SECONDS = 1.0
_BINARY = getattr(os, "O_BINARY", 0)


class Sink(Protocol):
    """Where an outlet's records go. Used by one thread at a time."""

    path: str  # of the file that is being written, for messages

    def write(self, records: Sequence[bytes]) -> int:
        """Writes records; how many of the first are whole in the file now, at least one.

        Raises:
            OSError: none is; they are to be given again.
        """

    def sync(self) -> None:
        """Returns when what was written survives the loss of power."""

    def is_open(self) -> bool:
        """Whether a file descriptor is held."""

    def release(self) -> None:
        """Gives the file descriptor back; the next write goes on in the same file."""


class FileOptions(NamedTuple):
    """How files are begun and kept."""

    suffix: str = ""
    max_bytes: int | None = None  # a file of this size is followed by a new one
    fsync: bool = False  # every write is brought to the disk itself


class LocalFiles:
    """The event files of one writer in ``directory``: begun with the first record, and anew when one cannot go on.

    A new file is begun when the present one has its full size, was deleted or replaced, or cannot be cut back to its
    last whole record.
    """

    def __init__(self, directory: str, options: FileOptions, clock: WallClock) -> None:
        self.path = ""  # none begun yet
        self._directory = directory
        self._options = options
        self._clock = clock
        self._fd: int | None = None
        self._size = 0  # of the whole records in the file; behind them, a torn one may lie
        self._start = 0  # where the first record behind the version lies
        self._identity = (0, 0)
        self._looked = 0.0
        self._name_synced = False
        self._left: list[str] = []  # files gone on from, which may not be on the disk

    def write(self, records: Sequence[bytes]) -> int:
        if self.path and self._options.max_bytes is not None and self._size >= self._options.max_bytes:
            self._leave()
        fd = self._ready()
        data = b"".join(records)
        taken = 0
        try:
            with memoryview(data) as view:
                while taken < len(data):
                    taken += os.write(fd, view[taken:])
            if self._options.fsync:
                self.sync()
        except OSError:
            if self._fd is None:  # fsync failed, the file was left
                raise
            ends = [end for end in accumulate(map(len, records)) if end <= taken]
            whole = 0 if self._options.fsync else len(ends)
            self._size += ends[whole - 1] if whole else 0
            self._cut_back()
            if not whole:
                raise
            return whole
        self._size += len(data)
        return len(records)

    def sync(self) -> None:
        self._sync_left()
        if self._fd is None:
            if not self.path:
                return
            self._reopen()
        fd = self._fd
        assert fd is not None
        try:
            sync_file(fd)
            if not self._name_synced:
                sync_names(self._directory)
                self._name_synced = True
        except OSError:
            # After a failed fsync a second may succeed although pages are lost: this file is not to be trusted.
            self._cut_back()
            path, holds_records = self.path, self._size > self._start
            self._leave()
            self._left.clear()
            if not holds_records:  # or a disk that goes on failing would get a file at each attempt
                with contextlib.suppress(OSError):
                    os.unlink(path)
            raise

    def is_open(self) -> bool:
        return self._fd is not None

    def release(self) -> None:
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)

    def _ready(self) -> int:
        """The descriptor of a file that ends with a whole record."""
        if self.path and self._was_replaced():
            _logger.warning("%s is gone; a new event file is begun", self.path)
            self._leave()
        if self.path and self._fd is None:
            self._reopen()
        if not self.path:
            self._begin()
        assert self._fd is not None
        return self._fd

    def _was_replaced(self) -> bool:
        if self._fd is not None and time.monotonic() - self._looked < _LOOK_SECONDS:
            return False
        self._looked = time.monotonic()
        try:
            found = os.stat(self.path)
        except FileNotFoundError:
            return True
        return (found.st_dev, found.st_ino) != self._identity or found.st_size < self._size

    def _begin(self) -> None:
        os.makedirs(self._directory, exist_ok=True)
        while True:
            path = os.path.join(self._directory, file_names.make(self._clock.now(), self._options.suffix))
            try:
                # O_EXCL: whatever the names of other writers, no file is ever shared or overwritten.
                fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | _BINARY, 0o666)
                break
            except FileExistsError:
                continue
        self.path, self._fd, self._identity = path, fd, (0, 0)
        self._size, self._name_synced, self._looked = 0, False, time.monotonic()
        try:
            found = os.stat(path)  # not fstat, which numbers files differently on some systems
        except OSError:
            self._leave()
            raise
        self._identity = (found.st_dev, found.st_ino)
        self._write_version()

    def _reopen(self) -> None:
        self._fd = fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | _BINARY)
        found = os.stat(self.path)
        if (found.st_dev, found.st_ino) != self._identity or found.st_size < self._size:
            self._leave()
        elif found.st_size > self._size:  # a torn record could not be cut off when it happened
            try:
                os.ftruncate(fd, self._size)
            except OSError:
                self._leave()
        if self.path and not self._size:
            self._write_version()

    def _write_version(self) -> None:
        fd, record = self._fd, version_record(self._clock.now())
        assert fd is not None
        try:
            if os.write(fd, record) != len(record):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.path)
        except OSError:
            self._cut_back()
            raise
        self._size = self._start = len(record)

    def _cut_back(self) -> None:
        """Takes a torn record off the end; where that fails, the file is opened anew and checked before it is used."""
        if self._fd is None:
            return
        try:
            os.ftruncate(self._fd, self._size)
            if not self._size:
                self.release()
        except OSError:
            with contextlib.suppress(OSError):  # close may report what write did already
                self.release()

    def _leave(self) -> None:
        """Goes on in a new file."""
        with contextlib.suppress(OSError):
            self.release()
        if not self._options.fsync:
            self._left.append(self.path)
        self.path = ""

    def _sync_left(self) -> None:
        left, self._left = self._left, []
        for path in left:
            with contextlib.suppress(FileNotFoundError):  # deleted by somebody
                fd = os.open(path, os.O_WRONLY | _BINARY)
                try:
                    sync_file(fd)
                finally:
                    os.close(fd)
        if left:
            sync_names(self._directory)


def version_record(wall_time: float) -> bytes:
    """The framed record every event file begins with."""
    source = SourceMetadata(writer=_WRITER_NAME).SerializeToString()
    version = event.encode(wall_time, 0, event.FILE_VERSION, FILE_VERSION.encode())
    return frame(version + _SOURCE_METADATA_KEY + bytes((len(source),)) + source)
