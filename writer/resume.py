"""A run's directory in; the last step that was logged there out, read from the ends of its event files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError

from writer.format import file_names
from writer.format.checksum import header_offsets
from writer.format.messages import Event, SessionLog
from writer.format.record import Incomplete, Record, next_record

_FIRST_LOOK = 1 << 20


def last_step(directory: str | os.PathLike[str]) -> int | None:
    """The greatest step among the last events of the run's last session; None if nothing was logged with a step.

    The newest file that holds a summary tells it. Only its end is read, at least a mebibyte. Where a session says that
    it resumed at a step (`SessionLog.START`), what came before it does not count from there on.

    Raises:
        OSError: the directory or a file cannot be read.
    """
    try:
        paths = sorted(path for path in Path(directory).iterdir() if file_names.is_event_file(path.name))
    except FileNotFoundError:
        return None
    resumed_at = None
    for path in reversed(paths):
        found, started = _of_file(path)
        if resumed_at is None:
            resumed_at = started
        if found is not None:
            return found if resumed_at is None or started == resumed_at else min(found, resumed_at - 1)
        if resumed_at is not None:
            return resumed_at - 1
    return None


def _of_file(path: Path) -> tuple[int | None, int | None]:
    """The last step of the file, and where the last session within what was read began."""
    size = path.stat().st_size
    look = _FIRST_LOOK
    with open(path, "rb") as file:
        while True:
            file.seek(max(0, size - look))
            step = started = None
            for event in _events(file.read(look)):
                kind = event.WhichOneof("what")
                if kind == "session_log" and event.session_log.status == SessionLog.START:
                    # Steps logged before stand as far as they are not superseded.
                    step, started = (None if step is None else min(step, event.step - 1)), event.step
                elif kind == "summary":
                    step = event.step if step is None else max(step, event.step)
            if step is not None or look >= size:
                return step, started
            look *= 8


def _events(data: bytes) -> Iterator[Any]:
    """Events of the whole records in bytes that begin anywhere, damage passed over."""
    starts = header_offsets(data, 0, len(data))
    offset = int(starts[0]) if len(starts) else len(data)
    while not isinstance(found := next_record(data, offset), Incomplete):
        if isinstance(found, Record):
            with contextlib.suppress(DecodeError):  # a record of something else
                yield Event.FromString(found.data)
        offset = found.end
