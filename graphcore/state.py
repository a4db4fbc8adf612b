"""What a session keeps between runs: the variables' values, and how far each random stream has come."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from graphcore.operation import Operation


class UninitializedError(Exception):
    """A variable was read before it was assigned to."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"Attempting to use uninitialized value {variable}")
        self.variable = variable


class Reference:
    """A variable's buffer in one session; what an output of a reference type is while the graph runs.

    ``value`` raises `UninitializedError` before the first assignment. An assignment puts another array there
    and never changes the old one, so whoever has read that keeps what was read.
    """

    __slots__ = ("name", "value")

    value: Any

    def __init__(self, name: str) -> None:
        self.name = name

    def __getattr__(self, attribute: str) -> Any:
        # Python comes here only when the slot is empty, so the check costs reads nothing.
        if attribute == "value":
            raise UninitializedError(self.name)
        raise AttributeError(attribute)

    def forget(self) -> None:
        """Leaves the variable as it was before the first assignment."""
        if self.initialized:
            del self.value

    @property
    def initialized(self) -> bool:
        try:
            self.value  # noqa: B018
        except UninitializedError:
            return False
        return True


class Resource:
    """What an output of a reference type is that stands for something else than a buffer: a stack, a queue.

    ``value`` is what is there to fetch: the container, which has no name, and the name, strings ``[2]``.
    """

    name: str

    @property
    def value(self) -> np.ndarray:
        return np.array([b"", self.name.encode()], object)


class SessionState:
    """The state of one session, one entry for each stateful operation that has been part of a run."""

    def __init__(self) -> None:
        self._entries: dict[str, Any] = {}
        self.closed = False
        """Whether what waits, such as for something in a queue, has to give up."""

    def entry(self, op: Operation, make: Callable[[], Any], shared_name: str = "") -> Any:
        """The state of ``op``, or what operations of one shared name have together; made at the first request."""
        name = f"shared:{shared_name}" if shared_name else op.name
        found = self._entries.get(name)
        # Of two threads that come here at once, the second gets what the first has made.
        return self._entries.setdefault(name, make()) if found is None else found

    def close(self) -> None:
        """Ends what waits: entries that have a method ``cancel`` are told."""
        self.closed = True
        for entry in list(self._entries.values()):
            cancel = getattr(entry, "cancel", None)
            if cancel is not None:
                cancel()

    def reference(self, op: Operation) -> Reference:
        """The buffer of a variable."""
        return self.entry(op, lambda: Reference(op.name))

    def references(self) -> list[Reference]:
        """The buffers of all variables that have been part of a run."""
        return [entry for entry in list(self._entries.values()) if isinstance(entry, Reference)]
