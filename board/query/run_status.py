"""What a run said of its end, and how long it has been silent, in; whether it still runs out."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

# A run is stalled once it has been silent for this many of its usual intervals, and for a minute, but not for a day:
# then it has ended, and nobody waits for it.
_USUAL_INTERVALS = 10
_SHORTEST_SILENCE = 60.0
_LONGEST_SILENCE = 86400.0
# So many points tell what is usual.
_POINTS_OF_A_HABIT = 3


class Status(enum.Enum):
    """How a run stands."""

    RUNNING = "running"
    STALLED = "stalled"  # no end was told, but it has been silent for much longer than usual
    FINISHED = "finished"  # said so
    CRASHED = "crashed"  # said so: an exception or a signal ended it
    ENDED = "ended"  # silent for a day or more, without a word of how it went


class Pulse(NamedTuple):
    """How often a run logs, by the series of its that has most points."""

    points: int
    interval: float  # seconds, the median

    @classmethod
    def of(cls, wall_times: np.ndarray) -> Pulse:
        """
        Args:
            wall_times: of a series, seconds since the epoch, [n].
        """
        times = np.sort(wall_times[np.isfinite(wall_times)])
        return cls(len(times), float(np.median(np.diff(times))) if len(times) > 1 else math.inf)

    def is_missed(self, silence: float) -> bool:
        """Whether a run of this pulse should have been heard of during a silence of so many seconds."""
        least = max(_USUAL_INTERVALS * self.interval, _SHORTEST_SILENCE)
        return self.points >= _POINTS_OF_A_HABIT and least < silence <= _LONGEST_SILENCE


def status(ended: str | None, silence: float, pulse: Callable[[], Pulse]) -> Status:
    """How a run stands.

    Args:
        ended: what its session said at its end (see `board.query.sessions`); None if there was no such word.
        silence: seconds since its last event.
        pulse: of the run; asked for only where it decides.
    """
    if ended == "success":
        return Status.FINISHED
    if ended == "failure":
        return Status.CRASHED
    if ended == "unknown" or silence > _LONGEST_SILENCE:
        return Status.ENDED
    if silence > _SHORTEST_SILENCE and pulse().is_missed(silence):
        return Status.STALLED
    return Status.RUNNING
