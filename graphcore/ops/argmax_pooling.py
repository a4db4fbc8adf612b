"""Max pooling that tells where the largest values were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import pooling
from graphcore.ops.windows import Grid
from graphcore.rows import check_in_range
from graphcore.shapes import TensorShape

_ATTRS = "ksize:list(int); strides:list(int)"
_PADDING = "padding:string{SAME,VALID}"


def _shape(op: Operation) -> list[TensorShape]:
    return pooling.pooled_shape(op) * 2


def _kernel(input: Any, *, ksize: list[int], strides: list[int], padding: str) -> tuple[Any, Any]:
    if input.ndim != 4:
        raise InvalidArgumentError(
            None, None, f"pooling needs a tensor of 4 dimensions, but got {brackets(input.shape)}"
        )
    grid = Grid.of(input.shape[1:3], ksize[1:3], strides[1:3], padding)
    # The number of each cell, in row-major order of the whole input; the border has none.
    numbers = grid.pad(np.arange(input.size).reshape(input.shape), -1)
    cells, places = grid.cells(grid.pad(input, -np.inf)), grid.cells(numbers)
    largest, where = next(cells).copy(), next(places).copy()
    for cell, place in zip(cells, places):
        larger = (cell > largest) | (where < 0)
        np.copyto(largest, cell, where=larger)
        np.copyto(where, place, where=larger)
    return largest, where


def _kernel_of(op: Operation, state: Any) -> Any:
    dtype = op.attrs["Targmax"].as_numpy_dtype
    attrs = {name: op.attrs[name] for name in ("ksize", "strides", "padding")}

    def kernel(input: Any) -> tuple[Any, Any]:
        largest, where = _kernel(input, **attrs)
        return largest, where.astype(dtype)

    return kernel


def _grad_kernel(input: Any, grad: Any, argmax: Any) -> Any:
    check_in_range("argmax", argmax, input.size)
    flown = np.zeros(input.size, grad.dtype)
    np.add.at(flown, argmax.ravel(), grad.ravel())
    return flown.reshape(input.shape)


def _attrs(op: Operation) -> dict[str, Any]:
    return {name: op.attrs[name] for name in ("ksize", "strides", "padding")}


MaxPoolWithArgmax = OpType(
    f"MaxPoolWithArgmax(input:float32) -> output:float32, argmax:Targmax | {_ATTRS}; "
    f"Targmax:type{{int32 int64}}=int64; {_PADDING}",
    shape=_shape,
    bind=_kernel_of,
    gradient=lambda op, grad, _: MaxPoolGradWithArgmax(op.inputs[0], grad, op.outputs[1], **_attrs(op)),
)
MaxPoolGradWithArgmax: OpType = OpType(
    f"MaxPoolGradWithArgmax(input:float32, grad:float32, argmax:Targmax) -> output:float32 | {_ATTRS}; {_PADDING}; "
    "Targmax:type{int32 int64}",
    shape=lambda op: [op.inputs[0].get_shape().with_rank(4)],
    kernel=_grad_kernel,
)


def max_pool_with_argmax(
    input: Any,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    Targmax: Any = None,  # noqa: N803 - the name of the attr
    name: str | None = None,
) -> list[Tensor]:
    """`max_pool`, and for each value the place it comes from.

    Args:
        input: float32 ``[n, height, width, channels]``.
        ksize, strides, padding: as for `max_pool`.
        Targmax: the type of the places, int64 or int32.

    Returns: the largest values, and the index of each in the flattened input,
    ``((b * height + y) * width + x) * channels + c``.
    """
    return MaxPoolWithArgmax(input, ksize=ksize, strides=strides, padding=padding, Targmax=Targmax, name=name)
