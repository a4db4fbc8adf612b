"""Wall times that never go back, whatever the machine's clock does."""

from __future__ import annotations

import time


class WallClock:
    """Seconds since the epoch; where the machine's clock is set back, they go on at the pace of the monotonic clock.

    Readers order and thin out points by wall time, so a clock that is corrected must not reorder a file.
    """

    def __init__(self) -> None:
        self.latest = 0.0  # that was given out; whoever reads the machine's clock by himself keeps it so
        self._base: tuple[float, float] | None = None  # of a clock set back: where it stood, and the monotonic one then

    def now(self) -> float:
        """The time of an event that happens now."""
        now = time.time()
        if now >= self.latest:
            self._base = None
        else:
            if self._base is None:
                self._base = (self.latest, time.monotonic())
            now = self._base[0] + time.monotonic() - self._base[1]
        self.latest = now
        return now
