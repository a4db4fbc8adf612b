"""Wall times that never go back, whatever the machine's clock does."""

from __future__ import annotations

import time


class WallClock:
    """Seconds since the epoch; where the machine's clock is set back, they go on at the pace of the monotonic clock.

    Readers order and thin out points by wall time, so a clock that is corrected must not reorder a file.
    """

    def __init__(self) -> None:
        self._latest = 0.0
        self._seen_at = 0.0  # of the monotonic clock, when ``_latest`` was the machine's time

    def now(self) -> float:
        """The time of an event that happens now."""
        now, ticks = time.time(), time.monotonic()
        if now >= self._latest:
            self._latest, self._seen_at = now, ticks
            return now
        now = self._latest + max(0.0, ticks - self._seen_at)
        self._latest, self._seen_at = now, ticks
        return now
