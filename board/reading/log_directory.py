"""A directory in; its runs, tags and values out, read without a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import numpy as np

from board.logs import blobs
from board.logs.loader import Loader
from board.query import logged_graph, sessions
from board.query.graph_source import decode_graph
from board.query.natural_order import natural_key
from board.reading.graph import Graph
from board.reading.values import Audio, Histogram, HParams, Image, Scalars, Tensor, Text, Values, pandas
from board.store import (
    BlobReference,
    Damage,
    IndexDamagedError,
    SeriesInfo,
    Statistics,
    Store,
    Unreadable,
    cache_directory,
)
from writer.format import plugins

Value = TypeVar("Value")
Answer = TypeVar("Answer")


class LogDirectory:
    """All that is logged below a directory, as far as it was read; `refresh` reads on.

    What was read is kept in an index in the user's cache directory, so that the next time only what is new is read;
    arrays come from there, and everything but scalars from its event file, when they are asked for. Runs are named by
    their path relative to the directory, with "/" between the parts, "." for the directory itself.

    Args:
        directory: the log directory.
        cache_dir: where the index is kept; the user's cache directory unless told otherwise.
        cache: False keeps no index: all files are read, and all scalars held in memory.

    Raises:
        FileNotFoundError: there is no such directory.
        NotADirectoryError: it is a file.
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        *,
        cache_dir: str | os.PathLike[str] | None = None,
        cache: bool = True,
    ) -> None:
        self.directory = os.path.expanduser(os.fspath(directory))
        if not os.path.isdir(self.directory):
            if os.path.exists(self.directory):
                raise NotADirectoryError(f"{self.directory} is a file; the directory that holds it is wanted")
            raise FileNotFoundError(f"no such directory: {self.directory}")
        self._store = Store(blobs.read)
        kept_in = cache_directory.default() if cache_dir is None else os.path.expanduser(os.fspath(cache_dir))
        index = cache_directory.open_index(self.directory, kept_in) if cache else None
        self._loader = Loader(self.directory, self._store, index=index)
        self.refresh()

    def __repr__(self) -> str:
        totals = self._store.totals
        return f"<logs in {self.directory!r}: {totals.runs} runs, {totals.series} series, {totals.points} points>"

    def close(self) -> None:
        """Gives the index up for others to use; what has not been read out of it can no longer be."""
        self._loader.stop()

    def __enter__(self) -> LogDirectory:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def refresh(self) -> LogDirectory:
        """Reads what was logged since the last time; arrays handed out before stay as they are."""
        self._loader.poll()
        return self

    @property
    def runs(self) -> list[str]:
        """The names of all runs, in natural order (run2 before run10)."""
        return sorted((run.name for run in self._store.runs()), key=natural_key)

    def series(self, run: str | None = None) -> list[SeriesInfo]:
        """All series, or those of a run, with their metadata and counts, in natural order.

        Raises:
            KeyError: there is no such run.
        """
        if run is not None:
            self._check_run(run)
        found = [info for info in self._store.series() if run in (None, info.run)]
        return sorted(found, key=lambda info: (natural_key(info.run), natural_key(info.tag)))

    def series_by_run(self) -> dict[str, list[SeriesInfo]]:
        """The series of each run that has any; one look at thousands of runs."""
        found: dict[str, list[SeriesInfo]] = {}
        for info in self.series():
            found.setdefault(info.run, []).append(info)
        return found

    def tags(self, run: str, plugin: str | None = None) -> list[str]:
        """The tags of a run in natural order: all, or those of one plugin, such as "scalars" or "images".

        Raises:
            KeyError: there is no such run.
        """
        return [info.tag for info in self.series(run) if plugin in (None, info.metadata.plugin)]

    def scalars(self, run: str, tag: str) -> Scalars:
        """All points of a scalar series.

        Raises:
            KeyError: there is no such series.
        """
        self._check(run, tag, plugins.SCALARS)
        columns = self._from_index(lambda: self._store.scalars(run, tag))
        if columns is None:  # its file vanished a moment ago
            raise KeyError(f"no tag {tag!r} in run {run!r}")
        return Scalars(run, tag, columns.steps, columns.wall_times, columns.values)

    def statistics(self, run: str, tag: str) -> Statistics:
        """A series in numbers: first and last step, wall time and value, least and greatest value. Reads no points.

        Raises:
            KeyError: there is no such series.
        """
        found = self._store.statistics(run, tag)
        if found is None:
            self._check_run(run)
            raise KeyError(f"no tag {tag!r} in run {run!r}")
        return found

    def histograms(self, run: str, tag: str) -> Values[Histogram]:
        """The histograms of a series. Raises `KeyError` if there is no such series."""
        return self._values(run, tag, plugins.HISTOGRAMS, Histogram.of)

    def images(self, run: str, tag: str) -> Values[Image]:
        """The images of a series. Raises `KeyError` if there is no such series."""
        return self._values(run, tag, plugins.IMAGES, Image.of)

    def audio(self, run: str, tag: str) -> Values[Audio]:
        """The audio clips of a series. Raises `KeyError` if there is no such series."""
        return self._values(run, tag, plugins.AUDIO, Audio.of)

    def text(self, run: str, tag: str) -> Values[Text]:
        """The texts of a series. Raises `KeyError` if there is no such series."""
        return self._values(run, tag, plugins.TEXT, Text.of)

    def tensors(self, run: str, tag: str) -> Values[Tensor]:
        """The values of a series of any plugin but scalars, as arrays. Raises `KeyError` if there is no such series."""
        return self._values(run, tag, None, Tensor.of)

    def graph(self, run: str, tag: str | None = None) -> Graph:
        """The graph of a run that was logged last, or the function or Keras model that was logged under a tag.

        Raises:
            KeyError: there is no such graph.
        """
        self._check_run(run)
        try:
            place, encoding = logged_graph.locate(self._store, run, tag)
        except LookupError as error:
            raise KeyError(str(error)) from error
        return Graph(*decode_graph(logged_graph.content(self._store, place), encoding))

    def run_metadata(self, run: str, tag: str) -> Any:
        """The RunMetadata (times and memory of operations) that was logged last under a tag.

        Raises:
            KeyError: there is none.
            ValueError: it is damaged.
        """
        self._check_run(run)
        try:
            return logged_graph.profile(self._store, run, tag)
        except LookupError as error:
            raise KeyError(str(error)) from error

    def hparams(self, run: str) -> HParams:
        """The hyperparameters of a run; of what was logged several times, the last.

        Raises:
            KeyError: there is no such run, or it logged none.
        """
        self._check_run(run)
        session = self._from_index(lambda: sessions.session(self._store, run))
        if session is None:
            raise KeyError(f"run {run!r} logged no hyperparameters")
        status = session.status or "unknown"
        return HParams(session.hparams, session.group_name, session.start_time, session.end_time, status)

    @property
    def damage(self) -> list[Damage]:
        """Places that could not be read: file, offset, length, reason. The rest of such a file is read around them."""
        return self._store.damage.entries()

    @property
    def unreadable(self) -> list[Unreadable]:
        """Files and directories that the operating system kept us from reading."""
        return list(self._store.progress.unreadable)

    def to_pandas(self) -> Any:
        """All scalar points in long form: a DataFrame with the columns run, tag, step, wall_time and value.

        Raises:
            ImportError: pandas is not installed.
        """
        scalars = [
            self.scalars(info.run, info.tag) for info in self.series() if info.metadata.plugin == plugins.SCALARS
        ]
        frame = pandas()
        names = {"run": [one.run for one in scalars], "tag": [one.tag for one in scalars]}
        counts = [len(one.steps) for one in scalars]
        columns: dict[str, Any] = {}
        for name, of_series in names.items():  # a long table repeats names: kept once each, and numbered
            categories = sorted(set(of_series), key=natural_key)
            codes = np.repeat(np.array([categories.index(one) for one in of_series], np.int64), counts)
            columns[name] = frame.Categorical.from_codes(codes, categories)
        for name, kept, dtype in (
            ("step", "steps", "i8"),
            ("wall_time", "wall_times", "f8"),
            ("value", "values", "f8"),
        ):
            columns[name] = np.concatenate([np.empty(0, dtype), *(getattr(one, kept) for one in scalars)])
        return frame.DataFrame(columns)

    def _values(
        self, run: str, tag: str, plugin: str | None, make: Callable[[BlobReference, np.ndarray], Value]
    ) -> Values[Value]:
        self._check(run, tag, plugin)
        return Values(self._from_index(lambda: self._store.blobs(run, tag)), self._store.read, make)

    def _from_index(self, ask: Callable[[], Answer]) -> Answer:
        """An answer of the store; if its index turns out to be damaged, after all files have been read anew."""
        try:
            return ask()
        except IndexDamagedError:
            self.refresh()
            return ask()

    def _check_run(self, run: str) -> None:
        if all(run != known.name for known in self._store.runs()):
            raise KeyError(f"no run {run!r} in {self.directory}")

    def _check(self, run: str, tag: str, plugin: str | None) -> None:
        metadata = self._store.metadata(run, tag)
        if metadata is None:
            self._check_run(run)
            raise KeyError(f"no tag {tag!r} in run {run!r}")
        if plugin is None and metadata.plugin == plugins.SCALARS:
            raise KeyError(f"tag {tag!r} of run {run!r} holds scalars: see scalars()")
        if plugin not in (None, metadata.plugin):
            raise KeyError(f"tag {tag!r} of run {run!r} holds {metadata.plugin or 'tensors'}, not {plugin}")
