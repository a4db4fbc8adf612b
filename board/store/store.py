"""Committed batches in; runs, series, columns, references and changes out.

The rest of the board sees a log directory only through `Store`. Everything it returns is a value: nothing
handed out changes afterwards.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from board.store.batch import Batch
from board.store.changes import ChangeLog, Changes
from board.store.column_cache import ColumnCache
from board.store.columns import Columns
from board.store.damage import Damage, DamageLog
from board.store.progress import Progress
from board.store.series import BlobReference, BlobSeries, Restart, ScalarSeries, SeriesMetadata, Source
from writer.format import plugins

# The tag under which Event.meta_graph_def is kept. It is not a name on disk.
META_GRAPH_TAG = "__meta_graph__"

DEFAULT_MEMORY_LIMIT = 512 << 20

ReadBlob = Callable[[BlobReference], np.ndarray]


class Run(NamedTuple):
    """A directory with event files; times are those of its first and last event, None while it has none."""

    name: str
    first_wall_time: float | None
    last_wall_time: float | None


@dataclass(frozen=True)
class SeriesInfo:
    """A series without its points."""

    run: str
    tag: str
    metadata: SeriesMetadata
    count: int  # points or blobs


class Points(NamedTuple):
    """A scalar series at one moment: all its points, and where among them sessions began (`Store.restarts`)."""

    columns: Columns
    restarts: list[tuple[int, int]]


class Totals(NamedTuple):
    runs: int
    series: int
    points: int  # scalar points


@dataclass
class _Series:
    metadata: SeriesMetadata
    data: ScalarSeries | BlobSeries


@dataclass
class _Run:
    series: dict[str, _Series] = field(default_factory=dict)
    # first and last wall time of each file; None before the file's first event
    spans: dict[Source, tuple[float, float] | None] = field(default_factory=dict)
    restarts: dict[Source, list[Restart]] = field(default_factory=dict)  # of files that hold any

    def span(self) -> tuple[float | None, float | None]:
        known = [span for span in self.spans.values() if span]
        if not known:
            return None, None
        return min(first for first, _ in known), max(last for _, last in known)


class Store:
    """What is known of a log directory.

    Args:
        read_blob: reads the value a reference points at out of its event file.
        on_damage: called once with each damaged place.
        memory_limit: bytes that series as they were last asked for may take, besides all series packed.
    """

    def __init__(
        self,
        read_blob: ReadBlob,
        on_damage: Callable[[Damage], None] | None = None,
        memory_limit: int = DEFAULT_MEMORY_LIMIT,
    ) -> None:
        self.damage = DamageLog(on_damage)
        self.progress = Progress()
        self._read_blob = read_blob
        self._lock = threading.RLock()
        self._runs: dict[str, _Run] = {}
        self._changes = ChangeLog()
        self._unpacked = ColumnCache(memory_limit)
        self._series = 0
        self._points = 0

    # What the loader does.

    def open(self, source: Source) -> None:
        """Makes a file known; its directory is a run from now on, whatever the file holds."""
        with self._lock:
            run = self._runs.get(source.run)
            if run is None:
                run = self._runs[source.run] = _Run()
                self._changes.advance()
                self._changes.catalog_changed()
            run.spans.setdefault(source, None)

    def commit(self, batch: Batch) -> None:
        """Publishes a batch of a source that `open` has made known."""
        scalars = batch.scalars()
        with self._lock:
            run = self._runs[batch.source.run]
            self._changes.advance()
            if batch.span is not None:
                span = run.spans[batch.source]
                run.spans[batch.source] = (span[0] if span else batch.span[0], batch.span[1])
            for tag, rows in scalars.items():
                series = self._series_of(run, tag, batch.metadata)
                assert isinstance(series, ScalarSeries)
                known = len(run.restarts.get(batch.source, ()))
                series.append(batch.source, rows, known, batch.rows_before_restarts(tag))
                self._unpacked.discard((batch.source.run, tag))
                self._points += len(rows.steps)
                self._changes.series_changed(batch.source.run, tag)
            for tag, references in batch.blobs().items():
                series = self._series_of(run, tag, batch.metadata)
                assert isinstance(series, BlobSeries)
                series.append(batch.source, references)
                # A graph that is logged again is a new graph to the page.
                self._changes.catalog_changed()
            if batch.restarts:
                run.restarts.setdefault(batch.source, []).extend(batch.restarts)
                # A restart supersedes points of every tag.
                for tag, known_series in run.series.items():
                    if isinstance(known_series.data, ScalarSeries):
                        self._changes.series_changed(batch.source.run, tag)
        for damage in batch.damage:
            self.damage.add(damage)

    def _series_of(self, run: _Run, tag: str, new: dict[str, SeriesMetadata]) -> ScalarSeries | BlobSeries:
        if tag not in run.series:
            metadata = new[tag]
            run.series[tag] = _Series(metadata, ScalarSeries() if metadata.plugin == plugins.SCALARS else BlobSeries())
            self._series += 1
            self._changes.catalog_changed()
        return run.series[tag].data

    def forget(self, source: Source) -> None:
        """Takes out all that came from a file; series and runs left empty vanish."""
        with self._lock:
            run = self._runs.get(source.run)
            if run is None or source not in run.spans:
                return
            self._changes.advance()
            del run.spans[source]
            if run.restarts.pop(source, None):
                for tag, series in run.series.items():
                    if isinstance(series.data, ScalarSeries):
                        self._changes.series_changed(source.run, tag)
            for tag, series in list(run.series.items()):
                dropped = series.data.drop(source)
                if dropped and isinstance(series.data, ScalarSeries):
                    self._unpacked.discard((source.run, tag))
                    self._points -= dropped
                    self._changes.series_changed(source.run, tag)
                if not series.data.count:
                    del run.series[tag]
                    self._series -= 1
                    self._changes.series_vanished(source.run, tag)
            if not run.spans:
                del self._runs[source.run]
                self._changes.catalog_changed()
        self.damage.forget(source.name)

    # What everything else asks.

    @property
    def cursor(self) -> int:
        """The number of the last commit."""
        with self._lock:
            return self._changes.cursor

    @property
    def totals(self) -> Totals:
        with self._lock:
            return Totals(len(self._runs), self._series, self._points)

    def runs(self) -> list[Run]:
        """All runs, in no particular order."""
        with self._lock:
            return [Run(name, *run.span()) for name, run in self._runs.items()]

    def series(self, plugins: Collection[str] | None = None) -> list[SeriesInfo]:
        """All series, or those of some plugins, in no particular order."""
        with self._lock:
            return [
                SeriesInfo(name, tag, series.metadata, series.data.count)
                for name, run in self._runs.items()
                for tag, series in run.series.items()
                if plugins is None or series.metadata.plugin in plugins
            ]

    def plugins(self) -> Counter[str]:
        """The number of series of each plugin."""
        with self._lock:
            return Counter(series.metadata.plugin for run in self._runs.values() for series in run.series.values())

    def metadata(self, run: str, tag: str) -> SeriesMetadata | None:
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            return series.metadata if series else None

    def scalars(self, run: str, tag: str) -> Columns | None:
        """All points of a scalar series; None if there is no such series."""
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            if series is None or not isinstance(series.data, ScalarSeries):
                return None
            columns = self._unpacked.get((run, tag))
            if columns is None:
                columns = series.data.columns()
                self._unpacked.put((run, tag), columns)
            return columns

    def points(self, run: str, tag: str) -> Points | None:
        """All points of a scalar series and its restarts, of the same commit; None if there is no such series.

        Asked for one after the other, they may lie on either side of a file's replacement, and rows would not fit.
        """
        with self._lock:
            columns = self.scalars(run, tag)
            return None if columns is None else Points(columns, self.restarts(run, tag))

    def restarts(self, run: str, tag: str) -> list[tuple[int, int]]:
        """Where in a series a session began, and at which step: pairs (row, step), rows ascending.

        Before row ``row`` of the joined columns (or references) a session of the run began at ``step``
        (SessionLog.START). What the run's earlier sessions logged at that step or behind it is superseded, in all
        tags. TensorBoard calls it purging: tensorboard/backend/event_processing/plugin_event_accumulator.py.
        """
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            return series.data.restarts(known.restarts) if known and series else []

    def blobs(self, run: str, tag: str) -> tuple[BlobReference, ...]:
        """Where the values of a series lie that is not one of scalars; empty if there is no such series."""
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            return series.data.references() if series and isinstance(series.data, BlobSeries) else ()

    def read(self, reference: BlobReference) -> np.ndarray:
        """The value a reference points at, as the array the plugin's current format holds.

        Raises:
            LookupError: the file is gone, or no longer holds that value.
        """
        return self._read_blob(reference)

    def changes(self, since: int) -> Changes:
        with self._lock:
            return self._changes.since(since)
