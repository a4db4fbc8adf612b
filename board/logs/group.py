"""Records that differ only in wall time, step and values, as columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Group(NamedTuple):
    """Like records; ``event`` is one of them.

    All arrays are in the order of the records in the buffer.
    """

    event: Any
    size: int  # of each record with its frame, bytes
    starts: np.ndarray  # int64 [n], offsets of the records in the buffer
    wall_times: np.ndarray  # float64 [n], as stored
    steps: np.ndarray  # int64 [n]
    values: tuple[np.ndarray, ...]  # float64 [n], one array for each value of the event's summary

    def part(self, rows: slice | np.ndarray, *, moved: int = 0) -> Group:
        """Some of the records, for a buffer in which they begin so many bytes further."""
        starts, wall_times, steps = self.starts[rows] + moved, self.wall_times[rows], self.steps[rows]
        return Group(self.event, self.size, starts, wall_times, steps, tuple(column[rows] for column in self.values))
