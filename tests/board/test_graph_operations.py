"""Inputs resolved, and problems of a graph told."""

from __future__ import annotations

import pytest

from board.query.graph_operations import MAX_PROBLEMS, MISSING, parse_input, read_operations
from writer.format.messages import GraphDef


def graph_of(*nodes):
    """A GraphDef of (name, op, *inputs)."""
    graph = GraphDef()
    for name, op, *inputs in nodes:
        graph.node.add(name=name, op=op, input=inputs)
    return graph


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("a", ("a", 0, False)),
        ("a/b:1", ("a/b", 1, False)),
        ("^a/b", ("a/b", 0, True)),
        ("call:out:2", ("call", 2, False)),
        ("prim::Constant", ("prim::Constant", 0, False)),
        ("a:b", ("a:b", 0, False)),
        ("", ("", 0, False)),
    ],
)
def test_the_spellings_of_an_input(text, parsed):
    assert parse_input(text) == parsed


def test_the_same_tensor_twice_is_one_edge_but_two_inputs():
    graph = read_operations(graph_of(("x", "Const"), ("square", "Mul", "x", "x:0"), ("y", "Add", "x:1", "^x")))
    square, y = graph.operations[1:]
    assert len(square.inputs) == 2
    assert len(square.incoming) == 1
    assert len(y.incoming) == 2
    assert graph.operations[0].outgoing == square.incoming + y.incoming


def test_what_changes_a_variable_takes_a_reference():
    graph = read_operations(
        graph_of(
            ("w", "Variable"),
            ("x", "Const"),
            ("w/Assign", "Assign", "w", "x"),
            ("step", "ApplyGradientDescent", "w", "x", "x"),
            ("w/read", "Identity", "w"),
        )
    )
    references = {(edge.target, edge.source) for op in graph.operations for edge in op.incoming if edge.reference}
    assert references == {(2, 0), (3, 0)}


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        ([("a", "Neg", "b:1")], "Input 0 of 'a' is 'b:1', which is not in the graph"),
        ([("a", "Neg"), ("a", "Abs")], "More than one node is named 'a'; inputs of that name mean the first"),
        ([("a", "Neg", "a")], "'a' is an input of itself"),
        (
            [("in", "Const"), ("a", "Add", "in", "c"), ("b", "Neg", "a"), ("c", "Neg", "b"), ("out", "Neg", "c")],
            "3 nodes feed each other in a cycle: ",
        ),
        ([], "The graph has no nodes"),
    ],
)
def test_what_is_wrong_is_told(nodes, problem):
    problems = read_operations(graph_of(*nodes)).problems
    assert problems.count == 1
    assert problems.texts[0].startswith(problem)


def test_a_cycle_is_told_in_the_direction_of_its_edges():
    problems = read_operations(graph_of(("a", "Neg", "c"), ("b", "Neg", "a"), ("c", "Neg", "b"))).problems
    told = problems.texts[0].partition(": ")[2]
    assert told in ("a → b → c → a", "b → c → a → b", "c → a → b → c")


def test_the_loop_of_a_while_loop_is_no_problem():
    nodes = [
        ("enter", "Enter"),
        ("merge", "Merge", "enter", "next"),
        ("body", "Add", "merge"),
        ("next", "NextIteration", "body"),
    ]
    assert read_operations(graph_of(*nodes)).problems.count == 0


def test_parameters_of_torch_modules_are_no_problem():
    graph = read_operations(graph_of(("Linear/weight", "prim::GetAttr", "Linear/module")))
    assert graph.problems.count == 0
    assert graph.operations[0].inputs[0].source == MISSING


def test_many_problems_are_counted_and_the_first_are_told():
    problems = read_operations(graph_of(*((f"n{i}", "Neg", "gone") for i in range(1000)))).problems
    assert problems.count == 1000
    assert len(problems.texts) == MAX_PROBLEMS
