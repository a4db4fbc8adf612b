"""Convolution of pictures with learned filters, and its two gradients, as products of matrices.

What a filter covers at each place becomes a row of a matrix; the convolution is that matrix times the filters. The
rows overlap, so the matrix holds each picture many times over: it is made for a few pictures at a time, as many as
fit into the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, ints
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, windows
from graphcore.ops.windows import Grid
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

# Of the matrix of patches. More is not faster once products are as large as this.
_BYTES_AT_ONCE = 4 << 20


def _conv2d_shape(op: Operation) -> list[TensorShape]:
    windows.check_attr(op, "strides")
    filter = op.inputs[1].get_shape().with_rank(4)
    height, width, inputs, outputs = filter.as_list()
    found = windows.channels_of(op, op.inputs[0].get_shape().with_rank(4).as_list())
    if None not in (inputs, found) and inputs != found:
        raise ValueError(f"{op.type}: the input has {found} channels, but the filter {filter} takes {inputs}")
    return [windows.output_shape(op, (height, width), outputs)]


def _grid(picture: Sequence[int], filter: Sequence[int], strides: Sequence[int], padding: str, layout: str) -> Grid:
    """Where the filter stands, for ``[n, height, width, channels]``. InvalidArgumentError if it does not fit."""
    if len(picture) != 4 or len(filter) != 4 or picture[3] != filter[2]:
        raise InvalidArgumentError(
            None,
            None,
            f"input and filter must have 4 dimensions and the same depth: {brackets(picture)} vs {brackets(filter)}",
        )
    moves = strides[2:] if layout == "NCHW" else strides[1:3]
    return Grid.of(picture[1:3], filter[:2], moves, padding)


def _blocks(count: int, grid: Grid, row: int, item_size: int) -> Iterator[slice]:
    """``count`` pictures in groups of which the matrix of patches, with ``row`` columns, is not too large."""
    each = grid.height.places * grid.width.places * row * item_size
    step = max(_BYTES_AT_ONCE // max(each, 1), 1)
    return (slice(start, start + step) for start in range(0, count, step))


def _conv2d_kernel(input: Any, filter: Any, *, strides: list[int], padding: str, data_format: str) -> Any:
    pictures = windows.channels_last(input, data_format) if input.ndim == 4 else input
    grid = _grid(pictures.shape, filter.shape, strides, padding, data_format)
    matrix = filter.reshape(-1, filter.shape[3])
    output = np.empty((len(pictures), grid.height.places, grid.width.places, filter.shape[3]), input.dtype)
    for block in _blocks(len(pictures), grid, len(matrix), input.itemsize):
        part = output[block]
        np.matmul(grid.patches(grid.pad(pictures[block])), matrix, out=part.reshape(-1, filter.shape[3]))
    return windows.in_format(output, data_format)


def _check_gradient(grad: np.ndarray, grid: Grid, pictures: int, channels: int) -> None:
    expected = (pictures, grid.height.places, grid.width.places, channels)
    if grad.shape != expected:
        raise InvalidArgumentError(
            None, None, f"out_backprop must be {brackets(expected)} in NHWC order, but it is {brackets(grad.shape)}"
        )


def _backprop_input_kernel(
    input_sizes: Any, filter: Any, out_backprop: Any, *, strides: list[int], padding: str, data_format: str
) -> Any:
    sizes = ints(input_sizes)
    if data_format == "NCHW":
        sizes = (sizes[0], *sizes[2:], sizes[1])
    grad = windows.channels_last(out_backprop, data_format)
    grid = _grid(sizes, filter.shape, strides, padding, data_format)
    _check_gradient(grad, grid, sizes[0], filter.shape[3])
    matrix = filter.reshape(-1, filter.shape[3]).T
    padded = np.zeros(grid.padded_shape(sizes), out_backprop.dtype)
    for block in _blocks(sizes[0], grid, matrix.shape[1], out_backprop.itemsize):
        part = grad[block]
        # Each place gives something to every cell the filter covered there; where places overlap, it adds up.
        patches = (part.reshape(-1, part.shape[3]) @ matrix).reshape(*part.shape[:3], -1, sizes[3])
        for cell, covered in enumerate(grid.cells(padded[block])):
            covered += patches[:, :, :, cell]
    return windows.in_format(grid.unpad(padded), data_format)


def _backprop_filter_kernel(
    input: Any, filter_sizes: Any, out_backprop: Any, *, strides: list[int], padding: str, data_format: str
) -> Any:
    sizes = ints(filter_sizes)
    pictures, grad = (windows.channels_last(value, data_format) for value in (input, out_backprop))
    grid = _grid(pictures.shape, sizes, strides, padding, data_format)
    _check_gradient(grad, grid, len(pictures), sizes[3])
    total = np.zeros((sizes[0] * sizes[1] * sizes[2], sizes[3]), out_backprop.dtype)
    for block in _blocks(len(pictures), grid, len(total), input.itemsize):
        total += grid.patches(grid.pad(pictures[block])).T @ grad[block].reshape(-1, sizes[3])
    return total.reshape(sizes)


def _attrs(op: Operation) -> dict[str, Any]:
    return {name: op.attrs[name] for name in ("strides", "padding", "use_cudnn_on_gpu", "data_format")}


def _conv2d_grad(op: Operation, grad: Tensor) -> Any:
    input, filter = op.inputs
    return (
        Conv2DBackpropInput(array.shape(input), filter, grad, **_attrs(op)),
        Conv2DBackpropFilter(input, array.shape(filter), grad, **_attrs(op)),
    )


def _backprop_input_grad(op: Operation, grad: Tensor) -> Any:
    _, filter, out_backprop = op.inputs
    return (
        None,
        Conv2DBackpropFilter(grad, array.shape(filter), out_backprop, **_attrs(op)),
        Conv2D(grad, filter, **_attrs(op)),
    )


def _backprop_filter_grad(op: Operation, grad: Tensor) -> Any:
    input, _, out_backprop = op.inputs
    return (
        Conv2DBackpropInput(array.shape(input), grad, out_backprop, **_attrs(op)),
        None,
        Conv2D(input, grad, **_attrs(op)),
    )


def sizes_given_by(place: int) -> Any:
    """The shape of an output is the value of the input at ``place``."""

    def shape(op: Operation) -> list[TensorShape]:
        windows.check_attr(op, "strides")
        sizes = constant_value(op.inputs[place])
        return [unknown_shape(4) if sizes is None else TensorShape(ints(sizes)).with_rank(4)]

    return shape


_ATTRS = (
    "T:type{float}; strides:list(int); use_cudnn_on_gpu:bool=true; padding:string{SAME,VALID}; "
    "data_format:string{NHWC,NCHW}=NHWC"
)
Conv2D = OpType(
    f"Conv2D(input:T, filter:T) -> output:T | {_ATTRS}",
    shape=_conv2d_shape,
    kernel=_conv2d_kernel,
    gradient=_conv2d_grad,
)
Conv2DBackpropInput: OpType = OpType(
    f"Conv2DBackpropInput(input_sizes:int32, filter:T, out_backprop:T) -> output:T | {_ATTRS}",
    shape=sizes_given_by(0),
    kernel=_backprop_input_kernel,
    gradient=_backprop_input_grad,
)
Conv2DBackpropFilter: OpType = OpType(
    f"Conv2DBackpropFilter(input:T, filter_sizes:int32, out_backprop:T) -> output:T | {_ATTRS}",
    shape=sizes_given_by(1),
    kernel=_backprop_filter_kernel,
    gradient=_backprop_filter_grad,
)


def conv2d(
    input: Any,
    filter: Any,
    strides: Sequence[int],
    padding: str,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Each filter laid over each place of a picture, and the products summed: a picture of how well it fits there.

    ``output[b, i, j, k] = sum(input[b, i * stride + di, j * stride + dj, q] * filter[di, dj, q, k])`` over di, dj, q.

    Args:
        input: ``[n, height, width, channels]``; ``[n, channels, height, width]`` with the data format ``NCHW``.
        filter: ``[height, width, channels, filters]``.
        strides: how far to move along each axis of ``input``: ``[1, s, s, 1]``.
        padding: ``SAME``, with a border of zeros, as many places as cells (with stride 1); ``VALID``, inside only.
        use_cudnn_on_gpu: kept in the graph; it changes nothing here.

    Returns: ``[n, rows, columns, filters]``, or in the order of ``NCHW``.

    Raises:
        ValueError: other strides, depths that differ, or a filter that does not fit into the picture.
    """
    return Conv2D(
        input,
        filter,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        name=name,
    )


