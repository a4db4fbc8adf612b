"""Pictures, as arrays of pixels or encoded already."""

from __future__ import annotations

import functools
from typing import Any

from writer.methods.kinds import KindMethods


class ImageMethods(KindMethods):
    """Logs pictures.

    Pixels are integers from 0 to 255, booleans, or floats from 0 to 1, of one channel (gray), two (gray and alpha),
    three (RGB) or four (RGBA), in arrays of any library. They are stored as PNG, nothing of them is lost.
    """

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
        *,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a picture.

        Args:
            tag: name of the series.
            img_tensor: pixels; or the bytes of a PNG, JPEG, GIF, WebP or BMP file, which are stored as they are.
            dataformats: what each axis is, one letter each: C channels, H height, W width, in any order, with or
                without C. With N, several pictures, which become a grid, as `add_images` makes it.
            new_style: False stores the ``image`` field of writers before TensorFlow 2 in place of a tensor. It has
                no place for ``display_name`` and ``description``.
            display_name: shown in place of the tag.
            description: Markdown.

        Raises:
            TypeError: it is neither an array of numbers nor bytes.
            ValueError: the shape does not fit ``dataformats``, an axis is empty, there are more than 4 channels,
                integers do not fit a byte, floats are NaN, or the bytes are no picture. The error names the tag.
        """
        if isinstance(img_tensor, (bytes, bytearray, memoryview)):
            self._add_encoded(tag, bytes(img_tensor), global_step, walltime, new_style, display_name, description)
            return
        from writer.summary import images, pixels

        pictures = self._pixels("add_image", tag, img_tensor, dataformats)
        summary = images.pixels(
            tag,
            [pixels.grid(pictures)],
            new_style=new_style,
            display_name=display_name,
            description=description,
        )
        self._log_summary(summary, global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
        *,
        grid: bool = True,
        columns: int = 8,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs several pictures of one size.

        Args:
            tag: name of the series.
            img_tensor: pixels, with an axis N of pictures.
            dataformats: what each axis is, as for `add_image`.
            grid: the pictures become one, side by side, as torch does it. False keeps them apart, as
                TensorFlow does it: dashboards show each on its own.
            columns: pictures in a row of the grid.
            new_style: as for `add_image`; the old encoding holds one picture, so it takes a grid.

        Raises:
            TypeError, ValueError: as `add_image`.
        """
        from writer.summary import images, pixels

        pictures = self._pixels("add_images", tag, img_tensor, dataformats)
        if grid and (not isinstance(columns, int) or columns < 1):
            raise ValueError(f"add_images: tag {tag!r} wants columns of at least 1, but got {columns!r}")
        if not grid and not new_style:
            raise ValueError(f"add_images: tag {tag!r}: new_style=False holds one picture, so it takes grid=True")
        summary = images.pixels(
            tag,
            [pixels.grid(pictures, columns)] if grid else list(pictures),
            new_style=new_style,
            display_name=display_name,
            description=description,
        )
        self._log_summary(summary, global_step, walltime)

    def add_image_with_boxes(
        self,
        tag: str,
        img_tensor: Any,
        box_tensor: Any,
        global_step: Any = None,
        walltime: float | None = None,
        rescale: float = 1,
        dataformats: str = "CHW",
        labels: Any = None,
        *,
        new_style: bool = True,
        display_name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Logs a picture with boxes drawn on it.

        Args:
            tag: name of the series.
            img_tensor: pixels of one picture, as for `add_image`.
            box_tensor: [n, 4], left, top, right and bottom of each box in pixels.
            rescale: the picture is stored this many times as large. Needs Pillow, unless it is 1.
            dataformats: what each axis is, as for `add_image`.
            labels: a text for each box, or one for the only box. Needs Pillow, which comes with
                ``graphboard[media]``.

        Raises:
            TypeError, ValueError: as `add_image`, or the boxes are not [n, 4] finite numbers, ``rescale`` is not
                positive, or there are not as many labels as boxes.
            ImportError: Pillow is needed, but not installed.
        """
        import numpy as np

        from writer.summary import boxes, images, pixels
        from writer.summary.arrays import as_array

        told = f"add_image_with_boxes: tag {tag!r}"
        pictures = self._pixels("add_image_with_boxes", tag, img_tensor, dataformats)
        corners = as_array(tag, box_tensor, "add_image_with_boxes", "boxes as an array [n, 4]").astype(np.float64)
        if corners.ndim == 1 and corners.size in (0, 4):
            corners = corners.reshape(-1, 4)
        if corners.ndim != 2 or corners.shape[1] != 4 or not np.isfinite(corners).all():
            raise ValueError(f"{told} wants boxes [n, 4] of finite numbers, but got shape {list(corners.shape)}")
        names = [labels] if isinstance(labels, str) else None if labels is None else [str(one) for one in labels]
        if names is not None and len(names) != len(corners):
            raise ValueError(f"{told} wants a label for each of {len(corners)} boxes, but got {len(names)}")
        if not rescale > 0:
            raise ValueError(f"{told} wants a positive rescale, but got {rescale!r}")
        picture = boxes.draw(pixels.grid(pictures), corners, names)
        if rescale != 1:
            picture = boxes.rescaled(picture, rescale)
        summary = images.pixels(tag, [picture], new_style=new_style, display_name=display_name, description=description)
        self._log_summary(summary, global_step, walltime)

    def _pixels(self, method: str, tag: str, value: Any, dataformats: str) -> Any:
        from writer.summary.pixels import to_pixels

        return to_pixels(tag, value, dataformats, method, functools.partial(self._tell_once, method, tag))

    def _add_encoded(
        self,
        tag: str,
        data: bytes,
        global_step: Any,
        walltime: float | None,
        new_style: bool,
        display_name: str | None,
        description: str | None,
    ) -> None:
        from writer.summary import images
        from writer.summary.encoded_images import size_of
        from writer.summary.tags import checked_tag

        checked_tag(tag, "add_image")
        try:
            width, height = size_of(data)
        except ValueError as error:
            raise ValueError(f"add_image: tag {tag!r}: {error}") from None
        if new_style:
            summary = images.images(tag, [data], width, height, display_name=display_name, description=description)
        else:
            summary = images.legacy_image(tag, data, width, height)
        self._log_summary(summary, global_step, walltime)
