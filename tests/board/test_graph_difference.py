"""What became of the nodes of one graph in another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from board.query.graph_card import difference as card_difference
from board.query.graph_card import differences
from board.query.graph_difference import MAX_LISTED, Difference
from board.query.graph_operations import read_operations
from board.query.graph_paint import paint_difference
from board.query.graph_view import view_of
from writer.format.messages import GraphDef


def graph(*nodes):
    """A GraphDef of (name, op, *inputs)."""
    made = GraphDef()
    for name, op, *inputs in nodes:
        made.node.add(name=name, op=op, input=inputs)
    return made


def difference(new, old):
    return Difference(read_operations(new), read_operations(old))


OLD = graph(("x", "Placeholder"), ("a/w", "Variable"), ("a/y", "MatMul", "x", "a/w"), ("gone", "Relu", "a/y"))
NEW = graph(("x", "Placeholder"), ("a/w", "Variable"), ("a/y", "Add", "x", "a/w"), ("new", "Tanh", "a/y"))


def test_nodes_are_added_removed_and_changed():
    found = difference(NEW, OLD)
    assert found.status == {"a/y": "changed", "new": "added", "gone": "removed"}
    assert found.counts == {"added": 1, "removed": 1, "changed": 1}
    assert [operation.name for operation in found.operations.operations] == ["x", "a/w", "a/y", "new", "gone"]
    assert found.operations.problems.count == 0


def test_a_changed_node_tells_what_of_it_differs():
    new, old = graph(("n", "Conv2D", "a")), graph(("n", "Conv2D", "b"))
    new.node[0].attr["strides"].list.i.extend([1, 2])
    old.node[0].attr["strides"].list.i.extend([1, 1])
    old.node[0].attr["gone"].b = True
    found = difference(new, old)
    assert found.changes(found.operations.operations[0]) == [
        {"what": "inputs", "old": "b", "new": "a"},
        {"what": "gone", "old": "true", "new": ""},
        {"what": "strides", "old": "[1, 1]", "new": "[1, 2]"},
    ]


def test_values_that_are_told_by_their_size_alone_are_a_change_as_well():
    graphs = []
    for byte in (b"a", b"b"):
        made = graph(("n", "Const"))
        made.node[0].attr["value"].tensor.tensor_content = byte * 100_000
        graphs.append(made)
    found = difference(*graphs)
    assert found.status == {"n": "changed"}
    assert len(found.changes(found.operations.operations[0])) == 1


def test_colours_lists_and_cards():
    found = difference(NEW, OLD)
    hierarchy = view_of(found.operations).hierarchy
    top = paint_difference(found, hierarchy, hierarchy.item(""))
    assert top["paints"] == [[], [(2, 0.5)], [(0, 1.0)], [(1, 1.0)]]
    assert [(entry["label"], entry["count"]) for entry in top["legend"]] == [
        ("added", 1),
        ("removed", 1),
        ("changed", 1),
    ]
    listed = differences(found, hierarchy)
    assert [(item["name"], item["status"]) for item in listed["items"]] == [
        ("new", "added"),
        ("gone", "removed"),
        ("a/y", "changed"),
    ]
    assert card_difference(found, hierarchy, hierarchy.item("x")) == {"status": None, "changes": []}
    assert card_difference(found, hierarchy, hierarchy.item("a")) is None
    assert card_difference(found, hierarchy, hierarchy.item("a/y"))["changes"][0]["new"] == "Add"


def test_lists_are_bounded():
    found = difference(graph(*((f"n{number}", "X") for number in range(1000))), graph())
    assert found.counts["added"] == 1000
    assert len(found.listed("added")) == MAX_LISTED


_GRAPHS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("XY"), max_size=6).map(
    lambda ops: graph(*((name, op) for name, op in ops.items()))
)


@given(_GRAPHS, _GRAPHS)
def test_the_way_back_turns_added_into_removed(one, other):
    there, back = difference(one, other), difference(other, one)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {name: turned[status] for name, status in there.status.items()} == back.status
    assert difference(one, one).status == {}
