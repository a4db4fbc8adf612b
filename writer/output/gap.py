"""What was dropped, counted; and the record that tells readers of it (see `writer.format.gap`)."""

from __future__ import annotations

import time

from writer import event
from writer.format.gap import GapRecord, encode
from writer.format.messages import LogMessage
from writer.format.record import frame

_WARN = 30  # LogMessage.WARN


class Gap:
    """Counts events that are dropped."""

    def __init__(self) -> None:
        self.events = 0
        self.bytes = 0
        self.reason = ""
        self._first = 0.0
        self._last = 0.0

    def add(self, events: int, size: int, reason: str) -> None:
        """Counts ``events`` events of ``size`` bytes, dropped now."""
        self._last = time.time()
        if not self.events:
            self._first, self.reason = self._last, reason
        self.events += events
        self.bytes += size

    def record(self) -> bytes:
        """The framed record that stands in place of what was dropped."""
        told = GapRecord(self.events, self.bytes, self._first, self._last, self.reason)
        message = LogMessage(level=_WARN, message=encode(told))
        return frame(event.encode(self._last, 0, event.LOG_MESSAGE, message.SerializeToString()))
