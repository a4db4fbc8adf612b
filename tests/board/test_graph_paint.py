"""What nodes are painted with, and what the colours mean."""

from __future__ import annotations

from board.query import graph_paint
from board.query.graph_operations import read_operations
from board.query.graph_paint import COLORS, paint
from board.query.graph_view import view_of
from writer.format.messages import GraphDef


def view(*nodes):
    """The view of (name, op, device)."""
    graph = GraphDef()
    for name, op, device in nodes:
        graph.node.add(name=name, op=op, device=device)
    return view_of(read_operations(graph))


def painted(view, by, scope=""):
    return paint(view, by, view.hierarchy.item(scope))


def test_scopes_that_are_alike_have_one_colour_at_every_depth():
    graph = view(
        *[(f"{scope}/{name}", name, "") for scope in ("a", "b/c", "d") for name in ("X", "Y")], ("e/f", "X", "")
    )
    top = painted(graph, "structure")
    assert top["legend"] == [{"key": 0, "label": "a", "count": 3, "operations": 2}]
    assert top["paints"] == [[(0, 1.0)], [], [(0, 1.0)], []]
    assert painted(graph, "structure", "b")["paints"] == [[(0, 1.0)]]


def test_a_box_around_a_series_has_the_colour_of_what_it_holds():
    graph = view(*((f"block_{number}/x", "X", "") for number in range(24)), ("other", "Y", ""))
    assert painted(graph, "structure")["paints"] == [[(0, 1.0)], []]
    assert painted(graph, "structure", "block_[0-23]")["paints"] == [[(0, 1.0)]] * 24


def test_a_scope_tells_how_much_of_it_is_on_each_device():
    graph = view(
        ("a/x", "X", "/gpu:0"), ("a/y", "X", "/gpu:0"), ("a/z", "X", "/cpu:0"), ("a/v", "X", ""), ("b", "X", "")
    )
    by_device = painted(graph, "device")
    assert by_device["paints"] == [[(0, 0.5), (1, 0.25)], []]
    assert by_device["legend"] == [
        {"key": 0, "label": "/gpu:0", "count": 2},
        {"key": 1, "label": "/cpu:0", "count": 1},
        {"key": None, "label": graph_paint.NOWHERE, "count": 2},
    ]


def test_rare_op_types_share_the_last_colour():
    graph = view(*((f"n{number}_{each}", f"Op{number:02}", "") for number in range(20) for each in range(20 - number)))
    legend = painted(graph, "op")["legend"]
    assert [entry["key"] for entry in legend] == list(range(COLORS))
    assert legend[0] == {"key": 0, "label": "Op00", "count": 20}
    assert legend[-1] == {"key": COLORS - 1, "label": "others (9)", "count": sum(range(1, 10))}


def test_a_graph_of_nothing_has_no_colours():
    for by in graph_paint.KEYS:
        assert painted(view(), by) == {"legend": [], "paints": []}
