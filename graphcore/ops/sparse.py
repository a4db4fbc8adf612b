"""Sparse tensors multiplied, filled up and cut; embeddings of several ids at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import bool_, int32
from graphcore.errors import InvalidArgumentError
from graphcore.indexed_slices import IndexedSlices
from graphcore.kernel_values import brackets, ints
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import (
    arithmetic,
    choosing,
    comparison,
    gathering,
    math,
    rearrange,
    reduction,
    segment,
    sparse_segment,
)
from graphcore.ops.sparse_to_dense import sparse_to_dense
from graphcore.rows import add_rows
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape
from graphcore.sparse_tensor import SparseTensor, SparseTensorValue
from graphcore.static_value import constant_value


def _product_shape(op: Operation) -> list[TensorShape]:
    op.inputs[0].get_shape().assert_is_compatible_with([None, 2])
    sizes, b = constant_value(op.inputs[2]), op.inputs[3].get_shape().with_rank(2)
    rows, inner = (None, None) if sizes is None else ints(sizes)[:: -1 if op.attrs["adjoint_a"] else 1]
    inner_b, columns = b.as_list()[:: -1 if op.attrs["adjoint_b"] else 1]
    if None not in (inner, inner_b) and inner != inner_b:
        raise ValueError(f"Dimensions {inner} and {inner_b} are not compatible")
    return [TensorShape([rows, columns])]


def _adjoint(matrix: np.ndarray) -> np.ndarray:
    return matrix.T.conj() if matrix.dtype.kind == "c" else matrix.T


def _product_kernel(a_indices: Any, a_values: Any, a_shape: Any, b: Any, *, adjoint_a: bool, adjoint_b: bool) -> Any:
    sizes = ints(a_shape)
    if len(sizes) != 2 or a_indices.shape != (len(a_values), 2) or b.ndim != 2:
        raise InvalidArgumentError(
            None, None, f"both must be matrices, but the shapes are {brackets(sizes)} and {brackets(b.shape)}"
        )
    outside = ((a_indices < 0) | (a_indices >= sizes)).any(axis=1)
    if outside.any():
        place = int(np.argmax(outside))
        raise InvalidArgumentError(
            None, None, f"a_indices[{place}] = {brackets(a_indices[place].tolist())} is not in {brackets(sizes)}"
        )
    right = _adjoint(b) if adjoint_b else b
    rows, columns = a_indices.T[:: -1 if adjoint_a else 1]
    count, inner = sizes[:: -1 if adjoint_a else 1]
    if inner != right.shape[0]:
        raise InvalidArgumentError(
            None, None, f"Cannot multiply A and B because inner dimension does not match: {inner} vs. {right.shape[0]}"
        )
    values = np.conj(a_values) if adjoint_a and a_values.dtype.kind == "c" else a_values
    product = np.zeros((count, right.shape[1]), b.dtype)
    add_rows(product, rows, values[:, None] * right[columns])
    return product


def _product_grad(op: Operation, grad: Tensor) -> Any:
    indices, values, shape, b = op.inputs
    adjoint_a, adjoint_b = op.attrs["adjoint_a"], op.attrs["adjoint_b"]
    b_grad = SparseTensorDenseMatMul(indices, values, shape, grad, adjoint_a=not adjoint_a)
    rows, columns = (indices[:, axis] for axis in ((1, 0) if adjoint_a else (0, 1)))
    right = rearrange.transpose(b) if adjoint_b else b
    values_grad = reduction.reduce_sum(gathering.gather(grad, rows) * gathering.gather(right, columns), 1)
    return None, values_grad, None, rearrange.transpose(b_grad) if adjoint_b else b_grad


SparseTensorDenseMatMul: OpType = OpType(
    "SparseTensorDenseMatMul(a_indices:int64, a_values:T, a_shape:int64, b:T) -> product:T | "
    "T:type; adjoint_a:bool=false; adjoint_b:bool=false",
    shape=_product_shape,
    kernel=_product_kernel,
    gradient=_product_grad,
)


def _sparse(value: Any) -> SparseTensor:
    """TypeError unless it is a `SparseTensor`, or the value of one."""
    if isinstance(value, SparseTensorValue):
        return SparseTensor(*value)
    if not isinstance(value, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor, not {value!r}")
    return value


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse matrix ``[n, k]`` and a dense one ``[k, m]``, dense ``[n, m]``.

    Args:
        adjoint_a, adjoint_b: that one is given transposed, and conjugated if it is complex.
    """
    a = _sparse(sp_a)
    return SparseTensorDenseMatMul(*a.parts(), b, adjoint_a=adjoint_a, adjoint_b=adjoint_b, name=name)


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = 0, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """The whole of a sparse tensor, ``default_value`` where it has no element; see `sparse_to_dense`."""
    value = _sparse(sp_input)
    return sparse_to_dense(value.indices, value.shape, value.values, default_value, validate_indices, name=name)


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """A sparse tensor with those of its elements for which ``to_retain`` (bool ``[n]``) holds."""
    value, chosen = _sparse(sp_input), convert_to_tensor(to_retain, bool_)
    chosen.get_shape().merge_with(value.values.get_shape())
    places = rearrange.reshape(comparison.where(chosen), [-1])
    return SparseTensor(gathering.gather(value.indices, places), gathering.gather(value.values, places), value.shape)


