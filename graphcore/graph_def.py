"""Operations in, GraphDef messages out, and their text. The only module here that knows that format."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from graphcore.dtypes import DType
from graphcore.operation import Operation
from graphcore.shapes import TensorShape
from graphcore.tensor_value import TensorValue
from writer.format.messages import AttrValue, GraphDef, NodeDef, TensorProto, TensorShapeProto

# Types whose elements go as raw bytes when there is more than one; others are always listed.
_AS_BYTES = frozenset(("float32", "float64", "int8", "int16", "int32", "int64", "uint8"))
_FIELDS = {
    "float32": "float_val",
    "float64": "double_val",
    "int32": "int_val",
    "int16": "int_val",
    "int8": "int_val",
    "uint8": "int_val",
    "uint16": "int_val",
    "int64": "int64_val",
    "bool": "bool_val",
    "string": "string_val",
}


def graph_to_proto(operations: Iterable[Operation], producer: int, add_shapes: bool = False) -> Any:
    """The GraphDef of some operations, in their order.

    Args:
        producer: the version of the op set, which readers check.
        add_shapes: adds the static shapes of the outputs, as the attr ``_output_shapes``.
    """
    graph = GraphDef()
    graph.versions.producer = producer
    for op in operations:
        node = graph.node.add()
        node.CopyFrom(node_to_proto(op))
        if add_shapes and op.outputs:
            shapes = node.attr["_output_shapes"].list
            for tensor in op.outputs:
                shapes.shape.add().CopyFrom(shape_to_proto(tensor.get_shape()))
    return graph


def node_to_proto(op: Operation) -> Any:
    """The NodeDef of an operation: all its attrs, defaults as well."""
    node = NodeDef(name=op.name, op=op.type, device=op.device)
    # An output 0 goes by the name of its operation.
    node.input.extend(t.op.name if t.value_index == 0 else t.name for t in op.inputs)
    node.input.extend(f"^{control.name}" for control in op.control_inputs)
    for name, value in op.attrs.items():
        node.attr[name].CopyFrom(attr_to_proto(value))
    return node


def attr_to_proto(value: Any) -> Any:
    """The AttrValue of an attr's Python value."""
    attr = AttrValue()
    if isinstance(value, (list, tuple)):
        attr.list.SetInParent()
        for item in value:
            _add_to_list(attr.list, item)
    elif isinstance(value, DType):
        attr.type = value.as_datatype_enum
    elif isinstance(value, TensorShape):
        attr.shape.CopyFrom(shape_to_proto(value))
    elif isinstance(value, TensorValue):
        attr.tensor.CopyFrom(tensor_to_proto(value))
    elif isinstance(value, bool):
        attr.b = value
    elif isinstance(value, int):
        attr.i = value
    elif isinstance(value, float):
        attr.f = value
    elif isinstance(value, (str, bytes)):
        attr.s = value.encode() if isinstance(value, str) else value
    else:
        raise TypeError(f"attr: {value!r} is of no kind that a GraphDef can hold")
    return attr


def _add_to_list(attrs: Any, item: Any) -> None:
    single = attr_to_proto(item)
    kind = single.WhichOneof("value")
    if kind in ("shape", "tensor"):
        getattr(attrs, kind).add().CopyFrom(getattr(single, kind))
    else:
        getattr(attrs, kind).append(getattr(single, kind))


def shape_to_proto(shape: TensorShape) -> Any:
    """The TensorShapeProto of a shape; a size that is not known is -1."""
    if shape.sizes is None:
        return TensorShapeProto(unknown_rank=True)
    proto = TensorShapeProto()
    for size in shape.sizes:
        proto.dim.add(size=-1 if size is None else size)
    return proto


