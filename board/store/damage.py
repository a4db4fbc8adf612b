"""Damaged places of event files in, a bounded list and an exact count out."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import NamedTuple

MAX_LISTED = 1000


class Damage(NamedTuple):
    """Bytes of a file that could not be read as what they should be."""

    file: str  # Source.name
    offset: int
    length: int
    reason: str
    pending: bool = False  # the end of a file that may still be being written: waited for, not counted


class DamageLog:
    """All damage found so far. Safe to use from several threads.

    Args:
        on_damage: called once with each damage that counts, in the thread that found it.
    """

    def __init__(self, on_damage: Callable[[Damage], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._on_damage = on_damage
        self._entries: deque[Damage] = deque(maxlen=MAX_LISTED)
        self._counts: Counter[str] = Counter()
        self._tails: dict[str, Damage] = {}

    def add(self, damage: Damage) -> None:
        """Notes damage that good records follow; it stays until the file is replaced."""
        with self._lock:
            self._entries.append(damage)
            self._counts[damage.file] += 1
        if self._on_damage:
            self._on_damage(damage)

    def set_tail(self, file: str, tail: Damage | None) -> None:
        """Notes what is wrong with the end of a file; None once it has healed."""
        with self._lock:
            before = self._tails.get(file)
            if tail is None:
                self._tails.pop(file, None)
            else:
                self._tails[file] = tail
        if tail and not tail.pending and tail != before and self._on_damage:
            self._on_damage(tail)

    def of(self, file: str) -> tuple[list[Damage], int]:
        """The places listed of a file, without what is wrong with its end, and how many were found."""
        with self._lock:
            count = self._counts.get(file, 0)
            return [entry for entry in self._entries if entry.file == file] if count else [], count

    def restore(self, file: str, entries: list[Damage], count: int) -> None:
        """Takes over what an earlier process found in a file."""
        with self._lock:
            self._entries.extend(entries)
            if count:
                self._counts[file] += count
        if self._on_damage:
            for damage in entries:
                self._on_damage(damage)

    def forget(self, file: str) -> None:
        """Drops what was noted about a file that has been replaced or deleted."""
        with self._lock:
            self._tails.pop(file, None)
            if self._counts.pop(file, 0):
                self._entries = deque((entry for entry in self._entries if entry.file != file), MAX_LISTED)

    @property
    def count(self) -> int:
        """Damaged places, without pending ones."""
        with self._lock:
            return self._counts.total() + sum(not tail.pending for tail in self._tails.values())

    def entries(self) -> list[Damage]:
        """At most `MAX_LISTED` places, the newest last; the ends of files come last of all."""
        with self._lock:
            return [*self._entries, *self._tails.values()][-MAX_LISTED:]
