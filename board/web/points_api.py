"""Questions for points in, columns of numbers out: ``/api/series`` for charts, ``/api/points`` for readers of rows.

`board.web.blocks` tells how answers are laid out.
"""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from flask import Blueprint, Response, request

from board.errors import ClientError, NotFoundError
from board.query import increments, series_query
from board.query.series_query import SeriesAnswer, View, XAxis
from board.query.smoothing import Method, Smoothing
from board.store import Columns, IndexDamagedError, Store
from board.web import blocks, http
from board.web.blocks import Precision
from board.web.state import State, state

MAX_SERIES = 2000
_WIDTHS = range(16, 4097)
_DEFAULT_WIDTH = 600
_MAX_SMOOTHING = 0.9999
_SURVIVING, _ALL = "surviving", "all"

Choice = TypeVar("Choice", bound=enum.Enum)

points_api = Blueprint("points_api", __name__)


@points_api.post("/series")
def series() -> Response:
    """The points that charts have to draw, of many series at once."""
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):  # the latter: brackets within brackets
        body = None
    if not isinstance(body, dict):
        raise ClientError("the body has to be a JSON object")
    wanted = _wanted(body.get("series"))
    view = _view(body)
    x_tag = _x_tag(body) if view.x_axis is XAxis.METRIC else None
    precision = _choice(Precision, "values", body.get("values", Precision.FLOAT64.value))
    shared = state()
    # Asked for before any points are: what changes while they are sent is sent once more, and never missed.
    cursor = shared.store.cursor
    changed = _changed_since(body.get("since"), shared)
    begin = blocks.part({"instance": shared.instance, "cursor": cursor, "series": len(wanted)})
    parts = _parts(shared.store, wanted, view, x_tag, precision, changed)
    return blocks.response(part for of in ([begin], parts) for part in of)


def _parts(
    store: Store,
    wanted: Iterable[tuple[str, str]],
    view: View,
    x_tag: str | None,
    precision: Precision,
    changed: set[Any] | None,
) -> Iterator[Iterable[bytes | memoryview]]:
    """A part for each series, computed when its turn comes."""
    for run, tag in wanted:
        name = {"run": run, "tag": tag, "found": True}
        asked = {(run, tag), (run, x_tag)}
        if changed is not None and not asked & changed and store.metadata(run, tag) is not None:
            yield blocks.part({**name, "unchanged": True})
            continue
        try:
            points = store.points(run, tag)
            metric = None if x_tag is None else store.points(run, x_tag)
        except IndexDamagedError:  # it vanishes now, and comes back as a change once it has been read anew
            points = metric = None
        if points is None:
            yield blocks.part({**name, "found": False})
        else:
            along = None if metric is None else series_query.history(*metric)
            answer = series_query.answer(points.columns, view, points.restarts, along)
            dtype = precision.dtype(answer.values)
            columns = [
                answer.steps.astype("<f8"),
                answer.wall_times.astype("<f8", copy=False),
                *([answer.x.astype("<f8", copy=False)] if x_tag is not None else []),
                *(blocks.as_type(y, dtype) for y in (answer.values, answer.smoothed) if y is not None),
            ]
            yield blocks.part({**name, **_described(points.columns, answer), "values": dtype.name}, columns)


