"""Pictures made larger or smaller: bilinear, by nearest neighbours, by areas, bicubic.

A row of the output is a weighted sum of rows of the input, a column likewise. Each method is a rule for the weights,
two small matrices; the picture is multiplied by both, and the gradient by both transposed.

As in TensorFlow 0.8, pixel i of the output lies at ``i * size / new_size`` of the input, corner upon corner; with
``align_corners`` the centres of the pixels in the corners lie upon each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, ints
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array
from graphcore.shapes import TensorShape
from graphcore.static_value import constant_value

Weights = Callable[[int, int, bool], np.ndarray]
"""Size, new size and ``align_corners`` in; the weight of each old place for each new one out, ``[new, old]``."""


def _scale(size: int, new_size: int, align_corners: bool) -> np.float32:
    """How far apart in the input neighbours in the output are."""
    if align_corners and new_size > 1:
        return np.float32((size - 1) / (new_size - 1))
    return np.float32(size / new_size)


def _summed(rows: int, columns: int, places: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A matrix with ``weights[i, k]`` added at column ``places[i, k]`` of row i; places outside are the border's."""
    matrix = np.zeros((rows, columns), np.float32)
    np.add.at(matrix, (np.arange(rows)[:, None], np.clip(places, 0, columns - 1)), weights)
    return matrix


def _bilinear(size: int, new_size: int, align_corners: bool) -> np.ndarray:
    places = np.arange(new_size, dtype=np.float32) * _scale(size, new_size, align_corners)
    below = np.floor(places).astype(np.int64)
    part = (places - below.astype(np.float32))[:, None]
    return _summed(new_size, size, below[:, None] + [0, 1], np.concatenate([1 - part, part], axis=1))


def _nearest(size: int, new_size: int, align_corners: bool) -> np.ndarray:
    places = np.arange(new_size, dtype=np.float32) * _scale(size, new_size, align_corners)
    nearest = np.floor(places + 0.5 if align_corners else places).astype(np.int64)
    return _summed(new_size, size, nearest[:, None], np.ones((new_size, 1), np.float32))


def _area(size: int, new_size: int, align_corners: bool) -> np.ndarray:
    scale = _scale(size, new_size, align_corners)
    start = (np.arange(new_size, dtype=np.float32) * scale)[:, None]
    first = np.floor(start).astype(np.int64)
    cells = first + np.arange(int(np.ceil(scale)) + 1)
    covered = np.minimum(cells + 1, start + scale) - np.maximum(cells, start)
    return _summed(new_size, size, cells, (np.maximum(covered, 0) / scale).astype(np.float32))


def _bicubic(size: int, new_size: int, align_corners: bool) -> np.ndarray:
    """Cubic convolution (Keys, 1981) with a = -0.75; the distance is rounded to 1/1024, as in TensorFlow's table."""
    a = -0.75
    places = np.arange(new_size, dtype=np.float32) * _scale(size, new_size, align_corners)
    below = np.floor(places).astype(np.int64)
    part = np.rint((places - below.astype(np.float32)) * 1024) / 1024
    near, far = (lambda x: ((a + 2) * x - (a + 3)) * x * x + 1), (lambda x: ((a * x - 5 * a) * x + 8 * a) * x - 4 * a)
    weights = np.stack([far(part + 1), near(part), near(1 - part), far(2 - part)], axis=1)
    return _summed(new_size, size, below[:, None] + [-1, 0, 1, 2], weights.astype(np.float32))


