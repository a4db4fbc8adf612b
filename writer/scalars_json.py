"""The scalars of a directory's event files to a JSON file."""

from __future__ import annotations

import json
import math
import os
from typing import Any

from writer.format.file_names import is_event_file
from writer.format.messages import Event
from writer.format.plugins import SCALARS
from writer.format.record import Record, next_record
from writer.format.tensors import to_ndarray


def export(directory: str, path: str | os.PathLike[str]) -> None:
    """Writes ``{tag: [[wall time, step, value], ...]}`` in the order of logging; NaN and infinities are null.

    Raises:
        OSError: an event file cannot be read, or the JSON file cannot be written.
    """
    points: dict[str, list[tuple[float, int, float | None]]] = {}
    for name in sorted(filter(is_event_file, os.listdir(directory))):
        with open(os.path.join(directory, name), "rb") as file:
            _collect(file.read(), points)
    with open(path, "w", encoding="utf-8") as target:
        json.dump(points, target)


def _collect(data: bytes, points: dict[str, list[tuple[float, int, float | None]]]) -> None:
    plugin_of: dict[str, str] = {}  # the first value of a tag says what it is
    offset = 0
    while isinstance(found := next_record(data, offset), Record):
        offset = found.end
        event = Event.FromString(found.data)
        for value in event.summary.value:
            plugin = plugin_of.setdefault(value.tag, value.metadata.plugin_data.plugin_name)
            kind = value.WhichOneof("value")
            if kind == "simple_value" or (kind == "tensor" and plugin == SCALARS):
                number = float(value.simple_value if kind == "simple_value" else to_ndarray(value.tensor).item())
                points.setdefault(value.tag, []).append((event.wall_time, event.step, _json_number(number)))


def _json_number(number: float) -> Any:
    return number if math.isfinite(number) else None
