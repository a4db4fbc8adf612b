"""Convolution and pooling, and their gradients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from graphcore.engine.jax_kernel import kernel
from graphcore.engine.kernels.rows import in_range
from graphcore.kernel_values import ints
from graphcore.ops.windows import Axis, Grid, channels_last, in_format

# Convolution: its gradients are the transposes of a linear function


def _convolution(input: Any, filter: Any, strides: Sequence[int], padding: str, data_format: str) -> Any:
    moves = strides[2:] if data_format == "NCHW" else strides[1:3]
    order = (data_format, "HWIO", data_format)
    return lax.conv_general_dilated(input, filter, moves, padding, dimension_numbers=order)


@kernel("Conv2D")
def _conv2d(input: Any, filter: Any, *, strides: list[int], padding: str, data_format: str) -> Any:
    return _convolution(input, filter, strides, padding, data_format)


@kernel("Conv2DBackpropInput", known=("input_sizes",))
def _backprop_input(
    input_sizes: Any, filter: Any, out_backprop: Any, *, strides: list[int], padding: str, data_format: str
) -> Any:
    like = jax.ShapeDtypeStruct(ints(input_sizes), out_backprop.dtype)
    of_input = jax.linear_transpose(lambda x: _convolution(x, filter, strides, padding, data_format), like)
    return of_input(out_backprop)[0]


@kernel("Conv2DBackpropFilter", known=("filter_sizes",))
def _backprop_filter(
    input: Any, filter_sizes: Any, out_backprop: Any, *, strides: list[int], padding: str, data_format: str
) -> Any:
    like = jax.ShapeDtypeStruct(ints(filter_sizes), out_backprop.dtype)
    of_filter = jax.linear_transpose(lambda w: _convolution(input, w, strides, padding, data_format), like)
    return of_filter(out_backprop)[0]


# Depthwise: a convolution in groups of one channel each


def _depthwise(input: Any, filter: Any, strides: Sequence[int], padding: str) -> Any:
    channels, multiplier = filter.shape[2:]
    if input.shape[3] != channels:
        raise ValueError("input and filter must have the same depth")
    grouped = filter.reshape(*filter.shape[:2], 1, channels * multiplier)
    order = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(
        input, grouped, strides[1:3], padding, dimension_numbers=order, feature_group_count=channels
    )


@kernel("DepthwiseConv2dNative")
def _depthwise_conv2d(input: Any, filter: Any, *, strides: list[int], padding: str) -> Any:
    return _depthwise(input, filter, strides, padding)


@kernel("DepthwiseConv2dNativeBackpropInput", known=("input_sizes",))
def _depthwise_backprop_input(
    input_sizes: Any, filter: Any, out_backprop: Any, *, strides: list[int], padding: str
) -> Any:
    like = jax.ShapeDtypeStruct(ints(input_sizes), out_backprop.dtype)
    return jax.linear_transpose(lambda x: _depthwise(x, filter, strides, padding), like)(out_backprop)[0]


@kernel("DepthwiseConv2dNativeBackpropFilter", known=("filter_sizes",))
def _depthwise_backprop_filter(
    input: Any, filter_sizes: Any, out_backprop: Any, *, strides: list[int], padding: str
) -> Any:
    like = jax.ShapeDtypeStruct(ints(filter_sizes), out_backprop.dtype)
    return jax.linear_transpose(lambda w: _depthwise(input, w, strides, padding), like)(out_backprop)[0]


# Pooling, cell by cell of the window: XLA's own gradient of a largest element takes a hundred times as long


def _grid(sizes: Sequence[int], ksize: list[int], strides: list[int], padding: str, data_format: str) -> Grid:
    if len(sizes) != 4:
        raise ValueError("pooling needs 4 dimensions")
    first = 2 if data_format == "NCHW" else 1
    return Grid.of(sizes[1:3], ksize[first : first + 2], strides[first : first + 2], padding)


def _pad(pictures: Any, grid: Grid, value: float = 0.0) -> Any:
    borders = [(axis.before, axis.after) for axis in (grid.height, grid.width)]
    return jnp.pad(pictures, [(0, 0), *borders, (0, 0)], constant_values=value)


def _places(grid: Grid) -> Iterator[tuple[slice, slice]]:
    """For each cell of the window: which padded cells lie under it."""
    for row in range(grid.height.window):
        for column in range(grid.width.window):
            yield grid.height.covered(row), grid.width.covered(column)


def _spread(values: Any, rows: slice, columns: slice, grid: Grid) -> Any:
    """The inverse of taking these padded cells: ``values`` where they are, zero elsewhere; without the border."""

    def border(axis: Axis, cells: slice) -> tuple[int, int, int]:
        behind = axis.before + axis.size - cells.start - ((axis.places - 1) * axis.stride + 1)
        return cells.start - axis.before, behind, axis.stride - 1  # below zero: cut off

    wide = [(0, 0, 0), border(grid.height, rows), border(grid.width, columns), (0, 0, 0)]
    return lax.pad(values, values.dtype.type(0), wide)


@kernel("MaxPool")
def _max_pool(input: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str) -> Any:
    pictures = channels_last(input, data_format)
    grid = _grid(pictures.shape, ksize, strides, padding, data_format)
    padded = _pad(pictures, grid, -jnp.inf)
    largest = None
    for rows, columns in _places(grid):
        cell = padded[:, rows, columns]
        largest = cell if largest is None else jnp.maximum(largest, cell)
    return in_format(largest, data_format)


@kernel("MaxPoolGrad")
def _max_pool_grad(
    orig_input: Any,
    orig_output: Any,
    grad: Any,
    *,
    ksize: list[int],
    strides: list[int],
    padding: str,
    data_format: str,
) -> Any:
    pictures, largest, grad = (channels_last(value, data_format) for value in (orig_input, orig_output, grad))
    grid = _grid(pictures.shape, ksize, strides, padding, data_format)
    padded, flown = _pad(pictures, grid, -jnp.inf), jnp.zeros(pictures.shape, grad.dtype)
    # Where several cells are the largest, the first of them gets all of the gradient.
    taken = jnp.zeros(largest.shape, bool)
    for rows, columns in _places(grid):
        chosen = (padded[:, rows, columns] == largest) & ~taken
        flown += _spread(jnp.where(chosen, grad, 0), rows, columns, grid)
        taken |= chosen
    return in_format(flown, data_format)


@kernel("MaxPoolWithArgmax")
def _max_pool_with_argmax(input: Any, *, ksize: list[int], strides: list[int], padding: str) -> Any:
    grid = _grid(input.shape, ksize, strides, padding, "NHWC")
    # The number of each cell, in row-major order of the whole input; the border has none.
    numbers = _pad(jnp.arange(input.size).reshape(input.shape), grid, -1)
    padded, largest, where = _pad(input, grid, -jnp.inf), None, None
    for rows, columns in _places(grid):
        cell, place = padded[:, rows, columns], numbers[:, rows, columns]
        if largest is None or where is None:
            largest, where = cell, place
            continue
        larger = (cell > largest) | (where < 0)
        largest, where = jnp.where(larger, cell, largest), jnp.where(larger, place, where)
    return largest, where


@kernel("MaxPoolGradWithArgmax", check=lambda _, input, grad, argmax: in_range("argmax", argmax, input.size))
def _max_pool_grad_with_argmax(input: Any, grad: Any, argmax: Any) -> Any:
    flown = jnp.zeros(input.size, grad.dtype).at[argmax.ravel()].add(grad.ravel(), mode="drop")
    return flown.reshape(input.shape)


def _cell_counts(grid: Grid, dtype: Any) -> Any:
    """How many cells of the picture, without its border, the window covers at each place, ``[rows, columns, 1]``."""
    padded = _pad(jnp.ones((1, grid.height.size, grid.width.size, 1), dtype), grid)
    return sum(padded[0, rows, columns] for rows, columns in _places(grid))


@kernel("AvgPool")
def _avg_pool(value: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str) -> Any:
    pictures = channels_last(value, data_format)
    grid = _grid(pictures.shape, ksize, strides, padding, data_format)
    padded = _pad(pictures, grid)
    total = sum(padded[:, rows, columns] for rows, columns in _places(grid))
    return in_format(total / _cell_counts(grid, value.dtype), data_format)


@kernel("AvgPoolGrad", known=("orig_input_shape",))
def _avg_pool_grad(
    orig_input_shape: Any, grad: Any, *, ksize: list[int], strides: list[int], padding: str, data_format: str
) -> Any:
    sizes = ints(orig_input_shape)
    if data_format == "NCHW":
        sizes = (sizes[0], *sizes[2:], sizes[1])
    grid, grad = _grid(sizes, ksize, strides, padding, data_format), channels_last(grad, data_format)
    shared = grad / _cell_counts(grid, grad.dtype)
    flown = sum(_spread(shared, rows, columns, grid) for rows, columns in _places(grid))
    return in_format(flown, data_format)
