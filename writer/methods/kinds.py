"""What the methods of the kinds share: summaries are logged, and what was done to a value is told once."""

from __future__ import annotations

import logging
from typing import Any

from writer import event
from writer.event_file import EventFileWriter
from writer.methods.base import Methods

_logger = logging.getLogger("writer")


class KindMethods(Methods):
    """The base of every kind's methods."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._told: set[tuple[str, str]] = set()

    def _log_summary(self, summary: bytes, global_step: Any, walltime: float | None) -> None:
        self._log(event.SUMMARY, summary, global_step, walltime)

    def _tell_once(self, method: str, tag: str, what: str) -> None:
        """Warns of a value that could not be logged as it came; of each tag, once."""
        if (method, tag) not in self._told:
            self._told.add((method, tag))
            _logger.warning("%s: tag %r: %s; not told again for this tag", method, tag, what)
