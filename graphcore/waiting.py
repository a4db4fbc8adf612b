"""How long the run of this thread may take in; errors for operations that wait longer, or whose session closes, out."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from graphcore.errors import DeadlineExceededError


class _Run(threading.local):
    """The run that is going on in this thread."""

    deadline: float | None = None


_run = _Run()


@contextlib.contextmanager
def deadline_in(milliseconds: int) -> Iterator[None]:
    """Gives the run in the block that much time; 0 for no limit but that of the block around."""
    before = _run.deadline
    if milliseconds > 0:
        mine = time.monotonic() + milliseconds / 1000
        _run.deadline = mine if before is None else min(mine, before)
    try:
        yield
    finally:
        _run.deadline = before


def time_left() -> float | None:
    """Seconds until the run must end; None if it need not.

    Raises:
        DeadlineExceededError: it is over.
    """
    if _run.deadline is None:
        return None
    left = _run.deadline - time.monotonic()
    if left <= 0:
        raise DeadlineExceededError(None, None, "Timed out waiting for notification")
    return left
