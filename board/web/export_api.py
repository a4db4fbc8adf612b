"""A question about lines in, all their points out as a file to keep: ``/api/export``, CSV or JSON."""

from __future__ import annotations

import csv
import enum
import io
import json
import re
from collections.abc import Iterator

from flask import Blueprint, Response, request

from board.errors import ClientError
from board.query.line import Line, XAxis, line_of
from board.web import http, questions
from board.web.questions import Question

# Rows that are written at a time: a series of millions is sent while it is written.
_ROWS = 20_000

export_api = Blueprint("export_api", __name__)


class Format(enum.Enum):
    """What the file is."""

    CSV = "csv"  # one table of all series, a row a point
    JSON = "json"  # columns by series


@export_api.post("/export")
def export() -> Response:
    """All points, unreduced; sent as a form, for a browser keeps the answer to that as a file."""
    try:
        body = json.loads(http.required(request.form, "question"))
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise ClientError("the form field 'question' has to be a JSON object")
    question = questions.question(body)
    kind = questions.choice(Format, "format", body.get("format", Format.CSV.value))
    pieces = _csv(question) if kind is Format.CSV else _json(question)
    mimetype = "text/csv; charset=utf-8" if kind is Format.CSV else "application/json"
    response = http.streamed_response(pieces, mimetype)
    name = re.sub(r"[^\w.-]+", "_", str(body.get("name") or "points"), flags=re.ASCII)[:100]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind.value}"'
    return response


def _lines(question: Question) -> Iterator[tuple[str, str, Line]]:
    for header, points, metric in question.series():
        if points is not None:
            yield header["run"], header["tag"], line_of(points.columns, question.view, points.restarts, metric)


def _columns(question: Question) -> list[str]:
    along = ["x"] if question.view.x_axis is XAxis.METRIC else []
    smoothed = ["smoothed"] if question.view.smoothing.weight > 0 else []
    return ["step", "wall_time", *along, "value", *smoothed]


def _numbers(line: Line, columns: list[str], start: int = 0, stop: int | None = None) -> list[list[float]]:
    """The columns, by their names, of some points."""
    steps, wall_times, values = line.columns
    known = {"step": steps, "wall_time": wall_times, "x": line.x, "value": values, "smoothed": line.smoothed}
    return [column[start:stop].tolist() for name in columns if (column := known[name]) is not None]


def _csv(question: Question) -> Iterator[str]:
    columns = _columns(question)
    yield ",".join(["run", "tag", *columns]) + "\r\n"
    for run, tag, line in _lines(question):
        for start in range(0, len(line.x), _ROWS):
            text = io.StringIO()
            rows = zip(*_numbers(line, columns, start, start + _ROWS))
            csv.writer(text).writerows((run, tag, *row) for row in rows)
            yield text.getvalue()


def _json(question: Question) -> Iterator[str]:
    columns = _columns(question)
    between = '{"series":['
    for run, tag, line in _lines(question):
        numbers = dict(zip(columns, _numbers(line, columns)))
        yield between + http.json_text({"run": run, "tag": tag, **numbers})
        between = ",\n"
    yield ("" if between == ",\n" else between) + "]}\n"
