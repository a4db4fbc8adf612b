"""TensorProto to ndarray and back."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from writer.format.messages import DataType, TensorProto

# dtype number -> (numpy dtype, the field that lists elements of this type)
_ELEMENTS: dict[int, tuple[np.dtype[Any], str]] = {
    DataType[name]: (np.dtype(dtype), field)
    for name, dtype, field in (
        ("DT_FLOAT", "float32", "float_val"),
        ("DT_DOUBLE", "float64", "double_val"),
        ("DT_INT32", "int32", "int_val"),
        ("DT_UINT8", "uint8", "int_val"),
        ("DT_INT16", "int16", "int_val"),
        ("DT_INT8", "int8", "int_val"),
        ("DT_STRING", "object", "string_val"),
        ("DT_COMPLEX64", "complex64", "scomplex_val"),
        ("DT_INT64", "int64", "int64_val"),
        ("DT_BOOL", "bool", "bool_val"),
        ("DT_BFLOAT16", "uint16", "half_val"),
        ("DT_UINT16", "uint16", "int_val"),
        ("DT_COMPLEX128", "complex128", "dcomplex_val"),
        ("DT_HALF", "float16", "half_val"),
        ("DT_UINT32", "uint32", "uint32_val"),
        ("DT_UINT64", "uint64", "uint64_val"),
    )
}
_NUMBERS = {dtype: number for number, (dtype, _) in _ELEMENTS.items() if number != DataType["DT_BFLOAT16"]}


def to_ndarray(tensor: Any) -> np.ndarray:
    """The elements of a TensorProto, shaped. bfloat16 comes as float32, strings as objects (bytes).

    A list of elements shorter than the shape repeats its last one, as the format allows; an element count
    that its bytes cannot hold is refused, so that a few hostile bytes cannot ask for gigabytes.

    Raises:
        ValueError: the type is not known, the shape is not, or the elements do not fill it.
    """
    if tensor.dtype not in _ELEMENTS:
        raise ValueError(f"tensor: dtype {tensor.dtype} is not one that can be read")
    dtype, field = _ELEMENTS[tensor.dtype]
    shape = tuple(dim.size for dim in tensor.tensor_shape.dim)
    if tensor.tensor_shape.unknown_rank or any(size < 0 for size in shape):
        raise ValueError(f"tensor: shape {list(shape)} is not fully known")
    count = math.prod(shape)
    if tensor.tensor_content:
        if len(tensor.tensor_content) != count * dtype.itemsize:
            raise ValueError(
                f"tensor: {len(tensor.tensor_content)} bytes of content, but shape {list(shape)} of {dtype} "
                f"takes {count * dtype.itemsize}"
            )
        flat = np.frombuffer(tensor.tensor_content, dtype.newbyteorder("<")).astype(dtype)
    else:
        flat = _listed(getattr(tensor, field), dtype, field, count, shape)
    if tensor.dtype == DataType["DT_BFLOAT16"]:
        flat = (flat.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return flat.reshape(shape)


_MAX_REPEATED = 1 << 24


def _listed(values: Any, dtype: np.dtype[Any], field: str, count: int, shape: tuple[int, ...]) -> np.ndarray:
    if dtype.kind == "O":
        flat = np.empty(len(values), object)
        flat[:] = list(values)
    elif dtype.kind == "c":
        parts = np.array(values, np.float32 if dtype.itemsize == 8 else np.float64)
        if len(parts) % 2:
            raise ValueError(f"tensor: {len(parts)} numbers in {field}, an odd count for complex elements")
        flat = parts.view(dtype)
    elif field == "half_val":
        flat = np.array(values, np.int64).astype(np.uint16).view(dtype)
    else:
        flat = np.array(values, np.int64 if field == "int_val" else dtype).astype(dtype)
    if len(flat) == count:
        return flat
    if not len(flat) or len(flat) > count:
        raise ValueError(f"tensor: {len(flat)} elements in {field}, but shape {list(shape)} takes {count}")
    if count > _MAX_REPEATED:
        raise ValueError(f"tensor: shape {list(shape)} asks for {count} elements, but only {len(flat)} are given")
    return np.concatenate([flat, np.full(count - len(flat), flat[-1], dtype)])


def to_proto(array: Any) -> Any:
    """The TensorProto of an array: numbers as raw little-endian bytes, strings and bytes listed.

    Raises:
        TypeError: the element type has no number in the format.
    """
    array = np.asarray(array)
    if array.dtype.kind in "US":
        array = array.astype(object)
    if array.dtype not in _NUMBERS:
        raise TypeError(f"tensor: elements of {array.dtype} cannot be stored")
    tensor = TensorProto(dtype=_NUMBERS[array.dtype])
    tensor.tensor_shape.SetInParent()
    for size in array.shape:
        tensor.tensor_shape.dim.add(size=size)
    if array.dtype.kind == "O":
        tensor.string_val.extend(text.encode() if isinstance(text, str) else text for text in array.ravel())
    else:
        little = array if sys.byteorder == "little" else array.astype(array.dtype.newbyteorder("<"))
        tensor.tensor_content = np.ascontiguousarray(little).tobytes()
    return tensor
