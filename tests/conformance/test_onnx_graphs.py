"""ONNX files as graphs; runs where onnx is installed (`make conformance`)."""

from __future__ import annotations

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402

from writer import SummaryWriter  # noqa: E402


def model():
    make = onnx.helper
    floats = onnx.TensorProto.FLOAT
    weight = onnx.numpy_helper.from_array(np.zeros((3, 4), np.float32), "fc.weight")
    nodes = [
        make.make_node("MatMul", ["x", "fc.weight"], ["h"], name="/fc/MatMul"),
        make.make_node("Split", ["h"], ["a", "b"], name="/Split", axis=1, num_outputs=2),
        make.make_node("Relu", ["b"], ["y"]),
        make.make_node("Relu", ["y"], ["z"]),
    ]
    inputs = [make.make_tensor_value_info("x", floats, ["batch", 3])]
    outputs = [make.make_tensor_value_info("z", floats, ["batch", 2])]
    graph = make.make_graph(nodes, "g", inputs, outputs, [weight])
    return make.make_model(graph, opset_imports=[make.make_opsetid("", 18)])


def test_nodes_weights_and_inferred_shapes_are_there(tmp_path):
    onnx.save(model(), str(tmp_path / "model.onnx"))
    with SummaryWriter(str(tmp_path / "run")) as log:
        log.add_onnx_graph(str(tmp_path / "model.onnx"))
    graph = EventAccumulator(str(tmp_path / "run")).Reload().Graph()
    nodes = {node.name: node for node in graph.node}
    assert {name: list(node.input) for name, node in nodes.items()} == {
        "x": [],
        "fc/weight": [],
        "fc/MatMul": ["x", "fc/weight"],
        "Split": ["fc/MatMul"],
        "Relu": ["Split:1"],
        "Relu_1": ["Relu"],
        "z": ["Relu_1"],
    }
    assert nodes["fc/weight"].op == "Const"
    assert [dim.size for dim in nodes["fc/MatMul"].attr["_output_shapes"].list.shape[0].dim] == [-1, 4]
    assert nodes["Split"].attr["axis"].i == 1


def test_another_file_is_refused_by_name(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"\xff\xff\xff")
    with SummaryWriter(str(tmp_path / "run")) as log:
        with pytest.raises(ValueError, match=r"model\.onnx is not an ONNX model"):
            log.add_onnx_graph(str(tmp_path / "model.onnx"))
        with pytest.raises(FileNotFoundError):
            log.add_onnx_graph(str(tmp_path / "missing.onnx"))
