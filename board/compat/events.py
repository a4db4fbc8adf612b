"""A wall time, a step and a value of a Summary in; a tuple with the fields of TensorBoard's event of that kind out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

# Basis points (hundredths of a percent) of the normal distribution at -inf, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, inf sigma.
NORMAL_BASIS_POINTS = (0, 668, 1587, 3085, 5000, 6915, 8413, 9332, 10000)


class ScalarEvent(NamedTuple):
    wall_time: float
    step: int
    value: float


class HistogramValue(NamedTuple):
    min: float
    max: float
    num: float
    sum: float
    sum_squares: float
    bucket_limit: list[float]  # right edges
    bucket: list[float]  # counts


class HistogramEvent(NamedTuple):
    wall_time: float
    step: int
    histogram_value: HistogramValue


class CompressedHistogramEvent(NamedTuple):
    wall_time: float
    step: int
    compressed_histogram_values: list[tuple[float, float]]  # basis point, the value below which so many lie


class ImageEvent(NamedTuple):
    wall_time: float
    step: int
    encoded_image_string: bytes
    width: int
    height: int


class AudioEvent(NamedTuple):
    wall_time: float
    step: int
    encoded_audio_string: bytes
    content_type: str
    sample_rate: float
    length_frames: int


class TensorEvent(NamedTuple):
    wall_time: float
    step: int
    tensor_proto: Any


def histogram(wall_time: float, step: int, value: Any) -> HistogramEvent:
    histo = value.histo
    moments = (histo.min, histo.max, histo.num, histo.sum, histo.sum_squares)
    return HistogramEvent(wall_time, step, HistogramValue(*moments, list(histo.bucket_limit), list(histo.bucket)))


def image(wall_time: float, step: int, value: Any) -> ImageEvent:
    return ImageEvent(wall_time, step, value.image.encoded_image_string, value.image.width, value.image.height)


def audio(wall_time: float, step: int, value: Any) -> AudioEvent:
    clip = value.audio
    return AudioEvent(
        wall_time, step, clip.encoded_audio_string, clip.content_type, clip.sample_rate, clip.length_frames
    )


def tensor(wall_time: float, step: int, value: Any) -> TensorEvent:
    return TensorEvent(wall_time, step, value.tensor)


def compressed(event: HistogramEvent, basis_points: Sequence[float]) -> CompressedHistogramEvent:
    """A histogram's quantiles, taking values to lie evenly within each bucket."""
    histo = event.histogram_value
    if not histo.num:
        return CompressedHistogramEvent(event.wall_time, event.step, [(point, 0.0) for point in basis_points])
    counts = np.array(histo.bucket, np.float64)
    below = np.cumsum(counts * basis_points[-1] / (counts.sum() or 1.0))
    values = []
    for point in basis_points:
        bucket = int(np.searchsorted(below, point, side="right"))
        if bucket == len(below):
            values.append((point, histo.max))
            continue
        before = float(below[bucket - 1]) if bucket else 0.0
        left = max(histo.bucket_limit[bucket - 1], histo.min) if before else histo.min
        right = min(histo.bucket_limit[bucket], histo.max)
        values.append((point, left + (point - before) * (right - left) / (float(below[bucket]) - before)))
    return CompressedHistogramEvent(event.wall_time, event.step, values)
