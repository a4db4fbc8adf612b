"""Functions of a graph's library, as scopes that operations call."""

from __future__ import annotations

from board.query.graph_card import card
from board.query.graph_library import with_library
from board.query.graph_operations import read_operations
from board.query.graph_view import view_of
from writer.format.messages import DataType, GraphDef

FLOAT = DataType["DT_FLOAT"]


def graph():
    """A call of ``f(x) = -x``, whose result has the name of a node, and of ``step`` through an attribute."""
    graph = GraphDef()
    graph.node.add(name="x", op="Placeholder")
    graph.node.add(name="y", op="f", input=["x"])
    graph.node.add(name="loop", op="While", input=["y"]).attr["body"].func.name = "step"
    f = graph.library.function.add()
    f.signature.name = "f"
    f.signature.input_arg.add(name="x", type=FLOAT)
    f.signature.output_arg.add(name="negated", type=FLOAT)
    f.node_def.add(name="negated", op="Neg", input=["x", "^wait"])
    f.node_def.add(name="wait", op="NoOp")
    f.ret["negated"] = "negated:y:0"
    step = graph.library.function.add()
    step.signature.name = "step"
    step.node_def.add(name="again", op="NoOp")
    return graph


def test_a_function_is_a_scope_with_its_arguments_body_and_results():
    nodes = {node.name: (node.op, list(node.input)) for node in with_library(graph()).node}
    assert nodes["(functions)/f/x"] == ("input_arg", [])
    assert nodes["(functions)/f/negated"] == ("Neg", ["(functions)/f/x", "^(functions)/f/wait"])
    assert nodes["(functions)/f/negated_result"] == ("output_arg", ["(functions)/f/negated:y:0"])
    assert nodes["x"] == ("Placeholder", [])


def test_operations_tell_which_functions_they_call():
    operations = read_operations(with_library(graph()))
    assert operations.problems.count == 0
    hierarchy = view_of(operations).hierarchy
    calls = {name: card(hierarchy, hierarchy.item(name))["operation"]["calls"] for name in ("x", "y", "loop")}
    assert calls == {
        "x": [],
        "y": [{"name": "f", "path": "(functions)/f"}],
        "loop": [{"name": "step", "path": "(functions)/step"}],
    }


def test_a_graph_without_functions_stays_as_it_is():
    plain = GraphDef(node=[{"name": "x", "op": "NoOp"}])
    assert with_library(GraphDef.FromString(plain.SerializeToString())) == plain
