"""The ends of a writer's life: what it has is written at exit, on SIGTERM, or when collected; and what a fork does."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any, Protocol


class Finishable(Protocol):
    """What is to be brought to an end."""

    def finish(self) -> None:
        """Writes what there is, and never raises."""


class Forkable(Protocol):
    """What has to know of a fork."""

    def after_fork(self) -> None:
        """Runs in the child."""


def finish_in_the_end(owner: object, target: Finishable) -> Callable[[], object]:
    """Has ``target`` finished when ``owner`` is collected or the process ends; gives the call that takes this back."""
    finalizer = weakref.finalize(owner, target.finish)
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


_flushed_on_sigterm: weakref.WeakSet[Any] = weakref.WeakSet()
_told_of_sigterm: list[Callable[[], object]] = []
_previous: Any = None
_installed = False
_terminated = False


def flush_on_sigterm(target: Any) -> None:
    """Has ``target.flush_for_exit()`` called when the process is told to end, before what else happens then.

    Only where it can be done without harm: from the main thread, and unless SIGTERM is ignored or handled outside of
    Python. Whatever was there before runs afterwards, and a process that would die dies of the signal.
    """
    global _installed, _previous
    _flushed_on_sigterm.add(target)
    if _installed or threading.current_thread() is not threading.main_thread():
        return
    before = signal.getsignal(signal.SIGTERM)
    if before is None or before == signal.SIG_IGN:
        return
    try:
        signal.signal(signal.SIGTERM, _on_sigterm)
    except ValueError:  # not the main interpreter
        return
    _previous, _installed = before, True


def tell_of_sigterm(function: Callable[[], object]) -> None:
    """Has ``function()`` called before that, if the process is about to die of the signal."""
    _told_of_sigterm.append(function)


def terminated() -> bool:
    """Whether SIGTERM came, as far as `flush_on_sigterm` has it handled."""
    return _terminated


def _on_sigterm(number: int, frame: Any) -> None:
    global _terminated
    _terminated = True
    dies = not callable(_previous)
    for function in _told_of_sigterm if dies else ():
        with contextlib.suppress(Exception):  # nothing keeps the process from writing, and from dying
            function()
    for target in list(_flushed_on_sigterm):
        target.flush_for_exit()
    if not dies:
        _previous(number, frame)
    else:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


_forkable: weakref.WeakSet[Any] = weakref.WeakSet()


def tell_after_fork(target: Forkable) -> None:
    """Has ``target.after_fork()`` called in forked children."""
    _forkable.add(target)


def _after_fork() -> None:
    from writer.output import drain

    global _terminated
    _terminated = False
    drain.forget()
    for target in list(_forkable):
        target.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
