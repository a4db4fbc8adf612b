"""One writer's queues and the files they go to; each `turn` brings what waits there, in pieces."""

from __future__ import annotations

import logging
import threading
import time
from itertools import accumulate

from writer.output.asset_queue import AssetQueue
from writer.output.local import Sink
from writer.output.queue import RecordQueue

_logger = logging.getLogger("writer")
_RETRY_SECONDS = 1.0


class Request:
    """A caller's wish that all be written, and what came of it."""

    def __init__(self, durable: bool, last: bool) -> None:
        self.durable = durable
        self.last = last
        self.error: OSError | None = None
        self._done = threading.Event()

    def finish(self, error: OSError | None = None) -> None:
        self.error = error
        self._done.set()

    def wait(self, queue: RecordQueue, patience: float, limit: float = float("inf")) -> None:
        """Returns when it is done.

        Raises:
            OSError: the file takes nothing, has not answered for ``patience`` seconds, or it took ``limit`` seconds.
        """
        until = time.monotonic() + limit
        while not self._done.wait(0.05):
            if time.monotonic() > until:
                raise TimeoutError(f"not everything could be written in {limit:g} s")
            if queue.disk.silent_for(patience):
                raise TimeoutError(f"a write has been waiting for the disk for more than {patience:g} s")
        if self.error is not None:
            raise self.error


class Outlet:
    """What the writing thread knows of one writer. All but the queues is that thread's own."""

    def __init__(
        self, queue: RecordQueue, assets: AssetQueue, sink: Sink, delay: float, piece: tuple[int, int], name: str
    ) -> None:
        self.queue = queue
        self.assets = assets
        self.sink = sink
        self.delay = delay
        self.due: float | None = None  # on the monotonic clock
        self.used = 0.0
        self.ended = False
        self._piece_records, self._piece_bytes = piece  # at most so many are written at once
        self._name = name
        self._taken: list[bytes] = []
        self._next = 0  # of `_taken`, the first that is not written
        self._requests: list[Request] = []
        self._warned = False
        self._closing = False

    @property
    def unwritten(self) -> int:
        """Records that are not written."""
        return len(self._taken) - self._next + len(self.queue)

    def ask(self, request: Request) -> None:
        """Has ``request`` finished by the next turn."""
        self._requests.append(request)
        self.due = time.monotonic()

    def turn(self) -> None:
        """Writes what waits, as far as the file takes it, and finishes requests."""
        self.due = None
        self._taken = self._taken[self._next :] + self.queue.take() if self._taken else self.queue.take()
        self._next = 0
        requests, self._requests = self._requests, []
        error = self._write_all(durable=any(request.durable for request in requests))
        if error is not None:
            self.queue.refused(error)
        else:
            error = self._write_assets()
        if error is None and self._warned:
            self._warned = False
            _logger.warning("%s: writing goes on", self._name)
        if error is not None:
            self.due = time.monotonic() + _RETRY_SECONDS
            if not self._warned:
                self._warned = True
                _logger.warning("%s: %s; what is logged is kept in memory and tried again", self._name, error)
        self._closing |= any(request.last for request in requests)
        if self._closing and error is None:
            self._end()
        for request in requests:
            request.finish(error)

    def _write_all(self, durable: bool) -> OSError | None:
        queue = self.queue
        try:
            while self._next < len(self._taken):
                piece = self._piece()
                queue.disk.asked()
                count = self.sink.write(piece)
                self._next += count
                queue.fault = None
                queue.release(sum(map(len, piece[:count])), count)
            self._taken, self._next = [], 0
            if durable:
                queue.disk.asked()
                self.sink.sync()
            queue.fault = None
            queue.emptied()
        except OSError as error:
            return error
        finally:
            self.used = time.monotonic()
        return None

    def _write_assets(self) -> OSError | None:
        try:
            self.queue.disk.asked()
            self.assets.write_all(self.queue.disk.asked)
        except OSError as error:
            return error
        return None

    def _piece(self) -> list[bytes]:
        piece = self._taken[self._next : self._next + self._piece_records]
        sizes = list(accumulate(map(len, piece)))
        if sizes[-1] > self._piece_bytes:
            piece = piece[: max(1, sum(size <= self._piece_bytes for size in sizes))]
        return piece

    def _end(self) -> None:
        self.ended = True
        try:
            self.sink.release()
        except OSError as error:
            _logger.warning("%s: %s", self._name, error)
