"""A run in several parts: values fed and fetched a few at a time, each operation run once, when first needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphcore.blame import blame, failed
from graphcore.errors import FailedPreconditionError, InvalidArgumentError, OpError, UnimplementedError
from graphcore.executor import in_order
from graphcore.operation import Operation, Tensor
from graphcore.state import Reference, SessionState, UninitializedError


class PartialRun:
    """A run that stops and goes on. All values stay, for operations to come, until it is finished.

    Args:
        tensors, operations: what will be fetched.
        feeds: what will be fed.
    """

    def __init__(
        self, tensors: Sequence[Tensor], operations: Sequence[Operation], feeds: Sequence[Tensor], state: SessionState
    ) -> None:
        self._to_fetch: set[Tensor | Operation] = {*tensors, *operations}
        self._announced = frozenset(self._to_fetch)
        self._feeds = frozenset(feeds)
        self._fed: set[Tensor] = set()
        self._values: dict[Tensor, Any] = {}
        self._done: set[Operation] = set()
        self._state = state

    @property
    def finished(self) -> bool:
        """Whether all that was announced has been fetched."""
        return not self._to_fetch

    def go_on(
        self, tensors: Sequence[Tensor], operations: Sequence[Operation], fed: Mapping[Tensor, Any]
    ) -> tuple[Any, ...]:
        """The values of ``tensors``, after what they and ``operations`` need has run.

        Raises:
            InvalidArgumentError: see `graphcore.Session.partial_run`.
            OpError: an operation could not run.
        """
        wanted: list[Tensor | Operation] = [*tensors, *operations]
        for tensor in fed:
            if tensor not in self._feeds:
                raise _refused(f"The feed {tensor.name} was not specified in partial_run_setup.")
            if tensor in self._fed:
                raise _refused(f"The feed {tensor.name} has already been fed.")
        for fetch in wanted:
            if fetch not in self._announced:
                raise _refused(f"Fetch {fetch.name} was not specified in partial_run_setup.")
            if fetch not in self._to_fetch:
                raise _refused(f"Fetch {fetch.name} has already been fetched.")
        known = frozenset({*self._values, *self._feeds})
        order = in_order([t.op for t in tensors if t not in known], operations, known)
        needed = {*tensors, *(t for op in order if op not in self._done for t in op.inputs)}
        missing = sorted(t.name for t in needed & (self._feeds - self._fed - set(fed)))
        if missing:
            raise _refused(
                f"Fetch {wanted[0].name} can't be computed from the feeds that have been fed so far: "
                f"{', '.join(missing)} is missing."
            )
        self._values.update(fed)
        self._fed.update(fed)
        with np.errstate(all="ignore"):
            for op in order:
                if op not in self._done:
                    self._execute(op)
        self._to_fetch.difference_update(wanted)
        return tuple(self._read(tensor) for tensor in tensors)

    def _execute(self, op: Operation) -> None:
        if op.op_type.flow:
            raise blame(op, "A run with branches or loops cannot be done in parts", UnimplementedError)
        try:
            if op.op_type.holds is not None:
                results: Sequence[Any] = (op.op_type.holds(op, self._state),)
            else:
                inputs = [self._values[t] if arg.is_ref else self._read(t) for arg, t in op.arguments()]
                result = op.op_type.kernel_for(op, self._state)(*inputs)
                results = result if op.op_type.gives_tuple else (result,)
        except UninitializedError as error:
            raise blame(op, str(error), FailedPreconditionError) from None
        except Exception as error:
            cause = None if isinstance(error, OpError) else error
            raise failed(op, error, lambda: [self._read(t) for t in op.inputs]) from cause
        for tensor, value in zip(op.outputs, results):
            self._values.setdefault(tensor, value)
        self._done.add(op)

    def _read(self, tensor: Tensor) -> Any:
        value = self._values[tensor]
        return value.value if isinstance(value, Reference) else value


def _refused(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)