def sparse_mask(a: IndexedSlices, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """`IndexedSlices` without the rows that ``mask_indices`` names."""
    with op_scope([a.values, a.indices, mask_indices], name, "sparse_mask") as scope:
        kept, places = choosing.listdiff(a.indices, mask_indices)
        return IndexedSlices(gathering.gather(a.values, places, name=scope), kept, a.dense_shape)


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str = "mean",
) -> Tensor:
    """For each row of ids their vectors, combined into one.

    Args:
        params: the vectors, as for `embedding_lookup`.
        sp_ids: a `SparseTensor` of ids ``[n, any]``; each row has at least one.
        sp_weights: how much each counts, a `SparseTensor` with elements at the same places; None for all alike.
        partition_strategy: as for `embedding_lookup`.
        combiner: ``sum``; ``mean``, the sum by the sum of weights; ``sqrtn``, by the root of the sum of their squares.

    Returns: ``[n, ...]``, behind n as in ``params``.

    Raises:
        ValueError: another combiner.
    """
    if combiner not in ("mean", "sqrtn", "sum"):
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', not {combiner!r}")
    ids = _sparse(sp_ids)
    with op_scope([*ids.parts()], name, "embedding_lookup_sparse") as scope:
        rows = arithmetic.cast(ids.indices[:, 0], int32)
        different, places = choosing.unique(ids.values)
        vectors = gathering.embedding_lookup(params, different, partition_strategy)
        if sp_weights is None:
            combine = {
                "sum": sparse_segment.sparse_segment_sum,
                "mean": sparse_segment.sparse_segment_mean,
                "sqrtn": sparse_segment.sparse_segment_sqrt_n,
            }[combiner]
            return combine(vectors, places, rows, name=scope)
        weights = arithmetic.cast(_sparse(sp_weights).values, vectors.dtype)
        rank = vectors.get_shape().ndims
        if rank is None:
            raise ValueError(f"embedding_lookup_sparse needs the rank of {vectors.name}, which is not known")
        columns = rearrange.reshape(weights, [-1, *[1] * (rank - 1)])
        total = segment.segment_sum(gathering.gather(vectors, places) * columns, rows)
        if combiner == "sum":
            return total
        if combiner == "mean":
            return arithmetic.div(total, segment.segment_sum(columns, rows), name=scope)
        return arithmetic.div(total, math.sqrt(segment.segment_sum(math.square(columns), rows)), name=scope)
