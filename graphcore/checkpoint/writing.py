"""Bytes in, a file out that is there whole or not at all, whenever the process or the machine stops."""

from __future__ import annotations

import contextlib
import glob
import os
import time
from collections.abc import Iterable

from writer.output.durable import sync_file, sync_names

_UNFINISHED = ".unfinished."
_ABANDONED_AFTER = 3600.0  # seconds without a byte


def write_whole(path: str, parts: Iterable[bytes], durable: bool = True) -> None:
    """Writes a file beside ``path``, brings it to the disk, and gives it that name; what was there stays until then.

    Args:
        durable: whether the file must survive a loss of power, too.

    Raises:
        OSError: it cannot be written; what was there is as it was.
    """
    unfinished = f"{path}{_UNFINISHED}{os.getpid()}"
    try:
        with open(unfinished, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            if durable:
                sync_file(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise
    if durable:
        sync_names(os.path.dirname(path))


def remove_unfinished(prefix: str) -> None:
    """Deletes what processes that were killed have left of files whose paths begin with ``prefix``.

    A file that has grown in the last hour may still be being written, and stays.
    """
    for path in glob.glob(f"{glob.escape(prefix)}*{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - os.stat(path).st_mtime > _ABANDONED_AFTER:
                os.unlink(path)
