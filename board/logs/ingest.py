"""New bytes of one file in, committed points, references and damage in the store out."""

from __future__ import annotations

import time
from typing import Any

from board.logs import records
from board.logs.bulk import BulkReader
from board.logs.staging import Staging
from board.logs.tail import STRETCH, Stretch, Tail, read_at
from board.store import Batch, Damage, FileEntry, IndexDamagedError, Source, Store
from writer.format import record

# How long the end of a file may stay unreadable before it counts as damage, seconds.
PATIENCE = 60.0


class Ingest:
    """The reading of one file, a turn at a time.

    Args:
        bulk: may be shared among the files of one thread; it remembers what their records look like.
        saved: what the store's index has of the file, if anything; the reading goes on behind that.

    Attributes:
        staging: turns its records into batches.
        unsaved: whether it has come further than what is in the index.

    Raises:
        IndexDamagedError: ``saved`` makes no sense.
    """

    def __init__(
        self,
        source: Source,
        store: Store,
        bulk: BulkReader,
        patience: float = PATIENCE,
        saved: FileEntry | None = None,
    ) -> None:
        self.source = source
        self.tail = Tail(source.path)
        self._store = store
        self._bulk = bulk
        self.staging = Staging(source, store)
        self._patience = patience
        self._torn: record.Incomplete | None = None  # offsets are the file's
        self._torn_at = 0.0  # time.monotonic() when it was first met
        self._searched = (-1, -1)  # place and file size of the last search behind a torn record
        self._begun = False  # whether anything may have come of it
        self.unsaved = False
        if saved is None:
            store.open(source)
        else:
            self._resume(store.restore(source, saved))

    def state(self) -> dict[str, Any]:
        """Where the reading stands, for a later process to go on; made of what JSON has."""
        return {"tail": self.tail.state(), "staging": self.staging.state()}

    def _resume(self, state: dict[str, Any]) -> None:
        self._begun = True
        try:
            self.tail.resume(state["tail"])
            self.staging.resume(state["staging"])
        except (KeyError, TypeError, ValueError) as error:
            raise IndexDamagedError(f"{self.source.name}: where its reading stood makes no sense") from error

    def look(self) -> Stretch | None:
        """The first half of a turn: a bounded stretch of what is new, None if nothing is; it waits to be taken.

        Raises:
            OSError: the file cannot be read now; the next turn tries again.
        """
        stretch = self.tail.read(self._torn.wanted if self._torn else 0)
        if stretch is not None and stretch.restarted and self._begun:
            self._start_over()
        return stretch

    def take(self, stretch: Stretch | None, whole: Batch | None = None) -> bool:
        """The second half: commits a stretch; whether there is more to read at once.

        Args:
            whole: all that it holds, if that has been staged already.

        Raises:
            OSError: as `look`.
        """
        if stretch is not None:
            if whole is None:
                self._take(stretch)
            else:
                self._commit(whole)
                self._reached(stretch, len(stretch.data), None)
            if stretch.more_follows:  # where the stretch ends, the file does not
                return True
        return self._judge_end()

    def close(self) -> None:
        """Takes all that came from the file out of the store."""
        self._store.forget(self.source)

    def read_anew(self) -> None:
        """Takes all that came from the file out of the store, and begins again at the next turn."""
        self.tail.start_over()
        self._start_over()

    def _start_over(self) -> None:
        self.unsaved = False  # nothing of it is in the index, then
        self._store.forget(self.source)
        self._store.open(self.source)
        self._torn = None
        self._searched = (-1, -1)
        self.staging = Staging(self.source, self._store)

    def _take(self, stretch: Stretch) -> None:
        batch = Batch(self.source)
        taken = 0
        torn = None
        more = stretch.more_follows
        for found in records.passages(stretch.data, self._bulk, more_follows=more, payloads=False):
            if isinstance(found, record.Incomplete):
                torn = found._replace(start=stretch.offset + found.start)
                break
            if isinstance(found, record.Damage):
                start = stretch.offset + found.start
                batch.damage.append(Damage(self.source.name, start, found.end - found.start, found.reason))
                self.tail.watch(start, stretch.data[found.start : found.end], self._patience)
            else:
                self.staging.add(batch, found, stretch.data, stretch.offset)
            taken = found.end
        self._commit(batch)
        self._reached(stretch, taken, torn)

    def _commit(self, batch: Batch) -> None:
        self._begun = True
        if batch:
            self._store.commit(batch)

    def _reached(self, stretch: Stretch, taken: int, torn: record.Incomplete | None) -> None:
        self.tail.take(stretch, taken)
        self.unsaved = self.tail.offset > 0
        if torn and (self._torn is None or self._torn.start != torn.start):
            self._torn_at = time.monotonic()
        self._torn = torn

    def _judge_end(self) -> bool:
        """Says what is wrong with the end of the file, if anything; whether reading can go on behind it."""
        torn = self._torn
        if torn is None:
            self._store.damage.set_tail(self.source.name, None)
            return False
        waited = max(self.tail.quiet_for, time.monotonic() - self._torn_at)
        if waited >= self._patience and self._skip(torn):
            return True
        reason, pending = torn.reason, self.tail.quiet_for < self._patience
        if torn.start == 0 and not records.may_begin_file(self.tail.head):
            reason, pending = f"not an event file: {reason}", False
        length = self.tail.size - torn.start
        self._store.damage.set_tail(self.source.name, Damage(self.source.name, torn.start, length, reason, pending))
        return False

    def _skip(self, torn: record.Incomplete) -> bool:
        """Gives up a record that never got its last bytes, if good ones follow its beginning."""
        if self._searched == (torn.start, self.tail.size):
            return False
        self._searched = torn.start, self.tail.size
        data = read_at(self.source.path, torn.start, STRETCH)
        damage = records.past_torn(data, torn.reason)
        if damage is None:
            return False
        self._store.damage.add(Damage(self.source.name, torn.start, damage.end, damage.reason))
        self.tail.skip(data, damage.end)
        self.unsaved = True
        self._torn = None
        return True
