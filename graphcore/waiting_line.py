"""Elements put in by some threads, taken out by others, who wait for each other: the queues of a session.

Who waits gives up when the queue is closed and there will be no more, when the time of the run is over, or when the
session is closed.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore.errors import CancelledError, InvalidArgumentError, OutOfRangeError
from graphcore.kernel_values import as_array
from graphcore.state import Resource
from graphcore.waiting import time_left

Element = tuple[Any, ...]
"""One thing in a queue: a value for each component."""


class WaitingLine(Resource):
    """A queue that gives elements in the order they came in.

    Args:
        kind: of the queue, for messages.
        capacity: how many elements there may be; fewer than one for any number.
        shapes: of the components, if all elements are to have them; a size may be None.
    """

    def __init__(self, kind: str, name: str, capacity: int, shapes: Sequence[Sequence[int | None]] | None) -> None:
        self.kind, self.name = kind, name
        self._capacity = capacity if capacity > 0 else None
        self._shapes = shapes
        self._closed = False
        self._refuses = False
        self._cancelled = False
        self._changed = threading.Condition()
        self._elements: deque[Element] = deque()
        # Threads that wait with elements since before the queue was closed: theirs may still come in.
        self._putting: set[int] = set()

    # What kinds of queues differ in

    def _add(self, element: Element) -> None:
        self._elements.append(element)

    def _take(self) -> Element:
        return self._elements.popleft()

    def _put_back(self, elements: Sequence[Element]) -> None:
        self._elements.extendleft(reversed(elements))

    def _has_enough(self, count: int) -> bool:
        """Whether ``count`` elements may be taken now."""
        return len(self._elements) >= count

    # Using it

    @property
    def size(self) -> int:
        return len(self._elements)

    def put(self, elements: Sequence[Element]) -> None:
        """Puts elements in, each as soon as there is room.

        Raises:
            CancelledError: the queue is closed. InvalidArgumentError: an element has another shape.
        """
        for element in elements:
            self._check(element)
        me = threading.get_ident()
        with self._changed:
            if self._closed:
                raise CancelledError(None, None, f"Queue '{self.name}' is closed.")
            self._putting.add(me)
            try:
                for element in elements:
                    self._wait_until(self._may_put, "Enqueue")
                    self._add(element)
                    self._changed.notify_all()
            finally:
                self._putting.discard(me)
                self._changed.notify_all()

    def _may_put(self) -> bool:
        if self._refuses:
            raise CancelledError(None, None, "Enqueue operation was cancelled")
        return self._capacity is None or len(self._elements) < self._capacity

    def take(self, count: int) -> list[Element]:
        """The next ``count`` elements, when there are so many.

        Raises:
            OutOfRangeError: the queue is closed, and there will not be so many; those there are stay in it.
        """
        taken: list[Element] = []
        with self._changed:
            try:
                while len(taken) < count:
                    self._wait_until(lambda: self._may_take(count, len(taken)), "Dequeue")
                    taken.append(self._take())
                    self._changed.notify_all()
            except Exception:
                self._put_back(taken)
                self._changed.notify_all()
                raise
        return taken

    def _may_take(self, count: int, taken: int) -> bool:
        wanted = count - taken
        if self._closed and not self._putting and len(self._elements) < wanted:
            raise OutOfRangeError(
                None,
                None,
                f"{self.kind} '{self.name}' is closed and has insufficient elements (requested {count}, current size "
                f"{len(self._elements) + taken})",
            )
        return self._has_enough(1) or (self._closed and bool(self._elements))

    def close(self, cancel_pending: bool) -> None:
        """Takes no more elements; with ``cancel_pending`` not even those that wait to come in."""
        with self._changed:
            self._closed = True
            self._refuses |= cancel_pending
            self._changed.notify_all()

    def cancel(self) -> None:
        """Ends all waiting, because the session is closed."""
        with self._changed:
            self._cancelled = True
            self._changed.notify_all()

    def _wait_until(self, ready: Callable[[], bool], what: str) -> None:
        while True:
            if self._cancelled:
                raise CancelledError(None, None, f"{what} operation was cancelled")
            if ready():
                return
            self._changed.wait(time_left())

    def _check(self, element: Element) -> None:
        for place, (value, shape) in enumerate(zip(element, self._shapes or ())):
            found = np.shape(value)
            if len(found) != len(shape) or any(a not in (None, b) for a, b in zip(shape, found)):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Shape mismatch in tuple component {place}. Expected {_text(shape)}, got {_text(found)}",
                )


class ShuffledLine(WaitingLine):
    """A queue that gives any of its elements.

    Args:
        least: keep so many elements in it, as long as it is not closed, so that they are well mixed.
        seed: what to begin the random choice with; None for another in each session.
    """

    def __init__(self, kind: str, name: str, capacity: int, shapes: Any, least: int, seed: int | None) -> None:
        super().__init__(kind, name, capacity, shapes)
        self._least = least
        self._random = random.Random(seed)
        self._mixed: list[Element] = []
        self._elements = self._mixed  # type: ignore[assignment]

    def _take(self) -> Element:
        place = self._random.randrange(len(self._mixed))
        self._mixed[place], self._mixed[-1] = self._mixed[-1], self._mixed[place]
        return self._mixed.pop()

    def _put_back(self, elements: Sequence[Element]) -> None:
        self._mixed.extend(elements)

    def _has_enough(self, count: int) -> bool:
        return len(self._mixed) >= count + self._least


def batched(elements: Sequence[Element], components: int, pads: bool = False) -> tuple[Any, ...]:
    """Elements as arrays with one more axis, the first: ``[n, ...]`` for each component.

    Args:
        pads: values of different sizes are filled up with zeros, or empty strings, to the largest.

    Raises:
        InvalidArgumentError: the sizes differ, and are not to be padded.
    """
    arrays = []
    for place in range(components):
        values = [as_array(element[place]) for element in elements]
        shapes = {value.shape for value in values}
        if len(shapes) > 1 and not pads:
            found = " vs. ".join(_text(shape) for shape in sorted(shapes)[:2])
            message = f"All elements of a batch must have the same shape in component {place}: {found}"
            raise InvalidArgumentError(None, None, message)
        arrays.append(_padded(values) if len(shapes) > 1 else np.stack(values))
    return tuple(arrays)


def _padded(values: Sequence[np.ndarray]) -> np.ndarray:
    sizes = [max(sizes) for sizes in zip(*(value.shape for value in values))]
    filled = np.full((len(values), *sizes), b"" if values[0].dtype == object else 0, values[0].dtype)
    for row, value in zip(filled, values):
        row[tuple(map(slice, value.shape))] = value
    return filled


def _text(shape: Sequence[int | None]) -> str:
    return f"[{','.join('?' if size is None else str(size) for size in shape)}]"
