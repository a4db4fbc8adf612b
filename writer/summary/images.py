"""Pictures and their tag to the bytes of a Summary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from writer.format.messages import Summary
from writer.format.plugins import IMAGES
from writer.summary import png
from writer.summary.metadata import metadata_of, strings, tensor_summary


def images(
    tag: str,
    encoded: Sequence[bytes],
    width: int,
    height: int,
    *,
    display_name: str | None = None,
    description: str | None = None,
) -> bytes:
    """A Summary that holds encoded pictures of one size: width, height and each of them, a tensor of strings."""
    tensor = strings([b"%d" % width, b"%d" % height, *encoded])
    return tensor_summary(tag, tensor, metadata_of(tag, IMAGES, display_name=display_name, description=description))


def legacy_image(tag: str, encoded: bytes, width: int, height: int, channels: int = 0) -> bytes:
    """A Summary that holds an encoded picture in its ``image`` field, as writers before TensorFlow 2 made them."""
    summary = Summary()
    image = summary.value.add(tag=tag).image
    image.width, image.height, image.colorspace, image.encoded_image_string = width, height, channels, encoded
    return bytes(summary.SerializeToString())


def pixels(
    tag: str,
    pictures: Sequence[np.ndarray],
    *,
    new_style: bool = True,
    display_name: str | None = None,
    description: str | None = None,
) -> bytes:
    """A Summary that holds pictures of one size, encoded as PNG; in the old encoding, only the first of them.

    Args:
        pictures: uint8 [height, width, channels] each.
    """
    height, width, channels = pictures[0].shape
    if new_style:
        encoded = [png.encode(picture) for picture in pictures]
        return images(tag, encoded, width, height, display_name=display_name, description=description)
    return legacy_image(tag, png.encode(pictures[0]), width, height, channels)
