"""A log directory in, the index of it that this process may use out: one of a few files in a cache directory."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable

import platformdirs

from board.store.index import Index, IndexBusyError, IndexDamagedError

# So many processes have an index of their own on one log directory; those beyond read the files at each start.
_SLOTS = 4
# An index that nobody has opened for so long goes, seconds.
_KEPT = 60 * 86400.0
_SUFFIX = ".sqlite"


def default() -> str:
    """Where indexes are kept unless told otherwise: the user's cache directory."""
    return platformdirs.user_cache_dir("graphboard", appauthor=False)


def open_index(logdir: str, directory: str, say: Callable[[str], None] = lambda line: None) -> Index | None:
    """The index of a log directory, made if there is none; None if none can be had, which ``say`` is told about.

    Never raises: without an index all works as well, and takes longer to start.

    Args:
        logdir: the log directory; it need not exist yet.
        directory: the cache directory.
        say: takes a line of text for the console.
    """
    real = os.path.realpath(logdir)
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:24]
    try:
        # What trainings log may be secret: it is the user's alone here, too.
        os.makedirs(directory, mode=0o700, exist_ok=True)
        _remove_unused(directory)
        for slot in range(1, _SLOTS + 1):
            path = os.path.join(directory, f"{digest}-{slot}{_SUFFIX}")
            with contextlib.suppress(IndexBusyError):
                return _open(path, real, say)
    except OSError as error:
        say(f"no index in {directory} ({error.strerror or error}); the log directory is read anew at each start")
        return None
    say(f"{_SLOTS} other processes have an index of {logdir}; this one reads it without")
    return None


def set_aside(index: Index, say: Callable[[str], None]) -> Index | None:
    """A new index in the place of one that is damaged; None if there cannot be one."""
    index.close()
    try:
        _remove(index.path)
        return Index(index.path, index.directory)
    except (OSError, IndexBusyError, IndexDamagedError) as error:
        say(f"no new index in the place of a damaged one ({error})")
        return None


def _open(path: str, logdir: str, say: Callable[[str], None]) -> Index:
    try:
        index = Index(path, logdir)
    except IndexDamagedError as error:
        # Locked comes before damaged: nobody else has it.
        say(f"the index is set aside and made anew: {error}")
        _remove(path)
        index = Index(path, logdir)
    with contextlib.suppress(OSError):
        os.utime(path)  # tells `_remove_unused` that it is in use
    return index


def _remove(path: str) -> None:
    for name in (path, f"{path}-journal"):
        with contextlib.suppress(FileNotFoundError):
            os.remove(name)


def _remove_unused(directory: str) -> None:
    """Removes indexes of long ago: log directories come and go, and nobody would."""
    oldest = time.time() - _KEPT
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.endswith(_SUFFIX) and entry.stat().st_mtime < oldest:
                with contextlib.suppress(OSError):
                    _remove(entry.path)
