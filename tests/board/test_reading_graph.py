"""Graphs in Python: nodes by name, scopes, functions, costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from board.query.graph_source import Encoding, decode_graph
from board.reading.graph import Graph
from writer.format.messages import GraphDef, RunMetadata

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"


def graph(file, encoding=Encoding.GRAPH_DEF):
    return Graph(*decode_graph((GRAPHS / file).read_bytes(), encoding))


@pytest.fixture(scope="module")
def mlp():
    return graph("tf1_mlp.pb")


@pytest.fixture(scope="module")
def step():
    return RunMetadata.FromString((GRAPHS / "tf1_mlp.run_metadata.pb").read_bytes())


def test_nodes_by_name(mlp):
    product = mlp["hidden/MatMul"]
    assert (product.op, product.inputs, product.shapes) == ("MatMul", ("x", "hidden/weights/read"), ((None, 256),))
    assert "hidden/add" in product.outputs
    assert "hidden/weights/Assign" in mlp["init"].control_inputs
    assert mlp["x"].definition.attr["dtype"].type == 1
    assert len(mlp) == len(list(mlp)) == 115
    assert "x" in mlp
    assert "y" not in mlp
    with pytest.raises(KeyError, match="no node 'y'"):
        mlp["y"]


def test_a_node_of_its_scope_s_name_is_found_by_that_name(mlp):
    assert mlp["hidden/weights"].op == "VariableV2"
    assert mlp.scope("hidden/weights").operations > 2


def test_scopes(mlp):
    hidden = mlp.scope("hidden")
    assert (hidden.operations, hidden.ops["MatMul"]) == (23, 1)
    assert "hidden/weights" in hidden.children
    assert mlp.scope().operations == 115
    with pytest.raises(KeyError, match="no scope 'nowhere'"):
        mlp.scope("nowhere")


def test_costs_of_a_traced_step(mlp, step):
    assert mlp.cost(step, "hidden").time == 109_673
    assert mlp.cost(step).executions == 42
    assert mlp.cost(step, "x") is None
    assert mlp.costliest(step)[0][0] == "hidden/Relu"
    assert mlp.costliest(step, by="bytes")[0][1].bytes == 131_072
    with pytest.raises(ValueError, match="by='taste'"):
        mlp.costliest(step, by="taste")
    with pytest.raises(KeyError, match="nor a scope 'y'"):
        mlp.cost(step, "y")


def test_functions_are_scopes_and_the_message_stays_as_it_was_logged():
    message = GraphDef(node=[{"name": "call", "op": "f"}])
    function = message.library.function.add()
    function.signature.name = "f"
    function.node_def.add(name="a", op="Neg", input=["gone"])
    ours = Graph(GraphDef.FromString(message.SerializeToString()), [])
    assert ours["(functions)/f/a"].op == "Neg"
    assert len(ours.problems) == 1
    assert ours.graph_def == message


def test_a_keras_model():
    assert graph("keras3_two_towers.json", Encoding.KERAS)["join"].inputs == ("block/d2", "head/s2")
