"""Colours of pictures: hue and saturation, grey, brightness and contrast, and pixels of other types.

Pixels of floating point lie between 0 and 1, those of integer types between 0 and the greatest number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import as_dtype, float32
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, casting, clipping, joining, random, rearrange, reduction, splitting
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape

# How bright red, green and blue look (ITU-R BT.601).
_LUMINANCE = [0.2989, 0.5870, 0.1140]


def _three_channels(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape().with_rank_at_least(1)
    shape[-1:].assert_is_compatible_with([3])
    return [shape]


def _check_channels(images: np.ndarray) -> None:
    if images.shape[-1:] != (3,):
        raise InvalidArgumentError(
            None, None, f"input must have 3 channels but input only has {brackets(images.shape)} elements"
        )


def _to_hsv_kernel(images: Any) -> Any:
    _check_channels(images)
    red, green, blue = (images[..., channel] for channel in range(3))
    value, spread = images.max(axis=-1), images.max(axis=-1) - images.min(axis=-1)
    saturation = np.where(value > 0, spread / np.where(value > 0, value, 1), 0)
    unit = 1 / (6 * np.where(spread > 0, spread, 1))
    hue = np.where(
        red == value,
        unit * (green - blue),
        np.where(green == value, unit * (blue - red) + np.float32(2 / 6), unit * (red - green) + np.float32(4 / 6)),
    )
    hue = np.where(spread > 0, np.where(hue < 0, hue + 1, hue), 0)
    return np.stack([hue, saturation, value], axis=-1).astype(np.float32)


def _to_rgb_kernel(images: Any) -> Any:
    _check_channels(images)
    hue, saturation, value = (images[..., channel] for channel in range(3))
    turned = hue * 6
    pure = np.stack([np.abs(turned - 3) - 1, 2 - np.abs(turned - 2), 2 - np.abs(turned - 4)], axis=-1).clip(0, 1)
    return (((1 - saturation)[..., None] + saturation[..., None] * pure) * value[..., None]).astype(np.float32)


def _contrast_kernel(images: Any, contrast_factor: Any) -> Any:
    if images.ndim < 3:
        raise InvalidArgumentError(None, None, f"input must be at least 3-D, got shape {brackets(images.shape)}")
    mean = images.mean(axis=(-3, -2), keepdims=True, dtype=np.float32)
    return (images - mean) * contrast_factor + mean


RGBToHSV = OpType("RGBToHSV(images:float32) -> output:float32 | ", shape=_three_channels, kernel=_to_hsv_kernel)
HSVToRGB = OpType("HSVToRGB(images:float32) -> output:float32 | ", shape=_three_channels, kernel=_to_rgb_kernel)
AdjustContrastv2 = OpType(
    "AdjustContrastv2(images:float32, contrast_factor:float32) -> output:float32 | ",
    shape=common_shapes.unchanged,
    kernel=_contrast_kernel,
)


def rgb_to_hsv(images: Any, name: str | None = None) -> Tensor:
    """Hue, saturation and value of colours, ``[..., 3]`` float32, all between 0 and 1."""
    return RGBToHSV(images, name=name)


def hsv_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Red, green and blue of colours given by hue, saturation and value; the inverse of `rgb_to_hsv`."""
    return HSVToRGB(images, name=name)


