"""Slots: variables that belong to another variable or tensor, such as its momentum; that in, its slot out."""

from __future__ import annotations

from typing import Any

from graphcore.operation import Tensor
from graphcore.ops import array
from graphcore.ops.constant import constant
from graphcore.ops.variables import Variable
from graphcore.scopes import colocate_with, name_scope
from graphcore.shapes import TensorShape


def make_slot(primary: Variable | Tensor, value: Any, name: str) -> Variable:
    """A variable named ``<primary>/<name>`` that begins with ``value``. No optimizer changes it by itself."""
    with name_scope(f"{primary.op.name}/{name}") as scope, colocate_with(primary):
        return Variable(value, trainable=False, name=scope)


def zeros_for(primary: Variable | Tensor) -> Tensor:
    """Zeros in the shape and type of ``primary``."""
    return array.zeros(_shape(primary).as_list(), dtype=primary.dtype.base_dtype)


def constant_for(primary: Variable | Tensor, number: Any) -> Tensor:
    """``number`` everywhere, in the shape and type of ``primary``."""
    return constant(number, dtype=primary.dtype.base_dtype, shape=_shape(primary).as_list())


def _shape(primary: Variable | Tensor) -> TensorShape:
    shape = primary.get_shape()
    if not shape.is_fully_defined():
        raise ValueError(
            f"{type(primary).__name__} {primary.op.name} has shape {shape}, "
            "but a slot for it needs a shape that is fully defined"
        )
    return shape
