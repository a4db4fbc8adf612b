"""Summaries of histograms and pictures are those of TensorFlow, once rounding and compression are set aside.

Runs where TensorFlow is installed (`make conformance`).
"""

from __future__ import annotations

import io

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from PIL import Image
from tensorflow_peer import session_of

import graphcore as tf
from writer.format.messages import Summary

RNG = np.random.RandomState(0)
# The largest of all numbers ends TensorFlow's process.
EDGES = [1e-12, -1e-12, 1.1e-12, 0.0, -0.0, 1e20, -1e30, 1e300, -1e300]


def both(summary):
    """The Summary of one operation, ours and TensorFlow's."""
    graph = summary.graph
    with tf.Session(graph=graph) as session:
        ours = session.run(summary)
    with session_of(graph) as session:
        theirs = session.run(summary.name)
    return Summary.FromString(ours), Summary.FromString(theirs)


VALUES = {
    "normal": RNG.randn(1000),
    "small": RNG.randn(30, 7).astype(np.float32) * 1e-6,
    "edges": np.array(EDGES),
    "zeros": np.zeros(5),
    "none": np.array([], np.float32),
    "whole": RNG.randint(-100, 100, 50),
    "bytes": np.array([255, 0], np.uint8),
    "half": RNG.randn(9).astype(np.float16),
}


@pytest.mark.parametrize("values", VALUES.values(), ids=VALUES)
def test_histograms_have_the_same_buckets(values):
    with tf.Graph().as_default():
        ours, theirs = both(tf.histogram_summary("h", values))
    (mine,), (other,) = ours.value, theirs.value
    assert list(mine.histo.bucket_limit) == list(other.histo.bucket_limit)
    assert list(mine.histo.bucket) == list(other.histo.bucket)
    for field in ("min", "max", "num", "sum", "sum_squares"):
        np.testing.assert_allclose(getattr(mine.histo, field), getattr(other.histo, field), rtol=1e-12, atol=1e-12)


def decoded(entry):
    return np.asarray(Image.open(io.BytesIO(entry.image.encoded_image_string)))


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("kind", ["uint8", "positive", "signed", "dark", "not finite", "nothing finite"])
def test_pictures_have_the_same_pixels(channels, kind):
    batch = RNG.uniform(0, 2, (4, 3, 5, channels)).astype(np.float32)
    if kind == "uint8":
        batch = RNG.randint(0, 256, batch.shape).astype(np.uint8)
    if kind in ("signed", "not finite"):
        batch -= 0.75
    if kind == "dark":
        batch *= 1e-7
    if kind == "not finite":
        batch[0, 1, 2, 0], batch[1, 0, 0, -1] = np.nan, np.inf
    if kind == "nothing finite":
        batch[:] = np.nan
    with tf.Graph().as_default():
        ours, theirs = both(tf.image_summary("i", batch))
    assert [entry.tag for entry in ours.value] == [entry.tag for entry in theirs.value]
    for mine, other in zip(ours.value, theirs.value, strict=True):
        for field in ("height", "width", "colorspace"):
            assert getattr(mine.image, field) == getattr(other.image, field)
        np.testing.assert_array_equal(decoded(mine), decoded(other))
