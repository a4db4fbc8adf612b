"""Steps that layers of neural networks are made of, out of simpler ops: dropout, moments, normalisation."""

from __future__ import annotations

import math as pymath
import numbers
from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float32
from graphcore.operation import Tensor
from graphcore.ops import (
    activation,
    arithmetic,
    array,
    comparison,
    joining,
    math,
    matrix,
    nn,
    random,
    rearrange,
    reduction,
)
from graphcore.ops.constant import constant
from graphcore.scopes import op_scope
from graphcore.shapes import scalar


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """``x @ weights + biases``: ``[n, inputs]``, ``[inputs, units]`` and ``[units]`` to ``[n, units]``."""
    with op_scope([x, weights, biases], name, "xw_plus_b") as scope:
        return nn.bias_add(matrix.matmul(x, weights), biases, name=scope)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """``relu(x @ weights + biases)``, shapes as for `xw_plus_b`."""
    with op_scope([x, weights, biases], name, "relu_layer") as scope:
        return activation.relu(nn.bias_add(matrix.matmul(x, weights), biases), name=scope)


def dropout(
    x: Any, keep_prob: Any, noise_shape: Any = None, seed: int | None = None, name: str | None = None
) -> Tensor:
    """``x`` with some elements zero, each with probability ``1 - keep_prob``, the others divided by ``keep_prob``.

    The sum keeps its expected value that way, so nothing is to be scaled when ``keep_prob`` is 1, as in evaluation.

    Args:
        keep_prob: a number in (0, 1], or a scalar tensor, such as a placeholder.
        noise_shape: the shape in which is drawn what to keep, broadcast to that of ``x``; for ``x`` of shape
            ``[n, height, width, channels]``, ``[n, 1, 1, channels]`` keeps or drops whole channels.
        seed: makes the choice reproducible, see `set_random_seed`.

    Raises:
        ValueError: ``keep_prob`` is a number outside (0, 1], or a tensor that is no scalar.
        TypeError: ``x`` does not hold floating point numbers.
    """
    with op_scope([x], name, "dropout") as scope:
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_floating:
            raise TypeError(f"dropout scales what it keeps, so {x.name} must be floating point, not {x.dtype.name}")
        if isinstance(keep_prob, numbers.Real) and not 0 < float(keep_prob) <= 1:
            raise ValueError(f"keep_prob must be a scalar tensor or a float in the range (0, 1], got {keep_prob}")
        keep_prob = convert_to_tensor(keep_prob, x.dtype.base_dtype, "keep_prob")
        keep_prob.get_shape().assert_is_compatible_with(scalar())
        shape = array.shape(x) if noise_shape is None else noise_shape
        # Evenly in [keep_prob, 1 + keep_prob), of which the whole number is 1 with probability keep_prob, else 0.
        drawn = keep_prob + random.random_uniform(shape, seed=seed, dtype=x.dtype.base_dtype)
        dropped = arithmetic.mul(x * math.inv(keep_prob), math.floor(drawn), name=scope)
        dropped.set_shape(x.get_shape())
        return dropped


def l2_normalize(x: Any, dim: Any, epsilon: float = 1e-12, name: str | None = None) -> Tensor:
    """``x`` divided by its Euclidean norm along axis ``dim`` (or a list of axes).

    Args:
        epsilon: the least square of a norm: shorter vectors are divided by ``sqrt(epsilon)``.
    """
    with op_scope([x], name, "l2_normalize") as scope:
        x = convert_to_tensor(x, name="x")
        square_sum = reduction.reduce_sum(math.square(x), dim, keep_dims=True)
        return arithmetic.mul(x, math.rsqrt(arithmetic.maximum(square_sum, epsilon)), name=scope)


