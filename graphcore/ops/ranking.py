"""Scores in, what is among the highest of them out."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import array, gathering, joining, rearrange, segment
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value


def _in_top_k_shape(op: Operation) -> list[TensorShape]:
    rows = op.inputs[0].get_shape().with_rank(2)[0].merge_with(op.inputs[1].get_shape().with_rank(1)[0])
    return [TensorShape([rows])]


def _in_top_k_kernel(predictions: Any, targets: Any, *, k: int) -> Any:
    if predictions.ndim != 2 or targets.shape != predictions.shape[:1]:
        raise InvalidArgumentError(
            None,
            None,
            "predictions must be [n, classes] and targets [n], but they are "
            f"{brackets(predictions.shape)} and {brackets(np.shape(targets))}",
        )
    classes = predictions.shape[1]
    for target in targets[(targets < 0) | (targets >= classes)]:
        raise InvalidArgumentError(None, None, f"targets holds {target}, which is not in [0, {classes})")
    scores = np.take_along_axis(predictions, targets[:, None], axis=1)
    # A score that is not a number, or is endless, ranks nowhere.
    return ((predictions > scores).sum(axis=1) < k) & np.isfinite(scores[:, 0])


InTopK = OpType(
    "InTopK(predictions:float32, targets:T) -> precision:bool | k:int; T:type{int32 int64}=int32",
    shape=_in_top_k_shape,
    kernel=_in_top_k_kernel,
    gradient=no_gradient,
)


def _top_k_shape(op: Operation) -> list[TensorShape]:
    scores, k = op.inputs[0].get_shape().with_rank_at_least(1), constant_value(op.inputs[1])
    if scores.ndims is None:
        return [unknown_shape()] * 2
    last = scores[-1].value
    if k is not None and last is not None and not 0 <= k <= last:
        raise ValueError(f"input must have at least k columns: it has {last}, and k is {k}")
    return [scores[:-1].concatenate([None if k is None else int(k)])] * 2


def _top_k_kernel(input: Any, k: Any) -> Any:
    if not np.ndim(input) or not 0 <= k <= input.shape[-1]:
        raise InvalidArgumentError(
            None, None, f"input must have at least k columns: its shape is {brackets(np.shape(input))}, and k is {k}"
        )
    # Sorted from the back and read from there, so that of equals the first comes first.
    order = np.argsort(input[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
    places = input.shape[-1] - 1 - order
    return np.take_along_axis(input, places, axis=-1), places.astype(np.int32)


def _top_k_grad(op: Operation, grad: Tensor, _: Any) -> Any:
    # Numbers all elements of the input one after another, and sends each gradient to where its value came from.
    scores, places = op.inputs[0], op.outputs[1]
    sizes, last = array.shape(scores), array.rank(scores) - 1
    columns, k = gathering.gather(sizes, last), gathering.gather(array.shape(places), last)
    count = array.size(scores)
    rows = rearrange.expand_dims(array.range(count // columns) * columns, 1)
    numbers = rearrange.reshape(places, joining.pack([-1, k])) + rows
    flat = rearrange.reshape(grad, [-1])
    return rearrange.reshape(segment.unsorted_segment_sum(flat, rearrange.reshape(numbers, [-1]), count), sizes), None


TopKV2 = OpType(
    "TopKV2(input:T, k:int32) -> values:T, indices:int32 | sorted:bool=true; T:type{real}",
    shape=_top_k_shape,
    kernel=_top_k_kernel,
    gradient=_top_k_grad,
)


def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> list[Tensor]:
    """The ``k`` highest values along the last axis, highest first, and their places there.

    Of equal values the first comes first.

    Args:
        input: ``[..., n]``. k: at most n.
        sorted: kept in the graph; the values are always sorted.

    Returns: values and places (int32), both ``[..., k]``.
    """
    return TopKV2(input, k, sorted=sorted, name=name)


def in_top_k(predictions: Any, targets: Any, k: int, name: str | None = None) -> Tensor:
    """Whether the right class is among the ``k`` with the highest scores, for each row, bool ``[n]``.

    A class that shares the k-th highest score counts as among them.

    Args:
        predictions: scores, float32 ``[n, classes]``.
        targets: the number of the right class, int32 or int64, ``[n]``, from 0.
    """
    return InTopK(predictions, targets, k=k, name=name)
