"""Questions for runs in, the table of runs out: as JSON, as CSV, or names alone."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, request

from board.errors import ClientError
from board.query import run_comparison, run_table
from board.query.filter import FilterError, Value
from board.query.goals import Goal
from board.query.run_columns import Column, ColumnsOfRuns
from board.query.run_facts import RunFacts
from board.query.run_table import Question
from board.web import http
from board.web.state import state

MAX_ROWS = 1000
MAX_COMPARED = 20
_DEFAULT_ROWS = 100
_DEFAULT_COLUMNS = ("name", "status", "start", "duration", "steps")
_ORDERS = ("ascending", "descending")

runs_api = Blueprint("runs_api", __name__)


@runs_api.get("/table")
def table() -> Response:
    """Some rows of the table; all of them as CSV."""
    shared = state()
    wanted = request.args.getlist("column") or list(_DEFAULT_COLUMNS)
    as_csv = request.args.get("format", "json") == "csv"
    offset, limit = _whole("offset", 0, None), _whole("limit", _DEFAULT_ROWS, MAX_ROWS)
    cursor = shared.store.cursor
    frame = {"instance": shared.instance, "cursor": cursor}
    try:
        found = run_table.ask(shared.runs, _question(), time.time())
    except FilterError as error:
        if as_csv:
            raise ClientError(f"filter, character {error.start + 1}: {error}") from None
        return http.json_response({**frame, **_nothing(error), "offset": offset, "columns": [], "rows": []})
    columns = [_named(found.columns, name) for name in wanted]
    if as_csv:
        rows = (list(run_table.cells(run, columns)) for run in found.runs)
        headings = [name if column is None else column.id for name, column in zip(wanted, columns)]
        response = http.streamed_response(_csv(headings, rows), "text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="runs.csv"'
        return response
    return http.json_response(
        {
            **frame,
            "total": found.total,
            "matched": len(found.runs),
            "hidden": found.hidden,
            "problem": None,
            "offset": offset,
            "columns": [_described(name, column) for name, column in zip(wanted, columns)],
            "rows": [_row(run, columns) for run in found.runs[offset : offset + limit]],
        }
    )


@runs_api.get("/names")
def names() -> Response:
    """The names of all runs that meet a filter, in order."""
    shared = state()
    frame = {"instance": shared.instance, "cursor": shared.store.cursor}
    try:
        found = run_table.ask(shared.runs, _question(), time.time())
    except FilterError as error:
        return http.json_response({**frame, **_nothing(error), "names": []})
    answer = {"total": found.total, "matched": len(found.runs), "hidden": found.hidden, "problem": None}
    return http.json_response({**frame, **answer, "names": [run.name for run in found.runs]})


@runs_api.get("/columns")
def columns() -> Response:
    """All that can be a column of the table, or stand in a filter."""
    return http.json_response({"columns": run_table.catalogue(state().runs, time.time())})


@runs_api.get("/compare")
def comparison() -> Response:
    """A few runs side by side."""
    shared = state()
    names = list(dict.fromkeys(request.args.getlist("run")))
    if not 1 <= len(names) <= MAX_COMPARED:
        raise ClientError(f"run: 1 to {MAX_COMPARED} names are wanted, but {len(names)} came")
    cursor = shared.store.cursor
    known = {run.name: run for run in shared.runs.now(time.time())}
    runs = [known[name] for name in names if name in known]
    columns = ColumnsOfRuns(*shared.runs.names(), _goals())
    found = run_comparison.compare(runs, columns, request.args.get("find", ""))
    return http.json_response(
        {
            "instance": shared.instance,
            "cursor": cursor,
            "runs": [{"run": run.name, "status": run.status.value} for run in runs],
            "missing": [name for name in names if name not in known],
            "hparams": [row._asdict() for row in found.hparams],
            "metrics": [
                {
                    "tag": row.tag,
                    "goal": row.goal,
                    "last": [cell._asdict() for cell in row.last],
                    "best": [cell._asdict() for cell in row.best],
                }
                for row in found.metrics
            ],
            "more": found.more,
        }
    )


def _question() -> Question:
    order = request.args.get("order", "ascending")
    if order not in _ORDERS:
        raise ClientError(f"order: {order[:50]!r} is neither {' nor '.join(_ORDERS)}")
    text, sort = request.args.get("filter", ""), request.args.get("sort", "")
    return Question(text, sort, order == "descending", _goals(), http.flag(request.args, "hidden"))


def _goals() -> dict[str, Goal]:
    goals = {}
    for text in request.args.getlist("goal"):
        tag, _, direction = text.rpartition(":")
        try:
            goals[tag] = Goal(direction)
        except ValueError:
            raise ClientError(f"goal: {text[:100]!r} is not TAG:min or TAG:max") from None
    return goals


def _whole(name: str, default: int, most: int | None) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10) or (most is not None and int(text) > most):
        limit = "" if most is None else f" up to {most}"
        raise ClientError(f"{name}: a whole number{limit} is wanted, not {text[:50]!r}")
    return int(text)


def _named(columns: ColumnsOfRuns, name: str) -> Column | None:
    try:
        return columns.named(name)
    except LookupError:
        return None


def _nothing(error: FilterError) -> dict[str, Any]:
    """What is answered for a filter that means nothing: it may be half typed, which is no failure."""
    problem = {"message": str(error), "start": error.start, "end": error.end}
    return {"total": state().store.totals.runs, "matched": 0, "hidden": 0, "problem": problem}


def _described(name: str, column: Column | None) -> dict[str, Any]:
    if column is None:
        return {"id": name, "label": name, "group": "unknown", "kind": "mixed", "help": "No run has this"}
    return {
        "id": column.id,
        "label": column.label,
        "group": column.group,
        "kind": column.kind.value,
        "help": column.help,
    }


def _row(run: RunFacts, columns: Sequence[Column | None]) -> dict[str, Any]:
    found = run_table.cells(run, columns)
    return {"run": run.name, "values": [cell.value for cell in found], "steps": [cell.step for cell in found]}


def _csv(headings: list[str], rows: Iterator[list[run_table.Cell]]) -> Iterator[str]:
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(headings)
    for row in rows:
        lines.writerow([_csv_cell(cell.value) for cell in row])
        if text.tell() > 1 << 16:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def _csv_cell(value: Value) -> Any:
    return "" if value is None else ", ".join(value) if isinstance(value, tuple) else value
