"""A directory of event files, or one file, in; what TensorBoard's ``EventAccumulator`` gives of it out.

Names of methods, kinds, fields and errors are TensorBoard 2.21's. What differs: every value is kept, whatever
``size_guidance`` says; larger values stay in their files until asked for; all files are read on, not only the newest;
messages are of this project's own classes, with the same fields.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from board.compat import events
from board.compat.series import Place, PlaceTags, Rows, ScalarTags
from board.logs import records
from board.logs.bulk import BulkReader
from board.logs.event_stream import EventStream, Piece
from board.logs.group import Group
from writer.format import file_names
from writer.format.messages import GraphDef, MetaGraphDef, RunMetadata, SessionLog


class EventAccumulator:
    """Reads with `Reload`, answers by tag.

    Args:
        path: a directory that directly holds event files, or one event file.
        size_guidance: accepted so that scripts need not change. Everything is kept, as with 0 for each kind.
        compression_bps: the basis points of `CompressedHistograms`.
        purge_orphaned_data: drop what a restarted program logged again (see `docs/python.md`).
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        size_guidance: Mapping[str, int] | None = None,
        compression_bps: Sequence[float] = events.NORMAL_BASIS_POINTS,
        purge_orphaned_data: bool = True,
    ) -> None:
        self.path = os.fspath(path)
        self.purge_orphaned_data = purge_orphaned_data
        self._basis_points = compression_bps
        self._start_over()

    def _start_over(self) -> None:
        self.scalars = ScalarTags()
        self.histograms = PlaceTags("histograms", events.histogram)
        self.images = PlaceTags("images", events.image)
        self.audios = PlaceTags("audio", events.audio)
        self.tensors = PlaceTags("tensors", events.tensor)
        self._of_field: dict[str, PlaceTags[Any]] = {
            "histo": self.histograms,
            "image": self.images,
            "audio": self.audios,
            "tensor": self.tensors,
        }
        self.summary_metadata: dict[str, Any] = {}
        self.file_version: float | None = None
        self._first_event_timestamp: float | None = None
        self._most_recent_step = -1
        self._graph: bytes | None = None
        self._meta_graph: bytes | None = None
        self._run_metadata: dict[str, bytes] = {}
        self._bulk = BulkReader()
        self._streams: dict[str, EventStream] = {}

    def Reload(self) -> EventAccumulator:  # noqa: N802
        """Reads all that was logged since the last time.

        Raises:
            FileNotFoundError: there is nothing at the path.
            OSError: a file cannot be read.
        """
        for path in self._files():
            stream = self._streams.get(path)
            known = stream is not None
            stream = stream or self._streams.setdefault(path, EventStream(path, self._bulk))
            for piece in stream.read():
                if known and piece.stretch.restarted:  # the file was replaced: what came from it no longer holds
                    self._start_over()
                    return self.Reload()
                if isinstance(piece.found, records.Passage):
                    self._take(path, piece, piece.found)
        return self

    def _files(self) -> list[str]:
        if not os.path.isdir(self.path):
            if not os.path.exists(self.path):
                raise FileNotFoundError(f"no such directory or event file: {self.path}")
            return [self.path]
        paths = (os.path.join(self.path, name) for name in sorted(os.listdir(self.path)))
        return [path for path in paths if file_names.is_event_file(os.path.basename(path)) and os.path.isfile(path)]

    # What was read.

    def _take(self, path: str, piece: Piece, passage: records.Passage) -> None:
        base = piece.stretch.offset
        parts: list[tuple[int, Group | records.Decoded]] = [(found.start, found) for found in passage.events]
        if self._order_matters(passage):
            for group in passage.groups:
                for start in group.starts.tolist():
                    found = records.one(piece.stretch.data, start)
                    assert isinstance(found, records.Decoded), "bulk reading verified it"
                    parts.append((start, found))
        else:
            parts += [(int(group.starts[0]), group) for group in passage.groups]
        for _, part in sorted(parts, key=lambda part: part[0]):
            if isinstance(part, Group):
                self._take_group(path, part, base)
            else:
                self._take_event(path, part, base)
        self.scalars.settle()
        for of_kind in self._of_field.values():
            of_kind.settle(path, base + passage.start)

    def _order_matters(self, passage: records.Passage) -> bool:
        """Whether an event of the passage may take back what others have said."""
        if not self.purge_orphaned_data:
            return False
        return (self.file_version or 0) < 2 or any(_is_start(found.event) for found in passage.events)

    def _take_group(self, path: str, group: Group, base: int) -> None:
        if self._first_event_timestamp is None:
            self._first_event_timestamp = float(group.wall_times[0])
        if group.event.WhichOneof("what") == "file_version":
            self.file_version = _version(group.event.file_version)
        offsets = base + group.starts
        for index, (value, column) in enumerate(zip(group.event.summary.value, group.values)):
            self._note_metadata(value)
            if value.WhichOneof("value") == "simple_value":
                self.scalars.add(value.tag, Rows(offsets, group.wall_times, group.steps, column))
            else:
                rows = zip(offsets.tolist(), group.wall_times.tolist(), group.steps.tolist())
                places = [Place(path, offset, group.size, index, *rest) for offset, *rest in rows]
                self.tensors.add(value.tag or value.node_name, places)

    def _take_event(self, path: str, found: records.Decoded, base: int) -> None:
        event = found.event
        if self._first_event_timestamp is None:
            self._first_event_timestamp = event.wall_time
        what = event.WhichOneof("what")
        if what == "file_version":
            self.file_version = _version(event.file_version)
        if self.purge_orphaned_data:
            self._purge(event)
        if what == "graph_def":
            self._graph = event.graph_def
        elif what == "meta_graph_def":
            self._meta_graph = event.meta_graph_def
        elif what == "tagged_run_metadata":
            self._run_metadata[event.tagged_run_metadata.tag] = event.tagged_run_metadata.run_metadata
        elif what == "summary":
            offset, length = base + found.start, found.end - found.start
            for index, value in enumerate(event.summary.value):
                self._note_metadata(value)
                field = value.WhichOneof("value")
                if field == "simple_value":
                    row = (offset, event.wall_time, event.step, value.simple_value)
                    self.scalars.add(value.tag, Rows(*(np.array([number]) for number in row)))
                elif field in self._of_field:
                    place = Place(path, offset, length, index, event.wall_time, event.step)
                    tag = value.tag or (value.node_name if field == "tensor" else "")
                    self._of_field[field].add(tag, [place])

    def _note_metadata(self, value: Any) -> None:
        if value.HasField("metadata"):  # what is said first holds: restarted writers repeat it
            self.summary_metadata.setdefault(value.tag, value.metadata)

    def _purge(self, event: Any) -> None:
        """Takes back what a restarted program logs again; tensors stay, as in TensorBoard."""
        kinds: list[ScalarTags | PlaceTags[Any]] = [self.scalars, self.histograms, self.images, self.audios]
        if self.file_version is not None and self.file_version >= 2:
            if _is_start(event):
                for of_kind in kinds:
                    of_kind.purge(event.step)
        elif event.step < self._most_recent_step and event.WhichOneof("what") == "summary":
            for value in event.summary.value:
                for of_kind in kinds:
                    of_kind.purge(event.step, value.tag)
        else:
            self._most_recent_step = event.step

    # What is answered.

    def Tags(self) -> dict[str, Any]:  # noqa: N802
        """The tags of each kind; for graphs, whether there is one."""
        return {
            "images": self.images.Keys(),
            "audio": self.audios.Keys(),
            "histograms": self.histograms.Keys(),
            "scalars": self.scalars.Keys(),
            "distributions": self.histograms.Keys(),
            "tensors": self.tensors.Keys(),
            "graph": self._graph is not None or self._meta_graph is not None,
            "meta_graph": self._meta_graph is not None,
            "run_metadata": list(self._run_metadata),
        }

    def Scalars(self, tag: str) -> list[events.ScalarEvent]:  # noqa: N802
        """Raises `KeyError` if there is no such tag."""
        return self.scalars.Items(tag)

    def Histograms(self, tag: str) -> list[events.HistogramEvent]:  # noqa: N802
        """Raises `KeyError` if there is no such tag."""
        return self.histograms.Items(tag)

    def CompressedHistograms(self, tag: str) -> list[events.CompressedHistogramEvent]:  # noqa: N802
        """Raises `KeyError` if there is no such tag."""
        return [events.compressed(event, self._basis_points) for event in self.histograms.Items(tag)]

    def Images(self, tag: str) -> list[events.ImageEvent]:  # noqa: N802
        """Raises `KeyError` if there is no such tag."""
        return self.images.Items(tag)

    def Audio(self, tag: str) -> list[events.AudioEvent]:  # noqa: N802
        """Raises `KeyError` if there is no such tag."""
        return self.audios.Items(tag)

    def Tensors(self, tag: str) -> list[events.TensorEvent]:  # noqa: N802
        """Raises `KeyError` if there is no such tag."""
        return self.tensors.Items(tag)

    def Graph(self) -> Any:  # noqa: N802
        """The GraphDef that was logged last, or that of the MetaGraphDef. Raises `ValueError` if there is none."""
        if self._graph is not None:
            return GraphDef.FromString(self._graph)
        if self._meta_graph is not None:
            return MetaGraphDef.FromString(self._meta_graph).graph_def
        raise ValueError(f"no graph in {self.path}")

    def MetaGraph(self) -> Any:  # noqa: N802
        """The MetaGraphDef that was logged last. Raises `ValueError` if there is none."""
        if self._meta_graph is None:
            raise ValueError(f"no meta graph in {self.path}")
        return MetaGraphDef.FromString(self._meta_graph)

    def RunMetadata(self, tag: str) -> Any:  # noqa: N802
        """The RunMetadata under a tag. Raises `ValueError` if there is none, as TensorBoard does."""
        if tag not in self._run_metadata:
            raise ValueError(f"no run metadata under tag {tag!r}")
        return RunMetadata.FromString(self._run_metadata[tag])

    def SummaryMetadata(self, tag: str) -> Any:  # noqa: N802
        """What the first value under a tag said about it. Raises `KeyError` if none said anything."""
        if tag not in self.summary_metadata:
            raise KeyError(f"no metadata under tag {tag!r}")
        return self.summary_metadata[tag]

    def PluginTagToContent(self, plugin_name: str) -> dict[str, bytes]:  # noqa: N802
        """A plugin's own settings by tag. Raises `KeyError` if no tag is of that plugin."""
        plugin_data = ((tag, metadata.plugin_data) for tag, metadata in self.summary_metadata.items())
        contents = {
            tag: data.content for tag, data in plugin_data if data.plugin_name and data.plugin_name == plugin_name
        }
        if not contents:
            raise KeyError(f"no tag of plugin {plugin_name!r}")
        return contents

    def FirstEventTimestamp(self) -> float:  # noqa: N802
        """The wall time of the first event. Raises `ValueError` if there is none."""
        if self._first_event_timestamp is None:
            self.Reload()
        if self._first_event_timestamp is None:
            raise ValueError(f"no event in {self.path}")
        return self._first_event_timestamp


def _is_start(event: Any) -> bool:
    return event.WhichOneof("what") == "session_log" and bool(event.session_log.status == SessionLog.START)


def _version(text: str) -> float:
    """The number behind "brain.Event:"; -1 if there is none."""
    try:
        return float(text.removeprefix("brain.Event:"))
    except ValueError:
        return -1.0