def moments(
    x: Any, axes: int | Sequence[int], name: str | None = None, keep_dims: bool = False
) -> tuple[Tensor, Tensor]:
    """Mean and variance of ``x`` over ``axes``, for `batch_normalization`.

    The variance is the mean of squared differences from the mean, which, unlike the difference of two means of
    squares, loses no digits where the mean is large.

    Args:
        axes: ``[0]`` for each unit of ``[n, units]``; ``[0, 1, 2]`` for each channel of pictures.
        keep_dims: keep those axes with size 1.
    """
    with op_scope([x], name, "moments"):
        x = convert_to_tensor(x, name="x")
        mean = reduction.reduce_mean(x, axes, keep_dims=True)
        # The sum of differences from the mean is zero, and so is what would flow to the mean.
        squares = arithmetic.squared_difference(x, array.stop_gradient(mean))
        if not keep_dims:
            mean = rearrange.squeeze(mean, axes if isinstance(axes, int) else list(axes))
        return mean, reduction.reduce_mean(squares, axes, keep_dims=keep_dims)


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: float, name: str | None = None
) -> Tensor:
    """``scale * (x - mean) / sqrt(variance + variance_epsilon) + offset``.

    Source: Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
    Covariate Shift".

    Args:
        mean, variance: of each channel, ``[channels]`` or any shape that broadcasts against ``x``; see `moments`.
        offset, scale: learned, in the same shape; None leaves the step out.
        variance_epsilon: keeps the divisor from being zero.
    """
    with op_scope([x, mean, variance, offset, scale], name, "batchnorm") as scope:
        factor = math.rsqrt(convert_to_tensor(variance, name="variance") + variance_epsilon)
        if scale is not None:
            factor = factor * scale
        shift = -(mean * factor) if offset is None else offset - mean * factor
        return arithmetic.add(x * factor, shift, name=scope)


def batch_norm_with_global_normalization(
    t: Any,
    m: Any,
    v: Any,
    beta: Any,
    gamma: Any,
    variance_epsilon: float,
    scale_after_normalization: bool,
    name: str | None = None,
) -> Tensor:
    """`batch_normalization` in its older form, of pictures ``t`` with mean ``m`` and variance ``v`` of each channel.

    Args:
        beta: the offset. gamma: the scale, used only with ``scale_after_normalization``.
    """
    return batch_normalization(t, m, v, beta, gamma if scale_after_normalization else None, variance_epsilon, name)


def sufficient_statistics(
    x: Any, axes: Sequence[int], shift: bool = True, keep_dims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """What of ``x`` can be added up over batches, to compute mean and variance of them all by `normalize_moments`.

    Args:
        axes: those to sum over.
        shift: subtract one element of each sum first, so that squares lose no digits where the mean is large.
        keep_dims: keep those axes with size 1.

    Returns: the number of elements summed, the sum of differences from the shift, the sum of their squares, and the
    shift (None without).
    """
    axes = sorted(set(axes))
    with op_scope([x, axes], name, "sufficient_statistics"):
        tensor = convert_to_tensor(x, name="x")
        sizes = tensor.get_shape().as_list()
        summed = [sizes[axis] for axis in axes]
        if None in summed:
            counted = arithmetic.cast(joining.pack([array.shape(tensor)[axis] for axis in axes]), tensor.dtype)
            count = reduction.reduce_prod(counted, name="count")
        else:
            count = constant(float(pymath.prod(n for n in summed if n is not None)), tensor.dtype, name="count")
        offset = None
        differences, squares = tensor, math.square(tensor)
        if shift:
            first = joining.slice(tensor, [0] * len(sizes), [1 if axis in axes else -1 for axis in range(len(sizes))])
            offset = array.stop_gradient(first)
            differences, squares = tensor - offset, arithmetic.squared_difference(tensor, offset)
            if not keep_dims:
                offset = rearrange.squeeze(offset, axes)
        mean_ss = reduction.reduce_sum(differences, axes, keep_dims=keep_dims, name="mean_ss")
        variance_ss = reduction.reduce_sum(squares, axes, keep_dims=keep_dims, name="var_ss")
        return count, mean_ss, variance_ss, offset


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Mean and variance out of sums of `sufficient_statistics`, which have been added up.

    Args:
        counts, mean_ss, variance_ss: the sums.
        shift: the one that was subtracted from all, or None.
    """
    with op_scope([counts, mean_ss, variance_ss, shift], name, "normalize"):
        divisor = math.inv(convert_to_tensor(counts, name="counts"), name="divisor")
        shifted = arithmetic.mul(mean_ss, divisor, name="shifted_mean")
        mean = shifted if shift is None else arithmetic.add(shifted, shift, name="mean")
        variance = arithmetic.sub(arithmetic.mul(variance_ss, divisor), math.square(shifted), name="variance")
        return mean, variance


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """The fraction of elements that are zero, a float32 scalar: how sparse the outputs of a `relu` are."""
    with op_scope([value], name, "zero_fraction") as scope:
        value = convert_to_tensor(value, name="value")
        zero = convert_to_tensor(0, value.dtype.base_dtype, "zero")
        return reduction.reduce_mean(arithmetic.cast(comparison.equal(value, zero), float32), name=scope)
