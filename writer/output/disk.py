"""Since when a writing thread has waited for its disk: told by the thread, read by all whose records it writes."""

from __future__ import annotations

import time


class Disk:
    """What callers may know of the disk without asking it."""

    def __init__(self) -> None:
        self._asked: float | None = None  # on the monotonic clock, the last time

    def asked(self) -> None:
        """The disk is asked for something now, or has done a part of it."""
        self._asked = time.monotonic()

    def answered(self) -> None:
        """Nothing is asked of it any more."""
        self._asked = None

    def silent_for(self, seconds: float) -> bool:
        """Whether it has not answered for so long."""
        asked = self._asked
        return asked is not None and time.monotonic() - asked > seconds
