"""A file descriptor or a directory in; what it holds on the disk itself, safe from the loss of power, on return."""

from __future__ import annotations

import errno
import logging
import os

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined, unused-ignore]
except ImportError:  # it is macOS alone that has it
    F_FULLFSYNC = None

_logger = logging.getLogger("writer")
# The disk failed. Whatever else a directory answers means that it cannot be synced here, today or later.
_FAULTS = {errno.EIO, errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC}
_told: set[int | None] = set()


def sync_file(fd: int) -> None:
    """Returns when the bytes of a file are on the disk.

    Raises:
        OSError: they are not. A second call may succeed all the same, without the pages that were lost.
    """
    if F_FULLFSYNC is not None:
        # On macOS, fsync is content with the drive's own cache (man 2 fsync).
        try:
            fcntl(fd, F_FULLFSYNC)
            return
        except OSError as error:
            if error.errno in _FAULTS:
                raise  # others: file systems that do not know it
    os.fsync(fd)


def sync_names(directory: str) -> None:
    """Returns when the names of the files in a directory are on the disk, and those that lead to it.

    A name is data of the directory that holds it, and a directory may be as new as its first file. Windows does this by
    itself. Where a file system cannot do it, a warning says so, once.

    Raises:
        OSError: the disk failed.
    """
    if os.name != "posix":
        return
    place = directory = os.path.abspath(directory)
    device = os.stat(place).st_dev
    while True:
        try:
            _sync_directory(place)
        except OSError as error:
            if error.errno in _FAULTS:
                raise
            if place == directory and error.errno not in _told:
                _told.add(error.errno)
                _logger.warning("%s cannot be synced: %s; after a loss of power, files may be missing", place, error)
        parent = os.path.dirname(place)
        if parent == place or os.stat(parent).st_dev != device:
            return
        place = parent


def _sync_directory(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        sync_file(fd)
    finally:
        os.close(fd)
