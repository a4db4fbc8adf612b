"""Boxes and their labels, drawn into pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from writer.summary.pillow import pillow

_RED = np.array([255, 0, 0, 255], np.uint8)
_LINE = 2  # pixels


def draw(pixels: np.ndarray, boxes: np.ndarray, labels: Sequence[str] | None = None) -> np.ndarray:
    """A picture with red outlines, in colour even if it was gray.

    Args:
        pixels: uint8 [height, width, channels].
        boxes: [n, 4], left, top, right and bottom in pixels. What lies outside of the picture is not drawn.
        labels: one text for each box, written at its lower left corner.

    Raises:
        ImportError: there are labels, and Pillow, which draws them, is not installed.
    """
    canvas = _in_colour(pixels)
    height, width = canvas.shape[:2]
    colour = _RED[: canvas.shape[2]]
    limits = np.array([width, height, width, height])
    for left, top, right, bottom in np.rint(np.clip(boxes, -_LINE, limits + _LINE)).astype(int).tolist():
        if left > right or top > bottom:
            continue
        for rows, columns in (
            ((top, top + _LINE), (left, right + 1)),
            ((bottom + 1 - _LINE, bottom + 1), (left, right + 1)),
            ((top, bottom + 1), (left, left + _LINE)),
            ((top, bottom + 1), (right + 1 - _LINE, right + 1)),
        ):
            rows_drawn, columns_drawn = (slice(max(0, begin), max(0, end)) for begin, end in (rows, columns))
            canvas[rows_drawn, columns_drawn] = colour
    return canvas if not labels else _labelled(canvas, boxes, labels)


def rescaled(pixels: np.ndarray, factor: float) -> np.ndarray:
    """A picture in another size.

    Raises:
        ImportError: Pillow, which resamples it, is not installed.
    """
    image = pillow("Image", "rescale=")
    height, width = pixels.shape[:2]
    size = (max(1, int(width * factor)), max(1, int(height * factor)))
    return np.asarray(image.fromarray(pixels).resize(size, image.Resampling.LANCZOS))


def _in_colour(pixels: np.ndarray) -> np.ndarray:
    channels = pixels.shape[2]
    if channels >= 3:
        return pixels.copy()
    gray = np.repeat(pixels[:, :, :1], 3, axis=2)
    return gray if channels == 1 else np.concatenate([gray, pixels[:, :, 1:]], axis=2)


def _labelled(canvas: np.ndarray, boxes: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    modules = ("Image", "ImageDraw", "ImageFont")
    to_image, drawing, fonts = (pillow(module, "drawing labels of boxes") for module in modules)
    image, font = to_image.fromarray(canvas), fonts.load_default()
    draw = drawing.Draw(image)
    for (left, _, _, bottom), label in zip(boxes.tolist(), labels):
        begin, top, end, below = draw.textbbox((0, 0), label, font=font)
        wide, high = end - begin + 2, below - top + 2
        x = min(max(0, int(left)), canvas.shape[1] - 1)
        y = min(max(0, int(bottom) - high), canvas.shape[0] - 1)
        draw.rectangle((x, y, x + wide, y + high), fill=(255, 0, 0, 255)[: canvas.shape[2]])
        draw.text((x + 1 - begin, y + 1 - top), label, fill=(0, 0, 0, 255)[: canvas.shape[2]], font=font)
    return np.asarray(image)
