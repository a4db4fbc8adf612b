"""New bytes of one file in, committed points, references and damage in the store out."""

from __future__ import annotations

import time
from typing import Any

from board.logs import migrate, records
from board.logs.tail import STRETCH, Stretch, Tail, read_at
from board.store import Batch, BlobReference, Damage, SeriesMetadata, Source, Store
from writer.format import plugins, record

# How long the end of a file may stay unreadable before it counts as damage, seconds.
PATIENCE = 60.0
_SHOWN_TAG = 200
# Seconds from the epoch to the last moment that a Date in a browser can hold.
_LAST_DATE = 8.64e12


class Ingest:
    """The reading of one file, a turn at a time."""

    def __init__(self, source: Source, store: Store, patience: float = PATIENCE) -> None:
        self.source = source
        self.tail = Tail(source.path)
        self._store = store
        self._patience = patience
        self._torn: record.Incomplete | None = None  # offsets are the file's
        self._torn_at = 0.0  # time.monotonic() when it was first met
        self._searched = (-1, -1)  # place and file size of the last search behind a torn record
        self._wall_time = 0.0
        self._strange: set[str] = set()  # tags reported for values that do not fit their series
        store.open(source)

    def turn(self) -> bool:
        """Reads and commits a bounded stretch; whether there is more to read at once.

        Raises:
            OSError: the file cannot be read now; the next turn tries again.
        """
        stretch = self.tail.read(self._torn.wanted if self._torn else 0)
        if stretch is not None:
            if stretch.restarted:
                self._start_over()
            self._take(stretch)
        skipped = self._judge_end()
        return skipped or (stretch is not None and stretch.more_follows)

    def close(self) -> None:
        """Takes all that came from the file out of the store."""
        self._store.forget(self.source)

    def _start_over(self) -> None:
        self._store.forget(self.source)
        self._store.open(self.source)
        self._torn = None
        self._searched = (-1, -1)
        self._wall_time = 0.0
        self._strange.clear()

    def _take(self, stretch: Stretch) -> None:
        batch = Batch(self.source)
        taken = 0
        torn = None
        for found in records.events(stretch.data, more_follows=stretch.more_follows):
            if isinstance(found, record.Incomplete):
                torn = found._replace(start=stretch.offset + found.start)
                break
            if isinstance(found, record.Damage):
                start = stretch.offset + found.start
                batch.damage.append(Damage(self.source.name, start, found.end - found.start, found.reason))
                self.tail.watch(start, stretch.data[found.start : found.end], self._patience)
            else:
                self._stage(batch, found, stretch.offset)
            taken = found.end
        if batch:
            self._store.commit(batch)
        self.tail.take(stretch, taken)
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
        self._torn = None
        return True

    def _stage(self, batch: Batch, found: records.Decoded, base: int) -> None:
        event = found.event
        if abs(event.wall_time) <= _LAST_DATE:  # false for NaN too; the time of the event before stands in
            self._wall_time = event.wall_time
        batch.saw(self._wall_time)
        offset, length = base + found.start, found.end - found.start
        for index, tag, value in migrate.values(event):
            metadata = batch.metadata.get(tag)
            if metadata is None:
                known = self._store.metadata(self.source.run, tag)
                metadata = batch.metadata[tag] = known or migrate.metadata_of(tag, value)
            try:
                if metadata.plugin == plugins.SCALARS:
                    batch.add_scalar(tag, event.step, self._wall_time, migrate.scalar(value))
                else:
                    _check_kind(metadata, value)
                    place = BlobReference(self.source, offset, length, index, event.step, self._wall_time)
                    batch.add_blob(tag, place)
            except ValueError as error:
                if tag not in self._strange:
                    self._strange.add(tag)
                    reason = f"tag {tag[:_SHOWN_TAG]!r}: {error}; such values are not shown"
                    batch.damage.append(Damage(self.source.name, offset, length, reason))


def _check_kind(metadata: SeriesMetadata, value: Any) -> None:
    spelled = migrate.plugin_of(value)
    if spelled not in (None, metadata.plugin):
        raise ValueError(f"a value of {metadata.plugin or 'no plugin'} was wanted, but this is one of {spelled}")
