"""Pictures ``[height, width, channels]`` cut, padded, turned over and normalised; pictures brought to a size."""

from __future__ import annotations

from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import bool_, float32
from graphcore.operation import Tensor
from graphcore.ops import (
    activation,
    arithmetic,
    array,
    comparison,
    joining,
    math,
    random,
    rearrange,
    reduction,
    resampling,
    reversal,
)
from graphcore.ops.constant import constant
from graphcore.scopes import op_scope


class ResizeMethod:
    """How `resize_images` finds the pixels of the new size."""

    BILINEAR = 0
    NEAREST_NEIGHBOR = 1
    BICUBIC = 2
    AREA = 3


_METHODS = {
    ResizeMethod.BILINEAR: resampling.resize_bilinear,
    ResizeMethod.NEAREST_NEIGHBOR: resampling.resize_nearest_neighbor,
    ResizeMethod.BICUBIC: resampling.resize_bicubic,
    ResizeMethod.AREA: resampling.resize_area,
}


def resize_images(
    images: Any,
    new_height: Any,
    new_width: Any = None,
    method: int = ResizeMethod.BILINEAR,
    align_corners: bool = False,
) -> Tensor:
    """Pictures in another size.

    ``resize_images(images, [height, width], method)`` is understood, too: the list tells.

    Args:
        images: ``[n, height, width, channels]``, or one picture ``[height, width, channels]``.
        method: one of `ResizeMethod`.
        align_corners: let the centres of the pixels in the corners lie upon each other.

    Returns: float32, except for the nearest neighbour; pictures that have the size already, as they are.

    Raises:
        ValueError: another method, or pictures of another rank.
    """
    if isinstance(new_height, (list, tuple)):
        if new_width is not None:
            method = new_width
        new_height, new_width = new_height
    if method not in _METHODS:
        raise ValueError(f"Resize method is not implemented: {method!r}")
    with op_scope([images], None, "resize_images"):
        pictures = convert_to_tensor(images, name="images")
        rank = pictures.get_shape().ndims
        if rank not in (3, 4):
            raise ValueError(f"'images' must have either 3 or 4 dimensions, but have the shape {pictures.get_shape()}")
        together = rearrange.expand_dims(pictures, 0) if rank == 3 else pictures
        if together.get_shape().as_list()[1:3] == [new_height, new_width]:
            return pictures
        resized = _METHODS[method](together, joining.pack([new_height, new_width]), align_corners=align_corners)
        known = [size if isinstance(size, int) else None for size in (new_height, new_width)]
        resized.set_shape([None, *known, None])
        return rearrange.squeeze(resized, [0]) if rank == 3 else resized


def flip_left_right(image: Any) -> Tensor:
    """A picture ``[height, width, channels]`` mirrored, left and right exchanged."""
    return reversal.reverse(image, [False, True, False])


def flip_up_down(image: Any) -> Tensor:
    """A picture ``[height, width, channels]`` turned over, up and down exchanged."""
    return reversal.reverse(image, [True, False, False])


def transpose_image(image: Any) -> Tensor:
    """A picture with height and width exchanged."""
    return rearrange.transpose(image, [1, 0, 2], name="transpose_image")


def random_flip_left_right(image: Any, seed: int | None = None) -> Tensor:
    """`flip_left_right` in one of two runs."""
    return _random_flip(image, 1, seed)


def random_flip_up_down(image: Any, seed: int | None = None) -> Tensor:
    """`flip_up_down` in one of two runs."""
    return _random_flip(image, 0, seed)


def _random_flip(image: Any, axis: int, seed: int | None) -> Tensor:
    drawn = random.random_uniform([], 0.0, 1.0, seed=seed)
    flipped = comparison.less(joining.pack([drawn if i == axis else constant(1.0) for i in range(3)]), 0.5)
    return reversal.reverse(image, arithmetic.cast(flipped, bool_))


def crop_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """The part of a picture ``[height, width, channels]`` that begins at the offsets and has the target's size.

    Raises:
        ValueError: it reaches beyond the picture.
    """
    picture, height, width = _picture(image)
    _check_inside("offset_height + target_height", offset_height, target_height, height)
    _check_inside("offset_width + target_width", offset_width, target_width, width)
    return joining.slice(picture, [offset_height, offset_width, 0], [target_height, target_width, -1])


def pad_to_bounding_box(
    image: Any, offset_height: int, offset_width: int, target_height: int, target_width: int
) -> Tensor:
    """A picture in the middle of zeros: from the offsets on, within a picture of the target's size.

    Raises:
        ValueError: it does not fit there, or its size is not known.
    """
    picture, height, width = _picture(image)
    if height is None or width is None:
        raise ValueError(f"pad_to_bounding_box needs the size of the picture, but its shape is {picture.get_shape()}")
    _check_inside("offset_height + height", offset_height, height, target_height)
    _check_inside("offset_width + width", offset_width, width, target_width)
    below, right = target_height - offset_height - height, target_width - offset_width - width
    return joining.pad(picture, [[offset_height, below], [offset_width, right], [0, 0]])


def resize_image_with_crop_or_pad(image: Any, target_height: int, target_width: int) -> Tensor:
    """A picture in the target's size: cut evenly on both sides where it is too large, else padded evenly with zeros.

    Raises:
        ValueError: a target below 1, or a picture of unknown size.
    """
    picture, height, width = _picture(image)
    if height is None or width is None:
        raise ValueError(f"The size of the picture is needed, but its shape is {picture.get_shape()}")
    if min(target_height, target_width) < 1:
        raise ValueError(f"The target must be at least 1 by 1, not {target_height} by {target_width}")
    top, left = max(height - target_height, 0) // 2, max(width - target_width, 0) // 2
    cropped = crop_to_bounding_box(picture, top, left, min(target_height, height), min(target_width, width))
    above, before = max(target_height - height, 0) // 2, max(target_width - width, 0) // 2
    return pad_to_bounding_box(cropped, above, before, target_height, target_width)


def _picture(image: Any) -> tuple[Tensor, int | None, int | None]:
    picture = convert_to_tensor(image, name="image")
    height, width, _ = picture.get_shape().with_rank(3).as_list()
    return picture, height, width


def _check_inside(what: str, offset: int, size: int, whole: int | None) -> None:
    if offset < 0 or size < 1:
        raise ValueError(f"Offsets must be >= 0 and sizes > 0, but {what} is {offset} + {size}")
    if whole is not None and offset + size > whole:
        raise ValueError(f"{what} must be <= {whole}, but is {offset + size}")


def per_image_whitening(image: Any) -> Tensor:
    """A picture with mean 0 and deviation 1, float32.

    The deviation it is divided by is at least ``1 / sqrt(elements)``, for the sake of pictures all of one colour.
    """
    with op_scope([image], None, "per_image_whitening"):
        picture = arithmetic.cast(image, float32)
        mean = reduction.reduce_mean(picture)
        variance = activation.relu(reduction.reduce_mean(math.square(picture)) - math.square(mean))
        count = arithmetic.cast(array.size(picture), float32)
        return (picture - mean) / arithmetic.maximum(math.sqrt(variance), math.rsqrt(count))
