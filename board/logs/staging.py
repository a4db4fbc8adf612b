"""The events of one file in, a batch of points and references for the store out.

What a series is, its first value says; a value that does not fit it is reported, once for each tag.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from board.logs import migrate, records
from board.logs.group import Group
from board.store import Batch, BlobReference, Columns, Damage, SeriesMetadata, Source, Store
from writer.format import gap, plugins

_SHOWN_TAG = 200
_START = 1  # SessionLog.START
# Seconds from the epoch to the last moment that a Date in a browser can hold.
_LAST_DATE = 8.64e12


class Staging:
    """Turns what the records of one file hold into batches, in the order of the file.

    Attributes:
        wall_time: of the last event; stands in for one that has none.
    """

    def __init__(self, source: Source, store: Store) -> None:
        self.source = source
        self._store = store
        self.wall_time = 0.0
        self._strange: set[str] = set()  # tags reported for values that do not fit their series

    def state(self) -> dict[str, Any]:
        """What one has to know of the events so far to go on behind them; made of what JSON has."""
        return {"wall_time": self.wall_time, "strange": sorted(self._strange)}

    def resume(self, state: dict[str, Any]) -> None:
        """Goes on behind the events that an earlier process has staged."""
        self.wall_time, self._strange = float(state["wall_time"]), set(state["strange"])

    def add(self, batch: Batch, passage: records.Passage, buffer: bytes, base: int) -> None:
        """Stages the records of a passage of ``buffer``, which lies at ``base`` in the file."""
        groups, events = passage.groups, passage.events
        if not all(are_dates(found.event.wall_time) for found in events) or not all(
            are_dates(group.wall_times).all() for group in groups
        ):
            self._add_in_order(batch, groups, events, buffer, base)
            return
        # The first value of a series decides what it is: what begins first comes first.
        parts: list[tuple[int, Group | records.Decoded]] = [(int(group.starts[0]), group) for group in groups]
        parts += [(found.start, found) for found in events]
        for _, part in sorted(parts, key=lambda part: part[0]):
            if isinstance(part, Group):
                self._add_group(batch, part, base)
            else:
                self._add_event(batch, part, base, part.event.wall_time)
        ends = [(int(group.starts[-1]), float(group.wall_times[-1])) for group in groups]
        ends += [(found.start, found.event.wall_time) for found in events[-1:]]
        if ends:
            self.wall_time = max(ends)[1]

    def _add_in_order(
        self, batch: Batch, groups: list[Group], events: list[records.Decoded], buffer: bytes, base: int
    ) -> None:
        """Stages records one after another: where there is no wall time, that of the event before stands in."""
        for start in sorted(start for group in groups for start in group.starts.tolist()):
            found = records.one(buffer, start)
            assert isinstance(found, records.Decoded), "bulk reading verified it"
            events.append(found)
        for found in sorted(events, key=lambda found: found.start):
            if are_dates(found.event.wall_time):
                self.wall_time = found.event.wall_time
            self._add_event(batch, found, base, self.wall_time)

    def _add_event(self, batch: Batch, found: records.Decoded, base: int, wall_time: float) -> None:
        event = found.event
        offset, length = base + found.start, found.end - found.start
        batch.saw(offset, wall_time)
        if (version := migrate.file_version(event)) is not None:
            batch.file_version = version
        if event.WhichOneof("what") == "session_log" and event.session_log.status == _START:
            batch.add_restart(offset, event.step)
        elif event.WhichOneof("what") == "log_message" and (dropped := gap.decode(event.log_message.message)):
            reason = f"the writer could not write {dropped.events:,} events ({dropped.reason}); they are missing here"
            batch.damage.append(Damage(self.source.name, offset, length, reason))
        for index, tag, value in migrate.values(event):
            metadata = self._metadata(batch, tag, value)
            try:
                if metadata.plugin == plugins.SCALARS:
                    batch.add_scalar(tag, offset, event.step, wall_time, migrate.scalar(value))
                else:
                    _check_kind(metadata, value)
                    batch.add_blob(tag, BlobReference(self.source, offset, length, index, event.step, wall_time))
            except ValueError as error:
                self._report(batch, tag, error, offset, length)

    def _add_group(self, batch: Batch, group: Group, base: int) -> None:
        offsets = base + group.starts
        for row in (0, -1):
            batch.saw(int(offsets[row]), float(group.wall_times[row]))
        if (version := migrate.file_version(group.event)) is not None:
            batch.file_version = version
        for (index, tag, value), column in zip(migrate.values(group.event), group.values):
            metadata = self._metadata(batch, tag, value)
            try:
                if metadata.plugin == plugins.SCALARS:
                    migrate.scalar(value)  # the others differ from this one in their numbers only
                    batch.add_scalars(tag, offsets, Columns(group.steps, group.wall_times, column))
                else:
                    _check_kind(metadata, value)
                    rows = zip(offsets.tolist(), group.steps.tolist(), group.wall_times.tolist())
                    for offset, step, wall_time in rows:
                        batch.add_blob(tag, BlobReference(self.source, offset, group.size, index, step, wall_time))
            except ValueError as error:
                self._report(batch, tag, error, int(offsets[0]), group.size)

    def wants_scalars(self, tags: Iterable[str]) -> bool:
        """Whether series of these tags are of scalars, as far as is known."""
        return all(
            known is None or known.plugin == plugins.SCALARS for known in self._store.metadata_of(self.source.run, tags)
        )

    def _metadata(self, batch: Batch, tag: str, value: Any) -> SeriesMetadata:
        metadata = batch.metadata.get(tag)
        if metadata is None:
            known = self._store.metadata(self.source.run, tag)
            metadata = batch.metadata[tag] = known or migrate.metadata_of(tag, value)
        return metadata

    def _report(self, batch: Batch, tag: str, error: ValueError, offset: int, length: int) -> None:
        if tag not in self._strange:
            self._strange.add(tag)
            reason = f"tag {tag[:_SHOWN_TAG]!r}: {error}; such values are not shown"
            batch.damage.append(Damage(self.source.name, offset, length, reason))


def _check_kind(metadata: SeriesMetadata, value: Any) -> None:
    spelled = migrate.plugin_of(value)
    if spelled not in (None, metadata.plugin):
        raise ValueError(f"a value of {metadata.plugin or 'no plugin'} was wanted, but this is one of {spelled}")


def are_dates(wall_times: Any) -> Any:
    """Whether a wall time, or each of many, is one that can be shown; NaN is none."""
    return abs(wall_times) <= _LAST_DATE
