from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from writer.format.file_names import is_event_file
from writer.format.messages import Event
from writer.format.record import Record, next_record


@pytest.fixture
def read_events() -> Callable[[Path], list[Any]]:
    """Reads all event files of a directory, in the order of their names, and insists that no byte is damaged."""

    def read(directory: Path) -> list[Any]:
        events = []
        for path in sorted(directory.iterdir()):
            assert is_event_file(path.name), path
            data, offset = path.read_bytes(), 0
            while offset < len(data):
                found = next_record(data, offset)
                assert isinstance(found, Record), f"{path} at {offset}: {found}"
                events.append(Event.FromString(found.data))
                offset = found.end
        return events

    return read
