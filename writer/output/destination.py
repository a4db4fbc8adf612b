"""A run's directory, or its URL, in; the sink for it and the rhythm of writing to it out."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Hashable
from typing import NamedTuple

from writer.output.clock import WallClock
from writer.output.local import FileOptions, LocalFiles, Sink

_WAKE_BYTES = 4 << 20
# What is joined and written at once: short enough that joining does not hold the interpreter's lock for long.
_PIECE = (4096, 1 << 20)


class Rhythm(NamedTuple):
    """When what waits is written, and how much of it at once."""

    delay: float  # seconds that a record may wait
    wake_records: int  # so many, or
    wake_bytes: int  # so much, is written before that
    piece: tuple[int, int]  # records and bytes of one write


def is_remote(directory: str) -> bool:
    """Whether it is a URL and not a path."""
    return "://" in directory


def prepare(directory: str) -> Hashable:
    """Makes the directory, and gives what tells its file system from others.

    Raises:
        OSError: it cannot be made.
        ImportError, ValueError: it is a URL that nothing here can write to.
    """
    if is_remote(directory):
        from writer.output import remote

        return remote.protocol_of(directory)
    try:
        os.makedirs(directory, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, "a run is a directory, but this is a file", directory) from None
    return os.stat(directory).st_dev


def open_sink(
    directory: str, options: FileOptions, clock: WallClock, *, flush_secs: float, max_queue: int
) -> tuple[Sink, Rhythm]:
    """What writes to the directory, and when: by part files of some size at a URL, by appending elsewhere."""
    if is_remote(directory):
        from writer.output import remote

        size = min(options.max_bytes or remote.PART_BYTES, remote.PART_BYTES)
        rhythm = Rhythm(max(flush_secs, remote.PART_SECONDS), sys.maxsize, size, (sys.maxsize, size))
        return remote.PartFiles(directory, options.suffix, clock), rhythm
    return LocalFiles(directory, options, clock), Rhythm(max(0.0, flush_secs), max(1, max_queue), _WAKE_BYTES, _PIECE)
