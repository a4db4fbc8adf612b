"""One file that may grow, shrink or be replaced in; its new bytes out, a bounded stretch at a time.

The file is opened anew each time: a descriptor held for ever costs one per run, and on network file systems only
opening fetches fresh attributes.
"""

from __future__ import annotations

import os
import stat
import time
import zlib
from typing import IO, Any, NamedTuple

STRETCH = 4 << 20
_SAMPLE = 64  # bytes compared at the file's beginning, and before the place reached
_MAX_WATCHED = 16
_MAX_WATCHED_BYTES = 1 << 20


class Stretch(NamedTuple):
    """New bytes of a file."""

    data: bytes
    offset: int  # of the data in the file
    more_follows: bool  # the file goes on behind the data
    restarted: bool  # the file is not the one read before: what came from it no longer holds
    stamp: tuple[int, ...]  # what the file's attributes were


class _Watched(NamedTuple):
    """A damaged place that may still fill in, as the pages of a network file system do."""

    start: int
    length: int
    checksum: int
    until: float  # time.monotonic()


class Tail:
    """The place reached in one file.

    Attributes:
        offset: bytes taken so far, from the beginning.
        size: of the file when it was last looked at.
        head: its first bytes.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = _size(path)  # before it is opened: so much is known to be there
        self.modified = 0.0
        self._stamp: tuple[int, ...] = ()
        self._resumed = False  # the place was reached by an earlier process
        self._restart()
        self._restarted = False  # until somebody has taken that in

    def _restart(self) -> None:
        self._restarted = True
        self.offset = 0
        self.grew_at = time.monotonic()
        self._identity: tuple[int, int] | None = None
        self.head = b""
        self._before = b""
        self._watched: list[_Watched] = []
        self._unread = False
        self._awaited: tuple[int, bytes] | None = None  # place and first bytes of a record that is being written

    def state(self) -> dict[str, Any]:
        """The place reached, for `resume` in a later process; made of what JSON has."""
        now, wall = time.monotonic(), time.time()
        return {
            "offset": self.offset,
            "size": self.size,
            "modified": self.modified,
            "stamp": self._stamp,
            "head": self.head.hex(),
            "before": self._before.hex(),
            "watched": [[*place[:3], place.until - now + wall] for place in self._watched],
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Takes up the place that an earlier process reached; the next `read` looks whether it is still there.

        Raises:
            KeyError, TypeError, ValueError: ``state`` is none.
        """
        now, wall = time.monotonic(), time.time()
        self.offset, self.size, self.modified = int(state["offset"]), int(state["size"]), float(state["modified"])
        stamp = tuple(map(int, state["stamp"]))
        # If bytes are left behind the place, they are read again, so that somebody judges them.
        self._stamp = stamp if self.offset == self.size else ()
        device, inode, *_ = stamp
        self._identity = device, inode
        self.head, self._before = bytes.fromhex(state["head"]), bytes.fromhex(state["before"])
        self._watched = [
            _Watched(start, length, checksum, until - wall + now) for start, length, checksum, until in state["watched"]
        ]
        self._resumed = True

    def start_over(self) -> None:
        """Has the file read from its beginning again."""
        self._restart()
        self._stamp = ()

    @property
    def quiet_for(self) -> float:
        """Seconds since the file last changed, by its own time stamp or since we first saw it so."""
        return max(time.monotonic() - self.grew_at, time.time() - self.modified)

    def has_changed(self) -> bool:
        """Whether `read` is worth while, told without opening the file: network file systems may tell late."""
        try:
            return _stamp(os.stat(self.path)) != self._stamp or self._unread
        except OSError:
            return True

    def read(self, wanted: int = 0) -> Stretch | None:
        """The bytes behind `offset`, `STRETCH` of them or ``wanted`` if that is more; None if nothing changed.

        What is not followed by `take` is handed out again the next time.

        Raises:
            OSError: the file cannot be opened or read, or is not a regular file.
        """
        with open(self.path, "rb", buffering=0, opener=_open_regular) as file:
            status = os.fstat(file.fileno())
            stamp = _stamp(status)
            if stamp != self._stamp:
                if self._is_another(file, status):
                    self._restart()
                self.grew_at = time.monotonic()
            elif not self._unread:
                return None
            self._identity = (status.st_dev, status.st_ino)
            self._resumed = False
            self.size = status.st_size
            self.modified = status.st_mtime
            if self._still_growing(file, wanted):
                self._stamp = stamp
                return None
            data = _read(file, self.offset, min(max(STRETCH, wanted), self.size - self.offset))
            if self.offset == 0:
                self.head = data[:_SAMPLE]
            elif len(self.head) < _SAMPLE:
                self.head = _read(file, 0, min(_SAMPLE, self.size))
            more_follows = self.offset + len(data) < self.size
            return Stretch(data, self.offset, more_follows, self._restarted, stamp)

    def _still_growing(self, file: IO[bytes], wanted: int) -> bool:
        """Whether the file lacks bytes of a long record that was begun, whose first ones are still the same."""
        if self._restarted or wanted <= STRETCH or self.size - self.offset >= wanted:
            return False
        first = _read(file, self.offset, _SAMPLE)
        same = self._awaited == (self.offset, first)
        self._awaited = self.offset, first
        return same

    def take(self, stretch: Stretch, count: int) -> None:
        """Moves on behind the first ``count`` bytes of a stretch."""
        taken = stretch.data[max(0, count - _SAMPLE) : count]
        self._before = (self._before + taken)[-_SAMPLE:]
        self.offset = stretch.offset + count
        self._restarted = False
        self._stamp = stretch.stamp
        self._unread = stretch.more_follows

    def skip(self, data: bytes, count: int) -> None:
        """Moves on behind the first ``count`` bytes of ``data``, read at `offset`; what follows is read next."""
        self.take(Stretch(data, self.offset, True, False, self._stamp), count)

    def watch(self, start: int, data: bytes, seconds: float) -> None:
        """Looks at damaged bytes again, for some time, when the file changes; other bytes there restart it."""
        if len(data) <= _MAX_WATCHED_BYTES and self.quiet_for < seconds:
            until = time.monotonic() + seconds
            self._watched = [*self._watched, _Watched(start, len(data), zlib.crc32(data), until)][-_MAX_WATCHED:]

    def _is_another(self, file: IO[bytes], status: os.stat_result) -> bool:
        """Whether this is not the file that was read so far, or that file with other bytes where we have been."""
        if self._identity is None:
            return False
        device, inode = self._identity
        # Devices are numbered anew when the machine starts, or the file system is mounted.
        same_device = device == status.st_dev or self._resumed
        if inode != status.st_ino or not same_device or status.st_size < self.offset:
            return True
        # Copied over in place: the inode stays, and the size may have grown beyond where we are already.
        head = self.head[: status.st_size]
        if _read(file, 0, len(head)) != head:
            return True
        if _read(file, self.offset - len(self._before), len(self._before)) != self._before:
            return True
        now = time.monotonic()
        self._watched = [place for place in self._watched if now < place.until]
        return any(zlib.crc32(_read(file, place.start, place.length)) != place.checksum for place in self._watched)


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _stamp(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _open_regular(path: str, flags: int) -> int:
    # Without O_NONBLOCK, opening a pipe that took the file's name would block for ever.
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(None, "not a regular file", path)
    return descriptor


def _read(file: IO[bytes], offset: int, count: int) -> bytes:
    file.seek(offset)
    parts = []
    while count > 0 and (part := file.read(count)):  # a raw file may return less than it was asked for
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_at(path: str, offset: int, count: int) -> bytes:
    """``count`` bytes of a regular file from ``offset`` on; fewer at its end.

    Raises:
        OSError: the file cannot be opened or read, or is not a regular file.
    """
    with open(path, "rb", buffering=0, opener=_open_regular) as file:
        return _read(file, offset, count)