@points_api.get("/points")
def points() -> Response:
    """The points of one series as they were logged, from the first one on or from where an earlier answer ended."""
    run, tag = http.required(request.args, "run"), http.required(request.args, "tag")
    segments = _segments(request.args.get("segments", _SURVIVING))
    precision = _choice(Precision, "values", request.args.get("values", Precision.FLOAT64.value))
    found = state().store.points(run, tag)
    if found is None:
        raise NotFoundError(f"no scalar data for run={run!r}, tag={tag!r}")
    columns = found.columns if segments == _ALL else series_query.history(*found)
    after = request.args.get("after")
    try:
        start = 0 if after is None else increments.first_new_row(columns, after)
    except ValueError as error:
        raise ClientError(f"after: {error}") from None
    new = Columns(*(column[start:] for column in columns))
    dtype = precision.dtype(new.values)
    header = {
        "run": run,
        "tag": tag,
        "rows": len(columns.steps),
        "first_row": start or 0,
        "shown": len(new.steps),
        "start_over": start is None,
        "next": increments.mark(columns),
        "steps": "int64",
        "values": dtype.name,
    }
    sent = [
        new.steps.astype("<i8", copy=False),
        new.wall_times.astype("<f8", copy=False),
        blocks.as_type(new.values, dtype),
    ]
    return blocks.response([blocks.part(header, sent)])


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


def _described(columns: Columns, answer: SeriesAnswer) -> dict[str, Any]:
    steps, wall_times, values = columns
    return {
        "count": answer.count,
        "in_range": answer.in_range,
        "superseded": answer.superseded,
        "unplaced": answer.unplaced,
        "shown": len(answer.steps),
        "nonfinite": answer.nonfinite.total,
        "nan": answer.nonfinite.nan,
        "positive_infinity": answer.nonfinite.positive,
        "negative_infinity": answer.nonfinite.negative,
        "first_wall_time": float(wall_times[0]) if len(wall_times) else None,
        "last": {"step": int(steps[-1]), "wall_time": float(wall_times[-1]), "value": float(values[-1])}
        if len(steps)
        else None,
        "y_domain": answer.y_domain,
        "robust_y_domain": answer.robust_y_domain,
        "breaks": answer.breaks,
    }


def _wanted(pairs: Any) -> list[tuple[str, str]]:
    """The pairs that are asked for; one that comes again is answered once."""
    if not isinstance(pairs, list) or len(pairs) > MAX_SERIES:
        raise ClientError(f"series: a list of at most {MAX_SERIES} pairs [run, tag] is wanted")
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(name, str) for name in pair)):
            raise ClientError(f"series: {str(pair)[:100]} is not a pair [run, tag]")
    return list(dict.fromkeys((run, tag) for run, tag in pairs))


def _view(body: dict[str, Any]) -> View:
    axis = _choice(XAxis, "x", body.get("x", XAxis.STEP.value))
    width = body.get("width", _DEFAULT_WIDTH)
    if not isinstance(width, int | float) or not _WIDTHS.start <= width < _WIDTHS.stop:
        raise ClientError(f"width: a number of pixels from {_WIDTHS.start} to {_WIDTHS.stop - 1} is wanted")
    log_x = body.get("log_x", False)
    if not isinstance(log_x, bool):
        raise ClientError("log_x: true or false is wanted")
    segments = _segments(body.get("segments", _SURVIVING))
    return View(axis, _range(body.get("range")), int(width), _smoothing(body), segments == _ALL, log_x)


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
    return Smoothing(float(weight), _choice(Method, "smoothing_method", method))


def _choice(kind: type[Choice], name: str, value: Any) -> Choice:
    """The member of an enumeration that a field of the request names."""
    known = [one.value for one in kind]
    if value not in known:
        raise ClientError(f"{name}: {str(value)[:50]!r} is none of {', '.join(known)}")
    return kind(value)


def _segments(value: Any) -> str:
    if value not in (_SURVIVING, _ALL):
        raise ClientError(f"segments: {str(value)[:50]!r} is neither {_SURVIVING} nor {_ALL}")
    return str(value)


def _range(value: Any) -> tuple[float, float] | None:
    if value is None:
        return None
    wanted = ClientError("range: null or two ascending numbers are wanted")
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(end, int | float) for end in value):
        raise wanted
    try:
        start, stop = float(value[0]), float(value[1])
    except OverflowError:  # a whole number larger than any float
        raise wanted from None
    if not -math.inf < start <= stop < math.inf:
        raise wanted
    return start, stop
