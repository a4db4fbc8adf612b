"""A function of columns in, the same function out that does not work out again what it was asked a moment ago."""

from __future__ import annotations

import functools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from board.store import Columns

Answer = TypeVar("Answer")


def remembered(most: int) -> Callable[[Callable[[Columns], Answer]], Callable[[Columns], Answer]]:
    """Remembers the answers about the columns asked about last, at most so many of them.

    Columns are told by their arrays, not by what is in these: the store hands out the same arrays until a series
    changes, and then others. They are not kept in memory for this. What the function returns is shared by all who ask,
    so it should be nothing that can be changed.
    """

    def decorate(function: Callable[[Columns], Answer]) -> Callable[[Columns], Answer]:
        lock = threading.Lock()
        known: OrderedDict[tuple[int, ...], tuple[list[weakref.ref[np.ndarray]], Answer]] = OrderedDict()

        @functools.wraps(function)
        def ask(columns: Columns) -> Answer:
            key = tuple(map(id, columns))
            with lock:
                found = known.get(key)
                # Another array may have the address of one that is gone; a reference to that one is dead.
                if found is not None and all(array() is column for array, column in zip(found[0], columns)):
                    known.move_to_end(key)
                    return found[1]
            answer = function(columns)
            with lock:
                known[key] = [weakref.ref(column) for column in columns], answer
                known.move_to_end(key)
                while len(known) > most:
                    known.popitem(last=False)
            return answer

        return ask

    return decorate
