"""AttrValue, TensorShapeProto and TensorProto messages in, Python values out; `graph_def` has the other direction."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.dtypes import as_dtype
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.signature import Attr
from graphcore.tensor_value import TensorValue
from writer.format import tensors


def attr_from_proto(value: Any, attr: Attr) -> Any:
    """The Python value of an AttrValue, as the kind of attr in a signature holds it.

    Raises:
        ValueError: the message holds another kind.
    """
    if attr.kind.startswith("list("):
        if value.WhichOneof("value") not in ("list", None):
            raise ValueError(f"AttrValue of attr '{attr.name}' is no list, but {attr.kind} is wanted")
        return [_element(attr.kind[5:-1], item) for _, items in value.list.ListFields() for item in items]
    field = _FIELD_OF_KIND[attr.kind]
    found = value.WhichOneof("value")
    if found != field:
        raise ValueError(f"AttrValue of attr '{attr.name}' holds '{found}', but '{attr.kind}' is wanted")
    return _element(attr.kind, getattr(value, field))


def untyped_attr(value: Any) -> Any:
    """The Python value of an AttrValue that no signature tells the kind of.

    Raises:
        ValueError: it holds a function, which only newer graphs have.
    """
    found = value.WhichOneof("value")
    if found == "list":
        return [
            _element(_KIND_OF_FIELD[field.name], item) if field.name != "s" else item
            for field, items in value.list.ListFields()
            for item in items
        ]
    if found not in _KIND_OF_FIELD:
        raise ValueError(f"AttrValue holds '{found}', which is not supported")
    return value.s if found == "s" else _element(_KIND_OF_FIELD[found], getattr(value, found))


_FIELD_OF_KIND = {
    "int": "i",
    "float": "f",
    "bool": "b",
    "string": "s",
    "type": "type",
    "shape": "shape",
    "tensor": "tensor",
}
_KIND_OF_FIELD = {field: kind for kind, field in _FIELD_OF_KIND.items()}


def _element(kind: str, value: Any) -> Any:
    if kind == "type":
        return as_dtype(value)
    if kind == "shape":
        return shape_from_proto(value)
    if kind == "tensor":
        return tensor_from_proto(value)
    return value


def shape_from_proto(proto: Any) -> TensorShape:
    """The shape of a TensorShapeProto, where -1 is a size that is not known."""
    if proto.unknown_rank:
        return unknown_shape()
    return TensorShape([None if dim.size < 0 else dim.size for dim in proto.dim])


def tensor_from_proto(proto: Any) -> TensorValue:
    """The value of a constant. The elements stay as few as the message has them.

    Raises:
        ValueError: they do not fit the type or the shape.
    """
    dtype = as_dtype(proto.dtype)
    shape = tuple(dim.size for dim in proto.tensor_shape.dim)
    if proto.tensor_content:
        return TensorValue(dtype, shape, tensors.to_ndarray(proto).ravel())
    lists = [items for field, items in proto.ListFields() if field.name.endswith("_val")]
    if not lists:  # all zeros, or empty strings
        return TensorValue(dtype, shape, np.zeros(0, dtype.as_numpy_dtype))
    count = len(lists[0]) // (2 if dtype.is_complex else 1)
    return TensorValue(dtype, shape, tensors.to_ndarray(proto).ravel()[:count])