def tensor_to_proto(value: TensorValue) -> Any:
    """The TensorProto of a constant's value."""
    proto = TensorProto(dtype=value.dtype.as_datatype_enum)
    proto.tensor_shape.CopyFrom(shape_to_proto(TensorShape(value.shape)))
    elements, name = value.elements, value.dtype.name
    if name in _AS_BYTES and len(elements) > 1 and len(elements) == math.prod(value.shape):
        proto.tensor_content = elements.astype(elements.dtype.newbyteorder("<")).tobytes()
    elif name in ("complex64", "complex128"):
        field = proto.scomplex_val if name == "complex64" else proto.dcomplex_val
        field.extend(part for number in elements.tolist() for part in (number.real, number.imag))
    elif name == "float16":
        proto.half_val.extend(elements.view(np.uint16).tolist())
    elif name in _FIELDS:
        getattr(proto, _FIELDS[name]).extend(elements.tolist())
    else:
        raise TypeError(f"constant: elements of {name} cannot be exported")
    return proto


def summarize_node(op: Operation, device: str) -> str:
    """A node on one line, as error messages name it: ``name = Op[attr=value, ...](inputs)``."""
    node = node_to_proto(op)
    attrs = [f"{name}={_summarize_attr(node.attr[name])}" for name in sorted(node.attr)]
    attrs.append(f'_device="{device}"')
    return f"{node.name} = {node.op}[{', '.join(attrs)}]({', '.join(node.input)})"


def _summarize_attr(attr: Any) -> str:
    kind = attr.WhichOneof("value")
    if kind == "list":
        items = [
            _summarize_attr(AttrValue(**{field.name: item}))
            for field, items in attr.list.ListFields()
            for item in items
        ]
        return f"[{', '.join(items)}]"
    value = getattr(attr, kind)
    if kind == "s":
        return f'"{_escape(value)}"'
    if kind == "type":
        return AttrValue.DESCRIPTOR.fields_by_name["type"].enum_type.values_by_number[value].name
    if kind == "shape":
        sizes = ",".join("?" if dim.size < 0 else str(dim.size) for dim in value.dim)
        return "<unknown>" if value.unknown_rank else f"[{sizes}]"
    if kind == "tensor":
        dtype = AttrValue.DESCRIPTOR.fields_by_name["type"].enum_type.values_by_number[value.dtype].name
        sizes = ",".join(str(dim.size) for dim in value.tensor_shape.dim)
        return f"<{dtype[3:].lower()} [{sizes}]>"
    if kind == "b":
        return "true" if value else "false"
    return str(value)


class NodeDefView:
    """A NodeDef message that prints as such messages always have: attrs in order, ``1.0`` for a float of one.

    All attributes are those of the message.
    """

    def __init__(self, message: Any) -> None:
        self._message = message

    def __getattr__(self, name: str) -> Any:
        return getattr(self._message, name)

    def __eq__(self, other: object) -> bool:
        return bool(self._message == (other._message if isinstance(other, NodeDefView) else other))

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return text_format(self._message)

    __repr__ = __str__


def text_format(message: Any) -> str:
    """A message in the protocol buffer text format: fields by number, maps by key, submessages indented by two.

    Written here because the output of the protobuf library differs between its versions: in the order of
    maps, and in how it prints whole floats.
    """
    return "".join(f"{line}\n" for line in _lines(message))


def _lines(message: Any) -> Iterable[str]:
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            for key in sorted(value):
                yield f"{field.name} {{"
                yield f'  key: "{_escape(key.encode())}"'
                yield from _block("value", value[key], "  ")
                yield "}"
            continue
        # Newer protobuf has is_repeated in place of label.
        repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED
        for item in value if repeated else [value]:
            if field.message_type is not None:
                yield from _block(field.name, item, "")
            else:
                yield f"{field.name}: {_scalar(field, item)}"


def _block(name: str, message: Any, indent: str) -> Iterable[str]:
    yield f"{indent}{name} {{"
    for line in _lines(message):
        yield f"{indent}  {line}"
    yield f"{indent}}}"


def _scalar(field: Any, value: Any) -> str:
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return known.name if known else str(value)
    if field.cpp_type == field.CPPTYPE_BOOL:
        return "true" if value else "false"
    if field.cpp_type == field.CPPTYPE_STRING:
        return f'"{_escape(value.encode() if isinstance(value, str) else value)}"'
    if field.cpp_type == field.CPPTYPE_FLOAT:
        return str(np.float32(value))
    return str(value)


_ESCAPES = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t", ord('"'): '\\"', ord("'"): "\\'", ord("\\"): "\\\\"}


def _escape(data: bytes) -> str:
    return "".join(_ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in data)
