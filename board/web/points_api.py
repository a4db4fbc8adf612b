"""Questions for points in, columns of numbers out: ``/api/series`` for charts, ``/api/points`` for readers of rows.

`board.web.blocks` tells how answers are laid out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, request

from board.errors import ClientError, NotFoundError
from board.query import increments, series_query
from board.query.history import history
from board.query.line import XAxis
from board.query.series_query import SeriesAnswer
from board.store import Columns
from board.web import blocks, http, questions
from board.web.blocks import Precision
from board.web.questions import Question
from board.web.state import state

points_api = Blueprint("points_api", __name__)


@points_api.post("/series")
def series() -> Response:
    """The points that charts have to draw, of many series at once."""
    body = questions.body_of_request()
    question = questions.question(body)
    precision = questions.choice(Precision, "values", body.get("values", Precision.FLOAT64.value))
    begin = {"instance": question.instance, "cursor": question.cursor, "series": len(question.wanted)}
    return blocks.response(part for of in ([blocks.part(begin)], _parts(question, precision)) for part in of)


def _parts(question: Question, precision: Precision) -> Iterator[Iterable[bytes | memoryview]]:
    """A part for each series, computed when its turn comes."""
    for header, points, metric in question.series():
        if points is None:
            yield blocks.part(header)
            continue
        answer = series_query.answer(points.columns, question.view, points.restarts, metric)
        dtype = precision.dtype(answer.values)
        columns = [
            answer.steps.astype("<f8"),
            answer.wall_times.astype("<f8", copy=False),
            *([answer.x.astype("<f8", copy=False)] if question.view.x_axis is XAxis.METRIC else []),
            *(blocks.as_type(y, dtype) for y in (answer.values, answer.smoothed) if y is not None),
        ]
        yield blocks.part({**header, **_described(points.columns, answer), "values": dtype.name}, columns)


@points_api.get("/points")
def points() -> Response:
    """The points of one series as they were logged, from the first one on or from where an earlier answer ended."""
    run, tag = http.required(request.args, "run"), http.required(request.args, "tag")
    every = questions.all_segments(request.args.get("segments", "surviving"))
    precision = questions.choice(Precision, "values", request.args.get("values", Precision.FLOAT64.value))
    found = state().store.points(run, tag)
    if found is None:
        raise NotFoundError(f"no scalar data for run={run!r}, tag={tag!r}")
    columns = found.columns if every else history(*found)
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
