"""The public namespace ``tf.image``: pictures resized, cut, turned over, and their colours changed."""

from typing import TYPE_CHECKING

from graphcore.ops.colours import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
    convert_image_dtype,
    grayscale_to_rgb,
    hsv_to_rgb,
    random_brightness,
    random_contrast,
    random_hue,
    random_saturation,
    rgb_to_grayscale,
    rgb_to_hsv,
)
from graphcore.ops.framing import (
    ResizeMethod,
    crop_to_bounding_box,
    flip_left_right,
    flip_up_down,
    pad_to_bounding_box,
    per_image_whitening,
    random_flip_left_right,
    random_flip_up_down,
    resize_image_with_crop_or_pad,
    resize_images,
    transpose_image,
)
from graphcore.ops.resampling import resize_area, resize_bicubic, resize_bilinear, resize_nearest_neighbor

per_image_standardization = per_image_whitening  # as it is called since 1.0

__all__ = [
    "ResizeMethod",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_hue",
    "adjust_saturation",
    "convert_image_dtype",
    "crop_to_bounding_box",
    "flip_left_right",
    "flip_up_down",
    "grayscale_to_rgb",
    "hsv_to_rgb",
    "pad_to_bounding_box",
    "per_image_standardization",
    "per_image_whitening",
    "random_brightness",
    "random_contrast",
    "random_flip_left_right",
    "random_flip_up_down",
    "random_hue",
    "random_saturation",
    "resize_area",
    "resize_bicubic",
    "resize_bilinear",
    "resize_image_with_crop_or_pad",
    "resize_images",
    "resize_nearest_neighbor",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "transpose_image",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        from graphcore.absent import absent

        raise absent("tf.image", name, __all__)
