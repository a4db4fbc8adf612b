"""Serialised Events to the event files of a run, by a thread of their own."""

from __future__ import annotations

import dataclasses
import threading
import weakref
from collections.abc import Callable, Hashable
from typing import Any, Literal

from writer.format.record import MAX_DATA_SIZE, frame
from writer.output.asset_queue import Asset
from writer.output.clock import WallClock
from writer.output.destination import prepare
from writer.output.lifetime import finish_in_the_end, flush_on_sigterm, tell_after_fork
from writer.output.open_file import OpenFile
from writer.output.options import WriterOptions
from writer.output.queue import OnFull


class EventFileWriter:
    """Appends Events to a new event file in ``logdir``.

    The directory is made at once, the file with the first event, so a writer that logs nothing leaves no file
    behind. `write` only puts the event in memory; a daemon thread hands it to the operating system, the first
    event at once and later ones within ``flush_secs``. What was written by then survives the death of the process.
    The rest is written at a normal exit of the interpreter or of a process of multiprocessing, on SIGTERM, or when the
    writer is garbage-collected, even if nobody called `close`.

    What the disk does wrong never reaches the caller: it is warned of once, events are kept in memory up to
    ``memory_limit`` and written when the disk takes them again. Beyond that limit they are dropped, counted, and a
    record in the file says how many (see `writer.format.gap`).

    Safe to use from several threads. In a forked child, and where it is unpickled, the writer begins a file of its own.

    Args:
        logdir: directory of the run; or a URL of a remote one, such as "s3://bucket/run" (see `writer.output.remote`).
        max_queue: this many waiting events are written without waiting for ``flush_secs``.
        flush_secs: seconds an event may wait in memory.
        filename_suffix: appended to the file's name.
        memory_limit: bytes that waiting events may take, with what Python needs to keep them.
        on_full: at that limit, "wait" as long as the disk is slow but takes something, or "drop" at once.
        on_error: "warn", or "raise" what keeps events from being written, from `write`, `flush` and `close`. They are
            kept and tried again in any case.
        sync: "os" hands events to the operating system; "fsync" brings them to the disk itself, so that they survive
            the loss of power.
        max_file_bytes: a file that has reached this size is followed by a new one.
        handle_sigterm: write what there is on SIGTERM, too.

    Raises:
        OSError: the directory cannot be made.
        TypeError, ValueError: an argument is none of those named.
    """

    def __init__(
        self,
        logdir: str,
        max_queue: int = 1000,
        flush_secs: float = 2,
        filename_suffix: str = "",
        *,
        memory_limit: int = 64 << 20,
        on_full: OnFull = "wait",
        on_error: Literal["warn", "raise"] = "warn",
        sync: Literal["os", "fsync"] = "os",
        max_file_bytes: int | None = None,
        handle_sigterm: bool = True,
    ) -> None:
        options = WriterOptions(
            max_queue=max_queue,
            flush_secs=flush_secs,
            filename_suffix=filename_suffix,
            memory_limit=memory_limit,
            on_full=on_full,
            on_error=on_error,
            sync=sync,
            max_file_bytes=max_file_bytes,
            handle_sigterm=handle_sigterm,
        )
        self._begin_life(logdir, options, self._prepare(logdir))

    def write(self, event_bytes: bytes) -> None:
        """Takes one serialised Event. After `close`, a new file is begun.

        Raises:
            ValueError: it is larger than readers accept.
            OSError: only with ``on_error="raise"``.
        """
        if len(event_bytes) > MAX_DATA_SIZE:
            raise ValueError(
                f"it takes {len(event_bytes):,} bytes in the event file, "
                f"but readers accept no more than {MAX_DATA_SIZE:,}"
            )
        self.put(frame(event_bytes))

    def write_last(self, event_bytes: bytes) -> None:
        """Takes one serialised Event for the file that is open, if one is, and never waits: for destructors."""
        file = self._file
        if file is not None:
            file.queue.put_at_once(frame(event_bytes))
            file.wake(True)

    def put_asset(self, asset: Asset) -> None:
        """Has files written beside the event file, by the thread that writes it, with what it does about faults."""
        with self._lock:  # no `close` may come between
            self._open().put_asset(asset)

    def another(self, logdir: str) -> EventFileWriter:
        """A writer with the same options for a directory below, which is made with its first event.

        This is called while the training goes on, so nothing waits for the disk here.
        """
        writer = type(self).__new__(type(self))
        writer._begin_life(logdir, self._options, self._file_system)
        return writer

    def now(self) -> float:
        """The wall time of an event that happens now: it never goes back within one writer."""
        return self.clock.now()

    @property
    def dropped(self) -> int:
        """Events that were dropped because the disk did not take them, since the present file was begun."""
        file = self._file
        return 0 if file is None else file.queue.dropped

    def flush(self, durable: bool = False) -> bool:
        """Returns when the operating system has all events written so far; with ``durable``, when the disk has them.

        Returns: whether it has. If the disk does not take them, they are kept and tried again; a disk that does not
            answer is waited for no longer than 5 seconds.

        Raises:
            OSError: only with ``on_error="raise"``, instead of returning False.
        """
        file = self._file
        return file is None or file.flush(durable)

    def close(self) -> None:
        """Flushes and closes the file. May be called twice.

        Raises:
            OSError: only with ``on_error="raise"``: the last events could not be written. They are tried again until
                the process ends.
        """
        with self._lock:
            file = self._file
            if self._cancel_finish is not None:
                self._cancel_finish()
            self._reset()
        if file is not None:
            file.close()

    def after_fork(self) -> None:
        """Forgets, in a forked child, what is the parent's: its file, and the events it will write itself."""
        if self._cancel_finish is not None:
            self._cancel_finish()
        self._start_anew()

    def flush_for_exit(self) -> None:
        """Writes what there is, in a few seconds at most; for one who is about to end the process."""
        file = self._file
        if file is not None:
            file.flush_for_exit()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (type(self), self.logdir, dataclasses.asdict(self._options))

    def _prepare(self, logdir: str) -> Hashable:
        """Makes the directory; what tells its file system from others."""
        return prepare(logdir)

    def _begin_life(self, logdir: str, options: WriterOptions, file_system: Hashable) -> None:
        self.logdir = logdir
        self._options = options
        self._file_system = file_system
        self._start_anew()
        tell_after_fork(self)

    def _start_anew(self) -> None:
        self._lock = threading.RLock()
        self.clock = WallClock()
        self._cancel_finish: Callable[[], object] | None = None
        self._reset()

    def _reset(self) -> None:
        self._file: OpenFile | None = None
        self._cancel_finish = None
        self.put = self._begin

    def _begin(self, record: bytes, count: int = 1) -> None:
        """Takes the first record: begins the file, to which the next ones go directly."""
        file = self._open()
        file.queue.put(record, count)
        file.wake(True)  # the first event is written at once: the run is then seen

    def _open(self) -> OpenFile:
        with self._lock:
            file = self._file
            if file is None:
                after_close = weakref.WeakMethod(self._put_after_close)
                file = OpenFile(self.logdir, self._file_system, self._options, self.clock, after_close)
                self._cancel_finish = finish_in_the_end(self, file)
                if self._options.handle_sigterm:
                    flush_on_sigterm(self)
                self._file, self.put = file, file.queue.put
            return file

    def _put_after_close(self, record: bytes, count: int, held: bool) -> None:
        # Another thread closed the file while this one was logging: it goes to the next file.
        if not held:
            self.put(record, count)


class SilentWriter(EventFileWriter):
    """Takes what an `EventFileWriter` takes, and writes nothing: no directory, no file, no thread."""

    def _prepare(self, logdir: str) -> Hashable:
        return None

    def put_asset(self, asset: Asset) -> None:
        """Takes it for nothing."""

    def _begin(self, record: bytes, count: int = 1) -> None:
        pass


def _unpickle(kind: type[EventFileWriter], logdir: str, options: dict[str, Any]) -> EventFileWriter:
    return kind(logdir, **options)
