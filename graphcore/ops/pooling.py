"""Pooling: of what a window covers at each place of a picture, the largest or the mean, for each channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, ints
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, windows
from graphcore.ops.windows import Grid
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

_ATTRS = "ksize:list(int); strides:list(int); padding:string{SAME,VALID}; data_format:string{NHWC,NCHW}=NHWC"


def pooled_shape(op: Operation) -> list[TensorShape]:
    windows.check_attr(op, "ksize")
    windows.check_attr(op, "strides")
    pictures = op.inputs[0].get_shape().with_rank(4).as_list()
    window = windows.height_width(op, op.attrs["ksize"])
    return [windows.output_shape(op, window, windows.channels_of(op, pictures))]


def _grid(sizes: Sequence[int], ksize: list[int], strides: list[int], padding: str, data_format: str) -> Grid:
    """Where the window stands on pictures of these sizes, ``[n, height, width, channels]``."""
    if len(sizes) != 4:
        raise InvalidArgumentError(None, None, f"pooling needs a tensor of 4 dimensions, but got {brackets(sizes)}")
    first = 2 if data_format == "NCHW" else 1
    return Grid.of(sizes[1:3], ksize[first : first + 2], strides[first : first + 2], padding)


def _channels_last(value: Any, data_format: str) -> Any:
    return windows.channels_last(value, data_format) if value.ndim == 4 else value


def _require_shape(name: str, value: np.ndarray, grid: Grid, pictures: Sequence[int]) -> None:
    expected = (pictures[0], grid.height.places, grid.width.places, pictures[3])
    if value.shape != expected:
        raise InvalidArgumentError(
            None, None, f"{name} must be {brackets(expected)} in NHWC order, but it is {brackets(value.shape)}"
        )


def _max_pool_kernel(input: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str) -> Any:
    pictures = _channels_last(input, data_format)
    grid = _grid(pictures.shape, ksize, strides, padding, data_format)
    cells = grid.cells(grid.pad(pictures, -np.inf))
    largest = next(cells).copy()
    for cell in cells:
        np.maximum(largest, cell, out=largest)
    return windows.in_format(largest, data_format)


def _max_pool_grad_kernel(
    orig_input: Any,
    orig_output: Any,
    grad: Any,
    *,
    ksize: list[int],
    strides: list[int],
    padding: str,
    data_format: str,
) -> Any:
    pictures, largest, grad = (_channels_last(value, data_format) for value in (orig_input, orig_output, grad))
    grid = _grid(pictures.shape, ksize, strides, padding, data_format)
    _require_shape("orig_output", largest, grid, pictures.shape)
    _require_shape("grad", grad, grid, pictures.shape)
    flown = np.zeros(grid.padded_shape(pictures.shape), grad.dtype)
    # Where several cells are the largest, the first of them gets all of the gradient.
    open_places = np.ones(largest.shape, np.bool_)
    for cell, target in zip(grid.cells(grid.pad(pictures, -np.inf)), grid.cells(flown)):
        chosen = (cell == largest) & open_places
        target += grad * chosen
        open_places &= ~chosen
    return windows.in_format(grid.unpad(flown), data_format)


def _cell_counts(grid: Grid, dtype: Any) -> Any:
    """How many cells of the picture, without its border, the window covers at each place, ``[rows, columns, 1]``."""
    ones = np.ones((1, grid.height.size, grid.width.size, 1), dtype)
    return sum(cell[0] for cell in grid.cells(grid.pad(ones)))


def _avg_pool_kernel(value: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str) -> Any:
    pictures = _channels_last(value, data_format)
    grid = _grid(pictures.shape, ksize, strides, padding, data_format)
    cells = grid.cells(grid.pad(pictures))
    total = next(cells).copy()
    for cell in cells:
        total += cell
    return windows.in_format(total / _cell_counts(grid, value.dtype), data_format)


def _avg_pool_grad_kernel(
    orig_input_shape: Any, grad: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str
) -> Any:
    sizes = ints(orig_input_shape)
    if data_format == "NCHW" and len(sizes) == 4:
        sizes = (sizes[0], *sizes[2:], sizes[1])
    grid, grad = _grid(sizes, ksize, strides, padding, data_format), _channels_last(grad, data_format)
    _require_shape("grad", grad, grid, sizes)
    shared = grad / _cell_counts(grid, grad.dtype)
    flown = np.zeros(grid.padded_shape(sizes), grad.dtype)
    for target in grid.cells(flown):
        target += shared
    return windows.in_format(grid.unpad(flown), data_format)


def _attrs(op: Operation) -> dict[str, Any]:
    return {name: op.attrs[name] for name in ("ksize", "strides", "padding", "data_format")}


def _avg_pool_grad_shape(op: Operation) -> list[TensorShape]:
    sizes = constant_value(op.inputs[0])
    return [unknown_shape(4) if sizes is None else TensorShape(ints(sizes)).with_rank(4)]


MaxPool = OpType(
    f"MaxPool(input:float32) -> output:float32 | {_ATTRS}",
    shape=pooled_shape,
    kernel=_max_pool_kernel,
    gradient=lambda op, grad: MaxPoolGrad(op.inputs[0], op.outputs[0], grad, **_attrs(op)),
)
MaxPoolGrad: OpType = OpType(
    f"MaxPoolGrad(orig_input:float32, orig_output:float32, grad:float32) -> output:float32 | {_ATTRS}",
    shape=lambda op: [op.inputs[0].get_shape().with_rank(4)],
    kernel=_max_pool_grad_kernel,
)
AvgPool = OpType(
    f"AvgPool(value:T) -> output:T | {_ATTRS}; T:type{{float}}",
    shape=pooled_shape,
    kernel=_avg_pool_kernel,
    gradient=lambda op, grad: AvgPoolGrad(array.shape(op.inputs[0]), grad, **_attrs(op)),
)
AvgPoolGrad: OpType = OpType(
    f"AvgPoolGrad(orig_input_shape:int32, grad:T) -> output:T | {_ATTRS}; T:type{{float}}",
    shape=_avg_pool_grad_shape,
    kernel=_avg_pool_grad_kernel,
    gradient=lambda op, grad: (None, AvgPool(grad, **_attrs(op))),
)


def max_pool(
    value: Any,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The largest value that a window covers at each place of a picture, for each channel.

    Args:
        value: float32 ``[n, height, width, channels]``; ``[n, channels, height, width]`` with ``NCHW``.
        ksize: the window's size along each axis of ``value``: ``[1, height, width, 1]``.
        strides: how far it moves along each axis.
        padding: ``SAME``: over the border too, which never is the largest; ``VALID``: inside only.

    Raises:
        ValueError: a window over several pictures or channels, or one that does not fit into the picture.
    """
    with op_scope([value], name, "MaxPool") as scope:
        value = convert_to_tensor(value, name="input")
        return MaxPool(value, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope)


def avg_pool(
    value: Any,
    ksize: Sequence[int],
    strides: Sequence[int],
    padding: str,
    data_format: str = "NHWC",
    name: str | None = None,
) -> Tensor:
    """The mean of what a window covers at each place of a picture; parameters as for `max_pool`.

    Cells of the border do not count.
    """
    with op_scope([value], name, "AvgPool") as scope:
        value = convert_to_tensor(value, name="value")
        return AvgPool(value, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope)
