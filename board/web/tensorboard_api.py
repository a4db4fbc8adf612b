"""TensorBoard's routes, ``/data/...``, for the programs that read them.

Addresses, parameters and shapes of the answers are those of TensorBoard 2.21; the points are all of the surviving
history, where TensorBoard samples. Texts that TensorBoard renders to HTML come escaped.
"""

from __future__ import annotations

import csv
import html
import io
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, request
from google.protobuf import text_format

from board import __version__
from board.dashboards import DASHBOARDS
from board.errors import ClientError, NotFoundError
from board.query import logged_graph
from board.query.graph_source import decode_graph
from board.query.history import history
from board.store import Columns, Store
from board.web import http
from board.web.api import logdir_shown
from board.web.state import state
from writer.format import plugins

# A piece of a long answer, points: some milliseconds of work, for as long as which other requests may have to wait.
_PIECE = 10_000
# More digits are no number of bytes, and of some thousands of them Python makes no number at all.
_BYTES = "0{0,9}[1-9][0-9]{0,18}"

tensorboard_api = Blueprint("tensorboard_api", __name__)


@tensorboard_api.url_value_preprocessor
def _drop_experiment(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """An experiment's name may stand before the route; it makes no difference here."""
    if values:
        values.pop("experiment", None)


@tensorboard_api.get("/environment")
def environment() -> Response:
    return http.json_response(
        {
            "version": __version__,
            "data_location": logdir_shown(),
            "window_title": "",
            "experiment_name": "",
            "experiment_description": "",
            "creation_time": 0.0,
        }
    )


@tensorboard_api.get("/logdir")
def logdir() -> Response:
    return http.json_response({"logdir": logdir_shown()})


@tensorboard_api.get("/runs")
def runs() -> Response:
    """The names of all runs, by the time of their first event."""
    found = state().store.runs()
    found.sort(key=lambda run: (math.inf if run.first_wall_time is None else run.first_wall_time, run.name))
    return http.json_response([run.name for run in found])


@tensorboard_api.get("/plugins_listing")
def plugins_listing() -> Response:
    store = state().store
    return http.json_response(
        {
            dashboard.plugins[0]: {
                "disable_reload": False,
                "enabled": dashboard.is_active(store),
                "loading_mechanism": {"type": "NONE"},
                "remove_dom": False,
                "tab_name": dashboard.title,
            }
            for dashboard in DASHBOARDS
        }
    )


@tensorboard_api.get("/plugin/scalars/tags")
def scalars_tags() -> Response:
    found: dict[str, dict[str, Any]] = {}
    for info in state().store.series({plugins.SCALARS}):
        description = info.metadata.description
        found.setdefault(info.run, {})[info.tag] = {
            "displayName": info.metadata.display_name,
            "description": f"<p>{html.escape(description)}</p>" if description else "",
        }
    return http.json_response(found)


@tensorboard_api.get("/plugin/scalars/scalars")
def scalars() -> Response:
    """The points of one series: ``[[wall time, step, value], ...]``, or the same as CSV."""
    run, tag = http.required(request.args, "run"), http.required(request.args, "tag")
    columns = _history(state().store, run, tag)
    if columns is None:
        raise NotFoundError(f"no scalar data for run={run!r}, tag={tag!r}")
    if request.args.get("format") == "csv":
        return http.streamed_response(_csv(columns), "text/csv; charset=utf-8")
    return http.streamed_response(_json(columns), "application/json")


@tensorboard_api.post("/plugin/scalars/scalars_multirun")
def scalars_multirun() -> Response:
    """The points of one tag, for each of some runs that has it."""
    tags = request.form.getlist("tag")
    if len(tags) != 1:
        raise ClientError(f"parameter 'tag' has to come once, but came {len(tags)} times")
    return http.streamed_response(
        _json_by_run(state().store, tags[0], dict.fromkeys(request.form.getlist("runs"))), "application/json"
    )


@tensorboard_api.get("/plugin/graphs/info")
def graphs_info() -> Response:
    return http.json_response(logged_graph.info(state().store))


@tensorboard_api.get("/plugin/graphs/graph")
def graphs_graph() -> Response:
    """A GraphDef as text, without attributes larger than ``limit_attr_size`` bytes."""
    run, tag = http.required(request.args, "run"), request.args.get("tag") or None
    if request.args.get("conceptual", "false").lower() == "true":
        raise NotFoundError(f"no conceptual graph for run={run!r}: graphs of Keras models are not served as GraphDef")
    limit = request.args.get("limit_attr_size")
    if limit is not None and not re.fullmatch(_BYTES, limit):
        raise ClientError(f"limit_attr_size={limit[:50]!r}: a number of bytes above 0 is wanted")
    store = state().store
    try:
        reference, encoding = logged_graph.locate(store, run, tag)
        graph, _ = decode_graph(logged_graph.content(store, reference), encoding)
    except LookupError as error:
        raise NotFoundError(str(error)) from error
    if limit is not None:
        logged_graph.drop_large_attributes(graph, int(limit), request.args.get("large_attrs_key"))
    return http.text_response(text_format.MessageToString(graph), mimetype="text/x-protobuf")


@tensorboard_api.get("/plugin/graphs/run_metadata")
def graphs_run_metadata() -> Response:
    """A RunMetadata as text."""
    run, tag = http.required(request.args, "run"), http.required(request.args, "tag")
    try:
        profile = logged_graph.profile(state().store, run, tag)
    except (LookupError, ValueError) as error:
        raise NotFoundError(str(error)) from error
    return http.text_response(text_format.MessageToString(profile), mimetype="text/x-protobuf")


def _history(store: Store, run: str, tag: str) -> Columns | None:
    points = store.points(run, tag)
    return None if points is None else history(points.columns, points.restarts)


def _rows(columns: Columns) -> Iterator[list[tuple[float, int, float]]]:
    """The points as rows, in pieces."""
    steps, wall_times, values = columns
    for start in range(0, len(steps), _PIECE):
        piece = slice(start, start + _PIECE)
        yield list(zip(wall_times[piece].tolist(), steps[piece].tolist(), values[piece].tolist()))


def _json(columns: Columns) -> Iterator[str]:
    before = "["
    for rows in _rows(columns):
        yield before + http.json_text(rows)[1:-1]
        before = ","
    yield "[]" if before == "[" else "]"


def _json_by_run(store: Store, tag: str, runs: Iterable[str]) -> Iterator[str]:
    """Looks each run up when its turn comes: the points of all would have to be held at once otherwise."""
    before = "{"
    for run in runs:
        columns = _history(store, run, tag)
        if columns is not None:
            yield f"{before}{http.json_text(run)}:"
            yield from _json(columns)
            before = ","
    yield "{}" if before == "{" else "}"


def _csv(columns: Columns) -> Iterator[str]:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["Wall time", "Step", "Value"])
    for rows in _rows(columns):
        table.writerows(rows)
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()  # the names of the columns, if there are no points
