"""A place or a stretch of the x axis in, what series say there out: ``/api/marked``, JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from board.errors import ClientError
from board.query import marked
from board.query.line import line_of
from board.query.marked import Point, Stretch
from board.web import http, questions

marked_api = Blueprint("marked_api", __name__)


@marked_api.post("/marked")
def values() -> Response:
    """The points nearest to a place, or the statistics of all points over a stretch."""
    body = questions.body_of_request()
    place, over = body.get("at"), questions.stretch("over", body.get("over"))
    if (place is None) == (over is None):
        raise ClientError("at, a number, or over, two ascending numbers, is wanted: one of the two")
    at = None if place is None else questions.stretch("at", [place, place])
    question = questions.question(body)
    rows = []
    for header, points, metric in question.series():
        if points is None:
            rows.append(header)
            continue
        line = line_of(points.columns, question.view, points.restarts, metric)
        if at is not None:
            rows.append({**header, "point": _told(marked.point_at(line, at[0], question.view.log_x))})
        elif over is not None:
            rows.append({**header, "stretch": _told(marked.over(line, *over))})
    return http.json_response({"instance": question.instance, "cursor": question.cursor, "series": rows})


def _told(found: Point | Stretch | None) -> dict[str, Any] | None:
    return None if found is None else asdict(found)
