"""Local response normalisation: each channel of a picture divided by what its neighbouring channels give."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor

_ATTRS = "depth_radius:int=5; bias:float=1; alpha:float=1; beta:float=0.5"


def _neighbours_sum(values: np.ndarray, radius: int) -> np.ndarray:
    """For each channel the sum over the channels at most ``radius`` away."""
    total = values.copy()
    for distance in range(1, min(radius, values.shape[-1] - 1) + 1):
        total[..., distance:] += values[..., :-distance]
        total[..., :-distance] += values[..., distance:]
    return total


def _norm(input: np.ndarray, radius: int, bias: float, alpha: float) -> Any:
    if input.ndim != 4:
        raise InvalidArgumentError(None, None, f"in must be 4-dimensional, but it has shape {brackets(input.shape)}")
    of_type = input.dtype.type
    return of_type(bias) + of_type(alpha) * _neighbours_sum(np.square(input), radius)


def _lrn_kernel(input: Any, *, depth_radius: int, bias: float, alpha: float, beta: float) -> Any:
    return input * _norm(input, depth_radius, bias, alpha) ** input.dtype.type(-beta)


def _lrn_grad_kernel(
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
    norm, of_type = _norm(input_image, depth_radius, bias, alpha), input_image.dtype.type
    through_norms = _neighbours_sum(input_grads * output_image / norm, depth_radius)
    return input_grads * norm ** of_type(-beta) - of_type(2 * alpha * beta) * input_image * through_norms


def _lrn_grad(op: Operation, grad: Tensor) -> Tensor:
    attrs = {name: op.attrs[name] for name in ("depth_radius", "bias", "alpha", "beta")}
    return LRNGrad(grad, op.inputs[0], op.outputs[0], **attrs)


LRN = OpType(
    f"LRN(input:float32) -> output:float32 | {_ATTRS}",
    shape=common_shapes.of_rank(4),
    kernel=_lrn_kernel,
    gradient=_lrn_grad,
)
LRNGrad: OpType = OpType(
    f"LRNGrad(input_grads:float32, input_image:float32, output_image:float32) -> output:float32 | {_ATTRS}",
    shape=lambda op: [common_shapes.merged(op)[0].with_rank(4)],
    kernel=_lrn_grad_kernel,
)


def local_response_normalization(
    input: Any,
    depth_radius: int | None = None,
    bias: float | None = None,
    alpha: float | None = None,
    beta: float | None = None,
    name: str | None = None,
) -> Tensor:
    """``input / (bias + alpha * sum(input ** 2)) ** beta``, the sum over the channels at most ``depth_radius`` away.

    Source: Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks".

    Args:
        input: float32 ``[n, height, width, channels]``.
        depth_radius: 5 if not given. bias: 1. alpha: 1. beta: 0.5.
    """
    return LRN(input, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta, name=name)


lrn = local_response_normalization
