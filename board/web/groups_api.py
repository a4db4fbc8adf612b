"""What to group runs by in, groups out; groups and tags in, the lines and bands of charts out.

`board.web.points_api` answers the same questions for single runs.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from flask import Blueprint, Response, request

from board.errors import ClientError
from board.query import group_query, marked, run_groups, run_table
from board.query.aggregate import Band, Center
from board.query.filter import FilterError
from board.query.group_query import Group, GroupAnswer, line_of_group
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
        question = Question(request.args.get("filter", ""), hidden=http.flag(request.args, "hidden"))
        found = run_table.ask(shared.runs, question, time.time())
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
    grouping = _grouping(body)
    asked = questions.question(body)
    begin = {"instance": asked.instance, "cursor": asked.cursor, "series": len(asked.wanted)}
    parts = _parts(asked, grouping)
    return blocks.response(part for of in ([blocks.part(begin)], parts) for part in of)


@groups_api.post("/groups/marked")
def marked_groups() -> Response:
    """What the lines of groups say at a place, or over a stretch."""
    body = questions.body_of_request()
    place = questions.place(body)
    grouping = _grouping(body)
    asked = questions.question(body)
    rows = [
        header if group is None else {**header, **marked.told(group.line, place, asked.view.log_x)}
        for header, group in _groups(asked, grouping)
    ]
    return http.json_response({"instance": asked.instance, "cursor": asked.cursor, "series": rows})


class Grouping(NamedTuple):
    """The members of each group, and how they are drawn together."""

    members: dict[str, list[str]]
    center: Center
    band: Band


def _grouping(body: dict[str, Any]) -> Grouping:
    wanted = ClientError("groups: an object with a list of run names for each name of a group is wanted")
    groups = body.get("groups")
    if not isinstance(groups, dict):
        raise wanted
    for runs in groups.values():
        if not isinstance(runs, list) or not all(isinstance(run, str) for run in runs):
            raise wanted
    return Grouping(
        {name: list(dict.fromkeys(runs)) for name, runs in groups.items()},
        questions.choice(Center, "center", body.get("center", Center.MEAN.value)),
        questions.choice(Band, "band", body.get("band", Band.STD.value)),
    )


def _groups(asked: ChartQuestion, grouping: Grouping) -> Iterator[tuple[dict[str, Any], Group | None]]:
    """A header for each group and tag, and its line if there is one to compute, when its turn comes."""
    for name, tag in asked.wanted:
        header = {"run": name, "tag": tag, "found": True}
        runs = grouping.members.get(name, [])
        of = {(run, one) for run in runs for one in (tag, asked.x_tag)}
        if asked.changed is not None and not of & asked.changed:
            yield {**header, "unchanged": True}, None
            continue
        found = _points(state().store, runs, tag, asked.x_tag)
        if not found:
            yield {**header, "found": False}, None
            continue
        along = [metric for _, metric in found] if asked.x_tag is not None else None
        points = [one for one, _ in found]
        yield header, line_of_group(points, asked.view, grouping.center, grouping.band, along)


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


def _parts(asked: ChartQuestion, grouping: Grouping) -> Iterator[Iterable[bytes | memoryview]]:
    for header, group in _groups(asked, grouping):
        if group is None:
            yield blocks.part(header)
            continue
        found = group_query.answer(group, asked.view, grouping.center, grouping.band)
        yield blocks.part({**header, **_described(group, found)}, _columns(found, asked.view))


def _described(group: Group, found: GroupAnswer) -> dict[str, Any]:
    line = group.line
    last = None
    if len(line.x):
        last = {"step": int(line.columns.steps[-1]), "wall_time": None, "value": float(line.columns.values[-1])}
    return {
        "members": found.members,
        "count": line.count,
        "superseded": line.superseded,
        "unplaced": line.unplaced,
        "in_range": found.in_range,
        "shown": len(found.x),
        "first_wall_time": 0.0,
        "last": last,
        "y_domain": found.y_domain,
        "robust_y_domain": found.robust_y_domain,
        "values": "float64",
    }


def _columns(found: GroupAnswer, view: View) -> list[np.ndarray]:
    """Those of a series, then low, high and n. Wall times are numbers only where they run along x."""
    is_time = view.x_axis in (XAxis.RELATIVE, XAxis.WALL)
    wall_times = found.x if is_time else np.full(len(found.x), np.nan)
    along = [found.x] if view.x_axis is XAxis.METRIC else []
    smoothed = [] if found.smoothed is None else [found.smoothed]
    columns = [found.steps, wall_times, *along, found.center, *smoothed, found.low, found.high, found.n]
    return [column.astype("<f8", copy=False) for column in columns]
