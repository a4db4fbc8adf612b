"""A run's directory and a writer's options in; a queue, the files it goes to, and the thread that brings it there."""

from __future__ import annotations

import atexit
import contextlib
import logging
import threading
from collections.abc import Callable, Hashable

from writer.output.asset_queue import Asset, AssetQueue
from writer.output.clock import WallClock
from writer.output.destination import open_sink
from writer.output.drain import drain_of
from writer.output.local import FileOptions
from writer.output.options import WriterOptions
from writer.output.outlet import Outlet, Request
from writer.output.queue import RecordQueue

_logger = logging.getLogger("writer")
# How long a flush waits for a write that does not come back; and how long the end of the process may be put off.
_PATIENCE_SECONDS = 5.0
_EXIT_SECONDS = 5.0


class OpenFile:
    """What a writer has from its first event until `close`.

    Args:
        directory: of the run.
        file_system: what tells the directory's from others; each has a thread.
        options: of the writer.
        clock: of the writer.
        after_close: a weak reference to what takes a record that came after `close`, its count, and whether the queue
            holds it all the same.
    """

    def __init__(
        self,
        directory: str,
        file_system: Hashable,
        options: WriterOptions,
        clock: WallClock,
        after_close: Callable[[], Callable[[bytes, int, bool], None] | None],
    ) -> None:
        self._raise = options.on_error == "raise"
        self._name = directory
        self._told_stuck = False
        self._closed = threading.Event()

        def pass_on(record: bytes, count: int, held: bool) -> None:
            if held:
                self._closed.wait()
            put = after_close()
            for left in self.queue.rescue() if held else [record]:
                if put is not None:
                    put(left, count, False)

        self._drain = drain_of(file_system)
        sink, rhythm = open_sink(
            directory,
            FileOptions(options.filename_suffix, options.max_file_bytes, options.sync == "fsync"),
            clock,
            flush_secs=options.flush_secs,
            max_queue=options.max_queue,
        )
        self.queue = RecordQueue(
            options.memory_limit,
            rhythm.wake_records,
            rhythm.wake_bytes,
            options.on_full,
            self._raise,
            self._drain.disk,
            self.wake,
            pass_on,
        )
        assets = AssetQueue(options.memory_limit, options.on_full, self.queue.stuck)
        self.outlet = Outlet(self.queue, assets, sink, rhythm.delay, rhythm.piece, directory)

    def wake(self, now: bool) -> None:
        self._drain.wake(self.outlet, now)

    def put_asset(self, asset: Asset) -> None:
        """Takes files that are to be written beside the event files, in due time."""
        self.outlet.assets.put(asset)
        self.wake(False)

    def flush(self, durable: bool) -> bool:
        return self._ask(Request(durable, last=False), _PATIENCE_SECONDS)

    def flush_for_exit(self) -> None:
        with contextlib.suppress(OSError):
            self._ask(Request(False, last=False), 1.0, _EXIT_SECONDS)

    def close(self) -> None:
        """Writes what there is, and lets nothing more in."""
        self.queue.tell_gap(last=True)
        self.queue.close()
        try:
            if not self._ask(Request(False, last=True), _PATIENCE_SECONDS):
                _unfinished.add(self)
        except OSError:
            _unfinished.add(self)
            raise
        finally:
            self._closed.set()

    def finish(self) -> None:
        """Closes it because nobody else can."""
        with contextlib.suppress(OSError):
            self.close()

    def report_lost(self) -> None:
        """At the end of the process: tries once more, and tells what is lost."""
        if not self.outlet.ended:
            self.flush_for_exit()
        if self.outlet.unwritten:
            _logger.error("%s: the last %d events are lost", self._name, self.outlet.unwritten)
        if self.outlet.assets:
            _logger.error("%s: files beside the events are lost, of %d calls", self._name, len(self.outlet.assets))

    def _ask(self, request: Request, patience: float, limit: float = float("inf")) -> bool:
        self.queue.tell_gap()
        self._drain.wake(self.outlet, True, request)
        if self._drain.is_current():  # the garbage collector may come here from the thread that writes
            return True
        try:
            request.wait(self.queue, patience, limit)
        except OSError as error:
            if self._raise:
                raise
            if isinstance(error, TimeoutError) and not self._told_stuck:
                self._told_stuck = True
                _logger.warning("%s: %s; what is logged is kept in memory", self._name, error)
            return False
        self._told_stuck = False
        return True


# Files that were closed while the disk did not take their last events.
_unfinished: set[OpenFile] = set()


@atexit.register
def _report_lost() -> None:
    for file in list(_unfinished):
        file.report_lost()
