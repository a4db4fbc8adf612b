"""Parameters and floating-point operations, from the shapes that graphs tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from board.query.graph_operations import read_operations
from board.query.graph_source import decode_graph
from board.query.graph_view import view_of
from board.query.graph_work import Work, work_of
from writer.format.messages import GraphDef

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"


def hierarchy_of(*nodes):
    """The hierarchy of (name, op, shape or None, *inputs)."""
    graph = GraphDef()
    for name, op, shape, *inputs in nodes:
        node = graph.node.add(name=name, op=op, input=inputs)
        if shape is not None:
            dims = node.attr["_output_shapes"].list.shape.add().dim
            for size in shape:
                dims.add(size=size)
    return view_of(read_operations(graph)).hierarchy


def work(hierarchy, path=""):
    return work_of(hierarchy, hierarchy.item(path))


def test_a_dense_layer():
    hierarchy = hierarchy_of(
        ("x", "Placeholder", (-1, 784)),
        ("layer/w", "VariableV2", (784, 10)),
        ("layer/b", "VariableV2", (10,)),
        ("layer/product", "MatMul", (-1, 10), "x", "layer/w"),
        ("layer/add", "BiasAdd", (-1, 10), "layer/product", "layer/b"),
    )
    assert work(hierarchy, "layer") == Work(parameters=7850, flops=2 * 784 * 10 + 10)
    assert work(hierarchy) == work(hierarchy, "layer")


@pytest.mark.parametrize(
    ("op", "image", "kernel", "output", "expected"),
    [
        ("Conv2D", (2, 28, 28, 3), (5, 5, 3, 8), (2, 24, 24, 8), 2 * (2 * 24 * 24 * 8) * (5 * 5 * 3)),
        ("DepthwiseConv2dNative", (1, 8, 8, 4), (3, 3, 4, 2), (1, 6, 6, 8), 2 * (6 * 6 * 8) * (3 * 3)),
        ("aten::conv2d", (2, 3, 32, 32), (8, 3, 3, 3), (2, 8, 30, 30), 2 * (2 * 8 * 30 * 30) * (3 * 3 * 3)),
        ("Conv", (1, 4, 9, 9), (6, 2, 3, 3), (1, 6, 7, 7), 2 * (6 * 7 * 7) * (2 * 3 * 3)),
    ],
)
def test_convolutions(op, image, kernel, output, expected):
    hierarchy = hierarchy_of(("x", "Input", image), ("k", "Parameter", kernel), ("y", op, output, "x", "k"))
    assert work(hierarchy, "y") == Work(flops=expected)


def test_products_that_turn_their_first_factor():
    hierarchy = hierarchy_of(("x", "Placeholder", (5, 3)), ("y", "MatMul", (3, 7), "x", "x"))
    hierarchy.graph.operations[1].node.attr["transpose_a"].b = True
    assert work(hierarchy, "y").flops == 2 * 3 * 7 * 5


def test_gradients_of_a_convolution_take_as_much_as_it_does():
    nodes = (
        ("x", "Input", (2, 28, 28, 3)),
        ("g", "X", (2, 24, 24, 8)),
        ("k", "Const", (5, 5, 3, 8)),
        ("s", "Const", (4,)),
    )
    inputs = hierarchy_of(*nodes, ("y", "Conv2DBackpropInput", (2, 28, 28, 3), "s", "k", "g"))
    filters = hierarchy_of(*nodes, ("y", "Conv2DBackpropFilter", (5, 5, 3, 8), "x", "s", "g"))
    for hierarchy in (inputs, filters):
        assert work(hierarchy, "y").flops == 2 * (2 * 24 * 24 * 8) * (5 * 5 * 3)


def test_reductions_go_over_their_inputs():
    hierarchy = hierarchy_of(("x", "Const", (4, 5)), ("y", "Sum", (), "x"))
    assert work(hierarchy, "y").flops == 20


def test_what_is_not_known_is_told():
    hierarchy = hierarchy_of(
        ("v", "VarHandleOp", None),
        ("w", "VariableV2", None),
        ("y", "MatMul", None, "v", "w"),
        ("z", "Custom", (3,), "y"),
    )
    assert work(hierarchy) == Work(uncounted=2, shapeless=2)


def test_a_variable_of_tensorflow_has_its_shape_as_an_attribute():
    hierarchy = hierarchy_of(("v", "VariableV2", None))
    shape = hierarchy.graph.operations[0].node.attr["shape"].shape
    shape.dim.add(size=3)
    shape.dim.add(size=4)
    assert work(hierarchy).parameters == 12


def test_real_graphs():
    mlp = view_of(read_operations(*decode_graph((GRAPHS / "tf1_mlp.pb").read_bytes()))).hierarchy
    assert work(mlp).parameters == 64 * 256 + 256 + 256 * 10 + 10
    assert work(mlp, "hidden/MatMul").flops == 2 * 64 * 256
    torch = view_of(read_operations(*decode_graph((GRAPHS / "torch_sequential.pb").read_bytes()))).hierarchy
    assert work(torch, "Sequential/Linear[0]").flops == 2 * 3 * 4 * 8
