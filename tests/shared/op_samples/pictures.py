"""Samples of pictures resized, and of their colours."""

from __future__ import annotations

import numpy as np
from op_samples.sample import PICTURES, RNG, Sample, op

FLOATS = (PICTURES / 11).astype(np.float32)
BYTES = RNG.randint(0, 256, (2, 5, 7, 3)).astype(np.uint8)


def resized(name: str, *more: tuple[np.ndarray, list[int]]) -> list[Sample]:
    """Larger and smaller, with corners upon each other or not."""
    return [
        op(name, images, np.array(size, np.int32), align_corners=align)
        for images, size in ((FLOATS, [8, 3]), (FLOATS, [2, 10]), (BYTES, [3, 11]), *more)
        for align in (False, True)
    ]


SAMPLES: dict[str, list[Sample]] = {
    "ResizeBilinear": resized("ResizeBilinear"),
    "ResizeNearestNeighbor": resized("ResizeNearestNeighbor"),
    "ResizeArea": [
        Sample(sample.make, *sample.arrays, gradient_wrt=()) for sample in resized("ResizeArea", (FLOATS, [2, 3]))
    ],
    "ResizeBicubic": [Sample(sample.make, *sample.arrays, gradient_wrt=()) for sample in resized("ResizeBicubic")],
    "ResizeBilinearGrad": [
        op(
            "ResizeBilinearGrad",
            RNG.uniform(-1.0, 1.0, (2, 8, 3, 3)).astype(np.float32),
            FLOATS,
            align_corners=align,
            gradient_wrt=(),
        )
        for align in (False, True)
    ],
    "ResizeNearestNeighborGrad": [
        op(
            "ResizeNearestNeighborGrad",
            RNG.uniform(-1.0, 1.0, (2, 8, 3, 3)),
            np.array([5, 7], np.int32),
            align_corners=align,
            gradient_wrt=(),
        )
        for align in (False, True)
    ],
    "RGBToHSV": [op("RGBToHSV", FLOATS, gradient_wrt=())],
    "HSVToRGB": [op("HSVToRGB", FLOATS, gradient_wrt=())],
    "AdjustContrastv2": [op("AdjustContrastv2", FLOATS, np.float32(1.7), gradient_wrt=())],
}
