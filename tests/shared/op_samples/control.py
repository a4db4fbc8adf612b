"""Samples of what orders operations and chooses between them."""

from __future__ import annotations

from op_samples.sample import Sample

import graphcore as tf

SAMPLES: dict[str, list[Sample]] = {
    "NoOp": [Sample(lambda: tf.no_op())],
}
