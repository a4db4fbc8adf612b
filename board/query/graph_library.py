"""A GraphDef in; the same with the functions of its library as scopes beside its own nodes, out.

A function ``f`` becomes the scope ``(functions)/f``, with a node for each argument, each node of its body, and each
result. Source of the naming of inputs inside of bodies (``node:output:0``): TensorFlow's function.proto.
"""

from __future__ import annotations

from typing import Any

from board.query.graph_operations import scoped_input

LIBRARY = "(functions)"
ARGUMENT = "input_arg"
RESULT = "output_arg"


def with_library(graph: Any) -> Any:
    """Adds the nodes of all functions to ``graph`` and returns it; the library itself stays as it is."""
    for function in graph.library.function:
        scope = function_scope(function.signature.name) + "/"
        for argument in function.signature.input_arg:
            graph.node.add(name=scope + argument.name, op=ARGUMENT).attr["dtype"].type = argument.type
        for node in function.node_def:
            copy = graph.node.add()
            copy.CopyFrom(node)
            copy.name = scope + node.name
            copy.input[:] = [scoped_input(scope, text) for text in node.input]
        names = {argument.name for argument in function.signature.input_arg} | {node.name for node in function.node_def}
        for result in function.signature.output_arg:
            name = result.name
            while name in names:  # results have names of their own, which may be those of nodes
                name += "_result"
            source = function.ret.get(result.name)
            graph.node.add(name=scope + name, op=RESULT, input=[scoped_input(scope, source)] if source else [])
    return graph


def function_scope(name: str) -> str:
    """The scope of a function of the library."""
    return f"{LIBRARY}/{name}"


def called_by(node: Any) -> list[str]:
    """Names that functions would have which an operation calls: of its type, and in its attributes."""
    names = [node.op]
    for key in sorted(node.attr):
        value = node.attr[key]
        if value.HasField("func"):
            names.append(value.func.name)
        elif value.HasField("list"):
            names.extend(function.name for function in value.list.func)
    return names
