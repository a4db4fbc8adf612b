"""Framed records to numbered part files of a remote directory, each written once and never touched again.

Object stores cannot append: to add a record to a file means to send all of it again. So what has gathered is written
as a file of its own, ``events.out.tfevents.<...>.part0001`` and so on, which readers join by name like any files of a
run. Each has the record that every event file begins with. What has not been sent when the process is killed is lost:
at most what gathered in 30 seconds, or since the last `flush`.

`fsspec` does the sending, for every protocol it has a file system for.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any

from writer.format import file_names
from writer.output.clock import WallClock
from writer.output.local import version_record

PART_BYTES = 8 << 20
# At least this is between two parts, unless one is full or a flush asks for it.
PART_SECONDS = 30.0


def protocol_of(url: str) -> str:
    """The URL's protocol, if files can be written by it.

    Raises:
        ImportError: `fsspec`, or what it needs for this protocol, is not installed.
        ValueError: there is no such protocol.
    """
    protocol = url.partition("://")[0]
    try:
        import fsspec
    except ImportError:
        raise ImportError(f"{url}: remote directories take fsspec: pip install 'graphboard[remote]'") from None
    fsspec.get_filesystem_class(protocol)
    return protocol


class PartFiles:
    """The part files of one writer in the directory at ``url``."""

    def __init__(self, url: str, suffix: str, clock: WallClock) -> None:
        self.path = ""
        self._url = url
        self._suffix = suffix
        self._clock = clock
        self._base = ""
        self._parts = 0
        self._file_system: Any = None
        self._directory = ""

    def write(self, records: Sequence[bytes]) -> int:
        """Sends all records as the next part; `OSError` if that fails, however the file system puts it."""
        try:
            self._send(b"".join((version_record(self._clock.now()), *records)))
        except OSError:
            raise
        except Exception as error:  # each file system has its own
            raise OSError(f"{type(error).__name__}: {error}") from error
        return len(records)

    def sync(self) -> None:
        """Nothing is left to be done: what was sent is kept by the store."""

    def is_open(self) -> bool:
        return False

    def release(self) -> None:
        """No descriptor is held."""

    def _send(self, data: bytes) -> None:
        if self._file_system is None:
            import fsspec

            self._file_system, self._directory = fsspec.core.url_to_fs(self._url)
            self._base = file_names.make(self._clock.now())
        # The number of a part that failed is used again: it holds the same records, and more.
        self.path = posixpath.join(self._directory, f"{self._base}.part{self._parts + 1:04d}{self._suffix}")
        try:
            self._file_system.pipe_file(self.path, data)
        except FileNotFoundError:  # file systems with directories
            self._file_system.makedirs(self._directory, exist_ok=True)
            self._file_system.pipe_file(self.path, data)
        self._parts += 1
