"""Files beside the event files, which wait to be written by the thread that writes those: a bounded queue."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from writer.output.queue import OnFull

_logger = logging.getLogger("writer")
_POLL_SECONDS = 0.001

Progress = Callable[[], object]


class Asset(NamedTuple):
    """Files that belong together."""

    name: str  # what it is, for messages
    size: int  # bytes that it takes while it waits
    write: Callable[[Progress], None]  # may be called again after it failed; tells whenever the disk took something


class AssetQueue:
    """Assets in the order in which they are to be written.

    Args:
        limit: bytes of memory that waiting assets may take.
        on_full: "wait" for room, as long as the disk takes something; or "drop" what comes.
        stuck: whether the disk refuses, or does not answer.
    """

    def __init__(self, limit: int, on_full: OnFull, stuck: Callable[[], bool]) -> None:
        self._limit = limit
        self._on_full = on_full
        self._stuck = stuck
        self._waiting: deque[Asset] = deque()
        self._bytes = 0
        self._failing = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, asset: Asset) -> None:
        """Takes an asset; if there is no room for it, it is dropped with a warning."""
        while self._is_full(asset.size):
            if self._on_full == "drop" or self._failing or self._stuck():
                _logger.warning("%s: %d bytes wait to be written already; it is not written", asset.name, self._bytes)
                return
            time.sleep(_POLL_SECONDS)
        self._bytes += asset.size
        self._waiting.append(asset)

    def write_all(self, progress: Progress) -> None:
        """Writes what waits. Called by the writing thread.

        Raises:
            OSError: the next one cannot be written; it is kept, and those behind it.
        """
        while self._waiting:
            asset = self._waiting[0]
            try:
                asset.write(progress)
            except OSError as error:
                self._failing = True
                raise OSError(f"{asset.name}: {error}") from error
            except Exception as error:  # what will not be better the next time
                _logger.warning("%s: %s; it is not written", asset.name, error)
            self._failing = False
            self._waiting.popleft()
            self._bytes -= asset.size

    def _is_full(self, size: int) -> bool:
        return self._bytes > 0 and self._bytes + size > self._limit  # what is too large by itself may pass alone
