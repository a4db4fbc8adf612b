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
from op_samples.sample import Sample, continuous, direction_like
from tensorflow_peer import assert_equal, named, session_of, v1

import graphcore as tf
from graphcore.op_type import OP_TYPES, no_gradient
from graphcore.operation import Tensor

_NCHW = "TensorFlow's kernels for processors take NHWC only"
_NO_KERNEL = "TensorFlow 2.21 has no kernel for it"
# What cannot be the same, by op type or by sample, and why. Each is run all the same, and has to differ.
NOT_COMPARABLE: dict[str, str] = {
    "Placeholder": "a placeholder alone has no value",
    **dict.fromkeys(("FIFOQueue", "PaddingFIFOQueue", "RandomShuffleQueue"), "the name of a queue is its own affair"),
    "PyFunc": "the function is in this program only",
    **dict.fromkeys(("Switch", "RefSwitch"), "one of the sides has no value"),
    **dict.fromkeys(("Enter", "RefEnter", "NextIteration", "LoopCond"), "it has a value in each turn of a loop"),
    **dict.fromkeys(("Stack", "TensorArray", "TensorArrayGrad"), "what stands for it is named otherwise"),
    "Mod": "the sign is the divisor's, as in Python, and in TensorFlow the dividend's, as in C",
    "Conv2D-3": _NCHW,
    "Conv2DBackpropInput-1": _NCHW,
    "Conv2DBackpropFilter-1": _NCHW,
    "AvgPool-3": _NCHW,
    **{
        f"{name}UnigramCandidateSampler": "draws as often, but others for the same seeds"
        for name in ("Fixed", "Learned", "ThreadUnsafe")
    },
    **dict.fromkeys(("MaxPoolWithArgmax", "MaxPoolGradWithArgmax"), "since TensorFlow 1.14 it has an attr more"),
    "HistogramSummary-0": "sums are rounded otherwise; test_tensorflow_summaries compares the rest",
    "ImageSummary": "another encoder of PNG; test_tensorflow_summaries compares the pixels",
    **{f"Batch{inverse}FFT{axes}": _NO_KERNEL for inverse in ("", "I") for axes in ("", "2D", "3D")},
    **dict.fromkeys(("SelfAdjointEig", "BatchSelfAdjointEig"), "an eigenvector may have either sign"),
    "TFRecordReader": "TensorFlow's kernel asks for an attr that was added after 0.8",
    **dict.fromkeys(
        ("TextLineReader", "FixedLengthRecordReader", "WholeFileReader", "IdentityReader"),
        "what stands for it is named otherwise",
    ),
}
_NO_GRADIENT = "TensorFlow 2.21 knows no gradient for it"
NOT_DERIVED_ALIKE: dict[str, str] = {
    "SparseToDense-1": "TensorFlow's gradient for a scalar value has the shape [1]",
    **{f"Batch{name}": _NO_GRADIENT for name in ("MatrixInverse", "MatrixDeterminant", "MatrixSolve", "Cholesky")},
    **{f"Batch{name}": _NO_GRADIENT for name in ("MatrixTriangularSolve", "MatrixDiag", "MatrixDiagPart")},
    **{
        f"TensorArray{name}": "TensorFlow 2.21 derives later versions of it only" for name in ("Read", "Pack", "Concat")
    },
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


class Derived:
    """A sample's operation with the gradients of its outputs, in directions that are constants of the graph."""

    def __init__(self, sample: Sample) -> None:
        with tf.Graph().as_default() as self.graph:
            inputs = [tf.constant(array) for array in sample.arrays]
            made = sample.make(*inputs)
            self.outputs = [output for output in ([made] if isinstance(made, Tensor) else made) if continuous(output)]
            self.inputs = [inputs[i] for i in sample.gradient_wrt]
            self.init = tf.initialize_all_variables()
            rng = np.random.RandomState(1)
            with tf.Session() as session:
                values = run_all(session, self.outputs, self.init)
                self.directions = [tf.constant(direction_like(value, rng)) for value in values]
                found = tf.gradients(self.outputs, self.inputs, self.directions)
                self.gradients = [tf.convert_to_tensor(grad) for grad in found]
                self.values = session.run(self.gradients)


def differentiable(not_comparable: dict[str, str]) -> list[Any]:
    return [
        case
        for case in cases(not_comparable)
        for name, sample in [case.values]
        if sample.gradient_wrt and OP_TYPES[name].gradient not in (None, no_gradient)
    ]


@pytest.mark.parametrize(("name", "sample"), differentiable(NOT_COMPARABLE))
def test_tensorflow_computes_the_same_gradients_in_our_graph(name: str, sample: Sample):
    derived = Derived(sample)
    with session_of(derived.graph) as session:
        theirs = run_all(session, named(session.graph, derived.gradients), derived.init.name)
    for mine, other in zip(derived.values, theirs, strict=True):
        assert_equal(mine, other)


@pytest.mark.parametrize(("name", "sample"), differentiable(NOT_DERIVED_ALIKE))
def test_tensorflow_derives_the_same_gradients(name: str, sample: Sample):
    derived = Derived(sample)
    with session_of(derived.graph) as session:
        session.run(derived.init.name)
        tensors = (named(session.graph, ours) for ours in (derived.outputs, derived.inputs, derived.directions))
        theirs = session.run([v1.convert_to_tensor(grad) for grad in v1.gradients(*tensors)])
    for mine, other in zip(derived.values, theirs, strict=True):
        assert_equal(mine, other)
