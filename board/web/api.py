"""The page's own routes, ``/api/...``, but those for points and graphs: JSON."""

from __future__ import annotations

import os

from flask import Blueprint, Response, request

from board import __version__
from board.dashboards import DASHBOARDS
from board.errors import ClientError
from board.query import catalog
from board.web import http
from board.web.state import state

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
        "annotations": shared.journal.version,
    }
    if found.all_series:
        answer["all_series"] = True
    return http.json_response(answer)
