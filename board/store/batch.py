"""What a stretch of one file holds, staged until a commit publishes it all at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from board.store.damage import Damage
from board.store.series import BlobReference, Columns, SeriesMetadata, Source


class _Points(NamedTuple):
    steps: list[int]
    wall_times: list[float]
    values: list[float]


class Batch:
    """Staged points, references and damage of one source, by tag, with the metadata of every tag among them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.metadata: dict[str, SeriesMetadata] = {}
        self.blobs: dict[str, list[BlobReference]] = {}
        self.damage: list[Damage] = []
        self.first_wall_time: float | None = None
        self.last_wall_time: float | None = None
        self._points: dict[str, _Points] = {}

    def __bool__(self) -> bool:
        return self.last_wall_time is not None or bool(self.damage)

    def saw(self, wall_time: float) -> None:
        """Notes the wall time of an event, whatever it holds: a run lasts from its first to its last."""
        if self.first_wall_time is None:
            self.first_wall_time = wall_time
        self.last_wall_time = wall_time

    def add_scalar(self, tag: str, step: int, wall_time: float, value: float) -> None:
        points = self._points.get(tag)
        if points is None:
            points = self._points[tag] = _Points([], [], [])
        points.steps.append(step)
        points.wall_times.append(wall_time)
        points.values.append(value)

    def add_blob(self, tag: str, reference: BlobReference) -> None:
        self.blobs.setdefault(tag, []).append(reference)

    def scalars(self) -> dict[str, Columns]:
        """The staged points as columns, by tag."""
        return {
            tag: Columns(
                np.array(points.steps, np.int64),
                np.array(points.wall_times, np.float64),
                np.array(points.values, np.float64),
            )
            for tag, points in self._points.items()
        }
