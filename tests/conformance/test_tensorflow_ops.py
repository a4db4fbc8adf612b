"""Every sample of every op type, exported and run by TensorFlow itself: results, gradient graphs and gradients.

Runs where TensorFlow is installed (`make conformance`). Of each sample, TensorFlow runs the graph that was exported,
the gradients in that graph, and the gradients it derives itself; all are to be what graphcore gives.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from op_samples.catalog import SAMPLES, operation_of
from op_samples.sample import Sample
from tensorflow_peer import assert_equal, named, session_of, v1

import graphcore as tf
from graphcore.op_type import OP_TYPES, no_gradient
from graphcore.operation import Tensor

_NCHW = "TensorFlow's kernels for processors take NHWC only"
# What cannot be the same, by op type or by sample, and why. Each is run all the same, and has to differ.
NOT_COMPARABLE: dict[str, str] = {
    "Placeholder": "a placeholder alone has no value",
    "Mod": "the sign is the divisor's, as in Python, and in TensorFlow the dividend's, as in C",
    "Conv2D-3": _NCHW,
    "Conv2DBackpropInput-1": _NCHW,
    "Conv2DBackpropFilter-1": _NCHW,
    "AvgPool-3": _NCHW,
    "HistogramSummary-0": "sums are rounded otherwise; test_tensorflow_summaries compares the rest",
    "ImageSummary": "another encoder of PNG; test_tensorflow_summaries compares the pixels",
}
GRADIENT_NOT_COMPARABLE: dict[str, str] = {
    "SparseToDense-1": "TensorFlow's gradient for a scalar value has the shape [1]",
    **NOT_COMPARABLE,
}


def cases(not_comparable: dict[str, str]) -> list[Any]:
    """All samples; those named in ``not_comparable`` are expected to fail."""
    found = []
    for name, samples in SAMPLES.items():
        for i, sample in enumerate(samples):
            reason = not_comparable.get(name) or not_comparable.get(f"{name}-{i}")
            marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
            found.append(pytest.param(name, sample, id=f"{name}-{i}", marks=marks))
    return found


def run_all(session: Any, fetches: list[Any], init: Any) -> list[Any]:
    session.run(init)
    return session.run(fetches)


@pytest.mark.parametrize(("name", "sample"), cases(NOT_COMPARABLE))
def test_tensorflow_computes_the_same(name: str, sample: Sample):
    with tf.Graph().as_default() as graph:
        operation = operation_of(sample.make(*map(tf.constant, sample.arrays)))
        init = tf.initialize_all_variables()
        with tf.Session() as session:
            ours = run_all(session, operation.outputs, init)
    with session_of(graph) as session:
        theirs = run_all(session, named(session.graph, operation.outputs), init.name)
    for mine, other in zip(ours, theirs, strict=True):
        assert_equal(mine, other)


def differentiable(name: str, sample: Sample) -> bool:
    return bool(sample.gradient_wrt) and OP_TYPES[name].gradient not in (None, no_gradient)


@pytest.mark.parametrize(
    ("name", "sample"), [case for case in cases(GRADIENT_NOT_COMPARABLE) if differentiable(*case.values)]
)
def test_tensorflow_derives_the_same_gradients(name: str, sample: Sample):
    with tf.Graph().as_default() as graph:
        inputs = [tf.constant(array) for array in sample.arrays]
        made = sample.make(*inputs)
        outputs = [output for output in ([made] if isinstance(made, Tensor) else made) if output.dtype.is_floating]
        wanted = [inputs[i] for i in sample.gradient_wrt]
        init = tf.initialize_all_variables()
        rng = np.random.RandomState(1)
        with tf.Session() as session:
            values = run_all(session, outputs, init)
            directions = [tf.constant(np.asarray(rng.randn(*np.shape(value)), value.dtype)) for value in values]
            found = [tf.convert_to_tensor(grad) for grad in tf.gradients(outputs, wanted, directions)]
            ours = session.run(found)
    with session_of(graph) as session:
        session.run(init.name)
        exported = session.run(named(session.graph, found))
        derived = v1.gradients(*(named(session.graph, tensors) for tensors in (outputs, wanted, directions)))
        derived = session.run([v1.convert_to_tensor(grad) for grad in derived])
    for mine, in_our_graph, in_theirs in zip(ours, exported, derived, strict=True):
        assert_equal(mine, in_our_graph)
        assert_equal(mine, in_theirs)
