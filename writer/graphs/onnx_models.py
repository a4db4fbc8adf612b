"""An ONNX file to a GraphDef; weights are nodes without their content."""

from __future__ import annotations

import contextlib
import os
from typing import Any

from writer.graphs.builder import GraphBuilder, Shape


def load(path: str | os.PathLike[str]) -> Any:
    """The GraphDef of the model in a file.

    Names of nodes give the scopes ("/" between them); a node without one is named for its operation. Weights are
    "Const" nodes next to what uses them first. Shapes are those that the file tells and, for the rest, inferred.

    Raises:
        ImportError: the package onnx is not installed.
        OSError: the file cannot be read.
        ValueError: it is not an ONNX model.
    """
    try:
        import onnx
    except ImportError:
        raise ImportError("add_onnx_graph needs the package onnx: pip install onnx") from None
    name = os.fspath(path)
    try:
        model = onnx.load(name, load_external_data=False)
    except OSError:
        raise
    except Exception as error:  # of protobuf, whichever of its implementations is at work
        raise ValueError(f"add_onnx_graph: {name} is not an ONNX model: {error}") from None
    if not model.HasField("graph"):
        raise ValueError(f"add_onnx_graph: {name} holds no graph")
    # It fails at operations it does not know and at models of gigabytes: then these shapes stay unknown.
    with contextlib.suppress(Exception):
        model = onnx.shape_inference.infer_shapes(model)
    return convert(model.graph)


def convert(graph: Any) -> Any:
    """The GraphDef of an onnx.GraphProto."""
    import onnx

    builder = GraphBuilder()
    outputs: dict[str, str] = {}  # a tensor of ONNX -> the output of a node here
    types = {info.name: info.type.tensor_type for info in (*graph.input, *graph.value_info, *graph.output)}
    weights = {weight.name: weight for weight in graph.initializer}
    for info in graph.input:
        if info.name not in weights:
            shape, dtype = _type(info.type.tensor_type)
            outputs[info.name] = builder.add(info.name, "Input", shapes=[shape], dtype=dtype)
    for node in graph.node:
        name = node.name or node.op_type
        for tensor in node.input:
            if tensor in weights and tensor not in outputs:
                weight = weights[tensor]
                leaf = tensor.replace("/", ".").strip(".").rpartition(".")[2] or "weight"
                outputs[tensor] = builder.add(
                    f"{name.rpartition('/')[0]}/{leaf}",
                    "Const",
                    shapes=[list(weight.dims)],
                    dtype=_dtype(weight.data_type),
                )
        told = [_type(types[tensor]) if tensor in types else (None, "") for tensor in node.output]
        added = builder.add(
            name,
            node.op_type,
            [outputs[tensor] for tensor in node.input if tensor in outputs],
            shapes=[shape for shape, _ in told],
            dtype=told[0][1] if told else "",
            attributes={attribute.name: _attribute(onnx, attribute) for attribute in node.attribute},
        )
        for index, tensor in enumerate(node.output):
            outputs[tensor] = added if index == 0 else f"{added}:{index}"
    for info in graph.output:
        shape, dtype = _type(info.type.tensor_type)
        inputs = [outputs[info.name]] if info.name in outputs else []
        builder.add(info.name, "Output", inputs, shapes=[shape], dtype=dtype)
    return builder.graph_def()


def _attribute(onnx: Any, attribute: Any) -> Any:
    kinds = onnx.AttributeProto
    if attribute.type in (kinds.TENSOR, kinds.SPARSE_TENSOR):
        return f"tensor of shape {list(attribute.t.dims)}"
    if attribute.type == kinds.GRAPH:
        return f"graph of {len(attribute.g.node)} nodes"
    value = onnx.helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    try:
        return [item.decode("utf-8", "replace") if isinstance(item, bytes) else item for item in value]
    except TypeError:
        return value


def _type(tensor_type: Any) -> tuple[Shape | None, str]:
    dtype = _dtype(tensor_type.elem_type)
    if not tensor_type.HasField("shape"):
        return None, dtype
    sizes = [dim.dim_value if dim.HasField("dim_value") else None for dim in tensor_type.shape.dim]
    return sizes, dtype


def _dtype(number: int) -> str:
    import onnx

    return str(onnx.TensorProto.DataType.Name(number)).lower() if number else ""
