"""Segments of looked-up rows: `segment_sum` and its kin over ``data[indices]``, which is never made as a whole.

The sums of embeddings are such: ``indices`` are the words of a text, ``segment_ids`` say to which sentence each of them
belongs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, gathering, segment
from graphcore.rows import add_rows, check_in_range
from graphcore.shapes import TensorShape
from graphcore.static_value import constant_value


def _shape(op: Operation) -> list[TensorShape]:
    data = op.inputs[0].get_shape().with_rank_at_least(1)
    op.inputs[1].get_shape().with_rank(1).merge_with(op.inputs[2].get_shape().with_rank(1))
    known = constant_value(op.inputs[2])
    rows = None if known is None else (int(known[-1]) + 1 if len(known) else 0)
    return [TensorShape([rows]).concatenate(data[1:])]


def _check(data: np.ndarray, indices: np.ndarray, ids: np.ndarray) -> None:
    if indices.ndim != 1 or indices.shape != ids.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"indices and segment_ids should be vectors of one length, but are {brackets(indices.shape)} and "
            f"{brackets(ids.shape)}",
        )
    check_in_range("indices", indices, len(data))
    if len(ids) and (ids[0] < 0 or (np.diff(ids) < 0).any()):
        raise InvalidArgumentError(None, None, "segment ids must be sorted and not below zero")


def _weights(ids: np.ndarray, divisor: Callable[[np.ndarray], np.ndarray] | None, dtype: Any) -> np.ndarray:
    """What each row counts for in its segment, ``[n]``."""
    if divisor is None or not len(ids):
        return np.ones(len(ids), dtype)
    return (1 / divisor(np.bincount(ids))[ids]).astype(dtype)


def _columns(weights: np.ndarray, like: np.ndarray) -> np.ndarray:
    return weights.reshape(-1, *(1,) * (like.ndim - 1))


def _forward(divisor: Callable[[np.ndarray], np.ndarray] | None) -> Callable[..., Any]:
    def kernel(data: Any, indices: Any, segment_ids: Any) -> Any:
        _check(data, indices, segment_ids)
        output = np.zeros((int(segment_ids[-1]) + 1 if len(segment_ids) else 0, *data.shape[1:]), data.dtype)
        add_rows(output, segment_ids, data[indices])
        if divisor is not None and len(segment_ids):
            counts = np.maximum(np.bincount(segment_ids), 1)
            output /= _columns(divisor(counts).astype(data.dtype), output)
        return output

    return kernel


def _backward(divisor: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Any]:
    def kernel(grad: Any, indices: Any, segment_ids: Any, output_dim0: Any) -> Any:
        check_in_range("segment_ids", segment_ids, len(grad))
        check_in_range("indices", indices, int(output_dim0))
        output = np.zeros((int(output_dim0), *grad.shape[1:]), grad.dtype)
        add_rows(output, indices, grad[segment_ids] * _columns(_weights(segment_ids, divisor, grad.dtype), grad))
        return output

    return kernel


def _grad_shape(op: Operation) -> list[TensorShape]:
    rows = constant_value(op.inputs[3])
    rest = op.inputs[0].get_shape().with_rank_at_least(1)[1:]
    return [TensorShape([None if rows is None else int(rows)]).concatenate(rest)]


def _sum_grad(op: Operation, grad: Tensor) -> Any:
    data, indices, ids = op.inputs
    rows = array.shape(data)[0]
    return segment.unsorted_segment_sum(gathering.gather(grad, ids), indices, rows), None, None


def _declare(name: str, function: Callable[[np.ndarray], np.ndarray]) -> tuple[OpType, OpType]:
    """Declares an op that divides sums by a function of the number of rows, and its gradient's op."""
    grad_type = OpType(
        f"{name}Grad(grad:T, indices:int32, segment_ids:int32, output_dim0:int32) -> output:T | T:type{{float}}",
        shape=_grad_shape,
        kernel=_backward(function),
    )
    op_type = OpType(
        f"{name}(data:T, indices:int32, segment_ids:int32) -> output:T | T:type{{float}}",
        shape=_shape,
        kernel=_forward(function),
        gradient=lambda op, grad: (grad_type(grad, *op.inputs[1:], array.shape(op.inputs[0])[0]), None, None),
    )
    return op_type, grad_type


SparseSegmentSum = OpType(
    "SparseSegmentSum(data:T, indices:int32, segment_ids:int32) -> output:T | T:type{real}",
    shape=_shape,
    kernel=_forward(None),
    gradient=_sum_grad,
)
SparseSegmentMean, SparseSegmentMeanGrad = _declare("SparseSegmentMean", lambda counts: counts)
SparseSegmentSqrtN, SparseSegmentSqrtNGrad = _declare("SparseSegmentSqrtN", np.sqrt)


def sparse_segment_sum(data: Any, indices: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sum of the rows ``data[indices]`` of each segment.

    Args:
        data: ``[n, ...]``.
        indices: rows of it, int32 ``[k]``.
        segment_ids: to which segment each of these belongs, int32 ``[k]``, sorted, from 0.

    Returns: ``[last id + 1, ...]``, zero where no id names a segment.
    """
    return SparseSegmentSum(data, indices, segment_ids, name=name)


def sparse_segment_mean(data: Any, indices: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The mean of the rows of each segment; parameters as for `sparse_segment_sum`."""
    return SparseSegmentMean(data, indices, segment_ids, name=name)


def sparse_segment_sqrt_n(data: Any, indices: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sum of the rows of each segment, divided by the root of their number; parameters as above."""
    return SparseSegmentSqrtN(data, indices, segment_ids, name=name)


def sparse_segment_mean_grad(
    grad: Any, indices: Any, segment_ids: Any, output_dim0: Any, name: str | None = None
) -> Tensor:
    """The gradient of `sparse_segment_mean` for its data, which has ``output_dim0`` rows (int32)."""
    return SparseSegmentMeanGrad(grad, indices, segment_ids, output_dim0, name=name)


def sparse_segment_sqrt_n_grad(
    grad: Any, indices: Any, segment_ids: Any, output_dim0: Any, name: str | None = None
) -> Tensor:
    """The gradient of `sparse_segment_sqrt_n` for its data, which has ``output_dim0`` rows (int32)."""
    return SparseSegmentSqrtNGrad(grad, indices, segment_ids, output_dim0, name=name)
