"""Serialised Events to an event file on disk, by a thread of its own."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable

from writer import event
from writer.format import file_names
from writer.format.messages import SourceMetadata
from writer.format.plugins import FILE_VERSION
from writer.format.record import frame

_logger = logging.getLogger("writer")
_WRITER_NAME = "graphboard.writer"
_SOURCE_METADATA_KEY = b"\x52"  # field 10 of Event, length-delimited
# Events that wait for a disk that does not take them; then `write` waits, too.
_MAX_PENDING_BYTES = 64 << 20
_RETRY_SECONDS = 1.0


class EventFileWriter:
    """Appends Events to a new event file in ``logdir``.

    The directory is made at once, the file with the first event, so a writer that logs nothing leaves no
    file behind. `write` only puts the event in memory; a daemon thread frames it and hands it to the operating
    system, the first event at once and later ones within ``flush_secs``. What was written by then survives
    the death of the process. The rest is written at a normal exit of the interpreter or of a process of
    multiprocessing, or when the writer is garbage-collected, even if nobody called `close`.

    Safe to use from several threads. In a forked child the writer begins a file of its own.

    Args:
        logdir: directory of the run.
        max_queue: this many waiting events are written without waiting for ``flush_secs``.
        flush_secs: seconds an event may wait in memory.
        filename_suffix: appended to the file's name.
    """

    def __init__(self, logdir: str, max_queue: int = 1000, flush_secs: float = 2, filename_suffix: str = "") -> None:
        os.makedirs(logdir, exist_ok=True)
        self.logdir = logdir
        self._options = (max_queue, flush_secs, filename_suffix)
        self._lock = threading.Lock()
        self._file: _OpenFile | None = None
        self._cancel_draining: Callable[[], object] | None = None
        _writers.add(self)

    def write(self, event_bytes: bytes) -> None:
        """Takes one serialised Event. After `close`, a new file is begun.

        Blocks only while the disk has refused 64 MiB of events. Never raises what the disk raises: that is
        logged once, the events are kept, and written on when the disk takes them again.
        """
        with self._lock:
            if self._file is None:
                self._file = _OpenFile(self.logdir, *self._options)
                self._cancel_draining = _drain_in_the_end(self, self._file)
            file = self._file
        file.append(event_bytes)

    def flush(self) -> None:
        """Returns when the operating system has all events written so far.

        Raises:
            OSError: it does not take them; they are kept and tried again.
        """
        with self._lock:
            file = self._file
        if file is not None:
            file.flush()

    def close(self) -> None:
        """Flushes and closes the file. May be called twice.

        Raises:
            OSError: the last events could not be written; they are lost.
        """
        with self._lock:
            file, self._file = self._file, None
            if self._cancel_draining is not None:
                self._cancel_draining()
                self._cancel_draining = None
        if file is not None:
            file.close()

    def _forget_parent(self) -> None:
        # Runs in a forked child: the thread did not come along, locks may be held for ever, and the parent
        # writes its pending events itself.
        self._lock = threading.Lock()
        self._file = None
        if self._cancel_draining is not None:
            self._cancel_draining()
            self._cancel_draining = None


class _OpenFile:
    """One file, its queue and its thread."""

    def __init__(self, logdir: str, max_queue: int, flush_secs: float, suffix: str) -> None:
        self.path = os.path.join(logdir, file_names.make(time.time(), suffix))
        self._max_queue = max(1, max_queue)
        self._flush_secs = max(0.0, flush_secs)
        self._changed = threading.Condition()
        self._pending: list[bytes] = [_file_version_event()]
        self._pending_bytes = 0
        self._accepted = 1  # events taken, ever; and of these on disk
        self._written = 0
        self._urgent = True  # the first event is written at once: the run is then seen
        self._closing = False
        self._error: OSError | None = None
        self._fd: int | None = None
        self._thread = threading.Thread(target=self._run, name=f"write {self.path}", daemon=True)
        self._thread.start()

    def append(self, event_bytes: bytes) -> None:
        with self._changed:
            while self._pending_bytes > _MAX_PENDING_BYTES and not self._closing:
                self._urgent = True
                self._changed.notify_all()
                self._changed.wait()
            self._pending.append(event_bytes)
            self._pending_bytes += len(event_bytes)
            self._accepted += 1
            waiting = len(self._pending)
            if waiting == 1 or waiting >= self._max_queue:
                self._urgent |= waiting >= self._max_queue
                self._changed.notify_all()

    def flush(self) -> None:
        with self._changed:
            self._error = None
            self._urgent = True
            wanted = self._accepted
            self._changed.notify_all()
            while self._written < wanted and self._error is None and self._thread.is_alive():
                self._changed.wait(timeout=1.0)
            if self._written < wanted:
                raise self._error or OSError(f"{self.path}: the writing thread has ended")

    def close(self) -> None:
        try:
            # The garbage collector may call this from the writing thread, which cannot wait for itself; it
            # drains what is left before it ends.
            if threading.current_thread() is not self._thread:
                self.flush()
        finally:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            if threading.current_thread() is not self._thread:
                self._thread.join()

    def _run(self) -> None:
        unwritten = b""  # framed, but not taken by the disk yet
        count = 0
        while True:
            with self._changed:
                if not unwritten:
                    while not self._pending and not self._closing:
                        self._changed.wait()
                    deadline = time.monotonic() + self._flush_secs
                    while not self._urgent and not self._closing and time.monotonic() < deadline:
                        self._changed.wait(deadline - time.monotonic())
                elif not self._closing:
                    self._changed.wait(_RETRY_SECONDS)
                self._urgent = False
                batch, self._pending, self._pending_bytes = self._pending, [], 0
                closing = self._closing
            unwritten += b"".join(map(frame, batch))
            count += len(batch)
            try:
                while unwritten:
                    unwritten = unwritten[self._write(unwritten) :]
            except OSError as error:
                self._report(error, len(unwritten))
            else:
                with self._changed:
                    self._written += count
                    self._error = None
                    self._changed.notify_all()
                count = 0
            if closing:
                break
        if self._fd is not None:
            os.close(self._fd)

    def _write(self, data: bytes) -> int:
        if self._fd is None:
            # O_EXCL: whatever the names of other writers, no file is ever shared or overwritten.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
            os.makedirs(os.path.dirname(self.path) or ".", exist_ok=True)
            self._fd = os.open(self.path, flags, 0o666)
        return os.write(self._fd, data)

    def _report(self, error: OSError, waiting: int) -> None:
        with self._changed:
            first = self._error is None
            self._error = error
            self._pending_bytes += waiting
            self._changed.notify_all()
        if first:
            _logger.warning("%s: %s; what is logged is kept in memory and tried again", self.path, error)


def _file_version_event() -> bytes:
    source = SourceMetadata(writer=_WRITER_NAME).SerializeToString()
    version = event.encode(time.time(), 0, event.FILE_VERSION, FILE_VERSION.encode())
    return version + _SOURCE_METADATA_KEY + bytes((len(source),)) + source


def _drain_in_the_end(writer: EventFileWriter, file: _OpenFile) -> Callable[[], object]:
    """Has ``file`` closed when ``writer`` is collected or the process ends; gives the call that takes this back."""
    # The thread must not keep the writer alive, nor may this.
    finalizer = weakref.finalize(writer, _close_quietly, file)
    if "multiprocessing" in sys.modules:
        from multiprocessing import parent_process, util

        if parent_process() is not None:
            # A process forked by multiprocessing ends with os._exit, past everything that waits for exit, but it
            # runs these.
            at_exit = util.Finalize(None, finalizer, exitpriority=0)

            def cancel() -> None:
                finalizer.detach()
                at_exit.cancel()

            return cancel
    return finalizer.detach


def _close_quietly(file: _OpenFile) -> None:
    try:
        file.close()
    except OSError as error:
        _logger.error("%s: the last events are lost: %s", file.path, error)


_writers: weakref.WeakSet[EventFileWriter] = weakref.WeakSet()


def _after_fork() -> None:
    for writer in list(_writers):
        writer._forget_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
