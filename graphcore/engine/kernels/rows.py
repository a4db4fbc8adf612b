"""Rows looked up by their numbers, put together, and added up by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from graphcore.engine.jax_kernel import Check, kernel
from graphcore.rows import check_in_range


def in_range(name: str, indices: Any, count: int) -> Check:
    """All ``indices`` are in ``[0, count)``; ``name`` is what the message calls them."""
    holds = (indices >= 0) & (indices < count)
    return Check(holds, (indices,), lambda indices: check_in_range(name, indices, count))


@kernel("Gather", check=lambda _, params, indices: in_range("indices", indices, jnp.shape(params)[0]))
def _gather(params: Any, indices: Any) -> Any:
    return jnp.take(params, indices, axis=0, mode="clip")


def _places_are_inside(numpys: Any, params: Any, indices: Any) -> Check:
    fine = (indices >= 0) & (indices < np.array(params.shape, indices.dtype))
    return Check(fine, (params, indices), numpys)


@kernel("GatherNd", check=_places_are_inside)
def _gather_nd(params: Any, indices: Any) -> Any:
    if indices.shape[-1] != params.ndim:
        raise ValueError("the last dimension of indices must be the rank of params")
    return params[tuple(jnp.moveaxis(indices, -1, 0))]


def _places_are_in_order(
    numpys: Any,
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any,
    *,
    validate_indices: bool,
) -> Check:
    sizes = np.asarray(output_shape)
    places = sparse_indices.reshape(-1, 1) if sparse_indices.ndim < 2 else sparse_indices
    fine = ((places >= 0) & (places < sizes)).all()
    if validate_indices:
        flat = places @ np.array([int(np.prod(sizes[axis + 1 :])) for axis in range(len(sizes))], places.dtype)
        fine &= (flat[1:] > flat[:-1]).all()
    return Check(fine, (sparse_indices, output_shape, sparse_values, default_value), numpys)


@kernel("SparseToDense", known=("output_shape",), check=_places_are_in_order)
def _sparse_to_dense(sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any) -> Any:
    sizes = tuple(np.asarray(output_shape).tolist())
    places = sparse_indices.reshape(-1, 1) if sparse_indices.ndim < 2 else sparse_indices
    if places.shape[1] != len(sizes):
        raise ValueError("places must have one number for each axis")
    return jnp.full(sizes, default_value).at[tuple(places.T)].set(sparse_values, mode="drop")


@kernel("DynamicStitch", known=("indices",))
def _dynamic_stitch(*inputs: Any) -> Any:
    count = len(inputs) // 2
    indices, data = [np.asarray(places) for places in inputs[:count]], inputs[count:]
    rest = jnp.shape(data[0])[indices[0].ndim :]
    length = max((int(places.max()) + 1 for places in indices if places.size), default=0)
    # Which row of all rows one after another comes to each place: the last that names it; behind them, one of zeros.
    flat = np.concatenate([places.ravel() for places in indices])
    chosen = np.full(length, len(flat))
    chosen[flat] = np.arange(len(flat))
    rows = [jnp.reshape(values, (-1, *rest)) for values in data]
    return jnp.concatenate([*rows, jnp.zeros((1, *rest), rows[0].dtype)])[chosen]


@kernel("DynamicPartition", known=("partitions",))
def _dynamic_partition(data: Any, partitions: Any, *, num_partitions: int) -> Any:
    parts = np.asarray(partitions)
    if data.shape[: parts.ndim] != parts.shape:
        raise ValueError("data.shape must start with partitions.shape")
    check_in_range("partitions", parts, num_partitions)
    return tuple(data[np.nonzero(parts == part)] for part in range(num_partitions))


# Segments


def _segment(name: str, start: Any, add_up: Callable[[Any, np.ndarray, Any], Any], of_nothing: int = 0) -> None:
    """Declares a reduction of rows.

    Args:
        start: given an element type, what the output's rows begin with.
        add_up: given those, the ids and the data, the rows reduced.
        of_nothing: what goes into the rows that no id names.
    """

    @kernel(name, known=("segment_ids",))
    def compute(data: Any, segment_ids: Any) -> Any:
        ids = np.asarray(segment_ids)
        if ids.ndim != 1 or data.shape[:1] != ids.shape or (np.diff(ids) < 0).any() or (ids < 0).any():
            raise ValueError("segment_ids must be sorted, one for each row")
        rows = int(ids[-1]) + 1 if len(ids) else 0
        reduced = add_up(jnp.full((rows, *data.shape[1:]), start(data.dtype), data.dtype), ids, data)
        there = np.isin(np.arange(rows), ids).reshape(-1, *(1,) * (data.ndim - 1))
        return jnp.where(there, reduced, data.dtype.type(of_nothing))


def _limits(dtype: Any) -> Any:
    return jnp.finfo(dtype) if jnp.issubdtype(dtype, jnp.floating) else jnp.iinfo(dtype)


def _mean(rows: Any, ids: np.ndarray, data: Any) -> Any:
    counts = np.maximum(np.bincount(ids, minlength=len(rows)), 1).reshape(-1, *(1,) * (data.ndim - 1))
    total, count = rows.at[ids].add(data), counts.astype(data.dtype)
    return total // count if jnp.issubdtype(data.dtype, jnp.integer) else total / count


_segment("SegmentSum", lambda dtype: 0, lambda rows, ids, data: rows.at[ids].add(data))
_segment("SegmentMean", lambda dtype: 0, _mean)
_segment("SegmentProd", lambda dtype: 1, lambda rows, ids, data: rows.at[ids].multiply(data), of_nothing=1)
_segment("SegmentMin", lambda dtype: _limits(dtype).max, lambda rows, ids, data: rows.at[ids].min(data))
_segment("SegmentMax", lambda dtype: _limits(dtype).min, lambda rows, ids, data: rows.at[ids].max(data))


# Segments of looked-up rows, divided by a function of how many there are


def _sparse_segment(name: str, divisor: Callable[[np.ndarray], np.ndarray]) -> None:
    @kernel(name, known=("segment_ids",), check=lambda _, data, indices, ids: in_range("indices", indices, len(data)))
    def compute(data: Any, indices: Any, segment_ids: Any) -> Any:
        ids = np.asarray(segment_ids)
        if indices.ndim != 1 or indices.shape != ids.shape or (np.diff(ids) < 0).any() or (ids < 0).any():
            raise ValueError("segment_ids must be sorted, one for each index")
        counts = np.maximum(np.bincount(ids), 1) if len(ids) else np.zeros(0, np.int64)
        sums = jnp.zeros((len(counts), *data.shape[1:]), data.dtype).at[ids].add(data[indices])
        return sums / divisor(counts).astype(data.dtype).reshape(-1, *(1,) * (data.ndim - 1))


def _sparse_segment_grad(name: str, divisor: Callable[[np.ndarray], np.ndarray]) -> None:
    @kernel(
        name,
        known=("segment_ids", "output_dim0"),
        check=lambda _, grad, indices, ids, rows: in_range("indices", indices, int(rows)),
    )
    def compute(grad: Any, indices: Any, segment_ids: Any, output_dim0: Any) -> Any:
        ids = np.asarray(segment_ids)
        check_in_range("segment_ids", ids, len(grad))
        weights = (1 / divisor(np.bincount(ids))[ids]).astype(grad.dtype) if len(ids) else np.ones(0, grad.dtype)
        rows = jnp.zeros((int(output_dim0), *grad.shape[1:]), grad.dtype)
        return rows.at[indices].add(grad[ids] * weights.reshape(-1, *(1,) * (grad.ndim - 1)), mode="drop")


_sparse_segment("SparseSegmentSum", np.ones_like)
_sparse_segment("SparseSegmentMean", np.asarray)
_sparse_segment("SparseSegmentSqrtN", np.sqrt)
_sparse_segment_grad("SparseSegmentMeanGrad", np.asarray)
_sparse_segment_grad("SparseSegmentSqrtNGrad", np.sqrt)


@kernel(
    "UnsortedSegmentSum",
    known=("num_segments",),
    check=lambda _, data, segment_ids, num_segments: in_range("segment_ids", segment_ids, int(num_segments)),
)
def _unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    ids = jnp.asarray(segment_ids)
    if data.shape[: ids.ndim] != ids.shape:
        raise ValueError("data.shape must start with segment_ids.shape")
    rest = data.shape[ids.ndim :]
    rows = jnp.zeros((int(num_segments), *rest), data.dtype)
    return rows.at[ids.ravel()].add(data.reshape(-1, *rest), mode="drop")
