"""Scopes, and what crosses their borders, over real and random graphs."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query import graph_level
from board.query.graph_hierarchy import MAX_DEPTH, UNNAMED, Hierarchy
from board.query.graph_level import level, level_json, shape_label
from board.query.graph_operations import read_operations
from board.query.graph_source import decode_graph
from writer.format.messages import GraphDef, TensorShapeProto

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"


def hierarchy_of(*nodes):
    """The hierarchy of (name, op, *inputs)."""
    graph = GraphDef()
    for name, op, *inputs in nodes:
        graph.node.add(name=name, op=op, input=inputs)
    return Hierarchy(read_operations(graph))


def hierarchy_in(file):
    return Hierarchy(read_operations(*decode_graph((GRAPHS / file).read_bytes())))


def children(hierarchy, scope=""):
    return [item.path for item in level(hierarchy, hierarchy.item(scope)).children]


class TestTheArticle:
    """The graph of "Hello, TensorFlow!" as TensorFlow 0.8 wrote it."""

    hierarchy = hierarchy_in("hello_tensorflow.pb")

    def test_top_level(self):
        top = level(self.hierarchy, self.hierarchy.item(""))
        assert {item.path: item.end - item.first for item in top.children} == {
            "input": 1,
            "weight": 4,
            "output": 1,
            "correct_value": 1,
            "sub": 1,
            "loss": 2,
            "gradients": 44,
            "GradientDescent": 3,
            **{f"ScalarSummary{suffix}": 2 for suffix in ("", "_1", "_2", "_3", "_4")},
            "MergeSummary": 1,
            "init": 1,
        }
        assert top.ports == {}
        assert len(top.edges) == 24
        assert top.edges["loss", "gradients"].tensors == 5
        assert top.edges["weight", "GradientDescent"].references == 1
        assert (top.edges["weight", "init"].controls, top.edges["weight", "init"].tensors) == (1, 0)

    def test_a_node_that_is_a_scope_lies_inside_it(self):
        assert children(self.hierarchy, "weight") == [
            "weight/initial_value",
            "weight/Assign",
            "weight/read",
            "weight/(weight)",
        ]
        assert self.hierarchy.item("weight").own == self.hierarchy.item("weight/(weight)").operation

    def test_gradients(self):
        gradients = level(self.hierarchy, self.hierarchy.item("gradients"))
        assert {key: bundle.tensors for key, bundle in gradients.edges.items()} == {
            ("gradients/Shape", "gradients/Fill"): 1,
            ("gradients/Const", "gradients/Fill"): 1,
            ("gradients/Fill", "gradients/loss_grad"): 2,
            ("gradients/loss_grad", "gradients/sub_grad"): 2,
            ("gradients/sub_grad", "gradients/output_grad"): 2,
        }
        assert {key: bundle.tensors for key, bundle in gradients.ports.items()} == {
            ("gradients/Shape", "in", "loss"): 1,
            ("gradients/loss_grad", "in", "sub"): 3,
            ("gradients/loss_grad", "in", "loss"): 4,
            ("gradients/sub_grad", "in", "output"): 1,
            ("gradients/sub_grad", "in", "correct_value"): 1,
            ("gradients/output_grad", "in", "weight"): 2,
            ("gradients/output_grad", "in", "input"): 2,
            ("gradients/output_grad", "out", "GradientDescent"): 1,
        }
        assert self.hierarchy.item("gradients").scopes == 7


def test_levels_are_sent_as_the_browser_code_is_tested_with():
    hierarchy = TestTheArticle.hierarchy
    sent = {item.path: level_json(hierarchy, level(hierarchy, item)) for item in hierarchy.items if item.is_scope}
    assert sent == json.loads((GRAPHS / "hello_tensorflow.levels.json").read_text())


def test_a_torch_module_is_a_scope_and_shapes_are_told():
    hierarchy = hierarchy_in("torch_sequential.pb")
    top = level(hierarchy, hierarchy.item(""))
    assert [item.path for item in top.children] == ["input", "output", "Sequential"]
    assert top.edges["input", "Sequential"].shape == "3×4"
    assert "Sequential/Sequential[2]" in children(hierarchy, "Sequential")


def test_a_bundle_of_unlike_tensors_has_no_shape():
    graph = GraphDef()
    node = graph.node.add(name="a", op="Split")
    for size in (1, 2):
        node.attr["_output_shapes"].list.shape.add().dim.add(size=size)
    graph.node.add(name="b", op="Concat", input=["a", "a:1"])
    graph.node.add(name="c", op="Neg", input=["a:1"])
    hierarchy = Hierarchy(read_operations(graph))
    edges = level(hierarchy, hierarchy.item("")).edges
    assert (edges["a", "b"].tensors, edges["a", "b"].shape) == (2, None)
    assert edges["a", "c"].shape == "2"


def test_shapes_are_spelled_short():
    assert shape_label(None) is None
    assert shape_label(TensorShapeProto(unknown_rank=True)) is None
    assert shape_label(TensorShapeProto()) == "scalar"
    assert shape_label(TensorShapeProto(dim=[{"size": -1}, {"size": 10}])) == "?×10"


def test_odd_names_have_a_place_of_their_own():
    hierarchy = hierarchy_of(
        ("", "A"), ("/", "B"), ("a//b", "C"), ("a/b/", "D"), ("a", "E"), ("a", "F"), ("a/(a)", "G")
    )
    ops = {item.path: hierarchy.graph.operations[item.operation].op for item in hierarchy.items if not item.is_scope}
    assert ops == {
        UNNAMED: "A",
        f"{UNNAMED}#2": "B",
        "a/b": "C",
        "a/b#2": "D",
        "a/(a)#2": "E",
        "a/(a)#3": "F",
        "a/(a)": "G",
    }
    assert hierarchy.item("a//b").path == "a/b"
    assert hierarchy.item("a/b/").path == "a/b#2"
    assert hierarchy.item("nothing") is None


def test_a_name_of_hostile_depth_stays_shallow():
    hierarchy = hierarchy_of(("/".join("a" * 5000), "A"), ("/".join("a" * 5001), "B"))
    assert len(hierarchy.items) == MAX_DEPTH + 2


def test_links_are_bounded(monkeypatch):
    monkeypatch.setattr(graph_level, "MAX_LINKS", 10)
    hierarchy = hierarchy_of(("n0", "Const"), *((f"n{i}", "Neg", *(f"n{j}" for j in range(i))) for i in range(1, 10)))
    dense = level(hierarchy, hierarchy.item(""))
    assert (len(dense.edges), dense.omitted_links) == (10, 35)


# Names over a small alphabet meet often: as scopes, as duplicates, as nodes inside of nodes.
_NAMES = st.lists(st.sampled_from(["a", "b", "c", "(a)", ""]), min_size=1, max_size=4).map("/".join)
_INPUTS = st.lists(
    st.tuples(st.sampled_from(["", "^"]), _NAMES, st.sampled_from(["", ":0", ":1"])).map("".join), max_size=4
)
_GRAPHS = st.lists(st.tuples(_NAMES, st.sampled_from(["Const", "Assign", "NoOp"]), _INPUTS), max_size=15)


@given(_GRAPHS)
def test_every_edge_is_drawn_once_at_each_level_that_it_crosses(nodes):
    hierarchy = hierarchy_of(*((name, op, *inputs) for name, op, inputs in nodes))
    expected_edges, expected_ports = Counter(), Counter()
    for operation in hierarchy.graph.operations:
        for edge in operation.incoming:
            source, target = _lineage(hierarchy, edge.source), _lineage(hierarchy, edge.target)
            shared = next(i for i, (one, other) in enumerate(zip(source, target)) if one != other)
            expected_edges[source[shared - 1], source[shared], target[shared]] += 1
            for depth in range(shared, len(source) - 1):
                expected_ports[source[depth], source[depth + 1], "out", target[shared]] += 1
            for depth in range(shared, len(target) - 1):
                expected_ports[target[depth], target[depth + 1], "in", source[shared]] += 1
    edges, ports = Counter(), Counter()
    for scope in (item for item in hierarchy.items if item.is_scope):
        drawn = level(hierarchy, scope)
        for (source, target), bundle in drawn.edges.items():
            edges[scope.path, source, target] += bundle.tensors + bundle.controls
        for (child, direction, other), bundle in drawn.ports.items():
            ports[scope.path, child, direction, other] += bundle.tensors + bundle.controls
    assert edges == expected_edges
    assert ports == expected_ports


@given(_GRAPHS)
def test_every_node_has_one_place_and_counts_add_up(nodes):
    hierarchy = hierarchy_of(*((name, op, *inputs) for name, op, inputs in nodes))
    operations = [item.operation for item in hierarchy.items if not item.is_scope]
    assert sorted(operations) == list(range(len(nodes)))
    assert len({item.path for item in hierarchy.items}) == len(hierarchy.items)
    for item in hierarchy.items:
        inside = [hierarchy.items[index] for index in item.children]
        if item.is_scope:
            assert item.end - item.first == sum(child.end - child.first for child in inside)
            assert item.scopes == sum(child.scopes + child.is_scope for child in inside)
        assert all(child.parent == item.index for child in inside)
    for name, _, _ in nodes:
        assert hierarchy.item(name) is not None


def _lineage(hierarchy, operation):
    """Paths of the items that hold an operation, from the root down to its own."""
    item = hierarchy.items[hierarchy.item_of_operation[operation]]
    paths = [item.path]
    while item.index:
        item = hierarchy.items[item.parent]
        paths.insert(0, item.path)
    return paths


@pytest.mark.parametrize("count", [0, 1])
def test_a_graph_of_next_to_nothing(count):
    hierarchy = hierarchy_of(*[("only", "NoOp")][:count])
    top = level(hierarchy, hierarchy.item(""))
    assert (len(top.children), top.edges, top.ports) == (count, {}, {})
