"""Scores in, what is among the highest of them out."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape


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


def in_top_k(predictions: Any, targets: Any, k: int, name: str | None = None) -> Tensor:
    """Whether the right class is among the ``k`` with the highest scores, for each row, bool ``[n]``.

    A class that shares the k-th highest score counts as among them.

    Args:
        predictions: scores, float32 ``[n, classes]``.
        targets: the number of the right class, int32 or int64, ``[n]``, from 0.
    """
    return InTopK(predictions, targets, k=k, name=name)
