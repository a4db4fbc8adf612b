"""All that a node needs, and all that needs it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from board.query.graph_operations import read_operations
from board.query.graph_reach import reach, reached_level
from board.query.graph_view import view_of
from writer.format.messages import GraphDef


def hierarchy_of(*nodes):
    graph = GraphDef()
    for name, *inputs in nodes:
        graph.node.add(name=name, op="X", input=inputs)
    return view_of(read_operations(graph)).hierarchy


NODES = (("a/x",), ("a/y", "a/x"), ("a/z",), ("b", "a/y"), ("c", "^b"), ("d", "a/z"))


def names(hierarchy, found):
    return {hierarchy.graph.operations[index].name for index in found}


def test_needs_go_through_scopes_and_control_dependencies():
    hierarchy = hierarchy_of(*NODES)
    assert names(hierarchy, reach(hierarchy, hierarchy.item("c"), "inputs")) == {"c", "b", "a/y", "a/x"}
    assert names(hierarchy, reach(hierarchy, hierarchy.item("a/x"), "outputs")) == {"c", "b", "a/y", "a/x"}
    assert names(hierarchy, reach(hierarchy, hierarchy.item("a"), "outputs")) == {"a/x", "a/y", "a/z", "b", "c", "d"}


def test_a_level_tells_what_of_it_belongs():
    hierarchy = hierarchy_of(*NODES)
    found = reach(hierarchy, hierarchy.item("c"), "inputs")
    assert reached_level(hierarchy, hierarchy.item(""), found) == {
        "scope": "",
        "children": ["a", "b", "c"],
        "edges": [("a", "b"), ("b", "c")],
        "ports": [],
    }
    inside = reached_level(hierarchy, hierarchy.item("a"), found)
    assert inside["children"] == ["a/x", "a/y"]
    assert (inside["edges"], inside["ports"]) == ([("a/x", "a/y")], [("a/y", "out", "b")])


@given(
    st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=10, max_size=10), st.integers(0, 9), st.integers(0, 9)
)
def test_one_needs_another_if_and_only_if_that_one_is_needed_by_it(inputs, one, other):
    hierarchy = hierarchy_of(*((f"n{node}", *(f"n{source}" for source in of)) for node, of in enumerate(inputs)))
    first, second = (hierarchy.item(f"n{node}") for node in (one, other))
    assert (second.operation in reach(hierarchy, first, "inputs")) == (
        first.operation in reach(hierarchy, second, "outputs")
    )
