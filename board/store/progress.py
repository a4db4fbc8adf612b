"""How far the reading of the log directory has come."""

from __future__ import annotations

from typing import NamedTuple


class Unreadable(NamedTuple):
    """A directory or file that the operating system, or what it turned out to be, kept us from reading."""

    path: str  # relative to the log directory, safe to print
    reason: str


class Progress(NamedTuple):
    """A snapshot; the loader publishes a new one after every pass and every batch."""

    loading: bool = True  # the first pass over all files has not ended
    logdir_exists: bool = False
    files: int = 0
    bytes_read: int = 0
    bytes_known: int = 0
    last_scan: float | None = None  # seconds since the epoch; None before the first one
    unreadable: tuple[Unreadable, ...] = ()
