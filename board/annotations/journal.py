"""Files of changes in, what is said of each run out; a change in, a line at the end of the writer's own file out.

Nobody writes to a file of somebody else's, nobody rewrites anything, and a line is written in one call: that is safe on
network file systems, too, whose locks cannot be relied on.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from board.annotations.annotation import NOTHING, Annotation, checked
from board.annotations.change import Change, decode

SUFFIX = ".jsonl"
# Directories are looked at again after so many seconds at the earliest.
_LOOK = 1.0
# A change is later than what it changes by at least so many seconds: it wins, though the writer's clock may be behind.
_TICK = 1e-3


class JournalError(Exception):
    """A change could not be written."""


class _File(NamedTuple):
    identity: tuple[int, int]  # device and inode
    read: int  # bytes, up to the end of a line


class Journal:
    """What people have said of the runs of a log directory. Safe to use from several threads.

    Args:
        directories: where files of changes lie. A change is written to the first that lets it.
        author: tells that of the changes made here, which names the file they are written to.
        now: the present, seconds since the epoch.
    """

    def __init__(
        self, directories: Iterable[str], author: Callable[[], str], now: Callable[[], float] = time.time
    ) -> None:
        self._directories = tuple(directories)
        self._author = author
        self._now = now
        self._lock = threading.Lock()
        self._looked = -_LOOK
        self._files: dict[str, _File] = {}
        self._latest: dict[tuple[str, str], tuple[float, str]] = {}  # time and author of what holds, by run and field
        self._annotations: dict[str, Annotation] = {}
        self._version = 0

    @property
    def version(self) -> int:
        """Another number when something else is said."""
        with self._lock:
            self._look()
            return self._version

    def annotations(self) -> Mapping[str, Annotation]:
        """What is said of runs; those of which nothing is said are left out."""
        with self._lock:
            self._look()
            return self._annotations

    def add(self, runs: Iterable[str], values: Mapping[str, Any]) -> None:
        """Says something of some runs.

        Raises:
            AnnotationError: a field or a value makes no sense; nothing is written then.
            JournalError: it could not be written anywhere.
        """
        wanted = {field: checked(field, value) for field, value in values.items()}
        with self._lock:
            self._looked = -_LOOK
            self._look()
            if wanted:
                author = self._author()
                changes = [Change(self._time(run, wanted), author, run, wanted) for run in dict.fromkeys(runs)]
                self._append(f"{author}{SUFFIX}", b"".join(change.encode() for change in changes))
            self._looked = -_LOOK
            self._look()

    def _time(self, run: str, values: Iterable[str]) -> float:
        last = max((self._latest.get((run, field), (0.0, ""))[0] for field in values), default=0.0)
        return max(round(self._now(), 3), round(last + _TICK, 3))

    def _append(self, name: str, lines: bytes) -> None:
        problems = []
        for directory in self._directories:
            try:
                _append(os.path.join(directory, name), lines)
            except OSError as error:
                problems.append(f"{directory}: {error.strerror or error}")
            else:
                return
        raise JournalError(f"nothing could be written: {'; '.join(problems)}")

    def _look(self) -> None:
        """Reads what has come since the last time; all of it again when a file is not what it was."""
        if time.monotonic() - self._looked < _LOOK:
            return
        found = dict(self._found())
        for path, known in self._files.items():
            if path not in found or found[path].st_ino != known.identity[1] or found[path].st_size < known.read:
                self._files, self._latest, self._annotations = {}, {}, {}
                self._version += 1
                break
        before = dict(self._annotations)
        changed: dict[str, Annotation] = dict(before)
        for path, status in found.items():
            known = self._files.get(path, _File((status.st_dev, status.st_ino), 0))
            if status.st_size > known.read:
                self._files[path] = known._replace(read=known.read + self._read(path, known.read, changed))
            else:
                self._files[path] = known
        if changed != before:
            self._annotations = {run: said for run, said in changed.items() if said != NOTHING}
            self._version += 1
        self._looked = time.monotonic()

    def _found(self) -> Iterable[tuple[str, os.stat_result]]:
        for directory in self._directories:
            with contextlib.suppress(OSError), os.scandir(directory) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    if entry.name.endswith(SUFFIX):
                        with contextlib.suppress(OSError):
                            yield entry.path, entry.stat()

    def _read(self, path: str, start: int, changed: dict[str, Annotation]) -> int:
        """Takes up the whole lines of a file behind an offset; how many bytes they are."""
        try:
            with open(path, "rb") as file:
                file.seek(start)
                data = file.read()
        except OSError:
            return 0
        whole = data.rfind(b"\n") + 1  # what follows is still being written
        for line in data[:whole].splitlines():
            change = decode(line)
            if change is not None:
                self._take_up(change, changed)
        return whole

    def _take_up(self, change: Change, changed: dict[str, Annotation]) -> None:
        said = changed.get(change.run, NOTHING)
        for field, value in change.values.items():
            stamp = change.time, change.author
            if self._latest.get((change.run, field), (float("-inf"), "")) < stamp:
                self._latest[change.run, field] = stamp
                said = dataclasses.replace(said, **{field: value})
        changed[change.run] = said


def _append(path: str, lines: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        # What a crash left without an end must not swallow the next line.
        if file.seek(0, os.SEEK_END) and (file.seek(-1, os.SEEK_END), file.read())[1] != b"\n":
            lines = b"\n" + lines
    target = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        if os.write(target, lines) != len(lines):
            raise OSError("the disk is full")
        os.fsync(target)
    finally:
        os.close(target)
