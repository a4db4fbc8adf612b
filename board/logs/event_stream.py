"""One event file in; its records in order out, and what is damaged among them, going on where the last call ended.

For programs that look at events as they were written. The dashboard reads through `ingest`, which also waits for
torn ends to heal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from board.logs import records
from board.logs.bulk import BulkReader
from board.logs.tail import STRETCH, Stretch, Tail, read_at
from writer.format.record import Damage, Incomplete


class Piece(NamedTuple):
    """A passage of undamaged records, or damage; its offsets are those of ``stretch.data``."""

    stretch: Stretch
    found: records.Passage | Damage


class EventStream:
    """The records of one file.

    Attributes:
        torn: what stands at the end of the file and is no whole record, if anything; offsets are the file's.
    """

    def __init__(self, path: str, bulk: BulkReader) -> None:
        self.path = path
        self.torn: Incomplete | None = None
        self._tail = Tail(path)
        self._bulk = bulk

    def read(self) -> Iterator[Piece]:
        """What the file holds behind the place reached, to its present end. Exhaust it: what is left is read again.

        Raises:
            OSError: the file cannot be read.
        """
        wanted = self.torn.wanted if self.torn else 0
        while (stretch := self._tail.read(wanted)) is not None:
            taken, torn = 0, None
            for found in records.passages(stretch.data, self._bulk, more_follows=stretch.more_follows):
                if isinstance(found, Incomplete):
                    torn = found._replace(start=stretch.offset + found.start)
                    break
                yield Piece(stretch, found)
                taken = found.end
            self._tail.take(stretch, taken)
            self.torn = torn
            if not stretch.more_follows:
                return
            wanted = torn.wanted if torn else 0

    def skip_torn(self) -> bool:
        """Gives up the torn record at the end if good ones follow its beginning; whether there is more to read.

        Raises:
            OSError: the file cannot be read.
        """
        if self.torn is None:
            return False
        data = read_at(self.path, self.torn.start, STRETCH)
        damage = records.past_torn(data, self.torn.reason)
        if damage is None:
            return False
        self._tail.skip(data, damage.end)
        self.torn = None
        return True
