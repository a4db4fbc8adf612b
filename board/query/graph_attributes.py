"""An AttrValue in, text that a person reads out: bounded, whatever the attribute holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from writer.format import tensors
from writer.format.messages import DataType

# Values that take more bytes than this in the file are described, not spelled out.
MAX_SPELLED_OUT = 1024
_MAX_LISTED = 64
_MAX_DEPTH = 4

_REFERENCE = 100
_TYPE_NAMES = {
    number: {"DT_FLOAT": "float32", "DT_DOUBLE": "float64", "DT_HALF": "float16"}.get(
        name, name.removeprefix("DT_").lower()
    )
    for name, number in DataType.items()
    if number < _REFERENCE
}


def type_name(number: int) -> str:
    """``float32`` for 1, ``float32_ref`` for 101; a number without a name stays a number."""
    if number > _REFERENCE and number - _REFERENCE in _TYPE_NAMES:
        return _TYPE_NAMES[number - _REFERENCE] + "_ref"
    return _TYPE_NAMES.get(number, f"type {number}")


def shape_text(shape: Any) -> str:
    """``[784, 10]``, ``[?, 10]``, ``[]`` (a scalar) or ``unknown rank``."""
    if shape.unknown_rank:
        return "unknown rank"
    sizes = ["?" if dim.size < 0 else str(dim.size) for dim in shape.dim[:_MAX_LISTED]]
    return f"[{', '.join(sizes + ['...'] * (len(shape.dim) > _MAX_LISTED))}]"


def attribute_text(value: Any) -> str:
    """The value as a line of text: numbers and names as they are, tensors with type and shape first."""
    return _text(value, 0)


def _text(value: Any, depth: int) -> str:
    kind = value.WhichOneof("value")
    if kind is None:
        return "(nothing)"
    if depth > _MAX_DEPTH:
        return "..."
    size = value.ByteSize()
    if kind == "tensor":
        return _tensor_text(value.tensor, size)
    if kind == "s":
        return _bytes_text(value.s)
    if size > MAX_SPELLED_OUT and kind != "list":
        return f"{kind}, {byte_count(size)}"
    match kind:
        case "i":
            return str(value.i)
        case "f":
            return _float_text(value.f)
        case "b":
            return "true" if value.b else "false"
        case "type":
            return type_name(value.type)
        case "shape":
            return shape_text(value.shape)
        case "func":
            return _function_text(value.func, depth)
        case "placeholder":
            return f"placeholder {value.placeholder}"
        case _:
            return _list_text(value.list, size, depth)


def _list_text(values: Any, size: int, depth: int) -> str:
    fields = values.ListFields()
    if not fields:
        return "[]"
    descriptor, elements = fields[0]
    if size > MAX_SPELLED_OUT:
        return f"list of {len(elements):,}, {byte_count(size)}"
    spell: Any = {
        "s": _bytes_text,
        "i": str,
        "f": _float_text,
        "b": lambda element: "true" if element else "false",
        "type": type_name,
        "shape": shape_text,
        "tensor": lambda element: _tensor_text(element, element.ByteSize()),
        "func": lambda element: _function_text(element, depth),
    }[descriptor.name]
    shown = [spell(element) for element in elements[:_MAX_LISTED]]
    if len(elements) > _MAX_LISTED:
        shown.append(f"... {len(elements):,} in all")
    return f"[{', '.join(shown)}]"


def _function_text(function: Any, depth: int) -> str:
    if not function.attr:
        return function.name
    arguments = [f"{name}={_text(function.attr[name], depth + 1)}" for name in sorted(function.attr)[:_MAX_LISTED]]
    return f"{function.name}({', '.join(arguments)})"


def _tensor_text(tensor: Any, size: int) -> str:
    heading = f"{type_name(tensor.dtype)} {shape_text(tensor.tensor_shape)}"
    count = math.prod(max(dim.size, 0) for dim in tensor.tensor_shape.dim)
    if size > MAX_SPELLED_OUT or count > MAX_SPELLED_OUT:
        return f"tensor {heading}, {byte_count(size)}"
    try:
        elements = tensors.to_ndarray(tensor)
    except ValueError as error:
        return f"tensor {heading}: {str(error).removeprefix('tensor: ')}"
    spell = {"O": _bytes_text, "f": _float_text}.get(elements.dtype.kind, str)
    spelled = np.array([spell(element) for element in elements.ravel()], object).reshape(elements.shape)
    return f"{heading} {_nested(spelled.tolist())}"


def _nested(elements: Any) -> str:
    return f"[{', '.join(_nested(each) for each in elements)}]" if isinstance(elements, list) else str(elements)


def _float_text(number: Any) -> str:
    # AttrValue.f is 32 bits wide: its shortest spelling is that of a float32, not of the float64 Python makes of it.
    return str(np.float32(number) if isinstance(number, float) and not isinstance(number, np.floating) else number)


def _bytes_text(value: bytes) -> str:
    try:
        text = value[:MAX_SPELLED_OUT].decode()
    except UnicodeDecodeError:
        text = repr(value[:_MAX_LISTED])[1:]
    if len(value) <= MAX_SPELLED_OUT:
        return text
    return f"{text[:_MAX_LISTED]}... ({byte_count(len(value))})"


def byte_count(size: int) -> str:
    """``31 kB``: 1 kB is 1000 bytes; three figures are told."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
