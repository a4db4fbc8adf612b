"""What a reader is told about a node or a scope, and how attributes are spelled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from board.query.graph_attributes import MAX_SPELLED_OUT, attribute_text, byte_count, type_name
from board.query.graph_card import MAX_FOUND, card, search
from board.query.graph_hierarchy import Hierarchy
from board.query.graph_operations import read_operations
from board.query.graph_source import decode_graph
from writer.format import tensors
from writer.format.messages import AttrValue, DataType, GraphDef

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"


def hierarchy_in(file):
    return Hierarchy(read_operations(*decode_graph((GRAPHS / file).read_bytes())))


@pytest.fixture(scope="module")
def article():
    return hierarchy_in("hello_tensorflow.pb")


def test_the_variable_of_the_article(article):
    weight = card(article, article.item("weight"))
    assert weight["operation"]["op"] == "Variable"
    assert weight["operation"]["path"] == "weight/(weight)"
    attributes = {each["name"]: each["value"] for each in weight["operation"]["attributes"]}
    assert attributes == {"container": "", "dtype": "float32", "shape": "[]", "shared_name": ""}
    assert [each["name"] for each in weight["operation"]["outputs"]] == [
        "weight/Assign",
        "weight/read",
        "GradientDescent/update_weight/ApplyGradientDescent",
    ]
    assert weight["contents"]["operations"] == 4
    assert {"op": "Const", "count": 1} in weight["contents"]["ops"]


def test_inputs_tell_where_they_come_from_and_what_they_are():
    hierarchy = hierarchy_in("torch_sequential.pb")
    linear = card(hierarchy, hierarchy.item("Sequential/Linear[0]/input.3"))["operation"]
    assert linear["inputs"][0] == {
        "name": "input/input.1",
        "path": "input/input.1",
        "output": 0,
        "op": "IO Node",
        "shape": "3×4",
    }
    assert card(hierarchy, hierarchy.item("Sequential/Linear[0]/bias/bias.1"))["operation"]["inputs"] == [
        {"name": "Sequential/Linear[0]/weight/_0.1", "path": None, "output": 0, "op": None, "shape": None}
    ]


def test_control_inputs_and_outputs_stand_apart(article):
    group = card(article, article.item("gradients/sub_grad/tuple/group_deps"))["operation"]
    assert group["inputs"] == []
    assert [each["name"] for each in group["control_inputs"]] == [
        "gradients/sub_grad/Reshape",
        "gradients/sub_grad/Reshape_1",
    ]
    assert group["outputs"] == []
    assert group["control_output_count"] == 2


def test_a_scope_tells_what_it_is_made_of_and_what_crosses_its_border(article):
    gradients = card(article, article.item("gradients"))
    assert gradients["operation"] is None
    contents = gradients["contents"]
    assert (contents["operations"], contents["scopes"]) == (44, 7)
    assert sum(each["count"] for each in contents["ops"]) == 44
    assert contents["ops"][0]["count"] == max(each["count"] for each in contents["ops"])
    assert {each["name"] for each in contents["inputs"]} == {
        *("loss", "loss/y", "sub", "output", "correct_value", "weight/read", "input")
    }
    assert [each["op"] for each in contents["outputs"]] == ["ApplyGradientDescent"]


def test_search_looks_at_paths_without_regard_to_case_and_puts_labels_first(article):
    found = search(article, "RESHAPE")
    assert found["count"] == 6
    assert {each["op"] for each in found["items"]} == {"Reshape"}
    assert search(article, "gradients")["items"][0] == {
        "path": "gradients",
        "name": "gradients",
        "op": None,
        "operations": 44,
    }
    many = search(article, "a")
    assert many["count"] > len(many["items"]) == MAX_FOUND
    assert search(article, "") == {"count": 0, "items": []}


def attr(**fields):
    return AttrValue(**fields)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (attr(i=-3), "-3"),
        (attr(f=0.8), "0.8"),
        (attr(b=True), "true"),
        (attr(s=b"loc:@weight"), "loc:@weight"),
        (attr(s=b"\xff\x00"), r"'\xff\x00'"),
        (attr(s="ä".encode() * 2000), "ä" * 64 + "... (4 kB)"),
        (attr(type=1), "float32"),
        (attr(type=101), "float32_ref"),
        (attr(type=77), "type 77"),
        (attr(shape={"dim": [{"size": 784}, {"size": -1}]}), "[784, ?]"),
        (attr(shape={"unknown_rank": True}), "unknown rank"),
        (attr(tensor=tensors.to_proto(np.float32(0.8))), "float32 [] 0.8"),
        (attr(tensor=tensors.to_proto(np.array([[1, 2], [3, 4]], np.int32))), "int32 [2, 2] [[1, 2], [3, 4]]"),
        (attr(tensor=tensors.to_proto("loss")), "string [] loss"),
        (attr(tensor=tensors.to_proto(np.zeros((784, 10), np.float32))), "tensor float32 [784, 10], 31.4 kB"),
        (attr(tensor={"dtype": DataType["DT_RESOURCE"]}), "tensor resource []: dtype 20 is not one that can be read"),
        (attr(list={"i": [1, 2]}), "[1, 2]"),
        (attr(list={"type": [1, 3]}), "[float32, int32]"),
        (attr(list={"i": range(100)}), "[" + ", ".join(map(str, range(64))) + ", ... 100 in all]"),
        (attr(list={"i": range(10**6, 10**6 + 1000)}), "list of 1,000, 3.01 kB"),
        (attr(list={}), "[]"),
        (attr(func={"name": "f", "attr": {"T": {"type": 1}}}), "f(T=float32)"),
        (attr(), "(nothing)"),
    ],
)
def test_attributes_are_spelled_for_people(value, text):
    assert attribute_text(value) == text


def test_a_tensor_that_claims_to_be_large_is_not_made():
    claim = attr(tensor={"dtype": 1, "float_val": [1.0], "tensor_shape": {"dim": [{"size": 10**6}, {"size": 10**6}]}})
    assert attribute_text(claim).startswith("tensor float32 [1000000, 1000000], ")


def test_bytes_are_counted_in_thousands():
    assert [byte_count(size) for size in (7, 31400, 2_000_000, 3 * 10**9)] == ["7 bytes", "31.4 kB", "2 MB", "3 GB"]


def test_every_type_has_a_name():
    assert all(not type_name(number).startswith("type ") for number in DataType.values())


@given(st.binary(max_size=300))
def test_text_is_bounded_whatever_the_attribute(data):
    node = GraphDef().node.add()
    value = node.attr["x"]
    try:
        value.ParseFromString(data)
    except DecodeError:  # not every string of bytes is an attribute
        return
    assert len(attribute_text(value)) <= 8 * MAX_SPELLED_OUT
