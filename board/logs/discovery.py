"""A log directory in, its event files and what could not be looked into out.

A run is a directory, at any depth, that directly holds an event file. Links to directories are followed, since
trees of links are a common way to group runs; each directory is entered once, by its real path if that lies in
the tree, so that loops end and the work is bounded by the number of directories.

`Survey` walks again and again. A directory whose time stamp has not moved is not listed again for a minute: the
stamp moves when an entry comes or goes, but neither when a link's target does nor, in the caches of network file
systems, at once.
"""

from __future__ import annotations

import operator
import os
import time
from collections import deque
from typing import NamedTuple

from board.store import Source, Unreadable
from writer.format import file_names


class Listing(NamedTuple):
    """What a walk found."""

    exists: bool  # the log directory itself
    files: list[Source]  # ordered by run, then path
    unreadable: list[Unreadable]


_name = operator.attrgetter("name")

# So long a listing is trusted at most while the directory's time stamp stands still, seconds.
_RELIST_SECONDS = 60.0
# A stamp younger than this when the directory was listed may hide a change within the same tick of its clock.
_SETTLED_SECONDS = 3.0


class _Known(NamedTuple):
    """What a directory held when it was last listed."""

    modified_ns: int
    trusted_until: float  # time.monotonic()
    directories: list[str]
    links: list[str]
    files: list[Source]


def printable(path: str) -> str:
    """A path as it is shown: names that are no UTF-8 come with their odd bytes escaped (``\\xff``)."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def find(logdir: str) -> Listing:
    """Walks a log directory, which need not exist yet. Never raises `OSError`, never opens a file."""
    return Survey(logdir).find()


class Survey:
    """Repeated walks of one log directory."""

    def __init__(self, logdir: str) -> None:
        self._logdir = logdir
        self._known: dict[str, _Known] = {}
        self._walked: list[Source] = []  # the files in the order of the last walk, and sorted
        self._sorted: list[Source] = []

    def find(self, *, relist: bool = True) -> Listing:
        """Walks the directory as `find` does.

        If it finds the files it found before, the list of files is the same object.

        Args:
            relist: list every directory, also those whose time stamps stand still.
        """
        walk = _Walk(self._logdir, {} if relist else self._known)
        try:
            walk.visit_once(self._logdir, os.stat(self._logdir))
        except FileNotFoundError:
            return Listing(False, [], [])
        except OSError as error:
            return Listing(True, [], [Unreadable(".", reason(error))])
        walk.run()
        self._known = walk.known
        if walk.files != self._walked:
            self._walked = walk.files
            self._sorted = sorted(walk.files, key=lambda source: (source.run, source.path))
        return Listing(True, self._sorted, walk.unreadable)


def reason(error: OSError) -> str:
    """What the operating system said, without the path it said it about."""
    return error.strerror or type(error).__name__


class _Walk:
    def __init__(self, logdir: str, before: dict[str, _Known]) -> None:
        self.files: list[Source] = []
        self.unreadable: list[Unreadable] = []
        self.known: dict[str, _Known] = {}
        self._before = before
        self._beginning = os.path.join(logdir, "")
        self._visited: set[tuple[int, int]] = set()
        self._directories: deque[tuple[str, int]] = deque()  # with the time of last modification
        self._links: deque[str] = deque()  # wait until every real directory has been entered

    def run(self) -> None:
        while self._directories or self._links:
            if self._directories:
                self._look_into(*self._directories.popleft())
            else:
                link = self._links.popleft()
                try:
                    self.visit_once(link, os.stat(link))
                except OSError as error:
                    self._note(link, error)

    def visit_once(self, directory: str, status: os.stat_result) -> None:
        # File systems without inode numbers give 0; there, only the operating system's own limit ends a loop.
        identity = (status.st_dev, status.st_ino)
        if not status.st_ino or identity not in self._visited:
            self._visited.add(identity)
            self._directories.append((directory, status.st_mtime_ns))

    def _look_into(self, directory: str, modified_ns: int) -> None:
        found = self._before.get(directory)
        if found is None or found.modified_ns != modified_ns or found.trusted_until < time.monotonic():
            found = self._list(directory, modified_ns)
        if found.trusted_until:
            self.known[directory] = found
        self.files.extend(found.files)
        self._links.extend(found.links)
        for path in found.directories:
            try:
                self.visit_once(path, os.lstat(path))
            except OSError as error:
                self._note(path, error)

    def _list(self, directory: str, modified_ns: int) -> _Known:
        failures = len(self.unreadable)
        entries: list[os.DirEntry[str]] = []
        found = _Known(modified_ns, 0.0, [], [], [])
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=_name)
        except OSError as error:
            self._note(directory, error)
        for entry in entries:
            try:
                self._sort_in(found, directory, entry)
            except OSError as error:
                self._note(entry.path, error)
        settled = time.time() - modified_ns / 1e9 > _SETTLED_SECONDS
        if settled and len(self.unreadable) == failures:
            return found._replace(trusted_until=time.monotonic() + _RELIST_SECONDS)
        return found

    def _sort_in(self, found: _Known, parent: str, entry: os.DirEntry[str]) -> None:
        if entry.is_dir(follow_symlinks=False):
            found.directories.append(entry.path)
        elif entry.is_symlink() and entry.is_dir():
            found.links.append(entry.path)
        elif file_names.is_event_file(entry.name):
            if entry.is_file():
                found.files.append(Source(entry.path, self._name(entry.path), self._name(parent)))
            else:
                # Opening a pipe would block, and a link to nowhere may be a file that is about to arrive.
                self.unreadable.append(Unreadable(self._name(entry.path), "not a regular file"))

    def _note(self, path: str, error: OSError) -> None:
        """Notes what could not be looked at; that a path has vanished is not worth a word."""
        if not isinstance(error, FileNotFoundError):
            self.unreadable.append(Unreadable(self._name(path), reason(error)))

    def _name(self, path: str) -> str:
        # The walk made the path by joining names to the log directory; os.path.relpath would take half its time.
        return printable(path[len(self._beginning) :].replace(os.sep, "/")) or "."
