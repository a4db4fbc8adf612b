"""Frames to an animated GIF."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from writer.summary.pillow import pillow


def animate(frames: Sequence[np.ndarray], seconds: float) -> bytes:
    """Frames of one shape, each shown for ``seconds`` (in GIF, whole hundredths), for ever.

    Args:
        frames: uint8 [height, width, channels] each. Colours are reduced to 256 a frame; alpha is left out.

    Raises:
        ImportError: Pillow is not installed.
    """
    image = pillow("Image", "encoding a GIF")
    pictures = [image.fromarray(frame[:, :, 0] if frame.shape[2] < 3 else frame[:, :, :3]) for frame in frames]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=pictures[1:],
        duration=10 * max(1, round(seconds * 100)),
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()
