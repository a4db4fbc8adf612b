"""Anything that can stand for a tensor in, a `Tensor` out.

How a type becomes a tensor is registered next to the type: constants in `ops.constant`, variables in
`ops.variables`. Lower priorities are asked first, and among equals the one registered first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore.dtypes import DType, as_dtype
from graphcore.operation import Tensor

Conversion = Callable[..., Any]

_conversions: list[tuple[int, type | tuple[type, ...], Conversion]] = []


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Conversion, priority: int = 100
) -> None:
    """Makes values of ``base_type`` usable as tensors.

    Args:
        conversion_func: called as ``f(value, dtype=None, name=None, as_ref=False)``; gives a Tensor of that
            dtype, or NotImplemented to let others try.
    """
    if not callable(conversion_func):
        raise TypeError("conversion_func must be callable.")
    _conversions.append((priority, base_type, conversion_func))
    _conversions.sort(key=lambda entry: entry[0])  # stable: equals keep the order of registration


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    """The tensor that ``value`` is, or a constant with that value.

    Args:
        value: a Tensor, Variable, numpy array, number, string, or (nested) list of those last.
        dtype: the type it must have; without it, that of the value (Python floats become float32, ints int32).
        name: of the constant, if one is made.
        as_ref: for a variable, the reference that can be assigned to instead of its value.

    Raises:
        TypeError: a Python value that is not of the type.
        ValueError: a tensor or variable that is not of the type.
    """
    if dtype is not None:
        dtype = as_dtype(dtype)
    if isinstance(value, Tensor):
        if dtype is not None and not dtype.is_compatible_with(value.dtype):
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {value.dtype.name}: "
                f"{str(value)!r}"
            )
        return value
    for _, base_type, conversion in _conversions:
        if isinstance(value, base_type):
            tensor = conversion(value, dtype=dtype, name=name, as_ref=as_ref)
            if tensor is NotImplemented:
                continue
            if not isinstance(tensor, Tensor) or (dtype is not None and not dtype.is_compatible_with(tensor.dtype)):
                raise RuntimeError(f"Conversion function {conversion!r} for type {base_type} gave {tensor!r}.")
            return tensor
    prefix = f"{name}: " if name else ""
    raise TypeError(
        f"{prefix}Cannot convert {value!r} with type {type(value)} to Tensor: no conversion function registered."
    )


def convert_n_to_tensor(
    values: Sequence[Any], dtype: DType | None = None, name: str | None = None, as_ref: bool = False
) -> list[Tensor]:
    """`convert_to_tensor` for each value; constants are named ``<name>_0``, ``<name>_1``, ..."""
    return [
        convert_to_tensor(value, dtype, None if name is None else f"{name}_{i}", as_ref)
        for i, value in enumerate(values)
    ]
