"""The signature of an op type: one line of text in, a `Signature` out.

The notation is that of TensorFlow's list of ops::

    Concat(concat_dim:int32, values:N*T) -> output:T | N:int>=2; T:type
    Sum(input:T, reduction_indices:int32) -> output:T | keep_dims:bool=false; T:type{number}
    Assign(Ref ref:T, value:T) -> Ref output_ref:T | T:type; validate_shape:bool=true; use_locking:bool=true

``Name(inputs) -> outputs | attrs``. The type of an input or output is a dtype, or the name of an attr that
holds it; ``N*T`` is a list of N tensors of type T, and where the attr is a list of types, the input is a list of
tensors of these types. A lone ``-`` stands for no outputs. An attr has a kind
(``int float bool string type shape tensor``, or ``list(kind)``), perhaps the values it may have in braces
(for types also one of the sets in `TYPE_SETS`), a least value, and a default; that of a tensor is a row of whole
numbers, ``uint8[255 0 0 255]``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from graphcore.dtypes import ALL, DType
from graphcore.shapes import TensorShape
from graphcore.tensor_value import tensor_value

_REAL = "float32 float64 int32 int64 uint8 int16 int8 uint16 float16"
TYPE_SETS: dict[str, str] = {
    "number": "float32 float64 int64 int32 uint8 uint16 int16 int8 complex64 complex128 qint8 quint8 qint32 float16",
    "real": _REAL,
    "float": "float32 float64",
    "unary": "float32 float64 int32 complex64 int64",
    "arithmetic": "float32 float64 uint8 int8 int16 int32 int64 complex64",
}
"""Names for the sets of types that many ops share, such as ``T:type{number}``."""

ALLOWED_KINDS = ("int", "float", "bool", "string", "type", "shape", "tensor")


@dataclass(frozen=True)
class Arg:
    """An input or output: its name and where its type comes from."""

    name: str
    dtype: DType | None  # a fixed type, or
    type_attr: str  # the attr that holds it
    number_attr: str  # for a list: the attr that holds its length
    is_ref: bool

    types_attr: str = ""  # for a list whose items have types of their own: the attr that lists them

    @property
    def is_list(self) -> bool:
        return bool(self.number_attr or self.types_attr)

    def dtypes(self, attrs: dict[str, Any]) -> list[DType]:
        """The type of each tensor this stands for, in an operation with these attr values."""
        if self.types_attr:
            return list(attrs[self.types_attr])
        dtype = self.dtype or attrs[self.type_attr]
        return [dtype.as_ref if self.is_ref else dtype] * (attrs[self.number_attr] if self.number_attr else 1)


@dataclass(frozen=True)
class Attr:
    """An attr: a parameter that is fixed when the operation is made."""

    name: str
    kind: str
    allowed: tuple[Any, ...] = ()
    minimum: int | None = None
    has_default: bool = False
    default: Any = None


@dataclass(frozen=True)
class Signature:
    """What an op type takes and gives."""

    name: str
    inputs: tuple[Arg, ...]
    outputs: tuple[Arg, ...]
    attrs: dict[str, Attr]

    def input_dtypes(self, attrs: dict[str, Any]) -> list[DType]:
        """One type for each input of an operation with these attr values."""
        return [dtype for arg in self.inputs for dtype in arg.dtypes(attrs)]

    def output_dtypes(self, attrs: dict[str, Any]) -> list[DType]:
        """One type for each output of an operation with these attr values."""
        return [dtype for arg in self.outputs for dtype in arg.dtypes(attrs)]


_LINE = re.compile(r"(\w+)\((.*?)\) -> (.*?)(?: \|\s*(.*))?$")
_ARG = re.compile(r"(Ref )?(\w+):(?:(\w+)\*)?(\w+)")
_ATTR = re.compile(r"(\w+):(\w+|list\(\w+\))(?:\{(.*?)\})?(?:>=(\d+))?(?:=(.*))?")


def parse(line: str) -> Signature:
    """The signature written in ``line``.

    Raises:
        ValueError: the line does not follow the notation.
    """
    match = _LINE.fullmatch(line)
    if not match:
        raise ValueError(f"signature: {line!r} is not of the form 'Name(inputs) -> outputs | attrs'")
    name, inputs, outputs, attrs = match.groups()
    parsed = {attr.name: attr for attr in map(_parse_attr, (attrs or "").split("; ")) if attr.name}
    return Signature(
        name,
        tuple(_parse_arg(text, parsed) for text in inputs.split(", ") if text),
        () if outputs.strip() == "-" else tuple(_parse_arg(text, parsed) for text in outputs.split(", ")),
        parsed,
    )


def _parse_arg(text: str, attrs: dict[str, Attr]) -> Arg:
    match = _ARG.fullmatch(text)
    if not match:
        raise ValueError(f"signature: {text!r} is not of the form 'name:type'")
    ref, name, number_attr, type_name = match.groups()
    dtype = ALL.get(type_name)
    if type_name in attrs and attrs[type_name].kind == "list(type)":
        return Arg(name, None, "", "", bool(ref), type_name)
    return Arg(name, dtype, "" if dtype else type_name, number_attr or "", bool(ref))


def _parse_attr(text: str) -> Attr:
    if not text:
        return Attr("", "int")
    match = _ATTR.fullmatch(text)
    if not match:
        raise ValueError(f"signature: {text!r} is not of the form 'name:kind'")
    name, kind, allowed, minimum, default = match.groups()
    element = kind[5:-1] if kind.startswith("list(") else kind
    if element not in ALLOWED_KINDS:
        raise ValueError(f"signature: attr {name!r} has kind {kind!r}, which is none of {', '.join(ALLOWED_KINDS)}")
    return Attr(
        name,
        kind,
        _parse_allowed(allowed, element),
        None if minimum is None else int(minimum),
        default is not None,
        None if default is None else _parse_default(default, kind),
    )


def _parse_allowed(text: str | None, element: str) -> tuple[Any, ...]:
    if not text:
        return ()
    if element == "type":
        return tuple(ALL[word] for word in re.split(r"[ ,]+", TYPE_SETS.get(text, text)))
    return tuple(text.split(","))


def _parse_default(text: str, kind: str) -> Any:
    if kind.startswith("list("):
        return []
    if kind == "bool":
        return {"true": True, "false": False}[text]
    if kind == "shape":
        return TensorShape(() if text == "()" else None)
    if kind == "type":
        return ALL[text]
    if kind == "tensor":
        dtype, elements = text.rstrip("]").split("[")
        return tensor_value([int(element) for element in elements.split()], ALL[dtype])
    return {"int": int, "float": float, "string": str}[kind](text)
