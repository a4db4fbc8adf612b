"""What the methods of a `SummaryWriter` stand on: a place to put events, and messages as bytes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from writer import event
from writer.event_file import EventFileWriter


class Methods:
    """Logs events to a file; the base of every theme's methods."""

    def __init__(self, file: EventFileWriter) -> None:
        self._file = file
        self._latest_step = 0  # the greatest that was logged

    def _log(self, field: int, payload: bytes, global_step: Any, walltime: float | None) -> None:
        """Logs one Event whose payload is ``field`` (see `writer.event`), by default now and at step 0."""
        try:
            step = event.as_step(global_step)
            wall_time = self._file.now() if walltime is None else event.as_wall_time(walltime)
            self._file.write(event.encode(wall_time, step, field, payload))
        except (TypeError, ValueError) as error:
            raise type(error)(f"{_told(field, payload)}{error}") from None
        if step > self._latest_step:
            self._latest_step = step

    def _before_close(self, failed: bool) -> None:
        """Where a theme logs what it has left to say. ``failed``: an exception is what closes the writer."""


@contextlib.contextmanager
def told_of(where: str) -> Iterator[None]:
    """Errors of an argument say ``where`` it was given: the method, and the tag if there is one."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise (TypeError if isinstance(error, TypeError) else ValueError)(f"{where}: {error}") from None


def _told(field: int, payload: bytes) -> str:
    """The tag of what could not be logged, for the error's text; a caller may have many."""
    if field == event.SUMMARY:
        from google.protobuf.message import DecodeError

        from writer.format.messages import Summary

        with contextlib.suppress(DecodeError):
            for value in Summary.FromString(payload).value:
                return f"tag {value.tag!r}: "
    return ""


def as_bytes(method: str, wanted: str, message: Any) -> bytes:
    """A message of any library's class, serialised; bytes as they are.

    Raises:
        TypeError: it is neither; the error names ``method`` and what it ``wanted``.
    """
    if isinstance(message, (bytes, bytearray)):
        return bytes(message)
    if hasattr(message, "SerializeToString"):
        return bytes(message.SerializeToString())
    if hasattr(message, "item") and isinstance(message.item(), bytes):  # a fetched 0-d array of bytes
        return bytes(message.item())
    raise TypeError(f"{method}: wanted {wanted} or its bytes, but got {type(message).__name__}")
