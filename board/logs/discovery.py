"""A log directory in, its event files and what could not be looked into out.

A run is a directory, at any depth, that directly holds an event file. Links to directories are followed, since
trees of links are a common way to group runs; each directory is entered once, by its real path if that lies in
the tree, so that loops end and the work is bounded by the number of directories.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from board.store import Source, Unreadable
from writer.format import file_names


class Listing(NamedTuple):
    """What a walk found."""

    exists: bool  # the log directory itself
    files: list[Source]  # ordered by run, then path
    unreadable: list[Unreadable]


def printable(path: str) -> str:
    """A path as it is shown: names that are no UTF-8 come with their odd bytes escaped (``\\xff``)."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def find(logdir: str) -> Listing:
    """Walks a log directory, which need not exist yet. Never raises `OSError`, never opens a file."""
    walk = _Walk(logdir)
    try:
        walk.visit_once(logdir, os.stat(logdir))
    except FileNotFoundError:
        return Listing(False, [], [])
    except OSError as error:
        return Listing(True, [], [Unreadable(".", reason(error))])
    walk.run()
    return Listing(True, sorted(walk.files, key=lambda source: (source.run, source.path)), walk.unreadable)


def reason(error: OSError) -> str:
    """What the operating system said, without the path it said it about."""
    return error.strerror or type(error).__name__


class _Walk:
    def __init__(self, logdir: str) -> None:
        self.files: list[Source] = []
        self.unreadable: list[Unreadable] = []
        self._beginning = os.path.join(logdir, "")
        self._visited: set[tuple[int, int]] = set()
        self._directories: deque[str] = deque()
        self._links: deque[str] = deque()  # wait until every real directory has been entered

    def run(self) -> None:
        while self._directories or self._links:
            if self._directories:
                self._look_into(self._directories.popleft())
            else:
                link = self._links.popleft()
                with self._noting(link):
                    self.visit_once(link, os.stat(link))

    def visit_once(self, directory: str, status: os.stat_result) -> None:
        # File systems without inode numbers give 0; there, only the operating system's own limit ends a loop.
        identity = (status.st_dev, status.st_ino)
        if not status.st_ino or identity not in self._visited:
            self._visited.add(identity)
            self._directories.append(directory)

    def _look_into(self, directory: str) -> None:
        entries: list[os.DirEntry[str]] = []
        with self._noting(directory), os.scandir(directory) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
        for entry in entries:
            with self._noting(entry.path):
                self._sort_in(directory, entry)

    def _sort_in(self, parent: str, entry: os.DirEntry[str]) -> None:
        if entry.is_dir(follow_symlinks=False):
            self.visit_once(entry.path, entry.stat(follow_symlinks=False))
        elif entry.is_symlink() and entry.is_dir():
            self._links.append(entry.path)
        elif file_names.is_event_file(entry.name):
            if entry.is_file():
                self.files.append(Source(entry.path, self._name(entry.path), self._name(parent)))
            else:
                # Opening a pipe would block, and a link to nowhere may be a file that is about to arrive.
                self.unreadable.append(Unreadable(self._name(entry.path), "not a regular file"))

    @contextlib.contextmanager
    def _noting(self, path: str) -> Iterator[None]:
        """Looks at a path that may turn unreadable at any moment; one that has vanished is not worth a word."""
        try:
            yield
        except FileNotFoundError:
            pass
        except OSError as error:
            self.unreadable.append(Unreadable(self._name(path), reason(error)))

    def _name(self, path: str) -> str:
        # The walk made the path by joining names to the log directory; os.path.relpath would take half its time.
        return printable(path[len(self._beginning) :].replace(os.sep, "/")) or "."