def convert_image_dtype(image: Any, dtype: Any, saturate: bool = False, name: str | None = None) -> Tensor:
    """Pictures with pixels of another type, black and white staying what they are.

    Args:
        saturate: what does not fit into the new type becomes its least or greatest, instead of anything.
    """
    wanted, tensor = as_dtype(dtype), convert_to_tensor(image, name="image")
    have = tensor.dtype.base_dtype
    if wanted == have:
        return tensor
    with op_scope([tensor], name, "convert_image") as scope:
        to = casting.saturate_cast if saturate else arithmetic.cast
        if have.is_integer and wanted.is_integer:
            if have.max > wanted.max:
                return to(arithmetic.div(tensor, (have.max + 1) // (wanted.max + 1)), wanted, name=scope)
            return arithmetic.mul(to(tensor, wanted), (wanted.max + 1) // (have.max + 1), name=scope)
        if have.is_floating and wanted.is_floating:
            return arithmetic.cast(tensor, wanted, name=scope)
        if have.is_integer:
            return arithmetic.mul(arithmetic.cast(tensor, wanted), 1.0 / have.max, name=scope)
        # Each of the numbers gets a part of the range between 0 and 1 that is as large as the others'.
        return to(tensor * (wanted.max + 0.5), wanted, name=scope)


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """The brightness of each pixel, ``[..., 3]`` to ``[..., 1]``."""
    with op_scope([images], name, "rgb_to_grayscale") as scope:
        tensor = convert_to_tensor(images, name="images")
        as_floats = convert_image_dtype(tensor, float32)
        grey = reduction.reduce_sum(as_floats * _LUMINANCE, array.rank(tensor) - 1, keep_dims=True)
        grey.set_shape(tensor.get_shape()[:-1].concatenate([1]))
        return convert_image_dtype(grey, tensor.dtype.base_dtype, name=scope)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """Three equal channels in place of one, ``[..., 1]`` to ``[..., 3]``."""
    with op_scope([images], name, "grayscale_to_rgb") as scope:
        tensor = convert_to_tensor(images, name="images")
        times = joining.concat(0, [array.ones(rearrange.expand_dims(array.rank(tensor) - 1, 0), "int32"), [3]])
        coloured = rearrange.tile(tensor, times, name=scope)
        coloured.set_shape(tensor.get_shape()[:-1].concatenate([3]))
        return coloured


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """Pictures with ``delta`` added to all pixels, counted between 0 and 1 whatever their type."""
    with op_scope([image, delta], None, "adjust_brightness") as scope:
        tensor = convert_to_tensor(image, name="image")
        brighter = convert_image_dtype(tensor, float32) + delta
        return convert_image_dtype(brighter, tensor.dtype.base_dtype, saturate=True, name=scope)


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """`adjust_brightness` by a random number between ``-max_delta`` and ``max_delta``, which is not below 0."""
    if max_delta < 0:
        raise ValueError(f"max_delta must be non-negative, not {max_delta}")
    return adjust_brightness(image, random.random_uniform([], -max_delta, max_delta, seed=seed))


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """Pictures whose pixels differ ``contrast_factor`` times as much from the mean of their channel."""
    with op_scope([images, contrast_factor], None, "adjust_contrast") as scope:
        tensor = convert_to_tensor(images, name="images")
        adjusted = AdjustContrastv2(convert_image_dtype(tensor, float32), contrast_factor)
        return convert_image_dtype(adjusted, tensor.dtype.base_dtype, saturate=True, name=scope)


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """`adjust_contrast` by a random factor between two."""
    return adjust_contrast(image, _random_factor(lower, upper, seed))


def _random_factor(lower: float, upper: float, seed: int | None) -> Tensor:
    if not 0 <= lower < upper:
        raise ValueError(f"0 <= lower < upper must hold, but lower is {lower} and upper {upper}")
    return random.random_uniform([], lower, upper, seed=seed)


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """Pictures with all hues turned by ``delta``, where 1 is once around."""
    with op_scope([image, delta], name, "adjust_hue") as scope:
        tensor = convert_to_tensor(image, name="image")
        hue, saturation, value = _hsv(tensor)
        # Up by a whole turn, so that what is turned back is not below zero.
        turned = arithmetic.mod(hue + (delta + 1.0), 1.0)
        return _from_hsv(tensor, [turned, saturation, value], scope)


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """`adjust_hue` by a random number between ``-max_delta`` and ``max_delta``, which is at most 0.5."""
    if not 0 <= max_delta <= 0.5:
        raise ValueError(f"max_delta must be between 0 and 0.5, not {max_delta}")
    return adjust_hue(image, random.random_uniform([], -max_delta, max_delta, seed=seed))


def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """Pictures whose colours are ``saturation_factor`` times as strong, up to pure ones."""
    with op_scope([image, saturation_factor], name, "adjust_saturation") as scope:
        tensor = convert_to_tensor(image, name="image")
        hue, saturation, value = _hsv(tensor)
        stronger = clipping.clip_by_value(saturation * saturation_factor, 0.0, 1.0)
        return _from_hsv(tensor, [hue, stronger, value], scope)


def random_saturation(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """`adjust_saturation` by a random factor between two."""
    return adjust_saturation(image, _random_factor(lower, upper, seed))


def _hsv(image: Tensor) -> list[Tensor]:
    hsv = rgb_to_hsv(convert_image_dtype(image, float32))
    return splitting.split(len(hsv.get_shape()) - 1, 3, hsv)


def _from_hsv(image: Tensor, parts: list[Tensor], name: str) -> Tensor:
    rgb = hsv_to_rgb(joining.concat(len(image.get_shape()) - 1, parts))
    return convert_image_dtype(rgb, image.dtype.base_dtype, saturate=True, name=name)
