"""GraphDef messages in, smaller ones out: parts of a graph, and graphs whose variables have become constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.device import DeviceSpec
from graphcore.dtypes import string
from graphcore.graph_def import tensor_to_proto
from graphcore.tensor_value import tensor_value
from writer.format.messages import GraphDef, NodeDef

_VARIABLE_OPS = frozenset(("Variable", "VariableV2"))


def _source(text: str) -> str:
    """The name of the node that an input, as a NodeDef lists it, comes from."""
    return text.removeprefix("^").partition(":")[0]


def _by_name(graph_def: Any) -> dict[str, Any]:
    return {node.name: node for node in graph_def.node}


def extract_sub_graph(graph_def: Any, dest_nodes: Sequence[str]) -> Any:
    """The GraphDef of some nodes and all they need, in the order they have in ``graph_def``.

    Raises:
        TypeError: ``dest_nodes`` is one string. ValueError: a node is not there.
    """
    if isinstance(dest_nodes, str):
        raise TypeError(f"dest_nodes must be a list of names, not {dest_nodes!r}")
    nodes = _by_name(graph_def)
    needed: set[str] = set()
    stack = list(dest_nodes)
    while stack:
        name = stack.pop()
        if name not in nodes:
            raise ValueError(f"{name} is not in graph")
        if name not in needed:
            needed.add(name)
            stack += [_source(text) for text in nodes[name].input]
    found = GraphDef()
    found.node.extend(NodeDef.FromString(node.SerializeToString()) for node in graph_def.node if node.name in needed)
    found.versions.MergeFromString(graph_def.versions.SerializeToString())
    return found


def remove_training_nodes(input_graph: Any) -> Any:
    """The GraphDef without operations that only pass a value on, Identity and CheckNumerics.

    One stays where a control input leads to or from it, or where its input is a reference: the first says when it is
    to run, the second when a variable is read.
    """
    nodes = _by_name(input_graph)
    controls = {_source(text) for node in input_graph.node for text in node.input if text.startswith("^")}

    def passes(node: Any) -> bool:
        return (
            node.op in ("Identity", "CheckNumerics")
            and node.name not in controls
            and not any(text.startswith("^") for text in node.input)
            and nodes[_source(node.input[0])].op not in _VARIABLE_OPS
        )

    bypassed = {node.name: node.input[0] for node in input_graph.node if passes(node)}

    def origin(text: str) -> str:
        while not text.startswith("^") and _source(text) in bypassed:
            text = bypassed[_source(text)]
        return text

    found = GraphDef()
    for node in input_graph.node:
        if node.name not in bypassed:
            copy = NodeDef.FromString(node.SerializeToString())
            del copy.input[:]
            copy.input.extend(origin(text) for text in node.input)
            found.node.append(copy)
    found.versions.MergeFromString(input_graph.versions.SerializeToString())
    return found


def convert_variables_to_constants(sess: Any, input_graph_def: Any, output_node_names: Sequence[str]) -> Any:
    """What some nodes need, as a GraphDef whose variables are constants of the values they have in a session.

    The whole model, then, is in one message: import it and fetch ``output_node_names``.

    Raises:
        ValueError: a node is not there.
        errors.FailedPreconditionError: a variable has no value.
    """
    graph_def = extract_sub_graph(input_graph_def, output_node_names)
    variables = [node.name for node in graph_def.node if node.op in _VARIABLE_OPS]
    values = dict(zip(variables, sess.run([f"{name}:0" for name in variables]) if variables else []))
    for node in graph_def.node:
        if node.name in values:
            value = tensor_value(values[node.name])
            node.op = "Const"
            node.ClearField("attr")
            node.attr["dtype"].type = value.dtype.as_datatype_enum
            node.attr["value"].tensor.CopyFrom(tensor_to_proto(value))
    return graph_def


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow has this operation for the CPU only: it is placed there, or holds strings.

    Args:
        node: an `Operation` or a NodeDef message.
        pin_variables_on_cpu: count variables, too.
    """
    node_def = getattr(node, "node_def", node)
    if node_def.device and DeviceSpec.from_string(node_def.device).device_type == "CPU":
        return True
    if pin_variables_on_cpu and node_def.op in _VARIABLE_OPS:
        return True
    types = [node_def.attr[name].type for name in ("dtype", "T") if name in node_def.attr]
    return string.as_datatype_enum in types


def tensor_shape_from_node_def_name(graph: Any, input_name: str) -> Any:
    """The static shape of a tensor named as a NodeDef lists it, without ``:0`` where that is understood."""
    name = input_name if ":" in input_name else f"{input_name}:0"
    return graph.get_tensor_by_name(name).get_shape()
