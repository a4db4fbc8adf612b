"""Strings in, numbers out: raw bytes, lines of comma-separated values, numbers in digits, and hashes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape


def _decode_raw_kernel(bytes: Any, *, out_type: DType, little_endian: bool) -> np.ndarray:
    strings = as_array(bytes)
    dtype = np.dtype(out_type.as_numpy_dtype).newbyteorder("<" if little_endian else ">")
    lengths = {len(text) for text in strings.ravel()}
    if len(lengths) > 1:
        raise InvalidArgumentError(
            None,
            None,
            f"DecodeRaw requires input strings to all be the same size, but they have {sorted(lengths)} bytes",
        )
    length = lengths.pop() if lengths else 0
    if length % dtype.itemsize:
        raise InvalidArgumentError(
            None,
            None,
            f"Input to DecodeRaw has length {length} that is not a multiple of {dtype.itemsize}, the size of "
            f"{out_type.name}",
        )
    flat = np.frombuffer(b"".join(strings.ravel().tolist()), dtype).astype(dtype.newbyteorder("="))
    return flat.reshape(*strings.shape, length // dtype.itemsize)


def _with_unknown_last(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape()
    return [TensorShape(None) if shape.ndims is None else shape.concatenate(TensorShape([None]))]


DecodeRaw = OpType(
    "DecodeRaw(bytes:string) -> output:out_type | "
    "out_type:type{float32 float64 int32 uint8 int16 int8 int64}; little_endian:bool=true",
    shape=_with_unknown_last,
    kernel=_decode_raw_kernel,
    gradient=no_gradient,
)


def decode_raw(bytes: Any, out_type: Any, little_endian: bool | None = None, name: str | None = None) -> Tensor:
    """The bytes of strings ``[...]`` as numbers, ``[..., n]``.

    Args:
        bytes: strings of one length.
        out_type: float32, float64, int32, uint8, int16, int8 or int64.
        little_endian: the least byte of a number comes first, unless this is false.
    """
    return DecodeRaw(bytes, out_type=out_type, little_endian=little_endian, name=name)


_PARSERS: dict[str, Callable[[str], Any]] = {
    "float32": lambda text: np.float32(float(text)),
    "int32": lambda text: np.array(int(text), np.int64).astype(np.int32, casting="unsafe"),
    "int64": lambda text: np.int64(int(text)),
    "string": lambda text: text.encode("utf-8", "surrogateescape"),
}


def _decode_csv(op: Operation, state: Any) -> Callable[..., Any]:
    dtypes, delimiter = op.attrs["OUT_TYPE"], op.attrs["field_delim"]

    def kernel(records: Any, *defaults: Any) -> tuple[Any, ...]:
        lines = as_array(records)
        columns: list[list[Any]] = [[] for _ in dtypes]
        for number, line in enumerate(lines.ravel()):
            fields = _fields(line, delimiter)
            if len(fields) != len(dtypes):
                message = f"Expect {len(dtypes)} fields but have {len(fields)} in record {number}"
                raise InvalidArgumentError(None, None, message)
            for place, (text, dtype, default) in enumerate(zip(fields, dtypes, defaults)):
                columns[place].append(_field(text, dtype, as_array(default), place, number))
        return tuple(_column(values, dtype, lines.shape) for values, dtype in zip(columns, dtypes))

    return kernel


def _fields(line: bytes, delimiter: str) -> list[str]:
    text = line.decode("utf-8", "surrogateescape")
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [""])
    except csv.Error as error:
        raise InvalidArgumentError(None, None, f"{text!r} is no line of separated values: {error}") from None


def _field(text: str, dtype: DType, default: np.ndarray, place: int, number: int) -> Any:
    if not text:
        if not default.size:
            message = f"Field {place} is required but missing in record {number}!"
            raise InvalidArgumentError(None, None, message)
        return default.ravel()[0]
    try:
        value = _PARSERS[dtype.name](text)
        if dtype.name == "int32" and int(value) != int(text):
            raise OverflowError
    except (ValueError, OverflowError):
        message = f"Field {place} in record {number} is not a valid {dtype.name}: {text}"
        raise InvalidArgumentError(None, None, message) from None
    return value


def _column(values: list[Any], dtype: DType, sizes: Sequence[int]) -> Any:
    array = np.empty(len(values), dtype.as_numpy_dtype)
    array[:] = values
    return array.reshape(sizes)[()]


DecodeCSV = OpType(
    "DecodeCSV(records:string, record_defaults:OUT_TYPE) -> output:OUT_TYPE | "
    "OUT_TYPE:list(type)>=1; field_delim:string=,",
    shape=lambda op: [op.inputs[0].get_shape()] * len(op.outputs),
    bind=_decode_csv,
    gradient=no_gradient,
)


def decode_csv(
    records: Any, record_defaults: Sequence[Any], field_delim: str | None = None, name: str | None = None
) -> list[Tensor]:
    """The columns of lines of comma-separated values, each in the shape of ``records``.

    Args:
        records: lines, without what ends them. A field may be in double quotes.
        record_defaults: for each column a list of one value, its default, whose type (float32, int32, int64, string)
            is that of the column; an empty tensor for a column that must not be empty.
        field_delim: what separates fields, a comma if not given.

    Raises:
        TypeError: a default has another type.
        errors.InvalidArgumentError: when it runs, and a line has other fields than these.
    """
    defaults = [convert_to_tensor(default) for default in record_defaults]
    for place, default in enumerate(defaults):
        if default.dtype.base_dtype.name not in _PARSERS:
            raise TypeError(f"decode_csv: column {place} is {default.dtype.name}, none of {', '.join(_PARSERS)}")
    return DecodeCSV(records, defaults, field_delim=field_delim, name=name)


def _string_to_number_kernel(string_tensor: Any, *, out_type: DType) -> Any:
    strings = as_array(string_tensor)
    values = []
    for text in strings.ravel():
        try:
            values.append(_PARSERS[out_type.name](text.decode().strip()))
            if out_type.name == "int32" and int(values[-1]) != int(text):
                raise OverflowError
        except (ValueError, OverflowError):
            message = f"StringToNumberOp could not correctly convert string: {text.decode('utf-8', 'replace')}"
            raise InvalidArgumentError(None, None, message) from None
    return _column(values, out_type, strings.shape)


StringToNumber = OpType(
    "StringToNumber(string_tensor:string) -> output:out_type | out_type:type{float32 int32}=float32",
    shape=common_shapes.unchanged,
    kernel=_string_to_number_kernel,
    gradient=no_gradient,
)


def string_to_number(string_tensor: Any, out_type: Any = None, name: str | None = None) -> Tensor:
    """The numbers that strings hold in digits, float32 or int32."""
    return StringToNumber(string_tensor, out_type=out_type, name=name)


_MASK = 2**64 - 1
_SEED = 0xDECAFCAFFE
_MULTIPLIER = 0xC6A4A7935BD1E995


def hash64(data: bytes) -> int:
    """A hash of 64 bits: MurmurHash64A with the seed of TensorFlow's ``Hash64`` (``core/lib/hash/hash.cc``)."""
    value = _SEED ^ (len(data) * _MULTIPLIER & _MASK)
    whole = len(data) // 8 * 8
    for place in range(0, whole, 8):
        part = int.from_bytes(data[place : place + 8], "little") * _MULTIPLIER & _MASK
        part = (part ^ part >> 47) * _MULTIPLIER & _MASK
        value = (value ^ part) * _MULTIPLIER & _MASK
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ value >> 47) * _MULTIPLIER & _MASK
    return value ^ value >> 47


def _hash_kernel(string_tensor: Any, *, num_buckets: int) -> Any:
    strings = as_array(string_tensor)
    return np.array([hash64(text) % num_buckets for text in strings.ravel()], np.int64).reshape(strings.shape)[()]


StringToHashBucket = OpType(
    "StringToHashBucket(string_tensor:string) -> output:int64 | num_buckets:int>=1",
    shape=common_shapes.unchanged,
    kernel=_hash_kernel,
    gradient=no_gradient,
)


def string_to_hash_bucket(string_tensor: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """For each string one of ``num_buckets`` numbers from 0 on, int64; always the same, and TensorFlow's."""
    return StringToHashBucket(string_tensor, num_buckets=num_buckets, name=name)
