"""What an op is given in, tensors and attr values out; or what does not fit, in words.

The inputs are taken in order, and the types and lengths that one of them settles hold for those after it.
"""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.conversion import convert_n_to_tensor, convert_to_tensor
from graphcore.dtypes import DType, as_dtype
from graphcore.operation import Tensor
from graphcore.shapes import as_shape
from graphcore.signature import Arg, Attr, Signature


class OpInputs:
    """Input values in, tensors and the attrs that follow from them out."""

    def __init__(self, signature: Signature) -> None:
        self._signature = signature
        self._settled_by: dict[str, str] = {}
        self.tensors: list[Tensor] = []
        self.attrs: dict[str, Any] = {}

    def _wanted(self, arg: Arg) -> DType | None:
        return arg.dtype or self.attrs.get(arg.type_attr)

    def add(self, arg: Arg, value: Any) -> None:
        if value is None:
            raise ValueError(f"None values not supported: input '{arg.name}' of '{self._signature.name}' Op is None.")
        wanted = self._wanted(arg)
        try:
            tensor = convert_to_tensor(value, wanted, arg.name, arg.is_ref)
        except ValueError:
            if wanted is None:
                raise
            found = convert_to_tensor(value, as_ref=arg.is_ref).dtype.name
            prefix = f"Input '{arg.name}' of '{self._signature.name}' Op has type {found} that does not match"
            if arg.dtype is not None:
                raise TypeError(f"{prefix} expected type of {wanted.name}.") from None
            raise TypeError(f"{prefix} type {wanted.name} of argument '{self._settled_by[arg.type_attr]}'.") from None
        if arg.is_ref and not tensor.dtype.is_ref_dtype:
            raise TypeError(f"Input '{arg.name}' of '{self._signature.name}' Op requires l-value input")
        self._settle_type(arg, tensor.dtype.base_dtype)
        self.tensors.append(tensor)

    def add_list(self, arg: Arg, values: Any) -> None:
        op_name = self._signature.name
        if not isinstance(values, (list, tuple)):
            raise TypeError(f"Expected list for '{arg.name}' argument to '{op_name}' Op, not {values}.")
        if arg.types_attr:
            self._add_mixed(arg, values)
            return
        self._settle_length(arg, len(values))
        wanted = self._wanted(arg)
        first = next((value for value in values if isinstance(value, Tensor)), None)
        if wanted is None and first is not None:
            wanted = first.dtype.base_dtype
        try:
            tensors = convert_n_to_tensor(values, wanted, arg.name, arg.is_ref)
        except (TypeError, ValueError):
            found = [tensor.dtype.base_dtype.name for tensor in convert_n_to_tensor(values, as_ref=arg.is_ref)]
            prefix = f"Tensors in list passed to '{arg.name}' of '{op_name}' Op have types [{', '.join(found)}]"
            if arg.dtype is not None:
                raise TypeError(f"{prefix} that do not match expected type {arg.dtype.name}.") from None
            if arg.type_attr in self.attrs:
                settled = self.attrs[arg.type_attr].name
                raise TypeError(f"{prefix} that do not match type {settled} inferred from earlier arguments.") from None
            raise TypeError(f"{prefix} that don't all match.") from None
        types = {tensor.dtype.base_dtype for tensor in tensors}
        if len(types) > 1:
            names = ", ".join(tensor.dtype.base_dtype.name for tensor in tensors)
            raise TypeError(
                f"Tensors in list passed to '{arg.name}' of '{op_name}' Op have types [{names}] that don't all match."
            )
        if not types and arg.type_attr and arg.type_attr not in self.attrs:
            raise TypeError(
                f"Don't know how to infer type variable from empty input list passed to input '{arg.name}' of "
                f"'{op_name}' Op."
            )
        for dtype in types:
            self._settle_type(arg, dtype)
        self.tensors += tensors

    def _add_mixed(self, arg: Arg, values: Sequence[Any]) -> None:
        """A list of tensors that may differ in type."""
        attr, op_name = self._signature.attrs[arg.types_attr], self._signature.name
        if attr.minimum is not None and len(values) < attr.minimum:
            raise ValueError(
                f"List argument '{arg.name}' to '{op_name}' Op with length {len(values)} shorter than minimum length "
                f"{attr.minimum}."
            )
        tensors = convert_n_to_tensor(values, None, arg.name)
        self.attrs[attr.name] = [tensor.dtype.base_dtype for tensor in tensors]
        for dtype in self.attrs[attr.name]:
            _check_allowed_type(attr, dtype)
        self.tensors += tensors

    def _settle_length(self, arg: Arg, length: int) -> None:
        op_name, attr = self._signature.name, self._signature.attrs[arg.number_attr]
        if attr.name in self.attrs:
            if self.attrs[attr.name] != length:
                raise ValueError(
                    f"List argument '{arg.name}' to '{op_name}' Op with length {length} must match length "
                    f"{self.attrs[attr.name]} of argument '{self._settled_by[attr.name]}'."
                )
            return
        if attr.minimum is not None and length < attr.minimum:
            raise ValueError(
                f"List argument '{arg.name}' to '{op_name}' Op with length {length} shorter than minimum length "
                f"{attr.minimum}."
            )
        self.attrs[attr.name] = length
        self._settled_by[attr.name] = arg.name

    def _settle_type(self, arg: Arg, dtype: DType) -> None:
        if arg.type_attr and arg.type_attr not in self.attrs:
            _check_allowed_type(self._signature.attrs[arg.type_attr], dtype)
            self.attrs[arg.type_attr] = dtype
            self._settled_by[arg.type_attr] = arg.name


