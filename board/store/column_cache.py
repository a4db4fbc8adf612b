"""Columns that were asked for, ready to be asked for again, within a limit of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from board.store.columns import Columns


class ColumnCache:
    """The columns used last. Not safe to use from several threads at once.

    Args:
        limit: bytes that the columns kept may take together.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, Columns] = OrderedDict()
        self.nbytes = 0

    def get(self, key: Hashable) -> Columns | None:
        columns = self._kept.get(key)
        if columns is not None:
            self._kept.move_to_end(key)
        return columns

    def put(self, key: Hashable, columns: Columns) -> None:
        """Keeps columns, and lets go of those that have not been used for longest; of these, if they are too large."""
        self.discard(key)
        self._kept[key] = columns
        self.nbytes += _size(columns)
        while self.nbytes > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self.nbytes -= _size(oldest)

    def discard(self, key: Hashable) -> None:
        """Lets go of columns that no longer hold."""
        columns = self._kept.pop(key, None)
        if columns is not None:
            self.nbytes -= _size(columns)


def _size(columns: Columns) -> int:
    return sum(column.nbytes for column in columns)
