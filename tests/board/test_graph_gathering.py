"""Boxes around what would be too much to look at, and what is alike in a graph."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query import graph_gathering
from board.query.graph_card import card, search
from board.query.graph_hierarchy import Hierarchy
from board.query.graph_level import level
from board.query.graph_operations import read_operations
from board.query.graph_structure import Structure
from board.query.graph_view import view_of
from writer.format.messages import GraphDef


def operations_of(*nodes):
    """The operations of (name, op, *inputs)."""
    graph = GraphDef()
    for name, op, *inputs in nodes:
        graph.node.add(name=name, op=op, input=inputs)
    return read_operations(graph)


def gathered(*nodes, series=True):
    return view_of(operations_of(*nodes), series=series).hierarchy


def children(hierarchy, scope=""):
    return [item.path for item in level(hierarchy, hierarchy.item(scope)).children]


def block(scope, source, activation="Relu"):
    """A layer that takes the output of another."""
    return [
        (f"{scope}/weights", "Variable"),
        (f"{scope}/product", "MatMul", source, f"{scope}/weights"),
        (f"{scope}/out", activation, f"{scope}/product"),
    ]


def stack(count, name="block_{}", activation="Relu"):
    """Layers one after the other, between an input and an output."""
    nodes = [("input", "Placeholder")]
    for number in range(count):
        nodes += block(name.format(number), nodes[-1][0], activation)
    return [*nodes, ("output", "Softmax", nodes[-1][0])]


class TestStructure:
    def structure(self, *nodes):
        hierarchy = Hierarchy(operations_of(*nodes))
        structure = Structure(hierarchy)
        return hierarchy, structure

    def test_names_play_no_part(self):
        hierarchy, structure = self.structure(*block("a", "x"), *block("some/where", "y"), ("x", "X"), ("y", "Y"))
        (alike,) = structure.likenesses
        assert [hierarchy.items[index].path for index in alike.scopes] == ["a", "some/where"]
        assert alike.operations == 3

    def test_one_other_operation_makes_a_scope_unlike(self):
        _, structure = self.structure(*block("a", "x"), *block("b", "x", "Tanh"), ("x", "X"))
        assert structure.likenesses == []

    def test_the_same_operations_linked_otherwise_are_unlike(self):
        chain = [("a/1", "Neg"), ("a/2", "Neg", "a/1"), ("a/3", "Neg", "a/2")]
        star = [("b/1", "Neg"), ("b/2", "Neg", "b/1"), ("b/3", "Neg", "b/1")]
        _, structure = self.structure(*chain, *star)
        assert structure.likenesses == []
        controls = [("b/1", "Neg"), ("b/2", "Neg", "^b/1"), ("b/3", "Neg", "^b/2")]
        _, structure = self.structure(*chain, *controls)
        assert structure.likenesses == []

    def test_what_makes_up_the_most_comes_first(self):
        hierarchy, structure = self.structure(
            *[node for number in range(3) for node in block(f"big/{number}", "x")],
            ("small_1/a", "A"),
            ("small_2/a", "A"),
            ("x", "X"),
        )
        first, second = structure.likenesses
        assert (len(first.scopes), first.operations) == (3, 3)
        assert hierarchy.items[second.scopes[0]].path == "small_1"
        assert structure.likeness_of[hierarchy.item("big/2").index] == 0


class TestSeries:
    @pytest.fixture(autouse=True)
    def small_scopes_count(self, monkeypatch):
        monkeypatch.setattr(graph_gathering, "READABLE", 1)

    def test_counted_neighbours_that_are_alike_lie_in_one_box(self):
        hierarchy = gathered(*stack(24))
        assert children(hierarchy) == ["input", "block_[0-23]", "output"]
        box = hierarchy.item("block_[0-23]")
        assert (box.repeats, box.end - box.first) == (24, 72)
        assert hierarchy.item("block_7").path == "block_[0-23]/block_7"
        assert hierarchy.item("block_7/out").path == "block_[0-23]/block_7/out"
        assert hierarchy.item("block_7/out").name == "block_7/out"
        assert level(hierarchy, box).ports.keys() == {
            ("block_[0-23]/block_0", "in", "input"),
            ("block_[0-23]/block_23", "out", "output"),
        }

    def test_a_reader_may_have_none(self):
        assert len(children(gathered(*stack(24), series=False))) == 26

    def test_a_scope_that_can_be_read_stays_as_it_is(self, monkeypatch):
        monkeypatch.undo()
        assert children(gathered(*stack(13))) == ["input", *(f"block_{number}" for number in range(13)), "output"]
        assert children(gathered(*stack(14))) == ["input", "block_[0-13]", "output"]

    def test_fewer_than_five_stay_as_they_are(self):
        assert len(children(gathered(*stack(4)))) == 6

    def test_a_scope_of_nothing_else_is_the_series_itself(self):
        nodes = [(f"layers/{name}" if name[0] == "b" else name, *rest) for name, *rest in stack(6)]
        nodes = [(name, op, *(f"layers/{i}" if i[0] == "b" else i for i in inputs)) for name, op, *inputs in nodes]
        hierarchy = gathered(*nodes)
        assert hierarchy.item("layers").repeats == 6
        assert children(hierarchy, "layers") == [f"layers/block_{number}" for number in range(6)]

    def test_one_that_is_built_otherwise_parts_a_series(self):
        nodes = stack(12)
        at = nodes.index(("block_6/out", "Relu", "block_6/product"))
        nodes[at] = ("block_6/out", "Tanh", "block_6/product")
        assert children(gathered(*nodes)) == ["input", "block_[0-5]", "block_6", "block_[7-11]", "output"]

    def test_numbers_may_stand_within_a_label_as_pytorch_writes_them(self):
        assert "Linear[[0-5]]" in children(gathered(*stack(6, name="Linear[{}]")))

    def test_a_first_without_number_is_counted_as_tensorflow_names_it(self):
        names = ["conv", *(f"conv_{number}" for number in range(1, 6))]
        assert children(gathered(*((name, "Conv2D") for name in names), ("x", "X"))) == ["conv_[0-5]", "x"]

    def test_no_box_is_put_around_what_a_tensor_leaves_and_comes_back_to(self):
        nodes = [("relu_0", "Relu")]
        for number in range(1, 8):
            nodes += [(f"conv_{number}", "Conv2D", nodes[-1][0]), (f"relu_{number}", "Relu", f"conv_{number}")]
        assert len(children(gathered(*nodes))) == len(nodes)

    def test_a_second_series_is_measured_with_the_first_in_its_box(self):
        a = [(f"a_{number}", "A") for number in range(5)]
        b = [(f"b_{number}", "B") for number in range(5)]
        a[0] += ("b_0",)  # each series alone may have a box, both may not: tensors would go to and fro
        b[4] += ("a_4",)
        assert sorted(children(gathered(*a, *b))) == ["a_[0-4]", *(f"b_{number}" for number in range(5))]


class TestParts:
    def test_a_wide_scope_is_split_along_the_flow(self):
        nodes = [("n0", "Const")] + [(f"n{i}", "Neg" if i % 2 else "Abs", f"n{i - 1}") for i in range(1, 1000)]
        random.Random(0).shuffle(nodes)
        hierarchy = gathered(*nodes)
        assert children(hierarchy) == [f"part {number} of 10" for number in range(1, 11)]
        assert hierarchy.item("n99").path == "part 1 of 10/n99"
        assert hierarchy.item("n100").path == "part 2 of 10/n100"
        assert set(level(hierarchy, hierarchy.item("")).edges) == {
            (f"part {number} of 10", f"part {number + 1} of 10") for number in range(1, 10)
        }

    def test_parts_are_parted_until_there_are_few_enough(self):
        hierarchy = gathered(*((f"n{number}", "ABC"[number % 3]) for number in range(20_000)))
        assert len(children(hierarchy)) == 2
        for item in hierarchy.items:
            assert len(item.children) <= graph_gathering.MOST_CHILDREN
        assert hierarchy.item("n0").path == "part 1 of 2/part 1 of 200/n0"

    def test_search_and_cards_speak_of_the_names_of_the_graph(self):
        hierarchy = gathered(*stack(24))
        found = search(hierarchy, "block_7/out")["items"]
        assert found == [{"path": "block_[0-23]/block_7/out", "name": "block_7/out", "op": "Relu", "operations": 1}]
        assert search(hierarchy, "[0-23]")["count"] == 0
        assert card(hierarchy, hierarchy.item("block_7"))["name"] == "block_7"
        box = card(hierarchy, hierarchy.item("block_[0-23]"))
        assert (box["name"], box["repeats"], box["contents"]["operations"]) == (None, 24, 72)


_NAMES = st.lists(st.sampled_from(["a", "b_0", "b_1", "b_2", "b_[0-2]", "part 1 of 2"]), min_size=1, max_size=3)
_NODES = st.lists(st.tuples(_NAMES.map("/".join), st.sampled_from("AB")), max_size=30)


@given(_NODES, st.data())
def test_whatever_the_names_every_node_keeps_a_place_and_boxes_make_no_cycles(nodes, data):
    names = [name for name, _ in nodes]
    linked = [
        (name, op, *data.draw(st.lists(st.sampled_from(names[:at]), max_size=2))) if at else (name, op)
        for at, (name, op) in enumerate(nodes)
    ]
    operations = operations_of(*linked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph_gathering, "READABLE", 1)
        patch.setattr(graph_gathering, "SHORTEST_SERIES", 2)
        patch.setattr(graph_gathering, "MOST_CHILDREN", 4)
        patch.setattr(graph_gathering, "PART", 2)
        plain, boxed = Hierarchy(operations), view_of(operations).hierarchy
    assert sorted(boxed.operation_at) == list(range(len(nodes)))
    assert len({item.path for item in boxed.items}) == len(boxed.items)
    for item in plain.items:
        same = boxed.item(item.path) if boxed.item(item.path).name == item.name else boxed.items[item.index]
        assert boxed.items[item.index].name == item.name == same.name
    for scope in (item for item in boxed.items if item.is_scope):
        assert len(scope.children) <= 4
        if scope.index < len(plain.items) and not _has_cycle(level(plain, plain.items[scope.index])):
            assert not _has_cycle(level(boxed, scope))


def _has_cycle(drawn):
    after = {child.path: {target for source, target in drawn.edges if source == child.path} for child in drawn.children}
    while after:
        ends = {path for path, targets in after.items() if not targets & after.keys()}
        if not ends:
            return True
        after = {path: targets for path, targets in after.items() if path not in ends}
    return False
