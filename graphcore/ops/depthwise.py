"""Convolution of each channel of pictures by itself, with filters of its own; and with filters that mix them after it.

Input ``[n, height, width, channels]``, filter ``[height, width, channels, multiplier]``; output ``[n, rows, columns,
channels * multiplier]``, the pictures of one channel beside each other.
"""

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
from graphcore.ops.convolution import conv2d, sizes_given_by
from graphcore.ops.windows import Grid
from graphcore.scopes import op_scope
from graphcore.shapes import Dimension, TensorShape


def _shape(op: Operation) -> list[TensorShape]:
    windows.check_attr(op, "strides")
    height, width, inputs, multiplier = op.inputs[1].get_shape().with_rank(4).as_list()
    channels = op.inputs[0].get_shape().with_rank(4)[3].merge_with(inputs)
    return [windows.output_shape(op, (height, width), (channels * Dimension(multiplier)).value)]


def _grid(picture: Sequence[int], filter: Sequence[int], strides: Sequence[int], padding: str) -> Grid:
    if len(picture) != 4 or len(filter) != 4 or picture[3] != filter[2]:
        raise InvalidArgumentError(
            None,
            None,
            f"input and filter must have 4 dimensions and the same depth: {brackets(picture)} vs {brackets(filter)}",
        )
    return Grid.of(picture[1:3], filter[:2], strides[1:3], padding)


def _by_channel(pictures: np.ndarray, filter: Sequence[int], grid: Grid) -> np.ndarray:
    """What belongs to an output, ``[n, rows, columns, channels * multiplier]``, with the last axis cut in two."""
    wanted = (len(pictures), grid.height.places, grid.width.places, filter[2] * filter[3])
    if pictures.shape != wanted:
        raise InvalidArgumentError(
            None, None, f"out_backprop must be {brackets(wanted)}, but it is {brackets(pictures.shape)}"
        )
    return pictures.reshape(*wanted[:3], *filter[2:])


def _cells_of(filter: np.ndarray) -> np.ndarray:
    """The filter's cells row by row, ``[height * width, channels, multiplier]``."""
    return filter.reshape(-1, *filter.shape[2:])


def _kernel(input: Any, filter: Any, *, strides: list[int], padding: str) -> Any:
    grid = _grid(input.shape, filter.shape, strides, padding)
    output = np.zeros((len(input), grid.height.places, grid.width.places, *filter.shape[2:]), input.dtype)
    for covered, weights in zip(grid.cells(grid.pad(input)), _cells_of(filter)):
        output += covered[..., None] * weights
    return output.reshape(*output.shape[:3], -1)


def _backprop_input_kernel(
    input_sizes: Any, filter: Any, out_backprop: Any, *, strides: list[int], padding: str
) -> Any:
    sizes = ints(input_sizes)
    grid = _grid(sizes, filter.shape, strides, padding)
    grad = _by_channel(out_backprop, filter.shape, grid)
    padded = np.zeros(grid.padded_shape(sizes), out_backprop.dtype)
    for covered, weights in zip(grid.cells(padded), _cells_of(filter)):
        covered += np.einsum("nrkcm,cm->nrkc", grad, weights)
    return grid.unpad(padded)


def _backprop_filter_kernel(
    input: Any, filter_sizes: Any, out_backprop: Any, *, strides: list[int], padding: str
) -> Any:
    sizes = ints(filter_sizes)
    grid = _grid(input.shape, sizes, strides, padding)
    grad = _by_channel(out_backprop, sizes, grid)
    cells = [np.einsum("nrkc,nrkcm->cm", covered, grad) for covered in grid.cells(grid.pad(input))]
    return np.stack(cells).reshape(sizes)


def _attrs(op: Operation) -> dict[str, Any]:
    return {name: op.attrs[name] for name in ("strides", "padding")}


def _grad(op: Operation, grad: Tensor) -> Any:
    input, filter = op.inputs
    return (
        DepthwiseConv2dNativeBackpropInput(array.shape(input), filter, grad, **_attrs(op)),
        DepthwiseConv2dNativeBackpropFilter(input, array.shape(filter), grad, **_attrs(op)),
    )


