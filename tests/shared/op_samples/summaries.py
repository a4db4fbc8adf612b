"""Samples of summaries."""

from __future__ import annotations

import numpy as np
from op_samples.sample import MATRIX, Sample, op

import graphcore as tf

SAMPLES: dict[str, list[Sample]] = {
    "ScalarSummary": [op("ScalarSummary", np.array([b"a", b"b"], object), MATRIX[0, :2])],
    "MergeSummary": [Sample(lambda x: tf.merge_summary([tf.scalar_summary("a", x)]), np.float64(2.0))],
}
