"""Python's garbage collector, told to rest while many objects are made that are no garbage."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

# Between collections; Python's own 700 makes it walk over all objects again and again while there are ever more.
_NEW_OBJECTS = 200_000

_lock = threading.Lock()
_resting = 0
_before = gc.get_threshold()


@contextlib.contextmanager
def collected_seldom() -> Iterator[None]:
    """Garbage is collected seldom until the last thread that asked for it is done."""
    global _resting, _before
    with _lock:
        if _resting == 0:
            _before = gc.get_threshold()
            gc.set_threshold(_NEW_OBJECTS, *_before[1:])
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if _resting == 0:
                gc.set_threshold(*_before)
