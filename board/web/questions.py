"""The body of a question about lines in, what it asks for out, and the series one by one as far as they are there.

``POST /api/series`` and ``POST /api/marked`` ask in the same words.
"""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from flask import request

from board.errors import ClientError
from board.query.history import history
from board.query.line import View, XAxis
from board.query.smoothing import Method, Smoothing
from board.store import Columns, IndexDamagedError, Points
from board.web.state import State, state

MAX_SERIES = 2000
_WIDTHS = range(16, 4097)
_DEFAULT_WIDTH = 600
_MAX_SMOOTHING = 0.9999
_SURVIVING, _ALL = "surviving", "all"

Choice = TypeVar("Choice", bound=enum.Enum)


class Found(NamedTuple):
    """A series that was asked for. ``points`` is None when there is nothing to compute: the header is all."""

    header: dict[str, Any]
    points: Points | None
    metric: Columns | None  # the history of what runs along x, if that is a metric


@dataclass(frozen=True)
class Question:
    """What is asked, and the moment of the log that answers show."""

    wanted: list[tuple[str, str]]  # run and tag
    view: View
    x_tag: str | None  # what runs along x, if that is a metric
    instance: str
    cursor: int
    changed: set[tuple[str, str]] | None  # series with news since an earlier answer; None: all may have some

    def series(self) -> Iterator[Found]:
        """The series one by one, looked up when their turn comes."""
        store = state().store
        for run, tag in self.wanted:
            name = {"run": run, "tag": tag, "found": True}
            asked = {(run, tag), (run, self.x_tag)}
            if self.changed is not None and not asked & self.changed and store.metadata(run, tag) is not None:
                yield Found({**name, "unchanged": True}, None, None)
                continue
            try:
                points = store.points(run, tag)
                metric = None if self.x_tag is None else store.points(run, self.x_tag)
            except IndexDamagedError:  # it vanishes now, and comes back as a change once it has been read anew
                points = metric = None
            if points is None:
                yield Found({**name, "found": False}, None, None)
            else:
                yield Found(name, points, None if metric is None else history(*metric))


def body_of_request() -> dict[str, Any]:
    """The JSON object that a request brought."""
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):  # the latter: brackets within brackets
        body = None
    if not isinstance(body, dict):
        raise ClientError("the body has to be a JSON object")
    return body


def question(body: dict[str, Any]) -> Question:
    """What a body asks for.

    Raises:
        ClientError: a field means nothing; the message names it.
    """
    wanted, view = _wanted(body.get("series")), _view(body)
    x_tag = _x_tag(body) if view.x_axis is XAxis.METRIC else None
    shared = state()
    # Asked for before any points are: what changes while they are sent is sent once more, and never missed.
    cursor = shared.store.cursor
    changed = _changed_since(body.get("since"), shared)
    return Question(wanted, view, x_tag, shared.instance, cursor, changed)


def _wanted(pairs: Any) -> list[tuple[str, str]]:
    """The pairs that are asked for; one that comes again is answered once."""
    if not isinstance(pairs, list) or len(pairs) > MAX_SERIES:
        raise ClientError(f"series: a list of at most {MAX_SERIES} pairs [run, tag] is wanted")
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(name, str) for name in pair)):
            raise ClientError(f"series: {str(pair)[:100]} is not a pair [run, tag]")
    return list(dict.fromkeys((run, tag) for run, tag in pairs))


def _changed_since(known: Any, shared: State) -> set[tuple[str, str]] | None:
    """The series with other points than an earlier answer had, given its instance and cursor; None: all may have."""
    if known is None:
        return None
    if not (isinstance(known, list) and len(known) == 2 and isinstance(known[0], str) and isinstance(known[1], int)):
        raise ClientError("since: null or a pair [instance, cursor] out of an earlier answer is wanted")
    if known[0] != shared.instance:
        return None
    changes = shared.store.changes(known[1])
    return None if changes.all_series else set(changes.series)


def _view(body: dict[str, Any]) -> View:
    axis = choice(XAxis, "x", body.get("x", XAxis.STEP.value))
    width = body.get("width", _DEFAULT_WIDTH)
    if not isinstance(width, int | float) or not _WIDTHS.start <= width < _WIDTHS.stop:
        raise ClientError(f"width: a number of pixels from {_WIDTHS.start} to {_WIDTHS.stop - 1} is wanted")
    log_x = body.get("log_x", False)
    if not isinstance(log_x, bool):
        raise ClientError("log_x: true or false is wanted")
    segments = all_segments(body.get("segments", _SURVIVING))
    return View(axis, stretch("range", body.get("range")), int(width), _smoothing(body), segments, log_x)


def _x_tag(body: dict[str, Any]) -> str:
    tag = body.get("x_tag")
    if not isinstance(tag, str):
        raise ClientError("x_tag: with x = 'metric' the tag of a scalar is wanted")
    return tag


def _smoothing(body: dict[str, Any]) -> Smoothing:
    weight = body.get("smoothing", 0)
    if not isinstance(weight, int | float) or not 0 <= weight <= _MAX_SMOOTHING:
        raise ClientError(f"smoothing: a number from 0 to {_MAX_SMOOTHING} is wanted")
    method = body.get("smoothing_method", Method.EXPONENTIAL.value)
    return Smoothing(float(weight), choice(Method, "smoothing_method", method))


def place(body: dict[str, Any]) -> float | tuple[float, float]:
    """The mark that a body asks about: one x, or both ends of a stretch."""
    at, over = body.get("at"), stretch("over", body.get("over"))
    if (at is None) == (over is None):
        raise ClientError("at, a number, or over, two ascending numbers, is wanted: one of the two")
    both = over or stretch("at", [at, at])
    assert both is not None, "one of the two is there"
    return both if over else both[0]


def choice(kind: type[Choice], name: str, value: Any) -> Choice:
    """The member of an enumeration that a field of the request names."""
    known = [one.value for one in kind]
    if value not in known:
        raise ClientError(f"{name}: {str(value)[:50]!r} is none of {', '.join(known)}")
    return kind(value)


def all_segments(value: Any) -> bool:
    """Whether a field asks for superseded points, too."""
    if value not in (_SURVIVING, _ALL):
        raise ClientError(f"segments: {str(value)[:50]!r} is neither {_SURVIVING} nor {_ALL}")
    return bool(value == _ALL)


def stretch(name: str, value: Any) -> tuple[float, float] | None:
    """Two ascending numbers, or None."""
    if value is None:
        return None
    wanted = ClientError(f"{name}: null or two ascending numbers are wanted")
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(end, int | float) for end in value):
        raise wanted
    try:
        start, stop = float(value[0]), float(value[1])
    except OverflowError:  # a whole number larger than any float
        raise wanted from None
    if not -math.inf < start <= stop < math.inf:
        raise wanted
    return start, stop
