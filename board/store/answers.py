"""What `Store` answers with: values that do not change any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from board.store.columns import Columns
from board.store.series import SeriesMetadata


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
    """A scalar series at one moment: all its points, and the restarts among them that its files tell of.

    Those are where sessions began (`Store.restarts`) and, in files of a version below 2, where steps go back: row and
    step of each, rows ascending.
    """

    columns: Columns
    restarts: list[tuple[int, int]]


class Totals(NamedTuple):
    runs: int
    series: int
    points: int  # scalar points