def _check_allowed_type(attr: Attr, dtype: DType) -> None:
    if attr.allowed and dtype not in attr.allowed:
        allowed = ", ".join(other.name for other in attr.allowed)
        raise TypeError(f"DataType {dtype.name} for attr '{attr.name}' not in list of allowed values: {allowed}")


def attr_value(op_name: str, attr: Attr, value: Any) -> Any:
    """``value`` as the attr holds it, or the default for None.

    Raises:
        TypeError: it is of another kind, or there is no default. ValueError: it is none of the values allowed.
    """
    if value is None:
        if not attr.has_default:
            raise TypeError(f"No argument for attr {attr.name}")
        return attr.default
    if attr.kind.startswith("list("):
        if not isinstance(value, (list, tuple)):
            raise TypeError(f"Expected list for attr {attr.name}")
        return [_attr_element(op_name, attr, attr.kind[5:-1], item) for item in value]
    return _attr_element(op_name, attr, attr.kind, value)


def _attr_element(op_name: str, attr: Attr, kind: str, value: Any) -> Any:
    """``value`` as an attr of this kind holds it. TypeError or ValueError when it does not fit."""
    if kind == "type":
        dtype = as_dtype(value).base_dtype
        _check_allowed_type(attr, dtype)
        return dtype
    if kind == "shape":
        return as_shape(value)
    if kind == "tensor":
        return value
    if kind == "string":
        text = value.decode() if isinstance(value, bytes) else value
        if not isinstance(text, str):
            raise TypeError(f"Expected string for argument '{attr.name}' not {value!r}.")
        if attr.allowed and text not in attr.allowed:
            allowed = ", ".join(f'"{item}"' for item in attr.allowed)
            raise ValueError(f"Attr '{attr.name}' of '{op_name}' Op passed string '{text}' not in: {allowed}.")
        return text
    expected: tuple[type, ...] = {
        "bool": (bool, np.bool_),
        "int": (numbers.Integral,),
        "float": (numbers.Real,),
    }[kind]
    if not isinstance(value, expected):
        raise TypeError(f"Expected {kind} for argument '{attr.name}' not {value!r}.")
    number = {"bool": bool, "int": int, "float": float}[kind](value)
    if attr.minimum is not None and number < attr.minimum:
        raise ValueError(f"Attr '{attr.name}' of '{op_name}' Op passed {number} less than minimum {attr.minimum}.")
    return number
