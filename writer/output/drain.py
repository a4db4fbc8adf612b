"""The threads that write: one for all files of a file system, so that one that hangs keeps up no other."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Hashable
from queue import Empty, SimpleQueue

from writer.output.disk import Disk
from writer.output.outlet import Outlet, Request

# Files that are held open at most, however many writers there are; and how long one is that nothing is written to.
_MAX_OPEN = 64
_IDLE_SECONDS = 60.0

# (outlet, how soon, request). A SimpleQueue may be put to from a signal's function and from a destructor.
_Message = tuple[Outlet, bool, "Request | None"]


class Drain:
    """A daemon thread that gives each of its outlets its turn when it is due, and ends with the last of them."""

    def __init__(self, name: str) -> None:
        self.disk = Disk()
        self._name = name
        self._inbox: SimpleQueue[_Message] = SimpleQueue()
        self._outlets: dict[Outlet, None] = {}
        self._lock = threading.RLock()  # of starting and ending; no caller holds it while it waits for the thread
        self._starting = False
        self._thread: threading.Thread | None = None

    def wake(self, outlet: Outlet, now: bool, request: Request | None = None) -> None:
        """Has the outlet's queue emptied: ``now``, or when its delay has passed."""
        self._inbox.put((outlet, now, request))
        thread = self._thread
        if thread is None or not thread.is_alive():
            self._start()

    def is_current(self) -> bool:
        """Whether this is the thread itself, which cannot wait for itself."""
        return threading.current_thread() is self._thread

    def _start(self) -> None:
        with self._lock:
            # A signal's function may come here while the thread is being started.
            if self._starting or (self._thread is not None and self._thread.is_alive()):
                return
            self._starting = True
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            try:
                self._thread = thread
                thread.start()
            except RuntimeError:  # the interpreter is shutting down and starts no threads: then by the caller
                self._thread = None
                self._step(0.0)
            finally:
                self._starting = False

    def _run(self) -> None:
        while True:
            self._step(None)
            if not self._outlets:
                with self._lock:
                    # In this order: who puts a message after the look finds that there is no thread.
                    thread, self._thread = self._thread, None
                    if self._inbox.empty():
                        return
                    self._thread = thread

    def _step(self, patience: float | None) -> None:
        """Takes messages, waiting for the first as long as nothing is due; then gives turns to what is."""
        if patience is None:
            dues = [outlet.due for outlet in self._outlets if outlet.due is not None]
            held = any(outlet.sink.is_open() for outlet in self._outlets)
            until = min(dues, default=None)
            patience = _IDLE_SECONDS if held else 3600.0
            if until is not None:
                patience = min(patience, max(0.0, until - time.monotonic()))
        try:
            self._take(self._inbox.get(timeout=patience) if patience > 0 else self._inbox.get_nowait())
            while True:
                self._take(self._inbox.get_nowait())
        except Empty:
            pass
        now = time.monotonic()
        for outlet in [outlet for outlet in self._outlets if outlet.due is not None and outlet.due <= now]:
            # Used last, kept open longest.
            del self._outlets[outlet]
            self.disk.asked()
            outlet.turn()
            if not outlet.ended:
                self._outlets[outlet] = None
            self._close_spare()
        self.disk.answered()

    def _take(self, message: _Message) -> None:
        outlet, now, request = message
        if outlet.ended:
            if request is not None:
                request.finish()
            return
        self._outlets.setdefault(outlet)
        if request is not None:
            outlet.ask(request)
        due = time.monotonic() + (0.0 if now else outlet.delay)
        if outlet.due is None or (due < outlet.due and outlet.queue.fault is None):
            outlet.due = due

    def _close_spare(self) -> None:
        held = [outlet for outlet in self._outlets if outlet.sink.is_open()]
        now = time.monotonic()
        for place, outlet in enumerate(held):
            if place < len(held) - _MAX_OPEN or now - outlet.used > _IDLE_SECONDS:
                with contextlib.suppress(OSError):  # what is wrong is found out at the next write
                    outlet.sink.release()


_drains: dict[Hashable, Drain] = {}
_drains_lock = threading.RLock()


def drain_of(file_system: Hashable) -> Drain:
    """The thread for files of a file system."""
    with _drains_lock:
        if file_system not in _drains:
            _drains[file_system] = Drain("graphboard writer")
        return _drains[file_system]


def forget() -> None:
    """In a forked child: no thread came along, and locks may be held for ever."""
    global _drains_lock
    _drains_lock = threading.RLock()
    _drains.clear()
