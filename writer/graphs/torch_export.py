"""A program that `torch.export` made to a GraphDef."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from writer.graphs.builder import GraphBuilder, Shape


def convert(program: Any) -> Any:
    """The GraphDef of a `torch.export.ExportedProgram`.

    An operation stands in the scope of the module that calls it, a parameter in that of the module that owns it.
    Parameters and buffers that nothing uses are left out; arguments of the call that are no tensors become attributes.
    """
    builder = GraphBuilder()
    signature = program.graph_signature
    kinds = {
        **dict.fromkeys(signature.inputs_to_parameters, "Parameter"),
        **dict.fromkeys(signature.inputs_to_buffers, "Buffer"),
    }
    owned = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
    names: dict[Any, str] = {}  # fx node -> the name of its first output
    parts: dict[Any, list[str]] = {}  # fx node with several outputs -> the name of each
    for node in program.graph.nodes:
        value = node.meta.get("val")
        shapes = [_shape(tensor) for tensor in (value if isinstance(value, (list, tuple)) else [value])]
        dtype = str(getattr(value, "dtype", "")).removeprefix("torch.")
        if node.op == "placeholder":
            if node.name in owned:
                if not node.users:
                    continue
                name, op = owned[node.name].replace(".", "/"), kinds[node.name]
            else:
                name, op = str(node.target), "Input"
            names[node] = builder.add(name, op, shapes=shapes, dtype=dtype)
        elif node.op == "output":
            builder.add("output", "Output", [names[one] for one in _nodes(node.args) if one in names])
        elif node.target is operator.getitem and node.args[0] in parts and isinstance(node.args[1], int):
            names[node] = parts[node.args[0]][node.args[1]]
        else:
            op, leaf, attributes = _operation(node)
            inputs = [names[one] for one in _nodes([node.args, node.kwargs]) if one in names]
            name = builder.add(
                "/".join([*_scope(node), leaf]), op, inputs, shapes=shapes, dtype=dtype, attributes=attributes
            )
            names[node] = name
            if isinstance(value, (list, tuple)):
                parts[node] = [name if index == 0 else f"{name}:{index}" for index in range(len(value))]
    return builder.graph_def()


def _operation(node: Any) -> tuple[str, str, dict[str, Any]]:
    """What a node does, a name for it, and its attributes."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:  # a Python function, or a part of the program
        leaf = getattr(node.target, "__name__", None) or str(node.target)
        return leaf, leaf, {}
    attributes = {}
    for argument, value in zip(schema.arguments, node.args):
        if not any(_nodes(value)):
            attributes[argument.name] = value
    attributes |= {name: value for name, value in node.kwargs.items() if not any(_nodes(value))}
    return schema.name, schema.name.rpartition("::")[2], attributes


def _scope(node: Any) -> list[str]:
    stack = node.meta.get("nn_module_stack")
    if not stack:
        return []
    path = list(stack.values())[-1][0]
    return [part for part in path.removeprefix("L['self']").strip(".").split(".") if part]


def _nodes(value: Any) -> Iterator[Any]:
    """The fx nodes in nested arguments."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, dict):
        yield from _nodes(list(value.values()))
    elif hasattr(value, "users") and hasattr(value, "meta"):
        yield value


def _shape(tensor: Any) -> Shape | None:
    shape = getattr(tensor, "shape", None)
    if shape is None:
        return None
    # A size that depends on the input is a symbol.
    return [size if isinstance(size, int) else None for size in shape]
