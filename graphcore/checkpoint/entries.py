"""Named arrays in, the sorted entries of a checkpoint's table out; an entry's value in, an array out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from graphcore.checkpoint import ordered_code, varint
from graphcore.checkpoint.tensor_slice import Sizes, TensorSlice, sizes_of
from graphcore.dtypes import DType, as_dtype, string

META_KEY = b""
"""The key of the list of all tensors."""
VERSION = 1
# Field of TensorProto for elements of fixed size, which lie there as they lie in memory.
_PACKED = {"float32": 5, "float64": 6, "complex64": 9, "complex128": 12, "bool": 11}
# Field for others: whole numbers of variable length, and texts.
_LISTED = {
    **dict.fromkeys(("int32", "int16", "int8", "uint16", "uint8"), "int_val"),
    **dict.fromkeys(("qint32", "qint16", "qint8", "quint16", "quint8"), "int_val"),
    "int64": "int64_val",
    "string": "string_val",
    "float16": "half_val",
    "bfloat16": "half_val",
}
_LENGTH_DELIMITED = 2
_MAX_BYTES = (1 << 31) - (1 << 10)  # a message must stay below 2 GiB


class SlicedArray(NamedTuple):
    """An array, and of which tensor it is which part."""

    name: str
    shape: Sizes
    part: TensorSlice
    array: np.ndarray
    dtype: DType


def key_of(name: str, part: TensorSlice) -> bytes:
    """The key of a slice: sorted by name, then by where it begins. All of a dimension is coded as 0, -1."""
    numbers = b"".join(
        ordered_code.signed(number) for extent in part.extents for number in ((0, -1) if extent is None else extent)
    )
    return (
        ordered_code.unsigned(0)
        + ordered_code.string(name.encode())
        + ordered_code.unsigned(len(part.extents))
        + numbers
    )


def entries_of(arrays: Iterable[SlicedArray]) -> Iterator[tuple[bytes, bytes]]:
    """The entries of a table that holds ``arrays``; what they are encoded to is made one by one.

    Raises:
        ValueError: a slice comes twice, or is too large for an entry.
        TypeError: elements of a type that has no place in the format.
    """
    from writer.format.messages import SavedSlice, SavedTensorSlices

    by_key: dict[bytes, SlicedArray] = {}
    listed: dict[str, Any] = {}
    table = SavedTensorSlices()
    for sliced in sorted(arrays, key=lambda sliced: sliced.name):
        key = key_of(sliced.name, sliced.part)
        if key in by_key:
            raise ValueError(f"tensor '{sliced.name}' is to be saved twice")
        by_key[key] = sliced
        if sliced.name not in listed:
            listed[sliced.name] = entry = table.meta.tensor.add(
                name=sliced.name, type=sliced.dtype.as_datatype_enum, shape={}
            )
            for size in sliced.shape:
                entry.shape.dim.add(size=size)
        listed[sliced.name].slice.append(sliced.part.to_proto())
    table.meta.versions.producer = VERSION
    yield META_KEY, table.SerializeToString()
    for key in sorted(by_key):
        sliced = by_key[key]
        saved = SavedSlice(name=sliced.name, slice=sliced.part.to_proto())
        # The elements come last in the message, and so need not go through it.
        elements = _elements(sliced)
        around = saved.SerializeToString() + _tag(3) + varint.encoded(len(elements))
        size = len(around) + len(elements)
        if size > _MAX_BYTES:
            raise ValueError(f"tensor '{sliced.name}' takes {size} bytes, more than the 2 GiB that an entry may have")
        yield key, b"".join((_tag(2), varint.encoded(size), around, elements))


def _tag(field: int) -> bytes:
    return varint.encoded(field << 3 | _LENGTH_DELIMITED)


def _elements(sliced: SlicedArray) -> bytes:
    """The TensorProto of an array, which holds its elements alone."""
    from writer.format.messages import TensorProto

    array, kind = sliced.array, sliced.dtype.name
    if not array.size:
        return b""
    if kind in _PACKED:
        raw = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
        return _tag(_PACKED[kind]) + varint.encoded(len(raw)) + raw
    if kind not in _LISTED:
        raise TypeError(f"tensor '{sliced.name}': elements of {kind} cannot be saved")
    flat = array.view(np.uint16) if _LISTED[kind] == "half_val" else array
    proto = TensorProto()
    getattr(proto, _LISTED[kind]).extend(flat.ravel().tolist())
    return bytes(proto.SerializeToString())


class TensorInfo(NamedTuple):
    """What a checkpoint says of a tensor: its type, its shape, and the parts that it is kept in."""

    dtype: DType
    shape: Sizes
    parts: tuple[TensorSlice, ...]


def tensor_info(name: str, dtype: int, shape: Any, slices: Any) -> TensorInfo:
    """What the messages of a checkpoint say of a tensor. No slices stand for one, the whole.

    Raises:
        ValueError: it has a shape that is not known, or elements of a type that is not.
    """
    sizes = tuple(dim.size for dim in shape.dim)
    if any(size < 0 for size in sizes):
        raise ValueError(f"tensor '{name}' has the shape {list(sizes)}")
    try:
        kind = as_dtype(dtype)
    except TypeError:
        raise ValueError(f"tensor '{name}' has elements of the unknown type {dtype}") from None
    return TensorInfo(kind, sizes, tuple(map(TensorSlice.from_proto, slices)) or (TensorSlice.whole(len(sizes)),))


def parse_meta(value: bytes | memoryview) -> dict[str, TensorInfo]:
    """The list of all tensors, by name.

    Raises:
        ValueError: it cannot be read.
    """
    from writer.format.messages import SavedTensorSlices

    try:
        message = SavedTensorSlices.FromString(value)
    except Exception as error:  # of protobuf's own kinds, which differ between its versions
        raise ValueError(f"the list of tensors cannot be read: {error}") from None
    return {entry.name: tensor_info(entry.name, entry.type, entry.shape, entry.slice) for entry in message.meta.tensor}


def parse_elements(value: bytes | memoryview, info: TensorInfo, part: TensorSlice) -> np.ndarray:
    """The elements of a slice, in its shape; perhaps not writable.

    Raises:
        ValueError: they cannot be read, or do not fill it.
    """
    from writer.format.messages import SavedTensorSlices, TensorProto

    sizes, kind = sizes_of(part.within(info.shape)), info.dtype.name
    dtype = np.dtype(info.dtype.as_numpy_dtype)
    try:
        elements = SavedTensorSlices.FromString(value).data.data
        raw = _packed(elements, _PACKED[kind]) if kind in _PACKED else None
        if raw is not None:
            if len(raw) % dtype.itemsize:
                raise ValueError(f"{len(raw)} bytes are no whole number of {kind}")
            flat = np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype, copy=False)
        else:
            flat = _listed(TensorProto.FromString(elements), kind, dtype)
    except ValueError:
        raise
    except Exception as error:  # of protobuf's own kinds, which differ between its versions
        raise ValueError(f"its elements cannot be read: {error}") from None
    if len(flat) != math.prod(sizes):
        raise ValueError(
            f"{len(flat)} elements were found, but the slice of shape {list(sizes)} has {math.prod(sizes)}"
        )
    return flat.reshape(sizes)


def _packed(elements: bytes, field: int) -> memoryview | None:
    """The bytes of the only field of a message, if it is this one."""
    tag = _tag(field)
    if not elements.startswith(tag):
        return None
    length, start = varint.decoded(elements, len(tag))
    return memoryview(elements)[start:] if start + length == len(elements) else None


def _listed(proto: Any, kind: str, dtype: np.dtype[Any]) -> np.ndarray:
    """The elements of a TensorProto, flat, whatever else is in it."""
    if kind == string.name:
        flat = np.empty(len(proto.string_val), object)
        flat[:] = list(proto.string_val)
        return flat
    if kind in ("complex64", "complex128"):
        parts = np.array(proto.scomplex_val if kind == "complex64" else proto.dcomplex_val, dtype.type(0).real.dtype)
        return parts.view(dtype) if len(parts) % 2 == 0 else parts[:0].view(dtype)
    if kind in _PACKED:
        return np.array({"float32": proto.float_val, "float64": proto.double_val, "bool": proto.bool_val}[kind], dtype)
    if kind not in _LISTED:
        raise ValueError(f"elements of {kind} cannot be read")
    listed = np.array(getattr(proto, _LISTED[kind]), np.int64)
    return listed.astype(np.uint16).view(dtype) if _LISTED[kind] == "half_val" else listed.astype(dtype)