def _backprop_input_grad(op: Operation, grad: Tensor) -> Any:
    _, filter, out_backprop = op.inputs
    return (
        None,
        DepthwiseConv2dNativeBackpropFilter(grad, array.shape(filter), out_backprop, **_attrs(op)),
        DepthwiseConv2dNative(grad, filter, **_attrs(op)),
    )


def _backprop_filter_grad(op: Operation, grad: Tensor) -> Any:
    input, _, out_backprop = op.inputs
    return (
        DepthwiseConv2dNativeBackpropInput(array.shape(input), grad, out_backprop, **_attrs(op)),
        None,
        DepthwiseConv2dNative(input, grad, **_attrs(op)),
    )


_ATTRS = "T:type{float}; strides:list(int); padding:string{SAME,VALID}"
DepthwiseConv2dNative = OpType(
    f"DepthwiseConv2dNative(input:T, filter:T) -> output:T | {_ATTRS}", shape=_shape, kernel=_kernel, gradient=_grad
)
DepthwiseConv2dNativeBackpropInput: OpType = OpType(
    f"DepthwiseConv2dNativeBackpropInput(input_sizes:int32, filter:T, out_backprop:T) -> output:T | {_ATTRS}",
    shape=sizes_given_by(0),
    kernel=_backprop_input_kernel,
    gradient=_backprop_input_grad,
)
DepthwiseConv2dNativeBackpropFilter: OpType = OpType(
    f"DepthwiseConv2dNativeBackpropFilter(input:T, filter_sizes:int32, out_backprop:T) -> output:T | {_ATTRS}",
    shape=sizes_given_by(1),
    kernel=_backprop_filter_kernel,
    gradient=_backprop_filter_grad,
)


def depthwise_conv2d_native(
    input: Any, filter: Any, strides: Sequence[int], padding: str, name: str | None = None
) -> Tensor:
    """Each channel convolved with its own filters, in one operation; see `depthwise_conv2d`."""
    return DepthwiseConv2dNative(input, filter, strides=strides, padding=padding, name=name)


def depthwise_conv2d(input: Any, filter: Any, strides: Sequence[int], padding: str, name: str | None = None) -> Tensor:
    """Each channel convolved with its own filters.

    ``output[b, i, j, k * multiplier + q] = sum(input[b, i * stride + di, j * stride + dj, k] * filter[di, dj, k, q])``
    over di, dj.

    Args:
        input: ``[n, height, width, channels]``.
        filter: ``[height, width, channels, multiplier]``.
        strides, padding: as for `conv2d`.

    Returns: ``[n, rows, columns, channels * multiplier]``. One channel is convolved by `conv2d`.
    """
    with op_scope([input, filter], name, "depthwise") as scope:
        pictures = convert_to_tensor(input, name="tensor_in")
        weights = convert_to_tensor(filter, name="filter_in")
        shapes = (pictures.get_shape().with_rank(4)[3], weights.get_shape().with_rank(4)[2])
        if shapes[0].merge_with(shapes[1]).value == 1:
            return conv2d(pictures, weights, strides, padding, name=scope)
        return depthwise_conv2d_native(pictures, weights, strides, padding, name=scope)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Sequence[int],
    padding: str,
    name: str | None = None,
) -> Tensor:
    """`depthwise_conv2d`, and then the channels mixed at each place: far fewer weights than `conv2d` has.

    Args:
        depthwise_filter: ``[height, width, channels, multiplier]``.
        pointwise_filter: ``[1, 1, channels * multiplier, filters]``.
        strides, padding: of the first step, as for `conv2d`.

    Raises:
        ValueError: the pointwise filter is larger than one cell, or of another depth.
    """
    with op_scope([input, depthwise_filter, pointwise_filter], name, "separable_conv2d") as scope:
        pictures = convert_to_tensor(input, name="tensor_in")
        depthwise = convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise = convert_to_tensor(pointwise_filter, name="pointwise_filter")
        pointwise.get_shape().assert_is_compatible_with([1, 1, None, None])
        each = depthwise_conv2d_native(pictures, depthwise, strides, padding, name="depthwise")
        return conv2d(each, pointwise, [1, 1, 1, 1], "VALID", name=scope)
