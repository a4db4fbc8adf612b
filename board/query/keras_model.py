"""The JSON text of a Keras model in; a GraphDef with a node for each layer, and what was wrong with the text, out.

Reads what ``model.to_json()`` of Keras 1 to 3 writes. A model within a model is a scope; its input layers take what the
outer model gives it. A layer that is called several times is one node. Shapes stand where Keras tells them: beside the
tensors of calls (Keras 3), and as the input shape of the layer that follows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from writer.format.messages import GraphDef

# Of layers that are no scalars, numbers or lists of numbers, such as initializers, only the class is told.
_SKIPPED = frozenset({"name", "layers", "input_layers", "output_layers"})

Call = tuple[str, int]
"""(layer, which of its outputs)."""


def decode_keras(data: bytes) -> tuple[Any, list[str]]:
    """The graph of a model, and one sentence for each thing that could not be read."""
    try:
        model = json.loads(data)
    except (ValueError, RecursionError) as error:
        return GraphDef(), [f"The Keras model is no JSON text: {error}"]
    reader = _Reader()
    try:
        reader.read_model(model, "")
    except (TypeError, KeyError, ValueError, AttributeError, IndexError, RecursionError) as error:
        problem = f"The Keras model is damaged or of an unknown version ({type(error).__name__}: {error})"
        reader.problems.append(problem)
    return reader.graph, reader.problems


class _Reader:
    def __init__(self) -> None:
        self.graph = GraphDef()
        self.problems: list[str] = []
        self._nodes: dict[str, Any] = {}

    def read_model(self, model: dict[str, Any], prefix: str) -> tuple[list[str], list[str]]:
        """Adds the layers of a model. Returns the nodes that take its inputs and those that give its outputs."""
        layers = _layers(model)
        ends = {_name(layer): self._read_layer(layer, prefix) for layer in layers}
        if any("inbound_nodes" in layer for layer in layers):
            for layer in layers:
                for calls in _calls(layer.get("inbound_nodes") or []):
                    self._connect([(ends.get(name), output) for name, output in calls], ends[_name(layer)][0])
                self._note_shapes(layer, ends)
            config = model["config"]
            return (
                [ends[name][0][0] for name, _ in _ends(config.get("input_layers")) if name in ends],
                [
                    ends[name][1][min(output, len(ends[name][1]) - 1)]
                    for name, output in _ends(config.get("output_layers"))
                    if name in ends
                ],
            )
        for before, after in pairwise(layers):
            self._connect([(ends[_name(before)], 0)], ends[_name(after)][0])
            self._set_shape(ends[_name(before)][1][:1], _input_shape(after))
        return (ends[_name(layers[0])][0], ends[_name(layers[-1])][1]) if layers else ([], [])

    def _read_layer(self, layer: dict[str, Any], prefix: str) -> tuple[list[str], list[str]]:
        path = prefix + _name(layer)
        config = layer.get("config") or {}
        if _is_model(layer):
            return self.read_model(layer, path + "/")
        node = self.graph.node.add(name=path, op=layer.get("class_name") or "Layer")
        self._nodes[path] = node
        for key, value in config.items() if isinstance(config, dict) else ():
            if key not in _SKIPPED:
                _set_attribute(node.attr, key, value)
        shape = config.get("batch_shape") or config.get("batch_input_shape") if isinstance(config, dict) else None
        if shape and node.op == "InputLayer":
            self._set_shape([path], shape)
        return [path], [path]

    def _connect(self, sources: list[tuple[tuple[list[str], list[str]] | None, int]], takers: list[str]) -> None:
        """Gives the tensors of a call to the nodes that take a layer's inputs: all to one, or one to each."""
        for position, (ends, output) in enumerate(sources):
            if not takers:
                continue
            node = self._nodes[takers[min(position, len(takers) - 1)]]
            if ends is None or not ends[1]:
                self.problems.append(f"Layer {node.name!r} takes the output of a layer that the model does not have")
                continue
            source = ends[1][min(output, len(ends[1]) - 1)]
            node.input.append(f"{source}:{output}" if output and len(ends[1]) == 1 else source)

    def _note_shapes(self, layer: dict[str, Any], ends: dict[str, tuple[list[str], list[str]]]) -> None:
        calls = list(_calls(layer.get("inbound_nodes") or []))
        for tensor in _tensors(layer.get("inbound_nodes") or []):
            name, _, output = tensor["keras_history"]
            if name in ends and ends[name][1]:
                self._set_shape([ends[name][1][min(output, len(ends[name][1]) - 1)]], tensor.get("shape"))
        shape = _input_shape(layer)
        if shape and calls:
            shapes = shape if isinstance(shape[0], list) else [shape]
            for (name, output), each in zip(calls[0], shapes):
                if name in ends and output == 0:
                    self._set_shape(ends[name][1][:1], each)

    def _set_shape(self, paths: list[str], shape: Any) -> None:
        if not isinstance(shape, list) or any(not isinstance(size, int | None) for size in shape):
            return
        for path in paths:
            shapes = self._nodes[path].attr["_output_shapes"].list.shape
            if not shapes:
                dims = shapes.add().dim
                for size in shape:
                    dims.add(size=-1 if size is None else size)


def _layers(model: dict[str, Any]) -> list[dict[str, Any]]:
    config = model["config"]
    layers = config if isinstance(config, list) else config["layers"]  # a list: Sequential of Keras 1
    return [layer for layer in layers if isinstance(layer, dict)]


def _is_model(layer: dict[str, Any]) -> bool:
    config = layer.get("config")
    return isinstance(config, list) or (isinstance(config, dict) and isinstance(config.get("layers"), list))


def _name(layer: dict[str, Any]) -> str:
    config = layer.get("config")
    name = layer.get("name") or (config.get("name") if isinstance(config, dict) else None)
    return str(name or layer.get("class_name") or "layer")


def _calls(inbound: list[Any]) -> Iterator[list[Call]]:
    """The tensors that each call of a layer takes."""
    for call in inbound:
        if isinstance(call, dict):
            yield [(history[0], history[2]) for history in (tensor["keras_history"] for tensor in _tensors([call]))]
        else:
            yield [(tensor[0], tensor[2]) for tensor in call]


def _tensors(value: Any) -> Iterator[dict[str, Any]]:
    """The tensors of Keras 3 in the arguments of a call, however they are nested."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _tensors(each)


def _ends(layers: Any) -> list[Call]:
    """``[["x", 0, 0], ...]``, a single ``["x", 0, 0]``, or a dict of these."""
    if isinstance(layers, dict):
        layers = list(layers.values())
    if layers and isinstance(layers[0], str):
        layers = [layers]
    return [(layer[0], layer[2]) for layer in layers or []]


def _input_shape(layer: dict[str, Any]) -> Any:
    return (layer.get("build_config") or {}).get("input_shape")


def _set_attribute(attributes: Any, key: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, dict):
        config = value.get("config") or {}
        named = config.get("name") if isinstance(config, dict) and value.get("class_name") == "DTypePolicy" else None
        attributes[key].s = str(named or value.get("class_name") or json.dumps(value)).encode()
    elif isinstance(value, bool):
        attributes[key].b = value
    elif isinstance(value, int) and abs(value) < 1 << 63:
        attributes[key].i = value
    elif isinstance(value, float):
        attributes[key].f = value
    elif isinstance(value, list) and value and all(type(each) is int and abs(each) < 1 << 63 for each in value):
        attributes[key].list.i.extend(value)
    else:
        attributes[key].s = (value if isinstance(value, str) else json.dumps(value)).encode()
