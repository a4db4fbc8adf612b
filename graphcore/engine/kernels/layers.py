"""Classes and channels: softmax and its losses, ranks of scores, biases, local response normalisation."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from graphcore.engine.jax_kernel import Check, kernel, shared

shared("Softmax", "LogSoftmax", "SoftmaxCrossEntropyWithLogits", "BiasAdd", "BiasAddGrad", "L2Loss")


def _are_classes(numpys: Any, scores: Any, classes: Any) -> Check:
    """The second input holds numbers of columns of the first."""
    return Check((classes >= 0) & (classes < scores.shape[1]), (scores, classes), numpys)


@kernel("SparseSoftmaxCrossEntropyWithLogits", check=_are_classes)
def _sparse_cross_entropy(features: Any, labels: Any) -> Any:
    if features.ndim != 2 or labels.shape != features.shape[:1]:
        raise ValueError("logits must be [n, classes] and labels [n]")
    shifted = features - features.max(axis=1, keepdims=True)
    exponential = jnp.exp(shifted)
    total = exponential.sum(axis=1, keepdims=True)
    right = labels[:, None] == jnp.arange(features.shape[1])
    loss = jnp.log(total[:, 0]) - jnp.where(right, shifted, 0).sum(axis=1)
    return loss, exponential / total - right


@kernel("InTopK", check=_are_classes)
def _in_top_k(predictions: Any, targets: Any, *, k: int) -> Any:
    if predictions.ndim != 2 or targets.shape != predictions.shape[:1]:
        raise ValueError("predictions must be [n, classes] and targets [n]")
    scores = jnp.take_along_axis(predictions, targets[:, None], axis=1, mode="clip")
    return ((predictions > scores).sum(axis=1) < k) & jnp.isfinite(scores[:, 0])


@kernel("TopKV2", known=("k",))
def _top_k(input: Any, k: Any) -> Any:
    values, places = lax.top_k(input, int(k))
    return values, places


def _neighbours_sum(values: Any, radius: int) -> Any:
    """For each channel the sum over the channels at most ``radius`` away."""
    window = (1,) * (values.ndim - 1) + (2 * radius + 1,)
    border = [(0, 0)] * (values.ndim - 1) + [(radius, radius)]
    return lax.reduce_window(values, values.dtype.type(0), lax.add, window, (1,) * values.ndim, border)


def _norm(input: Any, radius: int, bias: float, alpha: float) -> Any:
    if input.ndim != 4:
        raise ValueError("the input must have 4 dimensions")
    return bias + alpha * _neighbours_sum(input * input, radius)


@kernel("LRN")
def _lrn(input: Any, *, depth_radius: int, bias: float, alpha: float, beta: float) -> Any:
    return input * _norm(input, depth_radius, bias, alpha) ** -beta


@kernel("LRNGrad")
def _lrn_grad(
    input_grads: Any,
    input_image: Any,
    output_image: Any,
    *,
    depth_radius: int,
    bias: float,
    alpha: float,
    beta: float,
) -> Any:
    # output = input * norm ** -beta, and the norm of each neighbour holds the square of this input.
    norm = _norm(input_image, depth_radius, bias, alpha)
    through_norms = _neighbours_sum(input_grads * output_image / norm, depth_radius)
    return input_grads * norm**-beta - 2 * alpha * beta * input_image * through_norms
