"""What was dropped, counted; and the record that tells readers of it.

A gap is told in the event file itself, by an Event with a ``log_message`` of level WARN at the place where the dropped
events would be. The message is ``graphboard.gap`` and a JSON object::

    graphboard.gap {"events": 1200, "bytes": 67200, "first": 1700000000.5, "last": 1700000060.25, "reason": "..."}

``first`` and ``last`` are when the first and the last of them were dropped, in seconds since the epoch. Other readers
of event files pass log messages over.
"""

from __future__ import annotations

import json
import time

from writer import event
from writer.format.messages import LogMessage
from writer.format.record import frame

MARK = "graphboard.gap "
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
        told = {
            "events": self.events,
            "bytes": self.bytes,
            "first": self._first,
            "last": self._last,
            "reason": self.reason,
        }
        message = LogMessage(level=_WARN, message=MARK + json.dumps(told))
        return frame(event.encode(self._last, 0, event.LOG_MESSAGE, message.SerializeToString()))
