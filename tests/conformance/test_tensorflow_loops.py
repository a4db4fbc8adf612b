"""Loops, and the loops that run backwards for their gradients, run by TensorFlow itself."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from loop_samples import COMPUTATIONS
from tensorflow_peer import named, session_of

import graphcore as tf

FEEDS = {"x:0": 1.3, "w:0": 0.7}


@pytest.mark.parametrize("compute", COMPUTATIONS)
def test_tensorflow_runs_the_loop_and_its_gradients(compute):
    with tf.Graph().as_default() as graph:
        x, w = tf.placeholder(tf.float64, [], name="x"), tf.placeholder(tf.float64, [], name="w")
        y = compute(x, w)
        fetches = [y, *(grad for grad in tf.gradients(y, [x, w]) if grad is not None)]
        with tf.Session() as session:
            ours = session.run(fetches, FEEDS)
    with session_of(graph) as session:
        theirs = session.run(named(session.graph, fetches), FEEDS)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_tensorflow_runs_maps_and_scans():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float64, [4], name="x")
        mapped = tf.map_fn(lambda item: tf.square(item) + x[0], x)
        scanned = tf.scan(lambda a, b: a * b, x)
        gradient = tf.gradients([mapped, scanned], x)[0]
        with tf.Session() as session:
            ours = session.run([mapped, scanned, gradient], {x: [1.0, 2.0, 3.0, 4.0]})
    with session_of(graph) as session:
        theirs = session.run(named(session.graph, [mapped, scanned, gradient]), {"x:0": [1.0, 2.0, 3.0, 4.0]})
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12)
