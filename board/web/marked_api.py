"""A place or a stretch of the x axis in, what series say there out: ``/api/marked``, JSON."""

from __future__ import annotations

from flask import Blueprint, Response

from board.query import marked
from board.query.line import line_of
from board.web import http, questions

marked_api = Blueprint("marked_api", __name__)


@marked_api.post("/marked")
def values() -> Response:
    """The points nearest to a place, or the statistics of all points over a stretch."""
    body = questions.body_of_request()
    place = questions.place(body)
    question = questions.question(body)
    rows = []
    for header, points, metric in question.series():
        if points is None:
            rows.append(header)
            continue
        line = line_of(points.columns, question.view, points.restarts, metric)
        rows.append({**header, **marked.told(line, place, question.view.log_x)})
    return http.json_response({"instance": question.instance, "cursor": question.cursor, "series": rows})
