"""An OpenVINO model (the .xml of its intermediate representation) to a GraphDef."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree
from typing import Any

from writer.graphs.builder import GraphBuilder, Shape

_DTYPES = {"FP32": "float32", "FP16": "float16", "FP64": "float64", "I32": "int32", "I64": "int64", "BOOL": "bool"}


def load(path: str | os.PathLike[str]) -> Any:
    """The GraphDef of the model in a file; weights are in another one, which is not read.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such model.
    """
    name = os.fspath(path)
    try:
        root = ElementTree.parse(name).getroot()
        return _convert(root)
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise ValueError(f"add_openvino_graph: {name} is not an OpenVINO model: {error!r}") from None


def _convert(root: Any) -> Any:
    layers = root.findall("./layers/layer")
    if not layers:
        raise ValueError("it has no layers")
    sources = {
        (edge.attrib["to-layer"], edge.attrib["to-port"]): (edge.attrib["from-layer"], edge.attrib["from-port"])
        for edge in root.findall("./edges/edge")
    }
    builder = GraphBuilder()
    outputs: dict[tuple[str, str], str] = {}
    for layer in layers:  # inputs stand before what uses them
        number = layer.attrib["id"]
        ports = layer.findall("./output/port")
        wanted = [sources.get((number, port.attrib["id"])) for port in layer.findall("./input/port")]
        data = layer.find("data")
        element = data.attrib.get("element_type", "") if data is not None else ""
        precision = ports[0].attrib.get("precision", "") if ports else ""
        name = builder.add(
            layer.attrib.get("name") or layer.attrib["type"],
            layer.attrib["type"],
            [outputs[source] for source in wanted if source is not None and source in outputs],
            shapes=[_shape(port) for port in ports],
            dtype=_DTYPES.get(precision, element),
            attributes=dict(data.attrib) if data is not None else None,
        )
        for index, port in enumerate(ports):
            outputs[number, port.attrib["id"]] = name if index == 0 else f"{name}:{index}"
    return builder.graph_def()


def _shape(port: Any) -> Shape:
    sizes = [int(dim.text or -1) for dim in port.findall("dim")]
    return [size if size >= 0 else None for size in sizes]
