"""Operations with names, inputs and shapes to a GraphDef; names are made unique."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from writer.format.messages import AttrValue, DataType, GraphDef

_PRODUCER = 22  # the version of graphs that readers of 2016 and today take
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.\-/@\[\]]")
_MAX_TEXT = 1024  # of an attribute; readers show no more

Shape = Sequence["int | None"]


class GraphBuilder:
    """Gathers the nodes of a graph in the order they are added."""

    def __init__(self) -> None:
        self._graph = GraphDef()
        self._graph.versions.producer = _PRODUCER
        self._names: set[str] = set()
        self._scopes: set[str] = set()

    def add(
        self,
        name: str,
        op: str,
        inputs: Iterable[str] = (),
        *,
        shapes: Sequence[Shape | None] = (),
        dtype: str = "",
        attributes: Mapping[str, Any] | None = None,
    ) -> str:
        """Adds a node.

        Args:
            name: its scopes and name, "/" between them; a number is appended if it is taken.
            op: what it does.
            inputs: names of other nodes, ``name:1`` for an output other than the first.
            shapes: one for each output; None is a shape, or a size in it, that is not known.
            dtype: of the first output, as numpy and torch spell it ("float32"); others are left out.
            attributes: plain values and lists of them; whatever else is stored as text.

        Returns:
            The name it got.
        """
        unique = self._unique(name)
        node = self._graph.node.add(name=unique, op=op, input=inputs)
        for key, value in (attributes or {}).items():
            if value is not None:
                node.attr[key].CopyFrom(_attribute(value))
        if dtype in _DTYPES:
            node.attr["dtype"].type = _DTYPES[dtype]
        if any(shape is not None for shape in shapes):
            for shape in shapes:
                _put_shape(node.attr["_output_shapes"].list.shape.add(), shape)
        return unique

    def graph_def(self) -> Any:
        """The GraphDef of all that was added."""
        return self._graph

    def _unique(self, name: str) -> str:
        wanted = "/".join(part for part in _NOT_IN_A_NAME.sub("_", name).split("/") if part) or "node"
        unique, number = wanted, 0
        # A name that is also a scope would hide one of the two.
        while unique in self._names or unique in self._scopes:
            number += 1
            unique = f"{wanted}_{number}"
        self._names.add(unique)
        parts = unique.split("/")
        self._scopes.update("/".join(parts[:end]) for end in range(1, len(parts)))
        return unique


_DTYPES = {
    spelled: DataType[name]
    for name, spellings in {
        "DT_FLOAT": "float32 float",
        "DT_DOUBLE": "float64 double",
        "DT_HALF": "float16 half",
        "DT_BFLOAT16": "bfloat16",
        "DT_INT8": "int8",
        "DT_INT16": "int16",
        "DT_INT32": "int32",
        "DT_INT64": "int64",
        "DT_UINT8": "uint8",
        "DT_UINT16": "uint16",
        "DT_UINT32": "uint32",
        "DT_UINT64": "uint64",
        "DT_BOOL": "bool",
        "DT_STRING": "string",
        "DT_COMPLEX64": "complex64",
        "DT_COMPLEX128": "complex128",
    }.items()
    for spelled in spellings.split()
}


def _put_shape(message: Any, shape: Shape | None) -> None:
    if shape is None:
        message.unknown_rank = True
        return
    for size in shape:
        message.dim.add(size=-1 if size is None else size)


def _attribute(value: Any) -> Any:
    if isinstance(value, bool):
        return AttrValue(b=value)
    if isinstance(value, int) and -(1 << 63) <= value < 1 << 63:
        return AttrValue(i=value)
    if isinstance(value, float):
        return AttrValue(f=value) if abs(value) < 3e38 else AttrValue(s=str(value).encode())
    attribute = AttrValue()
    if isinstance(value, (list, tuple)) and value:
        for kind, field in ((bool, "b"), (int, "i"), (float, "f")):
            if all(type(item) is kind for item in value):
                try:
                    getattr(attribute.list, field).extend(value)
                except ValueError:  # beyond 64 bits
                    break
                return attribute
    return AttrValue(s=str(value).encode("utf-8", "replace")[:_MAX_TEXT])
