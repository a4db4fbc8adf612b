"""What was logged under one tag in, as columns or places in files; TensorBoard's events out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

from board.compat.events import ScalarEvent
from board.logs import records
from board.logs.tail import read_at

EventT = TypeVar("EventT")


class Place(NamedTuple):
    """A value that stays in its event file until it is asked for."""

    path: str
    offset: int  # of the record, bytes
    length: int  # of the record, bytes
    value_index: int  # position in Event.summary.value
    wall_time: float
    step: int

    def read(self) -> Any:
        """The Summary.Value. Raises `LookupError` if the file no longer holds it."""
        found = records.one(read_at(self.path, self.offset, self.length), 0)
        if not isinstance(found, records.Decoded) or self.value_index >= len(found.event.summary.value):
            raise LookupError(f"{self.path}, byte {self.offset}: the record is no longer there")
        return found.event.summary.value[self.value_index]


class Rows(NamedTuple):
    """Scalars, row by row, with the offsets of their records."""

    offsets: np.ndarray  # int64 [n]
    wall_times: np.ndarray  # float64 [n]
    steps: np.ndarray  # int64 [n]
    values: np.ndarray  # float64 [n]


class ScalarTags:
    """Scalar series by tag."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Rows]] = {}
        self._settled: dict[str, int] = {}  # so many parts of a tag are in the order of the file

    def add(self, tag: str, rows: Rows) -> None:
        self._rows.setdefault(tag, []).append(rows)

    def settle(self) -> None:
        """Puts what was added since the last call in the order of the records it came from."""
        for tag, parts in self._rows.items():
            settled = self._settled.get(tag, 0)
            if len(parts) - settled > 1:
                new = Rows(*(np.concatenate(columns) for columns in zip(*parts[settled:])))
                order = np.argsort(new.offsets, kind="stable")
                parts[settled:] = [Rows(*(column[order] for column in new))]
            self._settled[tag] = len(parts)

    def purge(self, step: int, tag: str | None = None) -> None:
        """Drops points at ``step`` and later ones, of one tag or of all."""
        for name in self._rows if tag is None else {tag} & set(self._rows):
            self._rows[name] = [Rows(*(column[part.steps < step] for column in part)) for part in self._rows[name]]

    def Keys(self) -> list[str]:  # noqa: N802 - TensorBoard's name
        return list(self._rows)

    def Items(self, tag: str) -> list[ScalarEvent]:  # noqa: N802 - TensorBoard's name
        """Raises `KeyError` if there is no such tag."""
        if tag not in self._rows:
            raise KeyError(f"no scalars under tag {tag!r}")
        columns = [part[1:] for part in self._rows[tag]]
        return [event for part in columns for event in map(ScalarEvent, *(column.tolist() for column in part))]

    def steps_and_wall_times(self, tag: str) -> tuple[np.ndarray, np.ndarray]:
        """int64 [n] and float64 [n] of a tag that is among the `Keys`."""
        parts = self._rows[tag]
        return np.concatenate([part.steps for part in parts]), np.concatenate([part.wall_times for part in parts])


class PlaceTags(Generic[EventT]):
    """Series of one kind of larger values, by tag.

    Args:
        kind: what error messages call it.
        make: the event of a wall time, a step and a Summary.Value.
    """

    def __init__(self, kind: str, make: Callable[[float, int, Any], EventT]) -> None:
        self._kind = kind
        self._make = make
        self._places: dict[str, list[Place]] = {}

    def add(self, tag: str, places: list[Place]) -> None:
        self._places.setdefault(tag, []).extend(places)

    def settle(self, path: str, offset: int) -> None:
        """Puts the places of a file from ``offset`` on in the order of the file."""
        for places in self._places.values():
            start = len(places)
            while start and places[start - 1].path == path and places[start - 1].offset >= offset:
                start -= 1
            places[start:] = sorted(places[start:], key=lambda place: place.offset)

    def purge(self, step: int, tag: str | None = None) -> None:
        """Drops values at ``step`` and later ones, of one tag or of all."""
        for name in self._places if tag is None else {tag} & set(self._places):
            self._places[name] = [place for place in self._places[name] if place.step < step]

    def Keys(self) -> list[str]:  # noqa: N802 - TensorBoard's name
        return list(self._places)

    def Items(self, tag: str) -> list[EventT]:  # noqa: N802 - TensorBoard's name
        """Raises `KeyError` if there is no such tag, `LookupError` if a file no longer holds a value."""
        if tag not in self._places:
            raise KeyError(f"no {self._kind} under tag {tag!r}")
        return [self._make(place.wall_time, place.step, place.read()) for place in self._places[tag]]

    def steps_and_wall_times(self, tag: str) -> tuple[np.ndarray, np.ndarray]:
        """int64 [n] and float64 [n] of a tag that is among the `Keys`; no value is read."""
        places = self._places[tag]
        steps = np.array([place.step for place in places], np.int64)
        return steps, np.array([place.wall_time for place in places], np.float64)
