"""Comparison and logic, element by element, and choice by the outcome."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, choosing
from graphcore.ops.broadcasting import binary_op
from graphcore.shapes import TensorShape


def _comparison(name: str, kernel: Callable[..., Any], types: str = "real") -> OpType:
    return binary_op(f"{name}(x:T, y:T) -> z:bool | T:type{{{types}}}", kernel, no_gradient)


def _with_strings(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, y: np.bool_(function(x, y)) if isinstance(x, bytes) and isinstance(y, bytes) else function(x, y)


_COMPARABLE = "float32 float64 uint8 int8 int16 int32 int64 complex64 quint8 qint8 qint32 string"
Equal = _comparison("Equal", _with_strings(operator.eq), _COMPARABLE)
NotEqual = _comparison("NotEqual", _with_strings(operator.ne), _COMPARABLE)
Less = _comparison("Less", operator.lt)
LessEqual = _comparison("LessEqual", operator.le)
Greater = _comparison("Greater", operator.gt)
GreaterEqual = _comparison("GreaterEqual", operator.ge)
LogicalAnd = binary_op("LogicalAnd(x:bool, y:bool) -> z:bool", np.logical_and, no_gradient)
LogicalOr = binary_op("LogicalOr(x:bool, y:bool) -> z:bool", np.logical_or, no_gradient)
LogicalNot = OpType(
    "LogicalNot(x:bool) -> y:bool",
    shape=common_shapes.unchanged,
    kernel=np.logical_not,
    gradient=no_gradient,
    elementwise=True,
)


def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x == y, bool."""
    return Equal(x, y, name=name)


def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x != y, bool."""
    return NotEqual(x, y, name=name)


def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x < y, bool."""
    return Less(x, y, name=name)


def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x <= y, bool."""
    return LessEqual(x, y, name=name)


def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x > y, bool."""
    return Greater(x, y, name=name)


def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x >= y, bool."""
    return GreaterEqual(x, y, name=name)


def logical_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether both are true."""
    return LogicalAnd(x, y, name=name)


def logical_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether at least one is true."""
    return LogicalOr(x, y, name=name)


def logical_not(x: Any, name: str | None = None) -> Tensor:
    """Whether x is false."""
    return LogicalNot(x, name=name)


def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> Tensor:
    """Whether exactly one is true."""
    return logical_and(logical_or(x, y), logical_not(logical_and(x, y)), name=name)


def _select_shape(op: Operation) -> list[TensorShape]:
    condition, t, e = (tensor.get_shape() for tensor in op.inputs)
    merged = t.merge_with(e)
    if condition.ndims is None or merged.ndims is None or condition.ndims == 0:
        return [merged]
    if condition.ndims == 1 and merged.ndims > 1:  # one choice for each row
        condition[0].merge_with(merged[0])
        return [merged]
    return [merged.merge_with(condition)]


def _select_kernel(condition: Any, t: Any, e: Any) -> Any:
    sizes, choice = np.shape(t), np.asarray(condition)
    if sizes != np.shape(e):
        raise InvalidArgumentError(
            None,
            None,
            f"'then' and 'else' must have the same size, but they are {brackets(sizes)} and {brackets(np.shape(e))}",
        )
    by_rows = choice.ndim == 1 and len(sizes) > 1 and choice.shape == sizes[:1]
    if by_rows:
        choice = choice.reshape(-1, *(1,) * (len(sizes) - 1))
    elif choice.shape not in ((), sizes):
        raise InvalidArgumentError(
            None, None, f"'condition' is {brackets(choice.shape)}, which does not fit 'then', {brackets(sizes)}"
        )
    return np.where(choice, as_array(t), as_array(e))[()]


def _select_grad(op: Operation, grad: Tensor) -> Any:
    condition = op.inputs[0]
    none = array.zeros_like(grad)
    return None, select(condition, grad, none), select(condition, none, grad)


Select = OpType(
    "Select(condition:bool, t:T, e:T) -> out:T | T:type",
    shape=_select_shape,
    kernel=_select_kernel,
    gradient=_select_grad,
)


def select(condition: Any, t: Any, e: Any, name: str | None = None) -> Tensor:
    """Elements of ``t`` where ``condition`` is true, of ``e`` where it is false.

    Args:
        condition: bool, in the shape of ``t`` and ``e``; or a vector with one choice for each row; or a scalar.
    """
    return Select(condition, t, e, name=name)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """The places where ``condition`` is true, int64 ``[n, rank]``; with ``x`` and ``y``, what `select` does.

    Raises:
        ValueError: one of ``x`` and ``y`` is given without the other.
    """
    if x is None and y is None:
        return choosing.where_true(condition, name=name)
    if x is None or y is None:
        raise ValueError("where needs both x and y, or neither")
    return select(condition, x, y, name=name)
