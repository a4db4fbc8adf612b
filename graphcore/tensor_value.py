"""Python values in, the value of a constant out: element type, shape, and the elements as they were given."""

from __future__ import annotations

import functools
import math
import numbers
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from graphcore.dtypes import DType, as_dtype
from graphcore.operation import Tensor
from graphcore.operators import Operators

_INT32 = np.iinfo(np.int32)


class TensorValue:
    """The value of a constant.

    The elements may be fewer than the shape takes; the last one then stands for the rest, and an export keeps
    it so short.

    Attributes:
        dtype: the element type.
        shape: the sizes.
        elements: array ``[n]`` with n at most the product of the sizes.
    """

    def __init__(self, dtype: DType, shape: tuple[int, ...], elements: np.ndarray) -> None:
        self.dtype = dtype
        self.shape = shape
        self.elements = elements

    @functools.cached_property
    def array(self) -> Any:
        """The value as kernels take it: an array, or a numpy scalar (bytes for a string) for shape ``()``."""
        count = math.prod(self.shape)
        flat = self.elements
        if len(flat) < count:
            missing = count - len(flat)
            fill = np.full(missing, flat[-1] if len(flat) else self.dtype.as_numpy_dtype(), flat.dtype)
            flat = np.concatenate([flat, fill])
        return flat.reshape(self.shape) if self.shape else flat[0]

    def __eq__(self, other: object) -> bool:
        """Whether type, shape and elements are the same, NaN and NaN, too."""
        return isinstance(other, TensorValue) and (
            self.dtype == other.dtype
            and self.shape == other.shape
            and np.array_equal(self.elements, other.elements, equal_nan=self.elements.dtype.kind in "fc")
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"TensorValue({self.dtype!r}, {self.shape}, {self.elements!r})"


def tensor_value(values: Any, dtype: Any = None, shape: Any = None) -> TensorValue:
    """The constant that ``values`` describe.

    Args:
        values: a number, string, numpy array, or nested list of the first two. Python's float becomes
            float32, int becomes int32 (int64 when it does not fit); numpy values keep their type.
        dtype: the type wanted. Python values must fit it; numpy values are cast.
        shape: the shape wanted; too few elements are made up by repeating the last.

    Raises:
        TypeError: a Python value is not of the type. ValueError: ragged lists, or too many elements.
    """
    wanted = None if dtype is None else as_dtype(dtype).base_dtype
    if isinstance(values, (np.ndarray, np.generic)):
        array = np.asarray(values)
        if wanted is not None:
            array = array.astype(wanted.as_numpy_dtype)
    else:
        array = _array_of_python(values, wanted)
    if array.dtype.kind in "SU":
        array = array.astype(object)
    if array.dtype.kind == "O":
        array = _as_bytes(array)
    found = wanted if wanted is not None else as_dtype(array.dtype)
    sizes = array.shape if shape is None else tuple(int(size) for size in ([shape] if _is_size(shape) else shape))
    count = math.prod(sizes)
    if count == 0:
        array = array.ravel()[:0]
    if array.size > count:
        raise ValueError(f"Too many elements provided. Needed at most {count}, but received {array.size}")
    # A copy: the caller may go on to change the array.
    return TensorValue(found, tuple(sizes), array.flatten())


def _is_size(shape: Any) -> bool:
    return isinstance(shape, (int, np.integer))


def _array_of_python(values: Any, wanted: DType | None) -> np.ndarray:
    if values is None:
        raise ValueError("None values not supported.")
    _check_types(values, wanted)
    try:
        array = np.array(values, dtype=None if wanted is None else wanted.as_numpy_dtype)
        if array.dtype.kind in "SU":  # which would lose zeros at the end of bytes
            array = np.array(values, dtype=object)
    except OverflowError as error:
        raise TypeError(f"Expected {wanted.name if wanted else 'a number'}, got {values!r}: {error}") from None
    except ValueError as error:
        raise ValueError(f"Argument must be a dense tensor: {values} - {error}") from None
    for element in array.ravel() if array.dtype.kind == "O" else ():
        if isinstance(element, (list, tuple)):  # how numpy before 1.24 takes ragged lists
            raise ValueError(f"Argument must be a dense tensor: {values}")
        if not isinstance(element, (str, bytes)):
            raise TypeError(f"Cannot convert value {element!r} to a TensorFlow DType.")
    if wanted is not None:
        return array
    if array.dtype == np.float64:
        return array.astype(np.float32)
    if array.dtype == np.int64 and (array.size == 0 or (_INT32.min <= array.min() and array.max() <= _INT32.max)):
        return array.astype(np.int32)
    return array


def _as_bytes(array: np.ndarray) -> np.ndarray:
    out = np.empty(array.shape, object)
    out.ravel()[...] = [text.encode() if isinstance(text, str) else text for text in array.ravel()]
    return out


_ELEMENT_CHECKS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, (str, bytes)),
    "bool": lambda value: isinstance(value, (bool, np.bool_)),
    "complex64": lambda value: isinstance(value, numbers.Number),
    "complex128": lambda value: isinstance(value, numbers.Number),
}


def _is_real(value: Any) -> bool:
    return isinstance(value, (numbers.Real, np.floating, np.integer))


def _is_integral(value: Any) -> bool:
    return isinstance(value, (numbers.Integral, np.integer))


def _check_types(values: Any, wanted: DType | None) -> None:
    """Refuses what numpy would convert without a word, such as 1.5 to int32."""
    if wanted is None:
        if any(isinstance(value, Operators) for value in _leaves(values)):
            raise TypeError("List of Tensors when single Tensor expected")
        return
    fits = _ELEMENT_CHECKS.get(wanted.name, _is_integral if wanted.is_integer else _is_real)
    for value in _leaves(values):
        if isinstance(value, Operators):
            kind = "Tensors" if isinstance(value, Tensor) else "Variables"
            raise TypeError(f"Expected {wanted.name}, got list containing {kind} of type '_Message' instead.")
        if not fits(value):
            raise TypeError(f"Expected {wanted.name}, got {value!r} of type '{type(value).__name__}' instead.")


def _leaves(values: Any) -> Iterator[Any]:
    if isinstance(values, (list, tuple)):
        for value in values:
            yield from _leaves(value)
    elif isinstance(values, np.ndarray):
        # One element speaks for all: they share a type.
        yield from values.ravel()[:1]
    else:
        yield values
