"""Threads that are to end together: any of them asks for it, all look whether somebody did."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any

from graphcore.errors import CancelledError, OutOfRangeError

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


class Coordinator:
    """Lets several threads stop when one does, and tells the main program what went wrong in them::

    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess, coord)
    try:
        while not coord.should_stop():
            sess.run(train_op)
    except tf.errors.OutOfRangeError:
        print("all epochs are done")
    finally:
        coord.request_stop()
    coord.join(threads)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._joined = False
        self._threads: list[threading.Thread] = []

    def request_stop(self, ex: BaseException | _ExcInfo | None = None) -> None:
        """Asks all threads to stop.

        Args:
            ex: why: an error, or what `sys.exc_info` gives. `join` raises the first one. The end of the input
                (`OutOfRangeError`), and what the closing of queues and sessions ends, are no errors.
        """
        error = ex[1] if isinstance(ex, tuple) else ex
        with self._lock:
            if self._joined and error is not None:
                raise error  # nobody would hear of it
            if self._error is None and not self._stop.is_set():
                self._error = None if isinstance(error, (OutOfRangeError, CancelledError)) else error
            self._stop.set()

    def clear_stop(self) -> None:
        """Makes the coordinator as good as new."""
        with self._lock:
            self._joined, self._error = False, None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until somebody asks to stop, or for ``timeout`` seconds; whether somebody did."""
        return self._stop.wait(timeout)

    @contextlib.contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """Asks to stop when the block raises, and goes on behind it: for the whole of what a thread does."""
        try:
            yield
        except Exception:
            self.request_stop(sys.exc_info())  # type: ignore[arg-type]

    def register_thread(self, thread: threading.Thread) -> None:
        """Lets `join` wait for ``thread``, too."""
        with self._lock:
            self._threads.append(thread)

    def join(self, threads: Iterable[threading.Thread] | None = None, stop_grace_period_secs: float = 120) -> None:
        """Waits until somebody asks to stop and all threads have ended, or until they all have by themselves.

        Args:
            threads: besides those registered.
            stop_grace_period_secs: how long they may take, once somebody has asked to stop.

        Raises:
            RuntimeError: they take longer.
            BaseException: what was given to `request_stop` first.
        """
        with self._lock:
            waiting = list(dict.fromkeys([*self._threads, *(threads or ())]))
        while any(thread.is_alive() for thread in waiting) and not self._stop.wait(0.05):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waiting:
            thread.join(max(0.0, end - time.monotonic()))
        with self._lock:
            self._joined = True
            self._threads.clear()
            error = self._error
        if error is not None:
            raise error
        late = [thread.name for thread in waiting if thread.is_alive()]
        if late:
            raise RuntimeError(f"Coordinator stopped with threads still running: {' '.join(late)}")


class LooperThread(threading.Thread):
    """A thread that calls a function again and again, until its coordinator stops.

    Args:
        coord: stops it, and is stopped when the function fails.
        timer_interval_secs: how long from one call to the next; None for at once.
        target, args: the function and its arguments. A subclass may have a method ``run_loop`` instead.
    """

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any] | None = None,
        args: Any = None,
    ) -> None:
        if not isinstance(coord, Coordinator):
            raise ValueError(f"'coord' argument must be a Coordinator: {coord}")
        super().__init__(daemon=True)
        self._coord = coord
        self._interval = timer_interval_secs
        self._call: Callable[[], Any] = (lambda: target(*(args or ()))) if target is not None else self.run_loop
        coord.register_thread(self)

    @staticmethod
    def loop(coord: Coordinator, timer_interval_secs: float | None, target: Any, args: Any = None) -> LooperThread:
        """Such a thread, begun."""
        looper = LooperThread(coord, timer_interval_secs, target, args)
        looper.start()
        return looper

    def run_loop(self) -> None:
        """What is called; for subclasses."""

    def start_loop(self) -> None:
        """What is called once, before all calls; for subclasses."""

    def stop_loop(self) -> None:
        """What is called once, after them."""

    def run(self) -> None:
        with self._coord.stop_on_exception():
            self.start_loop()
            next_time = time.monotonic()
            while not self._coord.wait_for_stop(max(0.0, next_time - time.monotonic())):
                next_time = time.monotonic() + (self._interval or 0.0)
                self._call()
            self.stop_loop()
