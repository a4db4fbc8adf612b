"""Committed batches in; runs, series, columns, references and changes out.

The rest of the board sees a log directory only through `Store`. Everything it returns is a value: nothing
handed out changes afterwards.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import numpy as np

from board.store.answers import Points, Run, SeriesInfo, Totals
from board.store.batch import Batch
from board.store.changes import ChangeLog, Changes
from board.store.column_cache import ColumnCache
from board.store.columns import Columns
from board.store.damage import Damage, DamageLog
from board.store.index import FileEntry, Index
from board.store.progress import Progress
from board.store.rows import ReadChunk
from board.store.run_state import FileState, RunState, SeriesState, reader, take_over
from board.store.saved import decoded
from board.store.series import BlobReference, BlobSeries, ScalarSeries, SeriesMetadata, Source
from board.store.statistics import Statistics
from writer.format import plugins

# The tag under which Event.meta_graph_def is kept. It is not a name on disk.
META_GRAPH_TAG = "__meta_graph__"

DEFAULT_MEMORY_LIMIT = 512 << 20

ReadBlob = Callable[[BlobReference], np.ndarray]


class Store:
    """What is known of a log directory.

    Args:
        read_blob: reads the value a reference points at out of its event file.
        on_damage: called once with each damaged place.
        memory_limit: bytes that series as they were last asked for may take. Without an index, all series are in
            memory besides, packed.
    """

    def __init__(
        self,
        read_blob: ReadBlob,
        on_damage: Callable[[Damage], None] | None = None,
        memory_limit: int = DEFAULT_MEMORY_LIMIT,
    ) -> None:
        self.damage = DamageLog(on_damage)
        self.progress = Progress()
        self.memory_limit = memory_limit
        self._read_blob = read_blob
        self._lock = threading.RLock()
        self._runs: dict[str, RunState] = {}
        self._index: Index | None = None
        self._changes = ChangeLog()
        self._unpacked = ColumnCache(memory_limit)
        self._series = 0
        self._points = 0
        self._unsaved = 0  # rows that have come since the last `save`

    # What the loader does.

    def open(self, source: Source) -> None:
        """Makes a file known; its directory is a run from now on, whatever the file holds."""
        with self._lock:
            self._run_of(source).files.setdefault(source, FileState())

    def _run_of(self, source: Source) -> RunState:
        run = self._runs.get(source.run)
        if run is None:
            run = self._runs[source.run] = RunState()
            self._changes.advance()
            self._changes.catalog_changed()
        return run

    def commit(self, batch: Batch) -> None:
        """Publishes a batch of a source that `open` has made known."""
        scalars, blobs = batch.scalars(), batch.blobs()
        with self._lock:
            run = self._runs[batch.source.run]
            file = run.files[batch.source]
            self._changes.advance()
            if batch.span is not None:
                file.span = (file.span[0] if file.span else batch.span[0], batch.span[1])
            if batch.file_version is not None:
                file.version = batch.file_version
            known = len(file.restarts)
            for tag, rows in scalars.items():
                series = self._series_of(run, tag, batch.metadata)
                assert isinstance(series, ScalarSeries)
                series.append(batch.source, rows, known, batch.rows_before_restarts(tag))
                self._unpacked.discard((batch.source.run, tag))
                self._points += len(rows.steps)
                self._unsaved += len(rows.steps)
                self._changes.series_changed(batch.source.run, tag)
            for tag, places in blobs.items():
                of_blobs = self._series_of(run, tag, batch.metadata)
                assert isinstance(of_blobs, BlobSeries)
                of_blobs.append(batch.source, places, known, batch.rows_before_restarts(tag))
                self._unsaved += len(places.steps)
                # A graph that is logged again is a new graph to the page.
                self._changes.catalog_changed()
            if batch.restarts:
                file.restarts.extend(batch.restarts)
                self._restarts_changed(batch.source.run, run)
        for damage in batch.damage:
            self.damage.add(damage)

    def _series_of(self, run: RunState, tag: str, new: dict[str, SeriesMetadata]) -> ScalarSeries | BlobSeries:
        if tag not in run.series:
            run.series[tag] = SeriesState.of(new[tag])
            self._series += 1
            self._changes.catalog_changed()
        return run.series[tag].data

    def _restarts_changed(self, name: str, run: RunState) -> None:
        # A restart supersedes points of every tag.
        for tag, series in run.series.items():
            if isinstance(series.data, ScalarSeries):
                self._changes.series_changed(name, tag)

    def forget(self, source: Source) -> None:
        """Takes out all that came from a file; series and runs left empty vanish."""
        with self._lock:
            run = self._runs.get(source.run)
            if run is None or source not in run.files:
                return
            self._changes.advance()
            file = run.files.pop(source)
            if file.restarts:
                self._restarts_changed(source.run, run)
            if file.id is not None and self._index is not None:
                self._index.discard_file(file.id)
            for tag, series in list(run.series.items()):
                dropped = series.data.drop(source)
                if dropped is not None:
                    if self._index is not None:
                        self._index.discard_chunks(chunk.id for chunk in dropped.chunks)
                    if isinstance(series.data, ScalarSeries):
                        self._unpacked.discard((source.run, tag))
                        self._points -= dropped.count
                        self._changes.series_changed(source.run, tag)
                if not series.data.count:
                    del run.series[tag]
                    self._series -= 1
                    self._changes.series_vanished(source.run, tag)
            if not run.files:
                del self._runs[source.run]
                self._changes.catalog_changed()
        self.damage.forget(source.name)

    # Between one start and the next.

    def use(self, index: Index | None) -> None:
        """Has rows read from an index, and `save` write to it. Whatever lies in another one is forgotten before."""
        with self._lock:
            self._index = index

    @property
    def unsaved_rows(self) -> int:
        """How many points and references have come since the last `save`."""
        return self._unsaved

    def save(self, readings: Mapping[Source, tuple[bytes, dict[str, Any]]]) -> None:
        """Writes what has come from files to the index and lets go of it in memory.

        Args:
            readings: for each file, its path relative to the log directory, and where its reader stands.

        Raises:
            IndexDamagedError, OSError: see `Index.write`; all is as before.
        """
        index = self._index
        assert index is not None, "there is an index to save to"
        with self._lock:
            savings = [
                self._runs[source.run].saving(source, path, reading, self.damage.of(source.name), index)
                for source, (path, reading) in readings.items()
            ]
        # Outside the lock: answers need not wait for the disk. Only this thread changes what is being written.
        index.write([saving.change for saving in savings])
        with self._lock:
            for saving in savings:
                index.discard_chunks(chunk.id for chunk in take_over(saving))
            self._unsaved = 0

    def chunk_ids(self) -> set[int]:
        """The chunks of the index that hold rows."""
        with self._lock:
            return {
                chunk.id
                for run in self._runs.values()
                for series in run.series.values()
                for rows in series.data.of_source.values()
                for chunk in rows.chunks
            }

    def restore(self, source: Source, entry: FileEntry) -> dict[str, Any]:
        """Takes over what the index has of a file instead of `open`; where its reader stood.

        Raises:
            IndexDamagedError: the entry contradicts itself, or what is known of the run.
        """
        file, series = decoded(entry)
        with self._lock:
            run = self._run_of(source)
            before = len(run.series)
            run.restore(source, entry.id, entry.path, file, series)
            self._series += len(run.series) - before
            self._changes.advance()
            self._changes.catalog_changed()
            for saved in series:
                if saved.metadata.plugin == plugins.SCALARS:
                    self._points += sum(chunk.rows for chunk in saved.chunks)
                    self._changes.series_changed(source.run, saved.tag)
                    self._unpacked.discard((source.run, saved.tag))
        self.damage.restore(source.name, [Damage(source.name, *place) for place in file.damage], file.damaged)
        return file.reading

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

    def metadata_of(self, run: str, tags: Iterable[str]) -> list[SeriesMetadata | None]:
        """What series of a run are, as `metadata` says."""
        with self._lock:
            known = self._runs.get(run)
            series = [known.series.get(tag) if known else None for tag in tags]
            return [of_tag.metadata if of_tag else None for of_tag in series]

    def statistics(self, run: str, tag: str) -> Statistics | None:
        """A series in numbers, without reading its points; None if there is no such series."""
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            return series.data.statistics if series else None

    def scalars(self, run: str, tag: str) -> Columns | None:
        """All points of a scalar series; None if there is no such series.

        Raises:
            IndexDamagedError: the index does not give them back. The loader is about to read them anew.
        """
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            if series is None or not isinstance(series.data, ScalarSeries):
                return None
            columns = self._unpacked.get((run, tag))
            if columns is None:
                columns = series.data.columns(self._reader(run, tag))
                self._unpacked.put((run, tag), columns)
            return columns

    def points(self, run: str, tag: str) -> Points | None:
        """All points of a scalar series and its restarts, of the same commit; None if there is no such series.

        Asked for one after the other, they may lie on either side of a file's replacement, and rows would not fit.
        """
        with self._lock:
            columns = self.scalars(run, tag)
            if columns is None:
                return None
            known = self._runs[run]
            series = known.series[tag].data
            assert isinstance(series, ScalarSeries)
            implied = series.steps_back(columns.steps, known.files_without_starts())
            return Points(columns, sorted(self.restarts(run, tag) + implied))

    def restarts(self, run: str, tag: str) -> list[tuple[int, int]]:
        """Where in a series a session began, and at which step: pairs (row, step), rows ascending.

        Before row ``row`` of the joined columns (or references) a session of the run began at ``step``
        (SessionLog.START). What the run's earlier sessions logged at that step or behind it is superseded, in all
        tags. TensorBoard calls it purging: tensorboard/backend/event_processing/plugin_event_accumulator.py.
        """
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            return series.data.restarts(known.restarts()) if known and series else []

    def blobs(self, run: str, tag: str) -> tuple[BlobReference, ...]:
        """Where the values of a series lie that is not one of scalars; empty if there is no such series.

        Raises:
            IndexDamagedError: as `scalars`.
        """
        with self._lock:
            known = self._runs.get(run)
            series = known.series.get(tag) if known else None
            if series is None or not isinstance(series.data, BlobSeries):
                return ()
            return series.data.references(self._reader(run, tag))

    def _reader(self, run: str, tag: str) -> Callable[[Source], ReadChunk]:
        files = self._runs[run].files

        def read(source: Source) -> ReadChunk:
            return reader(self._index, files[source].path, tag)

        return read

    def read(self, reference: BlobReference) -> np.ndarray:
        """The value a reference points at, as the array the plugin's current format holds.

        Raises:
            LookupError: the file is gone, or no longer holds that value.
        """
        return self._read_blob(reference)

    def changes(self, since: int) -> Changes:
        with self._lock:
            return self._changes.since(since)
