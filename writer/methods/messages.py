"""Messages that are complete already: events, summaries, session logs."""

from __future__ import annotations

from typing import Any

from writer import event
from writer.methods.base import Methods, as_bytes, told_of


class MessageMethods(Methods):
    """Logs messages of any library's classes."""

    def add_summary(self, summary: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Logs a Summary message (of any library's class) or its bytes, such as a fetched summary op's value."""
        self._log(event.SUMMARY, as_bytes("add_summary", "a Summary", summary), global_step, walltime)

    def add_event(self, event: Any) -> None:
        """Logs an Event message or its bytes as it is, with its own step and wall time."""
        self._file.write(as_bytes("add_event", "an Event", event))

    def add_session_log(self, session_log: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Logs a SessionLog message: START, STOP or CHECKPOINT of a session."""
        payload = as_bytes("add_session_log", "a SessionLog", session_log)
        with told_of("add_session_log"):
            self._log(event.SESSION_LOG, payload, global_step, walltime)
