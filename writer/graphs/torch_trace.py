"""A module that `torch.jit.trace` recorded to a GraphDef."""

from __future__ import annotations

from typing import Any

from writer.graphs.builder import GraphBuilder, Shape

# These gather values or take them apart; what is gathered goes straight to where it is used.
_GATHER = ("prim::ListConstruct", "prim::TupleConstruct", "prim::DictConstruct")
_TAKE_APART = ("prim::ListUnpack", "prim::TupleUnpack")


def convert(module: Any) -> Any:
    """The GraphDef of a traced or scripted module: the same scopes and attributes as `torch_export` gives."""
    graph = module.inlined_graph
    parameters, buffers = dict(module.named_parameters()), dict(module.named_buffers())
    builder = GraphBuilder()
    values: dict[str, list[str]] = {}  # a value of the trace -> the outputs of nodes that it is made of
    paths: dict[str, str] = {}  # the module itself and what hangs on it -> its path
    constants: dict[str, Any] = {}
    for position, value in enumerate(graph.inputs()):
        name = value.debugName()
        if position == 0 and value.type().kind() == "ClassType":
            paths[name] = ""
            continue
        values[name] = [builder.add(name.split(".")[0], "Input", shapes=[_shape(value)], dtype=_dtype(value))]
    for node in graph.nodes():
        kind = node.kind()
        inputs = [value.debugName() for value in node.inputs()]
        outputs = list(node.outputs())
        if kind == "prim::GetAttr":
            (output,) = outputs
            path = f"{paths.get(inputs[0], '')}/{node.s('name')}".strip("/")
            paths[output.debugName()] = path
            if output.type().kind() == "TensorType":
                name = path.replace("/", ".")
                tensor = parameters.get(name, buffers.get(name))
                shape = None if tensor is None else list(tensor.shape)
                dtype = str(getattr(tensor, "dtype", "")).removeprefix("torch.")
                kind = "Buffer" if name in buffers else "Parameter"
                values[output.debugName()] = [builder.add(path, kind, shapes=[shape], dtype=dtype)]
        elif kind == "prim::Constant":
            constants[outputs[0].debugName()] = outputs[0].toIValue()
        elif kind in _GATHER:
            name = outputs[0].debugName()
            if all(one in constants for one in inputs):
                constants[name] = [constants[one] for one in inputs]
            values[name] = [part for one in inputs for part in values.get(one, [])]
        elif kind in _TAKE_APART:
            parts = values.get(inputs[0], [])
            for index, output in enumerate(outputs):
                if len(parts) == len(outputs):
                    values[output.debugName()] = [parts[index]]
                else:  # of one operation
                    values[output.debugName()] = [part if index == 0 else f"{part}:{index}" for part in parts[:1]]
        else:
            name = builder.add(
                "/".join([*_scope(node), kind.rpartition("::")[2]]),
                kind,
                [part for one in inputs for part in values.get(one, [])],
                shapes=[_shape(output) for output in outputs],
                dtype=_dtype(outputs[0]) if outputs else "",
                attributes=_attributes(node, inputs, constants),
            )
            for index, output in enumerate(outputs):
                values[output.debugName()] = [name if index == 0 else f"{name}:{index}"]
    builder.add("output", "Output", [part for value in graph.outputs() for part in values.get(value.debugName(), [])])
    return builder.graph_def()


def _scope(node: Any) -> list[str]:
    """``__module.blocks.0/__module.blocks.0.conv`` names each module from the top; the last is where the node is."""
    path = node.scopeName().rpartition("/")[2]
    return [part for part in path.removeprefix("__module").split(".") if part]


def _attributes(node: Any, inputs: list[str], constants: dict[str, Any]) -> dict[str, Any]:
    schema = node.schema()
    if schema == "(no schema)":
        return {}
    import torch

    arguments = torch._C.parse_schema(schema).arguments
    return {argument.name: constants[one] for argument, one in zip(arguments, inputs) if one in constants}


def _shape(value: Any) -> Shape | None:
    kind = value.type()
    sizes = kind.sizes() if kind.kind() == "TensorType" else None
    return None if sizes is None else list(sizes)


def _dtype(value: Any) -> str:
    kind = value.type()
    return str(kind.dtype()).removeprefix("torch.") if kind.kind() == "TensorType" and kind.dtype() else ""
