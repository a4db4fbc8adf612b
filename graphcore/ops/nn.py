"""Classes and channels: softmax, losses for classes, a bias for each channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets, namespace
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, math, rearrange, reduction
from graphcore.ops.activation import relu
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape


def _exp_of_shifted(logits: Any) -> tuple[Any, Any, Any]:
    """``logits - max``, its exponential (which cannot overflow then), and the sum of that for each row."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponential = namespace(shifted).exp(shifted)
    return shifted, exponential, exponential.sum(axis=1, keepdims=True)


def _require_matrix(logits: Any) -> None:
    if logits.ndim != 2:
        raise InvalidArgumentError(
            None, None, f"logits must be 2-dimensional, but they have shape {list(logits.shape)}"
        )


def _softmax_kernel(logits: Any) -> Any:
    _require_matrix(logits)
    _, exponential, total = _exp_of_shifted(logits)
    return exponential / total


def _softmax_grad(op: Operation, grad: Tensor) -> Tensor:
    softmax = op.outputs[0]
    inner = rearrange.reshape(reduction.reduce_sum(grad * softmax, [1]), [-1, 1])
    return (grad - inner) * softmax


Softmax = OpType(
    "Softmax(logits:T) -> softmax:T | T:type{float}",
    shape=common_shapes.of_rank(2),
    kernel=_softmax_kernel,
    gradient=_softmax_grad,
)


def _log_softmax_kernel(logits: Any) -> Any:
    _require_matrix(logits)
    shifted, _, total = _exp_of_shifted(logits)
    return shifted - namespace(total).log(total)


def _log_softmax_grad(op: Operation, grad: Tensor) -> Tensor:
    return grad - math.exp(op.outputs[0]) * reduction.reduce_sum(grad, [1], keep_dims=True)


LogSoftmax = OpType(
    "LogSoftmax(logits:T) -> logsoftmax:T | T:type{float}",
    shape=common_shapes.of_rank(2),
    kernel=_log_softmax_kernel,
    gradient=_log_softmax_grad,
)


def softmax(logits: Any, name: str | None = None) -> Tensor:
    """Probabilities out of scores, for each row: ``exp(logits) / sum(exp(logits))``, ``[n, classes]``."""
    return Softmax(logits, name=name)


def log_softmax(logits: Any, name: str | None = None) -> Tensor:
    """The logarithm of `softmax`, finite even where a probability would have become zero, ``[n, classes]``."""
    return LogSoftmax(logits, name=name)


# Losses, one for each row


def _cross_entropy_shape(op: Operation) -> list[TensorShape]:
    merged = op.inputs[0].get_shape().merge_with(op.inputs[1].get_shape()).with_rank(2)
    return [TensorShape([merged[0]]), merged]


def _cross_entropy_kernel(features: Any, labels: Any) -> Any:
    if features.shape != labels.shape or features.ndim != 2:
        raise InvalidArgumentError(
            None,
            None,
            "logits and labels must be 2-dimensional and of the same size: "
            f"logits_size={brackets(features.shape)} labels_size={brackets(labels.shape)}",
        )
    shifted, exponential, total = _exp_of_shifted(features)
    return (labels * (namespace(total).log(total) - shifted)).sum(axis=1), exponential / total - labels


def _row_times_matrix(rows: Tensor, matrix: Tensor) -> Tensor:
    return rearrange.expand_dims(rows, -1) * matrix


# The second output is the gradient of the first, computed along with it.
SoftmaxCrossEntropyWithLogits = OpType(
    "SoftmaxCrossEntropyWithLogits(features:T, labels:T) -> loss:T, backprop:T | T:type{float}",
    shape=_cross_entropy_shape,
    kernel=_cross_entropy_kernel,
    gradient=lambda op, grad, _: (_row_times_matrix(grad, op.outputs[1]), None),
)


def _sparse_cross_entropy_shape(op: Operation) -> list[TensorShape]:
    logits = op.inputs[0].get_shape().with_rank(2)
    rows = TensorShape([logits[0]]).merge_with(op.inputs[1].get_shape().with_rank(1))
    return [rows, TensorShape([rows[0], logits[1]])]


def _sparse_cross_entropy_kernel(features: Any, labels: Any) -> Any:
    if features.ndim != 2 or labels.shape != features.shape[:1]:
        raise InvalidArgumentError(
            None,
            None,
            "logits must be [n, classes] and labels [n], but they are "
            f"{brackets(features.shape)} and {brackets(np.shape(labels))}",
        )
    classes = features.shape[1]
    for label in labels[(labels < 0) | (labels >= classes)]:
        raise InvalidArgumentError(
            None, None, f"Received a label value of {label} which is outside the valid range of [0, {classes})"
        )
    shifted, exponential, total = _exp_of_shifted(features)
    rows = np.arange(len(labels))
    loss = (np.log(total[:, 0]) - shifted[rows, labels]).astype(features.dtype, copy=False)
    backprop = exponential / total
    backprop[rows, labels] -= features.dtype.type(1)
    return loss, backprop


SparseSoftmaxCrossEntropyWithLogits = OpType(
    "SparseSoftmaxCrossEntropyWithLogits(features:T, labels:Tlabels) -> loss:T, backprop:T | "
    "T:type{float}; Tlabels:type{int32 int64}=int64",
    shape=_sparse_cross_entropy_shape,
    kernel=_sparse_cross_entropy_kernel,
    gradient=lambda op, grad, _: (_row_times_matrix(grad, op.outputs[1]), None),
)


