"""Element types: a name, a number, a string or a numpy type in; a `DType` out.

The numbers are those of the GraphDef format. A reference type, which only the output of a variable has,
is 100 more than its base type.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_REF = 100


class DType:
    """The type of a tensor's elements, such as `float32`; compares equal to anything `as_dtype` takes for it."""

    __slots__ = ("_number",)

    def __init__(self, type_enum: int) -> None:
        if int(type_enum) not in _NAMES:
            raise TypeError(f"type_enum is not a valid types_pb2.DataType: {type_enum!r}")
        self._number = int(type_enum)

    @property
    def as_datatype_enum(self) -> int:
        """The number of the type in a GraphDef."""
        return self._number

    @property
    def name(self) -> str:
        """Such as ``float32``, or ``float32_ref`` for a reference."""
        return _NAMES[self._number]

    @property
    def is_ref_dtype(self) -> bool:
        """Whether this is a reference to a buffer that may be assigned to."""
        return self._number > _REF

    @property
    def as_ref(self) -> DType:
        """The reference type with the same elements."""
        return self if self.is_ref_dtype else _BY_NUMBER[self._number + _REF]

    @property
    def base_dtype(self) -> DType:
        """The type without the reference."""
        return _BY_NUMBER[self._number - _REF] if self.is_ref_dtype else self

    @property
    def real_dtype(self) -> DType:
        """The type of the real part: float32 for complex64, float64 for complex128, else the base type."""
        return {"complex64": float32, "complex128": float64}.get(self.base_dtype.name, self.base_dtype)

    @property
    def as_numpy_dtype(self) -> type[np.generic]:
        """The numpy scalar type that holds an element; strings are held as ``object`` (bytes)."""
        return _NUMPY[self.base_dtype.name].type

    @property
    def is_integer(self) -> bool:
        return self.base_dtype.name in _INTEGERS

    @property
    def is_floating(self) -> bool:
        return self.base_dtype.name in _FLOATING

    @property
    def is_complex(self) -> bool:
        return self.base_dtype.name in ("complex64", "complex128")

    @property
    def is_quantized(self) -> bool:
        return self.base_dtype.name in ("qint8", "quint8", "qint16", "quint16", "qint32")

    @property
    def is_unsigned(self) -> bool:
        return self.base_dtype.name in ("uint8", "uint16")

    @property
    def min(self) -> Any:
        """The smallest finite element. TypeError for types without an order."""
        return self._limits("minimum").min

    @property
    def max(self) -> Any:
        """The largest finite element. TypeError for types without an order."""
        return self._limits("maximum").max

    def _limits(self, which: str) -> Any:
        kind = _NUMPY[self.base_dtype.name].kind
        if self.is_quantized or kind not in "fiu" or self.base_dtype.name == "bfloat16":
            raise TypeError(f"Cannot find {which} value of {self}.")
        return np.finfo(self.as_numpy_dtype) if kind == "f" else np.iinfo(self.as_numpy_dtype)

    @property
    def size(self) -> int:
        """Bytes of one element (1 for strings, whose length varies)."""
        return 1 if self.base_dtype.name == "string" else _NUMPY[self.base_dtype.name].itemsize

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor of this type may be used where ``other`` is wanted: same type, or a reference to it."""
        other = as_dtype(other)
        return self._number in (other.as_datatype_enum, other.base_dtype.as_datatype_enum)

    def __eq__(self, other: object) -> bool:
        if other is None:
            return False
        try:
            return self._number == as_dtype(other).as_datatype_enum
        except TypeError:
            return False

    def __hash__(self) -> int:
        return self._number

    def __int__(self) -> int:
        return self._number

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self._number,)


# name, number, numpy type of the elements. The quantised types are held as the integers they are.
_TYPES: tuple[tuple[str, int, str], ...] = (
    ("float32", 1, "float32"),
    ("float64", 2, "float64"),
    ("int32", 3, "int32"),
    ("uint8", 4, "uint8"),
    ("int16", 5, "int16"),
    ("int8", 6, "int8"),
    ("string", 7, "object"),
    ("complex64", 8, "complex64"),
    ("int64", 9, "int64"),
    ("bool", 10, "bool"),
    ("qint8", 11, "int8"),
    ("quint8", 12, "uint8"),
    ("qint32", 13, "int32"),
    ("bfloat16", 14, "uint16"),
    ("qint16", 15, "int16"),
    ("quint16", 16, "uint16"),
    ("uint16", 17, "uint16"),
    ("complex128", 18, "complex128"),
    ("float16", 19, "float16"),
)
_NAMES = {number: name for name, number, _ in _TYPES} | {number + _REF: name + "_ref" for name, number, _ in _TYPES}
_NUMPY = {name: np.dtype(numpy_name) for name, _, numpy_name in _TYPES}
_INTEGERS = frozenset(("int8", "int16", "int32", "int64", "uint8", "uint16"))
_FLOATING = frozenset(("float16", "float32", "float64"))
_BY_NUMBER = {number: DType(number) for number in _NAMES}

_BY_NAME = {dtype.name: dtype for dtype in _BY_NUMBER.values()}
_BY_NAME |= {short + ref: _BY_NAME[long + ref] for ref in ("", "_ref") for short, long in
             (("float", "float32"), ("double", "float64"), ("half", "float16"))}  # fmt: skip
_BY_NUMPY = {
    _NUMPY[name]: _BY_NAME[name]
    for name, _, _ in _TYPES
    if name != "bfloat16" and not name.startswith(("qint", "quint"))
}
_BY_PYTHON: dict[type, DType] = {
    float: _BY_NAME["float32"],
    int: _BY_NAME["int32"],
    bool: _BY_NAME["bool"],
    str: _BY_NAME["string"],
    bytes: _BY_NAME["string"],
    complex: _BY_NAME["complex128"],
}

float16 = half = _BY_NAME["float16"]
float32 = _BY_NAME["float32"]
float64 = double = _BY_NAME["float64"]
bfloat16 = _BY_NAME["bfloat16"]
int8 = _BY_NAME["int8"]
int16 = _BY_NAME["int16"]
int32 = _BY_NAME["int32"]
int64 = _BY_NAME["int64"]
uint8 = _BY_NAME["uint8"]
uint16 = _BY_NAME["uint16"]
bool_ = _BY_NAME["bool"]
string = _BY_NAME["string"]
complex64 = _BY_NAME["complex64"]
complex128 = _BY_NAME["complex128"]
qint8 = _BY_NAME["qint8"]
quint8 = _BY_NAME["quint8"]
qint16 = _BY_NAME["qint16"]
quint16 = _BY_NAME["quint16"]
qint32 = _BY_NAME["qint32"]

ALL: dict[str, DType] = {name: _BY_NAME[name] for name in _NAMES.values()}
"""Every type by its name, references included."""


def as_dtype(value: Any) -> DType:
    """The `DType` meant by a DType, its number, its name, or a numpy type or dtype.

    Python's ``float`` and ``int`` mean what they become as tensors: float32 and int32.

    Raises:
        TypeError: nothing of the kind.
    """
    if isinstance(value, DType):
        return value
    found: DType | None = None
    if isinstance(value, str):
        found = _BY_NAME.get(value)
    elif isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        found = _BY_NUMBER.get(int(value))
    elif value is not None:
        if isinstance(value, type):
            found = _BY_PYTHON.get(value)
        if found is None:
            try:
                numpy_dtype = np.dtype(value)
            except TypeError:
                pass
            else:
                found = string if numpy_dtype.kind in "SU" else _BY_NUMPY.get(numpy_dtype)
    if found is None:
        raise TypeError(f"Cannot convert value {value!r} to a TensorFlow DType.")
    return found
