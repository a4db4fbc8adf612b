"""Our graphs in, TensorFlow's own results out: what tests of conformance run against ``tf.compat.v1``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import tensorflow

import graphcore as tf

v1 = tensorflow.compat.v1


@contextmanager
def session_of(graph: tf.Graph) -> Iterator[Any]:
    """A session of TensorFlow on ``graph``, imported as it is and run as it is written, without optimisation."""
    definition = v1.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    options = v1.GraphOptions(
        rewrite_options={"disable_meta_optimizer": True},
        optimizer_options=v1.OptimizerOptions(opt_level=v1.OptimizerOptions.L0),
    )
    with v1.Graph().as_default() as theirs:
        v1.import_graph_def(definition, name="")
        with v1.Session(graph=theirs, config=v1.ConfigProto(graph_options=options)) as session:
            yield session


def named(graph: Any, tensors: Sequence[Any]) -> list[Any]:
    """The tensors of an imported graph that stand for some of ours."""
    return [graph.get_tensor_by_name(tensor.name) for tensor in tensors]


def assert_equal(ours: Any, theirs: Any, rtol: float = 1e-6, atol: float = 1e-6) -> None:
    """AssertionError unless two results have one shape and type, and the same elements up to rounding."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape
    if theirs.dtype.kind in "OSU":
        assert ours.tolist() == theirs.tolist()
        return
    assert ours.dtype == theirs.dtype
    if theirs.dtype.kind == "c":
        # Which part of a product that overflows is infinite and which is not a number depends on how it is computed.
        ours, theirs = (np.where(np.isfinite(value), value, np.nan) for value in (ours, theirs))
    if theirs.dtype.kind in "fc":
        # What a sum is rounded by depends on its largest terms.
        atol *= max(1.0, float(np.nanmax(np.abs(theirs[np.isfinite(theirs)]), initial=0)))
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)
    else:
        np.testing.assert_array_equal(ours, theirs)
