"""How a variable begins: functions of a shape and a type in, its initial value out.

An initializer is called as ``initializer(shape, dtype=dtype)``, shape a list of sizes, and gives a tensor;
`get_variable` calls it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from graphcore.dtypes import DType, as_dtype, float32
from graphcore.operation import Tensor
from graphcore.ops import array, random
from graphcore.ops.constant import constant

Initializer = Callable[..., Any]


def constant_initializer(value: Any = 0.0, dtype: Any = float32) -> Initializer:
    """Begins with ``value``: a number for all elements, or a list of as many as there are."""

    def initializer(shape: Any, dtype: Any = dtype) -> Tensor:
        return constant(value, dtype=dtype, shape=shape)

    return initializer


def zeros_initializer(shape: Any = None, dtype: Any = float32) -> Any:
    """Begins with zeros. Itself an initializer; without a shape, ``zeros_initializer()`` gives one."""
    return array.zeros(shape, dtype) if shape is not None else _of_type(array.zeros, dtype)


def ones_initializer(shape: Any = None, dtype: Any = float32) -> Any:
    """Begins with ones. Itself an initializer; without a shape, ``ones_initializer()`` gives one."""
    return array.ones(shape, dtype) if shape is not None else _of_type(array.ones, dtype)


def _of_type(fill: Callable[..., Tensor], dtype: Any) -> Initializer:
    def initializer(shape: Any, dtype: Any = dtype) -> Tensor:
        return fill(shape, dtype)

    return initializer


def random_uniform_initializer(
    minval: Any = 0.0, maxval: Any = 1.0, seed: int | None = None, dtype: Any = float32
) -> Initializer:
    """Begins with numbers evenly spread over ``[minval, maxval)``.

    Args:
        seed: makes the numbers reproducible, see `graphcore.set_random_seed`.
        dtype: float32 or float64.
    """
    _float(dtype)

    def initializer(shape: Any, dtype: Any = dtype) -> Tensor:
        return random.random_uniform(shape, minval, maxval, _float(dtype), seed=seed)

    return initializer


def random_normal_initializer(
    mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = float32
) -> Initializer:
    """Begins with normally distributed numbers; parameters as for `random_uniform_initializer`."""
    _float(dtype)

    def initializer(shape: Any, dtype: Any = dtype) -> Tensor:
        return random.random_normal(shape, mean, stddev, _float(dtype), seed=seed)

    return initializer


def truncated_normal_initializer(
    mean: Any = 0.0, stddev: Any = 1.0, seed: int | None = None, dtype: Any = float32
) -> Initializer:
    """Begins with normally distributed numbers none of which is two deviations or more from the mean.

    The usual start for weights. Parameters as for `random_uniform_initializer`.
    """
    _float(dtype)

    def initializer(shape: Any, dtype: Any = dtype) -> Tensor:
        return random.truncated_normal(shape, mean, stddev, _float(dtype), seed=seed)

    return initializer


def uniform_unit_scaling_initializer(factor: float = 1.0, seed: int | None = None, dtype: Any = float32) -> Initializer:
    """Begins with numbers that leave the scale of a layer's input as it is, so deep networks neither fade nor blow up.

    Evenly spread over ``factor * [-sqrt(3 / n), sqrt(3 / n))``, n being the number of inputs: the product of all sizes
    but the last. For linear layers ``factor`` is 1; Sussillo and Abbott, Random Walk Initialization for Training Very
    Deep Feedforward Networks, 2014, advise 1.43 for relu and 1.15 for tanh. Other parameters as for
    `random_uniform_initializer`.
    """
    _float(dtype)

    def initializer(shape: Any, dtype: Any = dtype) -> Tensor:
        limit = math.sqrt(3 / max(1.0, math.prod(float(size) for size in shape[:-1]))) * factor
        return random.random_uniform(shape, -limit, limit, _float(dtype), seed=seed)

    return initializer


def _float(dtype: Any) -> DType:
    wanted = as_dtype(dtype).base_dtype
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted}.")
    return wanted
