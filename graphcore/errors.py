"""What can go wrong while a graph runs: one exception class for each error code of the runtime."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from graphcore.operation import Operation

OK = 0
CANCELLED = 1
UNKNOWN = 2
INVALID_ARGUMENT = 3
DEADLINE_EXCEEDED = 4
NOT_FOUND = 5
ALREADY_EXISTS = 6
PERMISSION_DENIED = 7
RESOURCE_EXHAUSTED = 8
FAILED_PRECONDITION = 9
ABORTED = 10
OUT_OF_RANGE = 11
UNIMPLEMENTED = 12
INTERNAL = 13
UNAVAILABLE = 14
DATA_LOSS = 15
UNAUTHENTICATED = 16


class OpError(Exception):
    """An operation could not run.

    Attributes:
        op: the `Operation`, or None when no single one is to blame.
        node_def: its NodeDef, or None.
        message: what went wrong, without the place where the operation was made (``str`` adds that).
        error_code: one of the constants of this module.
    """

    def __init__(self, node_def: Any, op: Operation | None, message: str, error_code: int) -> None:
        super().__init__(message)
        self.node_def = node_def
        self.op = op
        self.message = message
        self.error_code = error_code

    def __str__(self) -> str:
        if self.op is None:
            return self.message
        parts = [f"{self.message}\nCaused by op {self.op.name!r}, defined at:\n"]
        parts += traceback.format_list(self.op.traceback_summary())
        original = self.op.original_op
        while original is not None:
            parts.append(f"\n...which was originally created as op {original.name!r}, defined at:\n")
            parts += traceback.format_list(original.traceback_summary())
            original = original.original_op
        return "".join(parts)

    def __reduce__(self) -> tuple[Any, ...]:
        # Operations belong to a graph and do not travel; the text does.
        return OpError, (None, None, str(self), self.error_code)


class _CodedError(OpError):
    code: ClassVar[int]

    def __init__(self, node_def: Any, op: Operation | None, message: str) -> None:
        super().__init__(node_def, op, message, self.code)


class CancelledError(_CodedError):
    """The run was cancelled."""

    code = CANCELLED


class UnknownError(_CodedError):
    """An error of no known kind."""

    code = UNKNOWN


class InvalidArgumentError(_CodedError):
    """A value an operation cannot work with: a shape that does not fit, a placeholder without a value."""

    code = INVALID_ARGUMENT


class DeadlineExceededError(_CodedError):
    """It took too long."""

    code = DEADLINE_EXCEEDED


class NotFoundError(_CodedError):
    """A file or another thing asked for is not there."""

    code = NOT_FOUND


class AlreadyExistsError(_CodedError):
    """What was to be made is there already."""

    code = ALREADY_EXISTS


class PermissionDeniedError(_CodedError):
    """The caller may not do this."""

    code = PERMISSION_DENIED


class ResourceExhaustedError(_CodedError):
    """Memory or another resource ran out."""

    code = RESOURCE_EXHAUSTED


class FailedPreconditionError(_CodedError):
    """The system is not in the state this needs: above all, a variable read before it was initialised."""

    code = FAILED_PRECONDITION


class AbortedError(_CodedError):
    """The run was aborted, as by a concurrent one."""

    code = ABORTED


class OutOfRangeError(_CodedError):
    """Reading went past the end of the input."""

    code = OUT_OF_RANGE


class UnimplementedError(_CodedError):
    """The operation is not implemented for this."""

    code = UNIMPLEMENTED


class InternalError(_CodedError):
    """An invariant of the runtime does not hold: a bug."""

    code = INTERNAL


class UnavailableError(_CodedError):
    """The runtime cannot be reached right now."""

    code = UNAVAILABLE


class DataLossError(_CodedError):
    """Data are lost or damaged beyond repair."""

    code = DATA_LOSS


class UnauthenticatedError(_CodedError):
    """The caller did not say, or prove, who it is."""

    code = UNAUTHENTICATED
