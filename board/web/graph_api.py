"""The routes of the graphs page, ``/api/graph/...``: a graph one scope at a time, cards of its nodes, search.

All take ``run`` and ``tag`` (left out for the run's own graph), and answer with an ETag made of the graph's content:
asking again costs nothing until another graph is logged.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from board.errors import NotFoundError
from board.query import graph_card
from board.query.graph_cache import GraphCache, LoggedGraph
from board.query.graph_hierarchy import Item
from board.query.graph_level import level, level_json
from board.web import http
from board.web.state import state

MAX_FUNCTIONS = 200

graph_api = Blueprint("graph_api", __name__)


@graph_api.get("/scope")
def scope() -> Response:
    """The level of ``scope`` ("" for the top). Children named by ``include`` (repeatable) are sent in any case."""
    graph = _graph()
    item = _item(graph, request.args.get("scope", ""))
    if not item.is_scope:
        raise NotFoundError(f"scope {item.path!r}: that is an operation")
    hierarchy = graph.hierarchy
    answer = level_json(hierarchy, level(hierarchy, item, request.args.getlist("include")))
    if item.path == "":
        problems = hierarchy.graph.problems
        answer["problems"] = {"count": problems.count, "texts": problems.texts}
        answer["functions"] = [
            {"name": name, "nodes": nodes} for name, nodes in list(hierarchy.graph.functions.items())[:MAX_FUNCTIONS]
        ]
        answer["function_count"] = len(hierarchy.graph.functions)
    return _answer(graph, answer)


@graph_api.get("/node")
def node() -> Response:
    """The card of the node or scope ``name``, a path of the hierarchy or a name of the graph."""
    graph = _graph()
    return _answer(graph, graph_card.card(graph.hierarchy, _item(graph, http.required(request.args, "name"))))


@graph_api.get("/search")
def search() -> Response:
    """Nodes and scopes whose path holds ``q``."""
    graph = _graph()
    return _answer(graph, graph_card.search(graph.hierarchy, http.required(request.args, "q")))


def _graph() -> LoggedGraph:
    cache = current_app.extensions.setdefault("board.graphs", GraphCache(state().store))
    try:
        graph: LoggedGraph = cache.graph(http.required(request.args, "run"), request.args.get("tag") or None)
    except LookupError as error:
        raise NotFoundError(str(error)) from None
    return graph


def _item(graph: LoggedGraph, path: str) -> Item:
    item = graph.hierarchy.item(path)
    if item is None:
        raise NotFoundError(f"the graph has no node or scope {path[:200]!r}")
    return item


def _answer(graph: LoggedGraph, value: dict[str, Any]) -> Response:
    response = http.json_response({"graph": graph.digest, **value})
    response.add_etag()
    response.make_conditional(request)
    return response
