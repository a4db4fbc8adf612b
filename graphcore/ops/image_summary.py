"""A tag and a batch of pictures in, a serialised Summary with some of them as PNG out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.graph import GraphKeys
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops.summary import collect, numbered, scalar_tag
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape
from graphcore.tensor_value import TensorValue

# Floats of which none is larger than this are taken for zeros.
_ZERO = np.float32(1e-6)


def _shape(op: Operation) -> list[TensorShape]:
    op.inputs[0].get_shape().assert_has_rank(0)
    op.inputs[1].get_shape().assert_has_rank(4)
    return [TensorShape([])]


def _kernel(tag: Any, tensor: Any, *, max_images: int, bad_color: TensorValue) -> bytes:
    from writer.format.messages import Summary
    from writer.summary import png

    name, pictures = scalar_tag(tag), np.asarray(tensor)
    if pictures.ndim != 4 or pictures.shape[3] not in (1, 3, 4):
        raise InvalidArgumentError(
            None, None, f"Tensor must be 4-D with last dim 1, 3, or 4, not {brackets(pictures.shape)} (tag '{name}')"
        )
    depth = pictures.shape[3]
    color = np.asarray(bad_color.array).ravel()
    if len(color) < depth:
        raise InvalidArgumentError(
            None, None, f"bad_color must have at least {depth} elements, got {len(color)} (tag '{name}')"
        )
    summary = Summary()
    for i, picture in enumerate(pictures[:max_images]):
        pixels = picture if picture.dtype == np.uint8 else _as_pixels(picture, color[:depth])
        entry = summary.value.add(tag=numbered(f"{name}/image", i, max_images)).image
        entry.height, entry.width, entry.colorspace = pixels.shape
        entry.encoded_image_string = png.encode(pixels)
    return bytes(summary.SerializeToString())


def _as_pixels(picture: np.ndarray, bad_color: np.ndarray) -> np.ndarray:
    """Floats scaled to uint8, as TensorFlow does it: the same factor for the whole picture.

    From 0 to the largest becomes 0 to 255; if some are below 0, then 0 becomes 128, and what is farthest from it
    1 or 255. Pixels that are not finite in all channels get ``bad_color``.
    """
    finite = np.isfinite(picture).all(axis=2)
    seen = picture[finite]
    low, high = (seen.min(), seen.max()) if seen.size else (np.float32(0), np.float32(0))
    offset, reach, extent = (128, 127, max(abs(low), abs(high))) if low < 0 else (0, 255, high)
    scale = np.float32(0) if extent < _ZERO else np.float32(reach) / extent
    pixels = np.empty(picture.shape, np.uint8)
    pixels[finite] = (seen * scale + np.float32(offset)).astype(np.uint8)
    pixels[~finite] = bad_color
    return pixels


ImageSummary = OpType(
    "ImageSummary(tag:string, tensor:T) -> summary:string | "
    "max_images:int>=1=3; T:type{uint8 float32}=float32; bad_color:tensor=uint8[255 0 0 255]",
    shape=_shape,
    kernel=_kernel,
    gradient=no_gradient,
)


def image_summary(
    tag: Any, tensor: Any, max_images: int = 3, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary with pictures.

    Args:
        tag: a string; the pictures are called ``tag/image/0``, ``tag/image/1``, and so on, or ``tag/image`` if
            ``max_images`` is 1.
        tensor: ``[batch, height, width, channels]``, of 1 channel (gray), 3 (RGB) or 4 (RGBA). uint8 as it is. float32
            scaled, each picture by itself, so that its largest element becomes 255; if it has elements below 0, then 0
            becomes 128. Pixels that are not finite become red.
        max_images: how many of the batch to take at most.
        collections: where to file it, instead of with the summaries that `merge_all_summaries` gathers.

    Returns: a string scalar, a serialised Summary, for `SummaryWriter.add_summary`.
    """
    with op_scope([tag, tensor], name, "ImageSummary") as scope:
        summary = ImageSummary(tag, tensor, max_images=max_images, name=scope)
        return collect(summary, collections, [GraphKeys.SUMMARIES])
