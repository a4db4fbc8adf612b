"""Random tensors: uniform, normal, truncated normal. Reproducible by seeds, see `graphcore.set_random_seed`."""

from __future__ import annotations

import functools
import math as pymath
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes, philox
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, as_dtype, float32, int32
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, ints
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, random_integers
from graphcore.random_seed import get_seed
from graphcore.scopes import op_scope


def _random(name: str, distribution: Callable[..., np.ndarray]) -> OpType:
    def bind(op: Operation, state: Any) -> Callable[[Any], Any]:
        stream = state.entry(op, lambda: philox.Stream(op.attrs["seed"], op.attrs["seed2"]))
        draw = functools.partial(distribution, dtype=op.attrs["dtype"].as_numpy_dtype)

        def kernel(shape: Any) -> Any:
            sizes = ints(shape)
            if any(size < 0 for size in sizes):
                raise InvalidArgumentError(None, None, f"Dimensions must be >= 0, got {brackets(sizes)}")
            return stream.draw(pymath.prod(sizes), draw).reshape(sizes)[()]

        return kernel

    return OpType(
        f"{name}(shape:T) -> output:dtype | seed:int=0; seed2:int=0; dtype:type{{float}}; T:type{{int32 int64}}",
        shape=common_shapes.of_value,
        bind=bind,
        gradient=no_gradient,
        stateful=True,
    )


RandomUniform = _random("RandomUniform", philox.uniform)
RandomStandardNormal = _random("RandomStandardNormal", philox.normal)
TruncatedNormal = _random("TruncatedNormal", philox.truncated_normal)


def _shape_tensor(shape: Any) -> Tensor:
    return convert_to_tensor(array.known_sizes(shape), int32 if isinstance(shape, (list, tuple)) else None, "shape")


def random_uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Numbers evenly spread over ``[minval, maxval)``, new ones in each run.

    Args:
        shape: a list of sizes, or an int32 tensor ``[rank]``.
        maxval: 1 if not given; has to be given for integers.
        dtype: float32 (with 23 random bits) or float64 (with 52), int32 or int64.
        seed: makes the numbers reproducible, see `set_random_seed`.
    """
    wanted: DType = as_dtype(dtype)
    with op_scope([shape, minval, maxval], name, "random_uniform") as scope:
        if wanted.is_integer and maxval is None:
            raise ValueError("Must specify maxval for integer dtype")
        sizes = _shape_tensor(shape)
        low = convert_to_tensor(minval, wanted, "min")
        high = convert_to_tensor(1 if maxval is None else maxval, wanted, "max")
        seed1, seed2 = get_seed(seed)
        if wanted.is_integer:
            return random_integers.RandomUniformInt(sizes, low, high, seed=seed1, seed2=seed2, name=scope)
        drawn = RandomUniform(sizes, dtype=wanted, seed=seed1, seed2=seed2)
        return arithmetic.add(drawn * (high - low), low, name=scope)


def random_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normally distributed numbers, new ones in each run; parameters as for `random_uniform`."""
    return _scaled(RandomStandardNormal, shape, mean, stddev, dtype, seed, name, "random_normal")


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = float32,
    seed: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Normally distributed numbers none of which is two deviations or more from the mean, new ones in each run.

    The usual start for weights. Parameters as for `random_uniform`.
    """
    return _scaled(TruncatedNormal, shape, mean, stddev, dtype, seed, name, "truncated_normal")


def _scaled(
    declared: OpType, shape: Any, mean: Any, stddev: Any, dtype: Any, seed: int | None, name: str | None, default: str
) -> Tensor:
    wanted = as_dtype(dtype)
    with op_scope([shape, mean, stddev], name, default) as scope:
        sizes = _shape_tensor(shape)
        mean_tensor = convert_to_tensor(mean, wanted, "mean")
        stddev_tensor = convert_to_tensor(stddev, wanted, "stddev")
        seed1, seed2 = get_seed(seed)
        drawn = declared(sizes, dtype=wanted, seed=seed1, seed2=seed2)
        return arithmetic.add(drawn * stddev_tensor, mean_tensor, name=scope)
