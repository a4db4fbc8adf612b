"""What a stretch of one file holds, staged until a commit publishes it all at once."""

from __future__ import annotations

import numpy as np

from board.store import places
from board.store.columns import Columns
from board.store.damage import Damage
from board.store.places import Places
from board.store.series import BlobReference, Restart, SeriesMetadata, Source


class _Points:
    """The points of one series: arrays as they come, single points gathered in between."""

    def __init__(self) -> None:
        self.single: list[tuple[int, int, float, float]] = []  # offset, step, wall time, value
        self.many: list[tuple[np.ndarray, Columns]] = []  # offsets, rows

    def offsets(self) -> np.ndarray:
        """The records that the points lie in, int64 [n], ascending."""
        single = np.array([offset for offset, *_ in self.single], np.int64)
        return np.sort(np.concatenate([single, *(offsets for offsets, _ in self.many)]))

    def in_order(self) -> Columns:
        """All points in the order of their records in the file."""
        parts = list(self.many)
        if self.single:
            offsets, steps, wall_times, values = zip(*self.single)
            rows = Columns(np.array(steps, np.int64), np.array(wall_times, np.float64), np.array(values, np.float64))
            parts.append((np.array(offsets, np.int64), rows))
        if len(parts) == 1:
            return parts[0][1]
        order = np.argsort(np.concatenate([offsets for offsets, _ in parts]), kind="stable")
        return Columns(*(np.concatenate(columns)[order] for columns in zip(*(rows for _, rows in parts))))


class Batch:
    """Staged points, references and damage of one source, by tag, with the metadata of every tag among them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.metadata: dict[str, SeriesMetadata] = {}
        self.damage: list[Damage] = []
        self.restarts: list[Restart] = []
        self.file_version: float | None = None  # if it is told there
        self._first: tuple[int, float] | None = None  # offset and wall time of the first event
        self._last: tuple[int, float] | None = None
        self._blobs: dict[str, list[BlobReference]] = {}
        self._points: dict[str, _Points] = {}

    def __bool__(self) -> bool:
        return self._last is not None or bool(self.damage)

    def add_restart(self, offset: int, step: int) -> None:
        """Stages the beginning of a session at ``step``, out of the record at ``offset`` of the file."""
        self.restarts.append(Restart(offset, step))

    def rows_before_restarts(self, tag: str) -> list[int]:
        """For each staged restart, how many of the tag's staged points or references lie before it in the file."""
        if not self.restarts:
            return []
        points = self._points.get(tag)
        if points is not None:
            offsets = points.offsets()
        else:
            offsets = np.array(sorted(reference.offset for reference in self._blobs.get(tag, ())), np.int64)
        rows: list[int] = np.searchsorted(offsets, [restart.offset for restart in self.restarts]).tolist()
        return rows

    def saw(self, offset: int, wall_time: float) -> None:
        """Notes the wall time of the event at an offset, whatever it holds: a run lasts from its first to its last."""
        if self._first is None or offset < self._first[0]:
            self._first = offset, wall_time
        if self._last is None or offset >= self._last[0]:
            self._last = offset, wall_time

    @property
    def span(self) -> tuple[float, float] | None:
        """Wall times of the first and last event."""
        return (self._first[1], self._last[1]) if self._first and self._last else None

    def add_scalar(self, tag: str, offset: int, step: int, wall_time: float, value: float) -> None:
        """Stages one point, out of the record at ``offset`` of the file."""
        self._points_of(tag).single.append((offset, step, wall_time, value))

    def add_scalars(self, tag: str, offsets: np.ndarray, rows: Columns) -> None:
        """Stages points, out of the records at ``offsets``, ascending. The arrays must not change any more."""
        self._points_of(tag).many.append((offsets, rows))

    def _points_of(self, tag: str) -> _Points:
        points = self._points.get(tag)
        if points is None:
            points = self._points[tag] = _Points()
        return points

    def add_blob(self, tag: str, reference: BlobReference) -> None:
        self._blobs.setdefault(tag, []).append(reference)

    def scalars(self) -> dict[str, Columns]:
        """The staged points as columns, by tag, in the order of the file."""
        return {tag: points.in_order() for tag, points in self._points.items()}

    def blobs(self) -> dict[str, Places]:
        """The staged references as columns, by tag, in the order of the file."""
        return {
            tag: places.of_rows(
                [
                    (found.step, found.wall_time, found.offset, found.length, found.value_index)
                    for found in sorted(references, key=lambda found: found.offset)
                ]
            )
            for tag, references in self._blobs.items()
        }
