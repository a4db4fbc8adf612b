"""Products of matrices; arrays filled, cut, joined, and put into other shapes and orders."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from graphcore.engine.jax_kernel import Check, kernel, shared, table
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, ints

shared("MatMul", "Unpack", "SpaceToDepth", "DepthToSpace")


@kernel("BatchMatMul")
def _batch_matmul(x: Any, y: Any, *, adj_x: bool, adj_y: bool) -> Any:
    if x.shape[:-2] != y.shape[:-2]:
        raise ValueError("stacks of equally many matrices are wanted")
    left, right = (jnp.conj(jnp.swapaxes(m, -1, -2)) if adjoint else m for m, adjoint in ((x, adj_x), (y, adj_y)))
    return left @ right


# New arrays

# What only known values go into needs no kernel but numpy's, and is refused where they are not known.
table(
    {
        "Range": lambda start, limit, delta: jnp.arange(int(start), int(limit), int(delta), jnp.int32),
        "LinSpace": lambda start, stop, num: jnp.linspace(start, stop, int(num), dtype=jnp.asarray(start).dtype),
    },
    known=("start", "limit", "delta", "num"),
)


@kernel("Fill", known=("dims",))
def _fill(dims: Any, value: Any) -> Any:
    return jnp.full(ints(dims), value)


@kernel("OneHot", known=("depth",))
def _one_hot(indices: Any, depth: Any, on_value: Any, off_value: Any, *, axis: int) -> Any:
    at = axis if axis >= 0 else indices.ndim
    places = jnp.arange(int(depth)).reshape(-1, *(1,) * (indices.ndim - at))
    return jnp.where(jnp.expand_dims(indices, at) == places, on_value, off_value)


@kernel("Diag")
def _diag(diagonal: Any) -> Any:
    return jnp.diag(diagonal.ravel()).reshape(diagonal.shape * 2)


@kernel("DiagPart")
def _diag_part(input: Any) -> Any:
    half = input.shape[: input.ndim // 2]
    if input.ndim % 2 or half * 2 != input.shape:
        raise ValueError("the shape must be one shape, twice")
    count = int(np.prod(half))
    return jnp.diagonal(input.reshape(count, count)).reshape(half)


# Other shapes


@kernel("Reshape", known=("shape",))
def _reshape(tensor: Any, shape: Any) -> Any:
    return jnp.reshape(tensor, ints(shape))


@kernel("ExpandDims", known=("dim",))
def _expand_dims(input: Any, dim: Any) -> Any:
    return jnp.expand_dims(input, ints(dim)[0])


@kernel("Squeeze")
def _squeeze(input: Any, *, squeeze_dims: list[int]) -> Any:
    return jnp.squeeze(input, tuple(squeeze_dims) if squeeze_dims else None)


# Other orders


@kernel("Transpose", known=("perm",))
def _transpose(x: Any, perm: Any) -> Any:
    return jnp.transpose(x, ints(perm))


def _is_permutation(numpys: Any, x: Any) -> Check:
    return Check(jnp.sort(x) == jnp.arange(len(x)), (x,), numpys)


@kernel("InvertPermutation", check=_is_permutation)
def _invert_permutation(x: Any) -> Any:
    return jnp.argsort(x)


@kernel("Reverse", known=("dims",))
def _reverse(tensor: Any, dims: Any) -> Any:
    return jnp.flip(tensor, tuple(np.flatnonzero(dims).tolist()))


@kernel("ReverseSequence")
def _reverse_sequence(input: Any, seq_lengths: Any, *, seq_dim: int, batch_dim: int) -> Any:
    steps = jnp.arange(input.shape[seq_dim])
    lengths = seq_lengths[:, None]
    places = jnp.where(steps < lengths, lengths - 1 - steps, steps)  # [batch, steps]
    if batch_dim > seq_dim:
        places = places.T
    others = tuple(axis for axis in range(input.ndim) if axis not in (seq_dim, batch_dim))
    return jnp.take_along_axis(input, jnp.expand_dims(places, others), seq_dim)


# Copies, parts, and parts joined


@kernel("Tile", known=("multiples",))
def _tile(input: Any, multiples: Any) -> Any:
    times = ints(multiples)
    if len(times) != input.ndim:
        raise ValueError("there must be one multiple for each axis")
    return jnp.tile(input, times)


@kernel("Pad", known=("paddings",))
def _pad(input: Any, paddings: Any) -> Any:
    return jnp.pad(input, [tuple(pair) for pair in np.asarray(paddings).tolist()])


@kernel("MirrorPad", known=("paddings",))
def _mirror_pad(input: Any, paddings: Any, *, mode: str) -> Any:
    pairs = [tuple(pair) for pair in np.asarray(paddings).tolist()]
    at_most = {"SYMMETRIC": 0, "REFLECT": -1}[mode]
    if any(not 0 <= width <= n + at_most for n, pair in zip(input.shape, pairs, strict=True) for width in pair):
        raise ValueError("there is not so much to mirror")
    return jnp.pad(input, pairs, mode=mode.lower())


@kernel("MirrorPadGrad", known=("paddings",))
def _mirror_pad_grad(input: Any, paddings: Any, *, mode: str) -> Any:
    pairs = np.asarray(paddings)
    like = jax.ShapeDtypeStruct(tuple((np.array(input.shape) - pairs.sum(axis=1)).tolist()), input.dtype)
    return jax.linear_transpose(lambda inside: _mirror_pad(inside, pairs, mode=mode), like)(input)[0]


def _is_inside(numpys: Any, input: Any, begin: Any, size: Any) -> Check | None:
    if isinstance(begin, np.ndarray):
        return None
    # A size of -1 goes to the end. How far that is, shapes can only tell if it is all the way.
    counts = np.where(np.asarray(size) == -1, input.shape, size)

    def report(begin: np.ndarray) -> None:
        raise InvalidArgumentError(
            None,
            None,
            f"begin {brackets(ints(begin))} with size {brackets(ints(size))} is not in a tensor of shape "
            f"{brackets(input.shape)}, or begins a size of -1 elsewhere than at 0 that was not known when the program "
            "was compiled",
        )

    return Check((begin >= 0) & (begin + counts <= np.array(input.shape)), (begin,), report)


@kernel("Slice", known=("size",), check=_is_inside)
def _slice(input: Any, begin: Any, size: Any) -> Any:
    counts = ints(size)
    if not isinstance(begin, np.ndarray):
        return lax.dynamic_slice(input, begin, [n if count == -1 else count for n, count in zip(input.shape, counts)])
    starts = ints(begin)
    for n, start, count in zip(input.shape, starts, counts, strict=True):
        if not (0 <= start <= n and (count == -1 or 0 <= count <= n - start)):
            raise ValueError("the slice leaves the array")
    return input[tuple(slice(start, None if count == -1 else start + count) for start, count in zip(starts, counts))]


@kernel("Split", known=("split_dim",))
def _split(split_dim: Any, value: Any, *, num_split: int) -> Any:
    return tuple(jnp.split(value, num_split, int(split_dim)))


@kernel("Pack")
def _pack(*values: Any) -> Any:
    return jnp.stack(values)


@kernel("Concat", known=("concat_dim",))
def _concat(concat_dim: Any, *values: Any) -> Any:
    return jnp.concatenate(values, ints(concat_dim)[0])
