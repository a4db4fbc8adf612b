"""A cursor in, what changed behind it out.

Every commit takes the next number. A client that remembers the number of its last answer asks for what came
after it, and the cost of the answer is that of the changes, not of the whole store.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

# More changed series than this are not listed one by one: asking for everything is cheaper.
MAX_LISTED = 5000


class Changes(NamedTuple):
    """What happened after a cursor."""

    cursor: int
    catalog_changed: bool  # runs, tags or graphs appeared or vanished
    series: list[tuple[str, str]]  # (run, tag) of scalar series with new points
    all_series: bool  # too many to list, or the cursor is not one of ours


class ChangeLog:
    """Which series changed at which cursor, the latest last."""

    def __init__(self) -> None:
        self.cursor = 0
        self._catalog_changed_at = 0
        self._series: OrderedDict[tuple[str, str], int] = OrderedDict()

    def advance(self) -> None:
        """Starts the next commit: what is noted from here on carries its number."""
        self.cursor += 1

    def series_changed(self, run: str, tag: str) -> None:
        self._series[run, tag] = self.cursor
        self._series.move_to_end((run, tag))

    def series_vanished(self, run: str, tag: str) -> None:
        self._series.pop((run, tag), None)
        self.catalog_changed()

    def catalog_changed(self) -> None:
        self._catalog_changed_at = self.cursor

    def since(self, cursor: int) -> Changes:
        """Changes after ``cursor``; everything counts as changed if we never gave that number out."""
        if not 0 <= cursor <= self.cursor:
            return Changes(self.cursor, True, [], True)
        changed: list[tuple[str, str]] = []
        for key in reversed(self._series):
            if self._series[key] <= cursor:
                break
            if len(changed) == MAX_LISTED:
                return Changes(self.cursor, self._catalog_changed_at > cursor, [], True)
            changed.append(key)
        return Changes(self.cursor, self._catalog_changed_at > cursor, changed, False)
