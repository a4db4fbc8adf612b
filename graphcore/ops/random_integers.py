"""Random whole numbers, and what is made of them: other orders, and pieces of pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore import common_shapes, philox
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int32
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets, ints
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, joining, random
from graphcore.random_seed import get_seed
from graphcore.scopes import op_scope


def _stream(op: Operation, state: Any) -> philox.Stream:
    return state.entry(op, lambda: philox.Stream(op.attrs["seed"], op.attrs["seed2"]))


def _bind_uniform(op: Operation, state: Any) -> Callable[..., Any]:
    stream, dtype = _stream(op, state), op.attrs["Tout"].as_numpy_dtype
    draw = philox.words if op.attrs["Tout"] == int32 else philox.double_words

    def kernel(shape: Any, minval: Any, maxval: Any) -> Any:
        sizes, low, span = ints(shape), int(minval), int(maxval) - int(minval)
        if any(size < 0 for size in sizes):
            raise InvalidArgumentError(None, None, f"Dimensions must be >= 0, got {brackets(sizes)}")
        if span <= 0:
            raise InvalidArgumentError(None, None, f"Need minval < maxval, got {minval} >= {maxval}")
        drawn = stream.draw(math.prod(sizes), draw)
        # Unsigned, the sum goes round where a signed one would overflow on the way.
        wide = drawn.dtype.type(low & int(np.iinfo(drawn.dtype).max))
        return (drawn % drawn.dtype.type(span) + wide).astype(dtype).reshape(sizes)[()]

    return kernel


RandomUniformInt = OpType(
    "RandomUniformInt(shape:T, minval:Tout, maxval:Tout) -> output:Tout | "
    "seed:int=0; seed2:int=0; Tout:type{int32 int64}; T:type{int32 int64}",
    shape=common_shapes.of_value,
    bind=_bind_uniform,
    gradient=no_gradient,
    stateful=True,
)


def _bind_shuffle(op: Operation, state: Any) -> Callable[[Any], Any]:
    stream = _stream(op, state)

    def kernel(value: Any) -> Any:
        rows = as_array(value)
        if not rows.ndim or len(rows) < 2:
            return value
        count = len(rows)
        draws = stream.draw(count, philox.words, used_blocks=-(-count // 4))
        order = list(range(count))
        # Fisher and Yates: each place in turn is given one of what is left.
        for place, ahead in enumerate((draws[: count - 1] % np.arange(count, 1, -1)).tolist()):
            order[place], order[place + ahead] = order[place + ahead], order[place]
        return rows[order]

    return kernel


RandomShuffle = OpType(
    "RandomShuffle(value:T) -> output:T | seed:int=0; seed2:int=0; T:type",
    shape=common_shapes.unchanged,
    bind=_bind_shuffle,
    gradient=no_gradient,
    stateful=True,
)


def random_shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """The rows of ``value`` in another order, a new one in each run. There is no gradient."""
    seed1, seed2 = get_seed(seed)
    return RandomShuffle(value, seed=seed1, seed2=seed2, name=name)


def random_crop(value: Any, size: Any, seed: int | None = None, name: str | None = None) -> Tensor:
    """A piece of ``value`` of the given size, from another place in each run.

    Args:
        size: int32 ``[rank]``, at most the shape of ``value``: for a picture, ``[height, width, channels]``.
    """
    with op_scope([value, size], name, "random_crop") as scope:
        value, size = convert_to_tensor(value, name="value"), convert_to_tensor(size, int32, "size")
        places = array.shape(value) - size + 1
        offset = random.random_uniform(array.shape(places), dtype=int32, maxval=int32.max, seed=seed) % places
        return joining.slice(value, offset, size, name=scope)
