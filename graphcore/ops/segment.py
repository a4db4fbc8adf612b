"""Rows of one number summed, averaged, multiplied, or the largest or smallest of them taken.

``segment_ids`` says for each row of ``data`` to which row of the output it goes. Sorted ids are cut into runs; ids in
any order are told how many rows there will be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.conversion import register_tensor_conversion_function
from graphcore.dtypes import DType
from graphcore.errors import InvalidArgumentError
from graphcore.indexed_slices import IndexedSlices
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, comparison, gathering, joining, rearrange
from graphcore.ops.constant import constant
from graphcore.rows import add_rows, check_in_range
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value


def _segment_shape(op: Operation) -> list[TensorShape]:
    data, ids = op.inputs[0].get_shape().with_rank_at_least(1), op.inputs[1].get_shape().with_rank(1)
    if data.sizes is None:
        return [unknown_shape()]
    data[:1].merge_with(ids)
    known = constant_value(op.inputs[1])
    rows = None if known is None else (int(known[-1]) + 1 if len(known) else 0)
    return [TensorShape([rows]).concatenate(data[1:])]


def _check_rows(data: np.ndarray, ids: np.ndarray) -> None:
    if ids.ndim != 1 or data.shape[:1] != ids.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"segment_ids should be a vector with one id for each row of data, but they are {brackets(ids.shape)} and "
            f"{brackets(data.shape)}",
        )


def _kernel(reduce: Callable[..., Any], of_nothing: int) -> Callable[..., Any]:
    """The kernel of a reduction: ``reduce(data, starts, lengths)`` over runs of rows that are not empty."""

    def kernel(data: Any, segment_ids: Any) -> Any:
        _check_rows(data, segment_ids)
        if not len(segment_ids):
            return np.zeros((0, *data.shape[1:]), data.dtype)
        if segment_ids[0] < 0 or (np.diff(segment_ids) < 0).any():
            raise InvalidArgumentError(None, None, "segment ids must be sorted and not below zero")
        rows, starts, lengths = np.unique(segment_ids, return_index=True, return_counts=True)
        output = np.full((int(rows[-1]) + 1, *data.shape[1:]), of_nothing, data.dtype)
        output[rows] = reduce(data, starts, lengths.reshape(-1, *(1,) * (data.ndim - 1)))
        return output

    return kernel


def _mean(data: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    total, count = np.add.reduceat(data, starts, axis=0), lengths.astype(data.dtype)
    return total // count if data.dtype.kind in "iu" else total / count


def _sum_grad(op: Operation, grad: Tensor) -> Any:
    return gathering.gather(grad, op.inputs[1]), None


def _mean_grad(op: Operation, grad: Tensor) -> Any:
    # How many rows went into each, in a shape that broadcasts against the gradient.
    data, ids = op.inputs
    column = joining.concat(
        0, [array.shape(ids), array.fill(rearrange.expand_dims(array.rank(data) - 1, 0), constant(1))]
    )
    counts = segment_sum(array.fill(column, constant(1, grad.dtype.base_dtype)), ids)
    return gathering.gather(arithmetic.div(grad, counts), ids), None


def _extremum_grad(op: Operation, grad: Tensor) -> Any:
    # All rows that are the extreme of their segment share the gradient.
    data, ids = op.inputs
    chosen = comparison.equal(data, gathering.gather(op.outputs[0], ids))
    count = segment_sum(arithmetic.cast(chosen, grad.dtype), ids)
    shared = gathering.gather(arithmetic.div(grad, count), ids)
    return comparison.select(chosen, shared, array.zeros_like(shared)), None


def _segment(name: str, reduce: Callable[..., Any], gradient: Any, of_nothing: int = 0) -> OpType:
    """Declares a reduction; ``of_nothing`` goes into the rows that no id names."""
    return OpType(
        f"{name}(data:T, segment_ids:Tindices) -> output:T | T:type{{real}}; Tindices:type{{int32 int64}}",
        shape=_segment_shape,
        kernel=_kernel(reduce, of_nothing),
        gradient=gradient,
    )


def _reduceat(ufunc: Any) -> Callable[..., Any]:
    return lambda data, starts, lengths: ufunc.reduceat(data, starts, axis=0, dtype=data.dtype)


SegmentSum = _segment("SegmentSum", _reduceat(np.add), _sum_grad)
SegmentMean = _segment("SegmentMean", _mean, _mean_grad)
SegmentProd = _segment("SegmentProd", _reduceat(np.multiply), None, of_nothing=1)
SegmentMin = _segment("SegmentMin", _reduceat(np.minimum), _extremum_grad)
SegmentMax = _segment("SegmentMax", _reduceat(np.maximum), _extremum_grad)


def _unsorted_segment_sum_shape(op: Operation) -> list[TensorShape]:
    data, ids, count = op.inputs[0].get_shape(), op.inputs[1].get_shape(), constant_value(op.inputs[2])
    rows = TensorShape([None if count is None else int(count)])
    if data.ndims is None or ids.ndims is None:
        return [unknown_shape()]
    data[: ids.ndims].merge_with(ids)
    return [rows.concatenate(data[ids.ndims :])]


def _unsorted_segment_sum_kernel(data: Any, segment_ids: Any, num_segments: Any) -> Any:
    ids = np.asarray(segment_ids)
    if data.shape[: ids.ndim] != ids.shape:
        raise InvalidArgumentError(
            None,
            None,
            f"data.shape = {brackets(data.shape)} does not start with segment_ids.shape = {brackets(ids.shape)}",
        )
    check_in_range("segment_ids", ids, int(num_segments))
    rest = data.shape[ids.ndim :]
    output = np.zeros((int(num_segments), *rest), data.dtype)
    add_rows(output, ids.ravel(), np.reshape(data, (-1, *rest)))
    return output


UnsortedSegmentSum = OpType(
    "UnsortedSegmentSum(data:T, segment_ids:Tindices, num_segments:int32) -> output:T | "
    "T:type{real}; Tindices:type{int32 int64}",
    shape=_unsorted_segment_sum_shape,
    kernel=_unsorted_segment_sum_kernel,
    gradient=lambda op, grad: (gathering.gather(grad, op.inputs[1]), None, None),
)


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sum of the rows of each segment; zero where no id names one.

    Args:
        data: ``[n, ...]``.
        segment_ids: which segment each row belongs to, int32 or int64 ``[n]``, sorted, from 0.

    Returns: ``[last id + 1, ...]``.
    """
    return SegmentSum(data, segment_ids, name=name)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The mean of the rows of each segment; parameters as for `segment_sum`. Of integers, rounded down."""
    return SegmentMean(data, segment_ids, name=name)


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The product of the rows of each segment, 1 where no id names one; parameters as for `segment_sum`.

    It has no gradient.
    """
    return SegmentProd(data, segment_ids, name=name)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The least of the rows of each segment, element by element; parameters as for `segment_sum`."""
    return SegmentMin(data, segment_ids, name=name)


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The greatest of the rows of each segment, element by element; parameters as for `segment_sum`."""
    return SegmentMax(data, segment_ids, name=name)


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: str | None = None) -> Tensor:
    """The sum of all parts of ``data`` with one id, for each of ``num_segments`` ids.

    Args:
        segment_ids: int32 or int64 in any order, of any shape ``s`` with which that of ``data`` begins.
        num_segments: int32, more than any id.

    Returns: ``[num_segments, ...]``, the rest that of ``data`` behind ``s``.
    """
    return UnsortedSegmentSum(data, segment_ids, num_segments, name=name)


def _dense(value: IndexedSlices, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    """The tensor of which `IndexedSlices` has rows."""
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for IndexedSlices with dtype {value.dtype.name}"
        )
    if value.dense_shape is None:
        raise ValueError(f"Tensor conversion requested for IndexedSlices without dense_shape: {value}")
    dense = unsorted_segment_sum(value.values, value.indices, value.dense_shape[0], name=name)
    sizes = constant_value(value.dense_shape)
    if sizes is not None:
        dense.set_shape(sizes.tolist())
    return dense


register_tensor_conversion_function(IndexedSlices, _dense)
