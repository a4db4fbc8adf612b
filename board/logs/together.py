"""What was decoded of many small files together in; a batch for each of them out.

A directory of ten thousand runs is ten thousand times a few rows. To find out what a tag means, and to put its points
in order, costs as much for the rows of one file as for those of all: it is done for all, and each file gets slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from board.logs import migrate, records
from board.logs.group import Group
from board.logs.staging import Staging, are_dates
from board.store import Batch, Columns, SeriesMetadata
from writer.format import plugins


class _Ends:
    """Where in the joined buffer each file's first and last record begin, and their wall times."""

    def __init__(self, files: int) -> None:
        self.first = np.full(files, np.iinfo(np.int64).max)
        self.last = np.full(files, -1)
        self.first_wall_time = np.zeros(files)
        self.last_wall_time = np.zeros(files)

    def take(self, group: Group, cuts: np.ndarray) -> None:
        """Notes the records of a group, of which those between two cuts are of one file."""
        files = np.flatnonzero(np.diff(cuts))
        for ends, times, rows, sooner in (
            (self.first, self.first_wall_time, cuts[files], np.less),
            (self.last, self.last_wall_time, cuts[files + 1] - 1, np.greater),
        ):
            chosen = sooner(group.starts[rows], ends[files])
            ends[files[chosen]] = group.starts[rows[chosen]]
            times[files[chosen]] = group.wall_times[rows[chosen]]


class _Column(NamedTuple):
    """The points of a tag in one group."""

    group: Group
    values: np.ndarray


def staged(files: Sequence[tuple[Staging, int]], decoded: records.Together) -> Iterator[Batch | None]:
    """A batch for each file; None for one that has to be read by itself, with all that is in it in order.

    What earlier files of a run say of its series counts for later ones: commit each batch before you ask for the next.

    Args:
        files: what stages the events of each file, and where in the file its buffer lies.
        decoded: what the buffers hold.
    """
    bases = decoded.bases
    alone = np.array([events is None for events in decoded.events])
    batches = [Batch(staging.source) for staging, _ in files]
    shifts = np.array([offset for _, offset in files]) - bases[:-1]
    ends = _Ends(len(files))
    tables: dict[tuple[str, SeriesMetadata], list[_Column]] = {}
    for group in decoded.groups:
        cuts = np.searchsorted(group.starts, bases)
        scalars = _scalars(group)
        if scalars is None:
            alone |= np.diff(cuts) > 0
            continue
        ends.take(group, cuts)
        for key, column in zip(scalars, group.values):
            tables.setdefault(key, []).append(_Column(group, column))
        if (version := migrate.file_version(group.event)) is not None:
            for number in np.flatnonzero(np.diff(cuts)).tolist():
                batches[number].file_version = version
    for (tag, metadata), parts in tables.items():
        starts, rows = _in_order(parts)
        cuts = np.searchsorted(starts, bases)
        offsets = starts + np.repeat(shifts, np.diff(cuts))
        limits = cuts.tolist()
        for number in np.flatnonzero(np.diff(cuts)).tolist():
            batch, own = batches[number], slice(limits[number], limits[number + 1])
            if tag in batch.metadata:  # what it is, only the order of the records tells
                alone[number] = True
                continue
            batch.metadata[tag] = metadata
            batch.add_scalars(tag, offsets[own], Columns(rows.steps[own], rows.wall_times[own], rows.values[own]))
    for number, batch in enumerate(batches):
        yield batch if not alone[number] and _complete(batch, files[number], decoded, number, ends) else None


def _scalars(group: Group) -> list[tuple[str, SeriesMetadata]] | None:
    """Tag and metadata of each value; None if there is more to it than points."""
    if not are_dates(group.wall_times).all():
        return None
    found = []
    for _, tag, value in migrate.values(group.event):
        metadata = migrate.metadata_of(tag, value)
        if metadata.plugin != plugins.SCALARS:
            return None
        try:
            migrate.scalar(value)  # the others differ from this one in their numbers only
        except ValueError:
            return None
        found.append((tag, metadata))
    return found if len(set(found)) == len(found) else None


def _in_order(parts: list[_Column]) -> tuple[np.ndarray, Columns]:
    """The starts of the records of all parts, ascending, and their points."""
    group, values = parts[0]
    if len(parts) == 1:
        return group.starts, Columns(group.steps, group.wall_times, values)
    starts = np.concatenate([part.group.starts for part in parts])
    order = np.argsort(starts, kind="stable")
    steps = np.concatenate([part.group.steps for part in parts])
    wall_times = np.concatenate([part.group.wall_times for part in parts])
    return starts[order], Columns(
        steps[order], wall_times[order], np.concatenate([part.values for part in parts])[order]
    )


def _complete(batch: Batch, file: tuple[Staging, int], decoded: records.Together, number: int, ends: _Ends) -> bool:
    """Adds what is in no group to the batch of a file; whether that could be done."""
    staging, offset = file
    events = decoded.events[number] or []
    tags = {tag for found in events for _, tag, _ in migrate.values(found.event)}
    if not tags.isdisjoint(batch.metadata) or not all(are_dates(found.event.wall_time) for found in events):
        return False
    if not staging.wants_scalars(batch.metadata):
        return False
    base = int(decoded.bases[number])
    last = int(ends.last[number]) - base
    if last >= 0:
        batch.saw(offset + int(ends.first[number]) - base, float(ends.first_wall_time[number]))
        batch.saw(offset + last, float(ends.last_wall_time[number]))
    if events:
        staging.add(batch, records.Passage(0, int(decoded.bases[number + 1]) - base, [], events), b"", offset)
    if last >= 0 and (not events or last > events[-1].start):
        staging.wall_time = float(ends.last_wall_time[number])
    return True