def _applied(pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """``[n, height, width, channels]`` multiplied along height and width by ``[new, old]`` each."""
    high = np.tensordot(rows, pictures, axes=(1, 1))  # [new height, n, width, channels]
    both = np.tensordot(columns, high, axes=(1, 2))  # [new width, new height, n, channels]
    return np.ascontiguousarray(both.transpose(2, 1, 0, 3))


def _checked_sizes(images: np.ndarray, size: Any) -> tuple[int, ...]:
    sizes = ints(size)
    if images.ndim != 4 or len(sizes) != 2:
        raise InvalidArgumentError(
            None, None, f"images must be of rank 4 and size have 2 elements, but are {brackets(images.shape)}, {size}"
        )
    if min(*sizes, *images.shape[1:3]) < 1:
        raise InvalidArgumentError(None, None, f"sizes must be positive: {brackets(images.shape)} to {brackets(sizes)}")
    return sizes


def _resized_shape(op: Operation) -> list[TensorShape]:
    images, size = op.inputs[0].get_shape().with_rank(4), constant_value(op.inputs[1])
    sizes = [None, None] if size is None else list(ints(size))
    return [TensorShape([images[0], *sizes, images[3]])]


def _forward(weights: Weights, dtype_attr: str = "") -> Callable[..., Any]:
    def bind(op: Operation, state: Any) -> Callable[..., Any]:
        align = op.attrs["align_corners"]
        dtype = op.attrs[dtype_attr].as_numpy_dtype if dtype_attr else np.float32

        def kernel(images: Any, size: Any) -> Any:
            sizes = _checked_sizes(images, size)
            rows, columns = (weights(old, new, align) for old, new in zip(images.shape[1:3], sizes))
            if weights is _nearest:
                return images[:, rows.argmax(axis=1)][:, :, columns.argmax(axis=1)].astype(dtype)
            return _applied(images.astype(np.float32), rows, columns)

        return kernel

    return bind


def _backward(weights: Weights, like_input: bool) -> Callable[..., Any]:
    """The kernel of a gradient's op, told the original size by a picture of it or by the two numbers."""

    def bind(op: Operation, state: Any) -> Callable[..., Any]:
        align = op.attrs["align_corners"]
        dtype = op.attrs["T"].as_numpy_dtype

        def kernel(grads: Any, original: Any) -> Any:
            sizes = original.shape[1:3] if like_input else _checked_sizes(grads, original)
            rows, columns = (weights(old, new, align).T for old, new in zip(sizes, grads.shape[1:3]))
            return _applied(grads, rows.astype(grads.dtype), columns.astype(grads.dtype)).astype(dtype)

        return kernel

    return bind


def _bilinear_grad(op: Operation, grad: Tensor) -> Any:
    image = op.inputs[0]
    if not image.dtype.is_floating:
        return None, None
    return ResizeBilinearGrad(grad, image, align_corners=op.attrs["align_corners"]), None


def _nearest_grad(op: Operation, grad: Tensor) -> Any:
    size = array.shape(op.inputs[0])[1:3]
    return ResizeNearestNeighborGrad(grad, size, align_corners=op.attrs["align_corners"]), None


_IMAGES = "uint8 int8 int16 int32 int64 float32 float64"
_LINE = f"(images:T, size:int32) -> resized_images:float32 | T:type{{{_IMAGES}}}; align_corners:bool=false"
ResizeBilinear = OpType(
    f"ResizeBilinear{_LINE}", shape=_resized_shape, bind=_forward(_bilinear), gradient=_bilinear_grad
)
ResizeBilinearGrad: OpType = OpType(
    "ResizeBilinearGrad(grads:float32, original_image:T) -> output:T | T:type{float}; align_corners:bool=false",
    shape=lambda op: [op.inputs[1].get_shape().with_rank(4)],
    bind=_backward(_bilinear, like_input=True),
)
ResizeNearestNeighbor = OpType(
    f"ResizeNearestNeighbor(images:T, size:int32) -> resized_images:T | T:type{{{_IMAGES}}}; align_corners:bool=false",
    shape=_resized_shape,
    bind=_forward(_nearest, "T"),
    gradient=_nearest_grad,
)
ResizeNearestNeighborGrad: OpType = OpType(
    "ResizeNearestNeighborGrad(grads:T, size:int32) -> output:T | T:type{uint8 int8 int32 float32 float64}; "
    "align_corners:bool=false",
    shape=_resized_shape,
    bind=_backward(_nearest, like_input=False),
)
ResizeArea = OpType(f"ResizeArea{_LINE}", shape=_resized_shape, bind=_forward(_area))
ResizeBicubic = OpType(f"ResizeBicubic{_LINE}", shape=_resized_shape, bind=_forward(_bicubic))


def resize_bilinear(images: Any, size: Any, align_corners: bool | None = None, name: str | None = None) -> Tensor:
    """Pictures in another size, each pixel from the four that lie around its place.

    Args:
        images: ``[n, height, width, channels]``.
        size: the new height and width, int32 ``[2]``.
        align_corners: let the centres of the pixels in the corners lie upon each other.

    Returns: float32.
    """
    return ResizeBilinear(images, size, align_corners=align_corners, name=name)


def resize_nearest_neighbor(
    images: Any, size: Any, align_corners: bool | None = None, name: str | None = None
) -> Tensor:
    """Pictures in another size, each pixel the nearest one; parameters as for `resize_bilinear`. The type stays."""
    return ResizeNearestNeighbor(images, size, align_corners=align_corners, name=name)


def resize_area(images: Any, size: Any, align_corners: bool | None = None, name: str | None = None) -> Tensor:
    """Pictures in another size, each pixel the mean of what it covers; parameters as for `resize_bilinear`.

    It has no gradient.
    """
    return ResizeArea(images, size, align_corners=align_corners, name=name)


def resize_bicubic(images: Any, size: Any, align_corners: bool | None = None, name: str | None = None) -> Tensor:
    """Pictures in another size, each pixel from sixteen around it; parameters as for `resize_bilinear`.

    Sharper than bilinear, and beyond the range of the input beside edges. It has no gradient.
    """
    return ResizeBicubic(images, size, align_corners=align_corners, name=name)
