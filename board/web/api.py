"""The page's own routes, ``/api/...``: JSON, and float64 blocks for points."""

from __future__ import annotations

import json
import math
import os
from typing import Any

import numpy as np
from flask import Blueprint, Response, request

from board import __version__
from board.dashboards import DASHBOARDS
from board.errors import ClientError
from board.query import catalog, series_query
from board.query.series_query import SeriesAnswer, View, XAxis
from board.store import Columns
from board.web import http
from board.web.state import State, state

MAX_SERIES = 2000
_WIDTHS = range(16, 4097)
_DEFAULT_WIDTH = 600
_MAX_SMOOTHING = 0.9999
_SURVIVING, _ALL = "surviving", "all"

api = Blueprint("api", __name__)


@api.get("/status")
def status() -> Response:
    """How far reading has come, and what could not be read."""
    shared = state()
    store = shared.store
    progress, totals = store.progress, store.totals
    return http.json_response(
        {
            "version": __version__,
            "logdir": logdir_shown(),
            "logdir_exists": progress.logdir_exists,
            "loading": progress.loading,
            "runs": totals.runs,
            "series": totals.series,
            "points": totals.points,
            "cursor": store.cursor,
            "files": progress.files,
            "bytes_read": progress.bytes_read,
            "bytes_known": progress.bytes_known,
            "last_scan": progress.last_scan,
            "damage": {
                "count": store.damage.count,
                "entries": [entry._asdict() for entry in store.damage.entries()],
            },
            "unreadable": [entry._asdict() for entry in progress.unreadable],
        }
    )


def logdir_shown() -> str:
    """The log directory's absolute path; bytes of it that are no UTF-8 come escaped."""
    path = os.path.abspath(state().config.logdir)
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


@api.get("/catalog")
def contents() -> Response:
    """All that the page needs to draw its frame."""
    shared = state()
    store = shared.store
    cursor = store.cursor  # before anything is looked up: what comes in meanwhile is told again
    runs = catalog.ordered_runs(store)
    index = {run.name: position for position, run in enumerate(runs)}
    series = store.series()
    shown = {plugin for dashboard in DASHBOARDS for plugin in dashboard.plugins}
    return http.json_response(
        {
            "instance": shared.instance,
            "cursor": cursor,
            "dashboards": [
                {
                    "id": dashboard.id,
                    "title": dashboard.title,
                    "aliases": dashboard.aliases,
                    "active": dashboard.is_active(store),
                }
                for dashboard in DASHBOARDS
            ],
            "runs": [run._asdict() for run in runs],
            "scalars": catalog.scalar_tags(series, index),
            "graphs": catalog.graphs(series, index),
            "other": [
                {"plugin": plugin or "unnamed", "series": count}
                for plugin, count in sorted(store.plugins().items())
                if plugin not in shown
            ],
        }
    )


@api.get("/changes")
def changes() -> Response:
    """What has changed since a cursor that an earlier answer gave."""
    text = http.required(request.args, "since")
    try:
        since = int(text)
    except ValueError:
        raise ClientError(f"since={text[:50]!r}: a cursor is a whole number") from None
    shared = state()
    found = shared.store.changes(since)
    answer = {
        "instance": shared.instance,
        "cursor": found.cursor,
        "catalog_changed": found.catalog_changed,
        "series": found.series,
        "loading": shared.store.progress.loading,
        "damage": shared.store.damage.count,
    }
    if found.all_series:
        answer["all_series"] = True
    return http.json_response(answer)


@api.post("/series")
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
    shared = state()
    store = shared.store
    cursor = store.cursor
    changed = _changed_since(body.get("since"), shared)
    entries: dict[tuple[str, str], dict[str, Any]] = {}  # a pair that comes again refers to the same block
    blocks: list[np.ndarray] = []
    offset = 0
    for run, tag in dict.fromkeys(wanted):
        points = store.points(run, tag)
        if points is None:
            entries[run, tag] = {"run": run, "tag": tag, "found": False}
            continue
        if changed is not None and (run, tag) not in changed:
            entries[run, tag] = {"run": run, "tag": tag, "found": True, "unchanged": True}
            continue
        answer = series_query.answer(points.columns, view, points.restarts)
        described = _described(points.columns, answer)
        entries[run, tag] = {"run": run, "tag": tag, "found": True, **described, "offset": offset}
        of_series = [answer.steps, answer.wall_times, answer.values]
        if answer.smoothed is not None:
            of_series.append(answer.smoothed)
        blocks.extend(of_series)
        offset += 8 * sum(len(block) for block in of_series)
    header = {"instance": shared.instance, "cursor": cursor, "series": [entries[pair] for pair in wanted]}
    return http.blocks_response(header, blocks)


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
    if not isinstance(pairs, list) or len(pairs) > MAX_SERIES:
        raise ClientError(f"series: a list of at most {MAX_SERIES} pairs [run, tag] is wanted")
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(name, str) for name in pair)):
            raise ClientError(f"series: {str(pair)[:100]} is not a pair [run, tag]")
    return [(run, tag) for run, tag in pairs]


def _view(body: dict[str, Any]) -> View:
    axes = [axis.value for axis in XAxis]
    x = body.get("x", XAxis.STEP.value)
    if x not in axes:
        raise ClientError(f"x: {str(x)[:50]!r} is none of {', '.join(axes)}")
    width = body.get("width", _DEFAULT_WIDTH)
    if not isinstance(width, int | float) or not _WIDTHS.start <= width < _WIDTHS.stop:
        raise ClientError(f"width: a number of pixels from {_WIDTHS.start} to {_WIDTHS.stop - 1} is wanted")
    smoothing = body.get("smoothing", 0)
    if not isinstance(smoothing, int | float) or not 0 <= smoothing <= _MAX_SMOOTHING:
        raise ClientError(f"smoothing: a number from 0 to {_MAX_SMOOTHING} is wanted")
    segments = body.get("segments", _SURVIVING)
    if segments not in (_SURVIVING, _ALL):
        raise ClientError(f"segments: {str(segments)[:50]!r} is neither {_SURVIVING} nor {_ALL}")
    return View(XAxis(x), _range(body.get("range")), int(width), float(smoothing), segments == _ALL)


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
