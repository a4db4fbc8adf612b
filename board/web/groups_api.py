"""What to group runs by in, groups out; groups and tags in, the lines and bands of charts out.

`board.web.points_api` answers the same questions for single runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from flask import Blueprint, Response, request

from board.errors import ClientError
from board.query import group_query, run_groups, run_table
from board.query.aggregate import Band, Center
from board.query.filter import FilterError
from board.query.group_query import GroupAnswer
from board.query.history import history
from board.query.line import View, XAxis
from board.query.run_groups import GroupError
from board.query.run_table import Question
from board.store import Columns, IndexDamagedError, Points, Store
from board.web import blocks, http, questions
from board.web.questions import Question as ChartQuestion
from board.web.state import state

groups_api = Blueprint("groups_api", __name__)


@groups_api.get("/runs/groups")
def groups() -> Response:
    """The groups of the runs that meet a filter."""
    by = request.args.getlist("by")
    shared = state()
    frame: dict[str, Any] = {"instance": shared.instance, "cursor": shared.store.cursor, "problem": None}
    try:
        found = run_table.ask(shared.runs, Question(request.args.get("filter", "")), time.time())
        members = run_groups.grouped(found.runs, by, found.columns) if by else []
    except FilterError as error:
        problem = {"message": str(error), "start": error.start, "end": error.end}
        return http.json_response({**frame, "problem": problem, "seeds": False, "groups": []})
    except GroupError as error:
        return http.json_response({**frame, "problem": {"message": str(error)}, "seeds": False, "groups": []})
    seeds = run_groups.has_seeds(found.runs)
    return http.json_response({**frame, "seeds": seeds, "groups": [group._asdict() for group in members]})


@groups_api.post("/groups")
def group_series() -> Response:
    """What charts have to draw of groups: as for single runs, and a band around each line."""
    body = questions.body_of_request()
    members = _members(body.get("groups"))
    center = questions.choice(Center, "center", body.get("center", Center.MEAN.value))
    band = questions.choice(Band, "band", body.get("band", Band.STD.value))
    asked = questions.question(body)
    begin = {"instance": asked.instance, "cursor": asked.cursor, "series": len(asked.wanted)}
    parts = _parts(asked, members, center, band)
    return blocks.response(part for of in ([blocks.part(begin)], parts) for part in of)


def _members(groups: Any) -> dict[str, list[str]]:
    wanted = ClientError("groups: an object with a list of run names for each name of a group is wanted")
    if not isinstance(groups, dict):
        raise wanted
    for runs in groups.values():
        if not isinstance(runs, list) or not all(isinstance(run, str) for run in runs):
            raise wanted
    return {name: list(dict.fromkeys(runs)) for name, runs in groups.items()}


def _parts(
    asked: ChartQuestion, members: Mapping[str, list[str]], center: Center, band: Band
) -> Iterator[Iterable[bytes | memoryview]]:
    """A part for each group and tag, computed when its turn comes."""
    for group, tag in asked.wanted:
        name = {"run": group, "tag": tag, "found": True}
        runs = members.get(group, [])
        of = {(run, one) for run in runs for one in (tag, asked.x_tag)}
        if asked.changed is not None and not of & asked.changed:
            yield blocks.part({**name, "unchanged": True})
            continue
        found = _points(state().store, runs, tag, asked.x_tag)
        if not found:
            yield blocks.part({**name, "found": False})
            continue
        along = [metric for _, metric in found] if asked.x_tag is not None else None
        answer = group_query.answer([points for points, _ in found], asked.view, center, band, along)
        yield blocks.part({**name, **_described(answer, asked.view)}, _columns(answer, asked.view))


def _points(store: Store, runs: Iterable[str], tag: str, x_tag: str | None) -> list[tuple[Points, Columns | None]]:
    """The points of members that have the tag, and what runs along x for them."""
    found = []
    for run in runs:
        try:
            points = store.points(run, tag)
            metric = None if x_tag is None else store.points(run, x_tag)
        except IndexDamagedError:  # it comes back as a change once it has been read anew
            continue
        if points is not None:
            found.append((points, None if metric is None else history(*metric)))
    return found


def _described(answer: GroupAnswer, view: View) -> dict[str, Any]:
    last = None
    if answer.last is not None:
        x, value = answer.last
        last = {"step": x if view.x_axis is XAxis.STEP else None, "wall_time": None, "value": value}
    return {
        "members": answer.members,
        "count": answer.count,
        "superseded": answer.superseded,
        "unplaced": answer.unplaced,
        "in_range": answer.in_range,
        "shown": len(answer.x),
        "first_wall_time": 0.0,
        "last": last,
        "y_domain": answer.y_domain,
        "robust_y_domain": answer.robust_y_domain,
        "values": "float64",
    }


def _columns(answer: GroupAnswer, view: View) -> list[np.ndarray]:
    """Those of a series, then low, high and n. Steps and wall times are numbers only where they run along x."""
    nowhere = np.full(len(answer.x), np.nan)
    steps = answer.x if view.x_axis is XAxis.STEP else nowhere
    wall_times = answer.x if view.x_axis in (XAxis.RELATIVE, XAxis.WALL) else nowhere
    along = [answer.x] if view.x_axis is XAxis.METRIC else []
    smoothed = [] if answer.smoothed is None else [answer.smoothed]
    columns = [steps, wall_times, *along, answer.center, *smoothed, answer.low, answer.high, answer.n]
    return [column.astype("<f8", copy=False) for column in columns]
