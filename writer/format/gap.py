"""What a writer had to drop, to the text of a log message and back.

A gap is told in the event file itself, by an Event with a ``log_message`` of level WARN at the place where the dropped
events would be. The message is ``graphboard.gap`` and a JSON object::

    graphboard.gap {"events": 1200, "bytes": 67200, "first": 1700000000.5, "last": 1700000060.25, "reason": "..."}

Other readers of event files pass log messages over.
"""

from __future__ import annotations

import json
from typing import NamedTuple

_MARK = "graphboard.gap "


class GapRecord(NamedTuple):
    """Events that are missing here."""

    events: int
    bytes: int
    first: float  # when the first and the last of them were dropped, seconds since the epoch
    last: float
    reason: str


def encode(gap: GapRecord) -> str:
    """The text of the log message."""
    return _MARK + json.dumps(gap._asdict())


def decode(message: str) -> GapRecord | None:
    """The gap that a log message tells of; None if it is about something else, or makes no sense."""
    if not message.startswith(_MARK):
        return None
    try:
        told = json.loads(message[len(_MARK) :])
        return GapRecord(
            int(told["events"]), int(told["bytes"]), float(told["first"]), float(told["last"]), str(told["reason"])
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
