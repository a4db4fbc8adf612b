"""Keras models, as each version writes them, as graphs of layers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.keras_model import decode_keras

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"


def nodes(model):
    graph, problems = decode_keras(json.dumps(model).encode())
    assert problems == []
    return {node.name: (node.op, list(node.input)) for node in graph.node}


def shape(node):
    return [dim.size for dim in node.attr["_output_shapes"].list.shape[0].dim]


@pytest.mark.parametrize(("version", "first_of_head"), [(2, "head/input_1"), (3, "head/input_layer")])
def test_a_model_with_models_inside(version, first_of_head):
    graph, problems = decode_keras((GRAPHS / f"keras{version}_two_towers.json").read_bytes())
    assert problems == []
    found = {node.name: node for node in graph.node}
    inputs = {name: list(node.input) for name, node in found.items()}
    assert inputs == {
        "picture": [],
        "text": [],
        "conv": ["picture"],
        "embed": ["text"],
        "flat": ["conv"],
        "block/x": ["embed"],
        "block/d1": ["block/x"],
        "block/d2": ["block/d1"],
        first_of_head: ["flat"],
        "head/s1": [first_of_head],
        "head/s2": ["head/s1"],
        "join": ["block/d2", "head/s2"],
        "sum": ["block/d2", "head/s2"],
        "classes": ["join"],
        "score": ["sum"],
    }
    assert (found["conv"].op, shape(found["conv"])) == ("Conv2D", [-1, 6, 6, 4])
    attributes = found["conv"].attr
    assert (attributes["filters"].i, list(attributes["kernel_size"].list.i)) == (4, [3, 3])
    assert (attributes["dtype"].s, attributes["kernel_initializer"].s) == (b"float32", b"GlorotUniform")
    assert attributes["use_bias"].b


def layer(name, *calls, cls="Dense", config=None):
    return {"class_name": cls, "name": name, "config": {"name": name, **(config or {})}, "inbound_nodes": list(calls)}


def test_a_sequential_of_keras_1_is_a_list():
    model = {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": n}} for n in "ab"]}
    assert nodes(model) == {"a": ("Dense", []), "b": ("Dense", ["a"])}


def test_a_layer_that_is_called_twice_is_one_node_with_the_tensors_of_both():
    layers = [
        *(layer(name, cls="InputLayer") for name in "xy"),
        layer("shared", [["x", 0, 0, {}]], [["y", 0, 0, {}]]),
        layer("out", [["shared", 0, 0, {}], ["shared", 1, 0, {}]], cls="Add"),
    ]
    model = {"class_name": "Model", "config": {"layers": layers, "input_layers": [], "output_layers": []}}
    assert nodes(model)["shared"] == ("Dense", ["x", "y"])


def test_arguments_of_keras_3_may_be_nested_and_outputs_numbered():
    def tensor(name, output):
        return {"class_name": "__keras_tensor__", "config": {"shape": [None, 2], "keras_history": [name, 0, output]}}

    layers = [
        layer("x", cls="InputLayer"),
        layer("lstm", {"args": [[tensor("x", 0)]], "kwargs": {}}, cls="LSTM"),
        layer("out", {"args": [tensor("lstm", 0)], "kwargs": {"state": {"h": tensor("lstm", 2)}}}, cls="Custom"),
    ]
    model = {"class_name": "Functional", "config": {"layers": layers, "output_layers": ["out", 0, 0]}}
    assert nodes(model)["out"] == ("Custom", ["lstm", "lstm:2"])


def test_a_layer_that_is_not_there_is_told():
    layers = [layer("a", [["gone", 0, 0, {}]])]
    graph, problems = decode_keras(json.dumps({"config": {"layers": layers}}).encode())
    assert [node.name for node in graph.node] == ["a"]
    assert problems == ["Layer 'a' takes the output of a layer that the model does not have"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", '{"config": 3}', '{"config": {"layers": [{"config": 1}]}}']
)
def test_what_is_no_model_is_told_and_raises_nothing(text):
    graph, problems = decode_keras(text.encode())
    assert len(problems) <= 1
    assert problems or len(graph.node) == 1


def test_what_can_be_read_of_a_damaged_model_is_drawn():
    layers = [layer("a", cls="InputLayer"), layer("b", [["a"]])]
    graph, problems = decode_keras(json.dumps({"config": {"layers": layers}}).encode())
    assert [node.name for node in graph.node] == ["a", "b"]
    assert "damaged or of an unknown version" in problems[0]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "b", "config", "layers"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["config", "layers", "name", "inbound_nodes", "input_layers", "output_layers", "class_name"]
            )
            | st.sampled_from(["keras_history", "shape", "batch_shape", "build_config", "input_shape"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=40,
)


@given(_VALUES)
def test_no_json_raises(value):
    decode_keras(json.dumps(value).encode())
    decode_keras(json.dumps({"config": {"layers": [value, value]}}).encode())
