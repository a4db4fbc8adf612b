"""Samples of summaries."""

from __future__ import annotations

import numpy as np
from op_samples.sample import CUBE, MATRIX, PICTURES, Sample, op

import graphcore as tf

SAMPLES: dict[str, list[Sample]] = {
    "ScalarSummary": [op("ScalarSummary", np.array([b"a", b"b"], object), MATRIX[0, :2])],
    "HistogramSummary": [
        Sample(lambda x: tf.histogram_summary("a", x), MATRIX),
        Sample(lambda x: tf.histogram_summary("a", x), np.array([3, -7], np.int8)),
    ],
    "ImageSummary": [
        Sample(lambda x: tf.image_summary("a", x), PICTURES.astype(np.float32), gradient_wrt=()),
        Sample(lambda x: tf.image_summary("a", x, max_images=1), PICTURES.astype(np.uint8)),
    ],
    "AudioSummary": [
        Sample(lambda x: tf.audio_summary("a", x, 8000.0), CUBE.astype(np.float32), gradient_wrt=()),
        Sample(lambda x: tf.audio_summary("a", x, 8000.0, 1), MATRIX.astype(np.float32), gradient_wrt=()),
    ],
    "MergeSummary": [Sample(lambda x: tf.merge_summary([tf.scalar_summary("a", x)]), np.float64(2.0))],
}
