"""What people say of runs: told, and changed, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from board.annotations import AnnotationError, JournalError
from board.errors import ClientError
from board.web import http, questions, security
from board.web.state import state

MAX_RUNS = 10_000

annotations_api = Blueprint("annotations_api", __name__)


@annotations_api.get("/annotations")
def tell() -> Response:
    """All that is said of runs."""
    return http.json_response(_told())


@annotations_api.post("/annotations")
def annotate() -> Response:
    """Says something of some runs."""
    shared = state()
    if shared.config.read_only:
        return http.json_response({"error": "this server was started with --read-only: nothing can be changed"}, 403)
    refusal = security.refusal_of_change(request)
    if refusal:
        return http.json_response({"error": refusal}, 403)
    body = questions.body_of_request()
    runs, values = body.get("runs"), body.get("set")
    if not isinstance(runs, list) or len(runs) > MAX_RUNS or not all(isinstance(run, str) for run in runs):
        raise ClientError(f"runs: a list of at most {MAX_RUNS} names is wanted")
    if not isinstance(values, dict):
        raise ClientError("set: an object with new values of fields is wanted")
    try:
        shared.journal.add(runs, values)
    except AnnotationError as error:
        raise ClientError(str(error)) from None
    except JournalError as error:
        return http.json_response({"error": str(error)}, 507)
    return http.json_response(_told())


def _told() -> dict[str, Any]:
    shared = state()
    version = shared.journal.version  # first: what is said meanwhile is told again
    said = {run: annotation.said() for run, annotation in shared.journal.annotations().items()}
    return {"version": version, "writable": not shared.config.read_only, "annotations": said}
