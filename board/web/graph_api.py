"""The routes of the graphs page, ``/api/graph/...``: a graph one scope at a time, cards of its nodes, search.

All take ``run`` and ``tag`` (left out for the run's own graph) and ``series`` (``0``: neighbours that are built alike
lie in no box), and answer with an ETag made of the graph's content: asking again costs nothing until another graph is
logged.

With ``against`` and ``against_tag``, the graph is that of the nodes of two graphs, with what became of each.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request

from board.errors import ClientError, NotFoundError
from board.query import graph_card, graph_paint, graph_reach, graph_text, graph_timeline
from board.query.graph_cache import GraphCache, LoggedGraph
from board.query.graph_costs import Costs
from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_level import level, level_json
from board.query.graph_view import GraphView
from board.web import http
from board.web.state import state

MAX_SCOPES = 200

graph_api = Blueprint("graph_api", __name__)


@graph_api.get("/scope")
def scope() -> Response:
    """The level of ``scope`` ("" for the top)."""
    graph, view = _graph()
    hierarchy = view.hierarchy
    item = _scope(hierarchy)
    answer = level_json(hierarchy, level(hierarchy, item))
    if item.path == "":
        problems = hierarchy.graph.problems
        answer["problems"] = {"count": problems.count, "texts": problems.texts}
    return _answer(graph, answer)


@graph_api.get("/paint")
def paint() -> Response:
    """What the children of ``scope`` are painted with, in the order of the level.

    ``by`` structure, device or op; or time or memory, as told by ``profile``.
    """
    graph, view = _graph()
    asked = request.args.get("by", "structure")
    item = _scope(view.hierarchy)
    if asked == "difference" and graph.difference is not None:
        return _answer(graph, graph_paint.paint_difference(graph.difference, view.hierarchy, item))
    if asked in graph_paint.AMOUNTS:
        return _answer(graph, graph_paint.paint_costs(_costs(view), view.hierarchy, asked, item))
    if asked not in graph_paint.KEYS:
        wanted = ", ".join([*graph_paint.KEYS, *graph_paint.AMOUNTS])
        raise ClientError(f"by={asked!r}: one of {wanted} is wanted")
    return _answer(graph, graph_paint.paint(view, asked, item))


@graph_api.get("/costs")
def costs() -> Response:
    """The operations that took the most, ``by`` time (the default) or memory, as told by ``profile``."""
    graph, view = _graph()
    return _answer(graph, graph_card.costliest(view.hierarchy, _costs(view), request.args.get("by") == "memory"))


@graph_api.get("/difference")
def difference() -> Response:
    """The nodes that were added, removed and changed since the graph of the run ``against``."""
    graph, view = _graph()
    if graph.difference is None:
        raise ClientError("against is missing: the run whose graph this one is compared with")
    return _answer(graph, graph_card.differences(graph.difference, view.hierarchy))


@graph_api.get("/trace")
def trace() -> Response:
    """The step that ``profile`` tells of, as a file for Perfetto."""
    _, view = _graph()
    response = http.json_response(graph_timeline.trace(_costs(view)))
    response.headers["Content-Disposition"] = "attachment; filename=trace.json"
    return response


@graph_api.get("/node")
def node() -> Response:
    """The card of the node or scope ``name``, a path of the hierarchy or a name of the graph.

    With ``profile``, what it took in the step that was traced under that tag is part of it.
    """
    graph, view = _graph()
    hierarchy = view.hierarchy
    item = _item(hierarchy, http.required(request.args, "name"))
    card = graph_card.card(hierarchy, item)
    if graph.difference is not None:
        card["difference"] = graph_card.difference(graph.difference, hierarchy, item)
    if "profile" in request.args:
        card["cost"] = graph_card.cost(_costs(view), item)
    return _answer(graph, card)


@graph_api.get("/reach")
def reach() -> Response:
    """What of each ``scope`` (repeatable) the node ``name`` needs (``towards`` inputs), or is needed by (outputs)."""
    graph, view = _graph()
    hierarchy = view.hierarchy
    towards = request.args.get("towards", "inputs")
    if towards not in graph_reach.TOWARDS:
        raise ClientError(f"towards={towards!r}: one of {', '.join(graph_reach.TOWARDS)} is wanted")
    found = graph_reach.reach(hierarchy, _item(hierarchy, http.required(request.args, "name")), towards)
    scopes = [item for path in request.args.getlist("scope")[:MAX_SCOPES] if (item := hierarchy.item(path)) is not None]
    levels = [graph_reach.reached_level(hierarchy, item, found) for item in scopes if item.is_scope]
    return _answer(graph, {"operations": len(found), "levels": levels})


@graph_api.get("/text")
def text() -> Response:
    """The nodes in ``scope`` ("": all) as a GraphDef in protobuf's text format, with their whole values."""
    _, view = _graph()
    nodes = graph_text.node_texts(view.hierarchy, _scope(view.hierarchy))
    response = Response(nodes, mimetype="text/plain")
    response.headers["Content-Disposition"] = "attachment"
    return response


@graph_api.get("/search")
def search() -> Response:
    """Nodes and scopes whose name holds ``q``."""
    graph, view = _graph()
    return _answer(graph, graph_card.search(view.hierarchy, http.required(request.args, "q")))


def _graph() -> tuple[LoggedGraph, GraphView]:
    arguments = request.args
    try:
        graph = _cache().graph(http.required(arguments, "run"), arguments.get("tag") or None)
        if "against" in arguments:
            old = _cache().graph(arguments["against"], arguments.get("against_tag") or None)
            graph = _cache().difference(graph, old)
    except LookupError as error:
        raise NotFoundError(str(error)) from None
    return graph, graph.view(series=request.args.get("series") != "0")


def _cache() -> GraphCache:
    cache: GraphCache = current_app.extensions.setdefault("board.graphs", GraphCache(state().store))
    return cache


def _costs(view: GraphView) -> Costs:
    try:
        return _cache().costs(view, http.required(request.args, "run"), http.required(request.args, "profile"))
    except (LookupError, ValueError) as error:
        raise NotFoundError(str(error)) from None


def _scope(hierarchy: Hierarchy) -> Item:
    item = _item(hierarchy, request.args.get("scope", ""))
    if not item.is_scope:
        raise NotFoundError(f"scope {item.path!r}: that is an operation")
    return item


def _item(hierarchy: Hierarchy, path: str) -> Item:
    item = hierarchy.item(path)
    if item is None:
        raise NotFoundError(f"the graph has no node or scope {path[:200]!r}")
    return item


def _answer(graph: LoggedGraph, value: dict[str, Any]) -> Response:
    response = http.json_response({"graph": graph.digest, **value})
    response.add_etag()
    response.make_conditional(request)
    return response
