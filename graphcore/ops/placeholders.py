"""Tensors whose values come from outside, in each run."""

from __future__ import annotations

from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import as_shape

_CPP_NAMES = {"float32": "float", "float64": "double", "float16": "half"}


def _unfed(op: Operation, state: Any) -> Any:
    dtype, sizes = op.attrs["dtype"], op.attrs["shape"].sizes
    message = (
        f"You must feed a value for placeholder tensor '{op.name}' with dtype {_CPP_NAMES.get(dtype.name, dtype.name)}"
    )
    if sizes:
        message += f" and shape {brackets([-1 if size is None else size for size in sizes])}"

    def kernel() -> Any:
        raise InvalidArgumentError(None, None, message)

    return kernel


Placeholder = OpType(
    "Placeholder() -> output:dtype | dtype:type; shape:shape=()",
    shape=lambda op: [op.attrs["shape"]],
    bind=_unfed,
    gradient=no_gradient,
)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor that gets its value in each run, from ``feed_dict``.

    Args:
        dtype: of the elements; what is fed is cast to it.
        shape: what is fed must fit it. ``[None, 784]``: any number of rows; None: any shape.
    """
    static = as_shape(shape)
    return Placeholder(dtype=dtype, shape=static, name=name)


PlaceholderWithDefault = OpType(
    "PlaceholderWithDefault(input:dtype) -> output:dtype | dtype:type; shape:shape",
    shape=lambda op: [op.attrs["shape"]],
    kernel=lambda input: input,
    gradient=lambda op, grad: grad,
)


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor that may be given a value in each run, from ``feed_dict``, and otherwise has that of ``input``.

    Args:
        shape: what is fed must fit it, and so must ``input``; see `placeholder`.
    """
    default, static = convert_to_tensor(input, name="input"), as_shape(shape)
    default.get_shape().assert_is_compatible_with(static)
    return PlaceholderWithDefault(default, shape=static, name=name)