def softmax_cross_entropy_with_logits(logits: Any = None, labels: Any = None, name: str | None = None) -> Tensor:
    """The cross entropy between ``softmax(logits)`` and ``labels``, for each row, ``[n]``.

    Computed from the logits directly, which is exact where a softmax would have become 0 or 1. No gradient
    flows to the labels.

    Args:
        logits: scores, ``[n, classes]``. labels: probabilities, ``[n, classes]``.
    """
    return SoftmaxCrossEntropyWithLogits(logits, labels, name=name)[0]


def sparse_softmax_cross_entropy_with_logits(logits: Any = None, labels: Any = None, name: str | None = None) -> Tensor:
    """`softmax_cross_entropy_with_logits` where each label is the number of the one class that is right.

    Args:
        logits: scores, ``[n, classes]``. labels: int32 or int64, ``[n]``, from 0.
    """
    return SparseSoftmaxCrossEntropyWithLogits(logits, labels, name=name)[0]


def sigmoid_cross_entropy_with_logits(
    logits: Any = None, targets: Any = None, name: str | None = None, labels: Any = None
) -> Tensor:
    """The cross entropy between ``sigmoid(logits)`` and ``targets`` (also spelled ``labels``), for each element.

    ``max(x, 0) - x * z + log(1 + exp(-|x|))``, which cannot overflow.
    """
    targets = labels if targets is None else targets
    with op_scope([logits, targets], name, "logistic_loss") as scope:
        logits, targets = convert_to_tensor(logits, name="logits"), convert_to_tensor(targets, name="targets")
        logits.get_shape().merge_with(targets.get_shape())
        return arithmetic.add(relu(logits) - logits * targets, math.log(1 + math.exp(-math.abs(logits))), name=scope)


def weighted_cross_entropy_with_logits(logits: Any, targets: Any, pos_weight: Any, name: str | None = None) -> Tensor:
    """`sigmoid_cross_entropy_with_logits` in which a missed positive counts ``pos_weight`` times.

    ``(1 - z) * x + w * (log(1 + exp(-|x|)) + max(-x, 0))`` with ``w = 1 + (pos_weight - 1) * z``: above 1, it trades
    precision for recall.
    """
    with op_scope([logits, targets], name, "logistic_loss") as scope:
        logits, targets = convert_to_tensor(logits, name="logits"), convert_to_tensor(targets, name="targets")
        logits.get_shape().merge_with(targets.get_shape())
        weight = 1 + (pos_weight - 1) * targets
        return arithmetic.add(
            (1 - targets) * logits,
            weight * (math.log(1 + math.exp(-math.abs(logits))) + relu(-logits)),
            name=scope,
        )


# Biases


def _bias_shape(op: Operation) -> list[TensorShape]:
    value, bias = op.inputs[0].get_shape().with_rank_at_least(2), op.inputs[1].get_shape().with_rank(1)
    if value.sizes is None:
        return [value]
    channel = 1 if op.attrs["data_format"] == "NCHW" else len(value) - 1
    value[channel].merge_with(bias[0])
    return [value]


def _bias_add_kernel(value: Any, bias: Any, *, data_format: str) -> Any:
    if bias.ndim != 1 or value.ndim < 2 or value.shape[1 if data_format == "NCHW" else -1] != bias.shape[0]:
        raise InvalidArgumentError(
            None,
            None,
            f"Must provide as many biases as the channel dimension of the input tensor: "
            f"{brackets(bias.shape)} vs. {brackets(value.shape)}",
        )
    return value + (bias.reshape((-1,) + (1,) * (value.ndim - 2)) if data_format == "NCHW" else bias)


def _bias_add_grad_kernel(out_backprop: Any, *, data_format: str) -> Any:
    channel = 1 if data_format == "NCHW" else out_backprop.ndim - 1
    axes = tuple(axis for axis in range(out_backprop.ndim) if axis != channel)
    return out_backprop.sum(axis=axes, dtype=out_backprop.dtype)


def _bias_add_grad_shape(op: Operation) -> list[TensorShape]:
    grad = op.inputs[0].get_shape().with_rank_at_least(2)
    return [TensorShape([grad[1 if op.attrs["data_format"] == "NCHW" else -1]])]


BiasAdd = OpType(
    "BiasAdd(value:T, bias:T) -> output:T | T:type{number}; data_format:string{NHWC,NCHW}=NHWC",
    shape=_bias_shape,
    kernel=_bias_add_kernel,
    gradient=lambda op, grad: (grad, BiasAddGrad(grad, data_format=op.attrs["data_format"])),
)
BiasAddGrad: OpType = OpType(
    "BiasAddGrad(out_backprop:T) -> output:T | T:type{number}; data_format:string{NHWC,NCHW}=NHWC",
    shape=_bias_add_grad_shape,
    kernel=_bias_add_grad_kernel,
)
L2Loss = OpType(
    "L2Loss(t:T) -> output:T | T:type{number}",
    shape=common_shapes.scalar,
    kernel=lambda t: (t * t).sum() / t.dtype.type(2),
    gradient=lambda op, grad: op.inputs[0] * grad,
)


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Tensor:
    """``value`` plus a bias for each channel.

    Args:
        value: ``[n, ..., channels]``, or ``[n, channels, ...]`` with the data format ``NCHW``.
        bias: ``[channels]``.
    """
    with op_scope([value, bias], name, "BiasAdd") as scope:
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, value.dtype.base_dtype, "bias")
        return BiasAdd(value, bias, data_format=data_format, name=scope)


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half the sum of squares, a scalar."""
    return L2Loss(t, name=name)