def conv2d_transpose(
    value: Any, filter: Any, output_shape: Any, strides: Sequence[int], padding: str = "SAME", name: str | None = None
) -> Tensor:
    """The gradient of `conv2d` for its input, used as a layer: what spreads a small picture over a larger one.

    Args:
        value: ``[n, rows, columns, channels]``.
        filter: ``[height, width, filters, channels]``, the last two the other way round than for `conv2d`.
        output_shape: ``[n, height, width, filters]``, of a picture that `conv2d` would bring to the size of ``value``.
        strides, padding: of that `conv2d`.
    """
    return Conv2DBackpropInput(output_shape, filter, value, strides=strides, padding=padding, name=name)


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any,
    out_backprop: Any,
    strides: Sequence[int],
    padding: str,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` for its input.

    Args:
        input_sizes: the shape of the input, int32 ``[4]``.
        out_backprop: the gradient of the output.
    """
    return Conv2DBackpropInput(
        input_sizes,
        filter,
        out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        name=name,
    )


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Sequence[int],
    padding: str,
    use_cudnn_on_gpu: bool | None = None,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` for its filter.

    Args:
        filter_sizes: the shape of the filter, int32 ``[4]``.
        out_backprop: the gradient of the output.
    """
    return Conv2DBackpropFilter(
        input,
        filter_sizes,
        out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        data_format=data_format,
        name=name,
    )
