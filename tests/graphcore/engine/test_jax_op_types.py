"""What JAX computes for the samples of each op type, against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_samples.catalog import SAMPLES, Sample, operation_of

import graphcore as tf

pytest.importorskip("jax")

from graphcore.engine import kernels  # noqa: F401 declares what is looked up here
from graphcore.engine.jax_kernel import KERNELS

# A size of -1 goes to the end, which is no known size from a beginning that only a run tells.
INTEGERS_KNOWN = {"Slice"}
# What stands for something else than numbers, and lasts as long as a run.
RESOURCES = {"Stack", "TensorArray"}
COMPILED = sorted(set(SAMPLES) & set(KERNELS))


def fed(name: str, sample: Sample, feeds: dict[tf.Tensor, Any]) -> list[tf.Tensor]:
    """Inputs whose values only a run tells: of constants, nothing would be left to compile."""
    inputs = []
    for array in map(np.asarray, sample.arrays):
        if name in INTEGERS_KNOWN and array.dtype.kind == "i":
            inputs.append(tf.constant(array))
        else:
            inputs.append(tf.placeholder(tf.string if array.dtype == object else tf.as_dtype(array.dtype), array.shape))
            feeds[inputs[-1]] = array
    return inputs


def in_session(engine: str, fetches: Any, feeds: Any) -> Any:
    with tf.Session(engine=engine) as sess:
        sess.run(tf.initialize_all_variables())
        return sess.run(fetches, feeds)


def assert_close(ours: Any, numpys: Any, dtype: tf.DType) -> None:
    assert type(ours) is type(numpys)
    assert ours.dtype == numpys.dtype
    assert np.shape(ours) == np.shape(numpys)
    tolerance = {"float32": 2e-5, "complex64": 2e-5, "float64": 1e-12}.get(dtype.base_dtype.name, 0)
    np.testing.assert_allclose(ours, numpys, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", COMPILED)
def test_results_are_those_of_numpy(name):
    feeds: dict[tf.Tensor, Any] = {}
    outputs = [
        output for sample in SAMPLES[name] for output in operation_of(sample.make(*fed(name, sample, feeds))).outputs
    ]
    for tensor, ours, numpys in zip(
        outputs, in_session("jax", outputs, feeds), in_session("numpy", outputs, feeds), strict=True
    ):
        assert_close(ours, numpys, tensor.dtype)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - set(KERNELS) - {"Placeholder"}))
def test_what_has_no_kernel_runs_on_numpy_or_is_refused_by_name(name):
    for sample in SAMPLES[name]:
        feeds: dict[tf.Tensor, Any] = {}
        op = operation_of(sample.make(*fed(name, sample, feeds)))
        if any(other.op_type.flow or other.type in RESOURCES for other in op.graph.get_operations()):
            with pytest.raises(
                tf.errors.UnimplementedError, match=r"it is (part of a branch or a loop|no computation)"
            ):
                in_session("jax", op, feeds)
            continue
        if any(tensor.op.type == "Variable" for tensor in op.inputs):
            with pytest.raises(tf.errors.UnimplementedError, match=rf"JAX cannot compile operation '.*' \({name}\)"):
                in_session("jax", op, feeds)
            continue
        fetches = op.outputs or [op]
        for ours, numpys in zip(in_session("jax", fetches, feeds), in_session("numpy", fetches, feeds), strict=True):
            np.testing.assert_array_equal(ours, numpys)
