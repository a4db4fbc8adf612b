"""Losses over very many classes, estimated from the right ones and a few that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int64
from graphcore.operation import Tensor
from graphcore.ops import (
    arithmetic,
    array,
    candidate_sampling,
    gathering,
    joining,
    math,
    matrix,
    nn,
    rearrange,
    reduction,
)
from graphcore.ops.sparse_to_dense import sparse_to_dense
from graphcore.scopes import op_scope


def _logits_and_labels(
    weights: Any,
    biases: Any,
    inputs: Any,
    labels: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Sequence[Tensor] | None,
    remove_accidental_hits: bool,
    partition_strategy: str,
) -> tuple[Tensor, Tensor]:
    """Logits and labels of the right classes and of those drawn, ``[batch, num_true + num_sampled]`` each.

    A logit is lowered by the logarithm of how often its class was to be expected: common classes are drawn more often,
    which would count against them.
    """
    labels = arithmetic.cast(convert_to_tensor(labels, name="labels"), int64)
    right = rearrange.reshape(labels, [-1])
    if sampled_values is None:
        sampled_values = candidate_sampling.log_uniform_candidate_sampler(
            labels, num_true, num_sampled, unique=True, range_max=num_classes
        )
    sampled, expected_of_right, expected_of_sampled = sampled_values
    # One look-up for all classes: the gradient is then one set of rows.
    classes = joining.concat(0, [right, sampled])
    all_weights = gathering.embedding_lookup(weights, classes, partition_strategy)
    all_biases = gathering.embedding_lookup(biases, classes, partition_strategy)
    count = array.size(right)
    inputs = convert_to_tensor(inputs, name="inputs")
    width = array.shape(all_weights)[1]
    right_weights = rearrange.reshape(all_weights[:count], joining.pack([-1, num_true, width]))
    right_logits = reduction.reduce_sum(rearrange.expand_dims(inputs, 1) * right_weights, 2)
    right_logits += rearrange.reshape(all_biases[:count], [-1, num_true])
    sampled_logits = matrix.matmul(inputs, all_weights[count:], transpose_b=True) + all_biases[count:]
    if remove_accidental_hits:
        rows, places, least = candidate_sampling.compute_accidental_hits(labels, sampled, num_true)
        where = joining.concat(
            1, [rearrange.expand_dims(rows, 1), arithmetic.cast(rearrange.expand_dims(places, 1), "int32")]
        )
        least = arithmetic.cast(least, sampled_logits.dtype)
        sampled_logits += sparse_to_dense(where, array.shape(sampled_logits), least, validate_indices=False)
    right_logits -= math.log(arithmetic.cast(expected_of_right, inputs.dtype))
    sampled_logits -= math.log(arithmetic.cast(expected_of_sampled, inputs.dtype))
    return (
        joining.concat(1, [right_logits, sampled_logits]),
        joining.concat(1, [array.ones_like(right_logits) / num_true, array.zeros_like(sampled_logits)]),
    )


def nce_loss(
    weights: Any,
    biases: Any,
    inputs: Any,
    labels: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Tensor] | None = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Tensor:
    """Noise-contrastive estimation: for each example, right classes told from classes drawn at random, ``[batch]``.

    Source: Gutmann, Hyvärinen, "Noise-contrastive estimation: A new estimation principle for unnormalized statistical
    models". To be used in training; for evaluation, compute all logits.

    Args:
        weights: ``[num_classes, width]``, or a list of parts, see `embedding_lookup`. biases: ``[num_classes]``.
        inputs: what the network gives, ``[batch, width]``.
        labels: the right classes, int32 or int64 ``[batch, num_true]``.
        num_sampled: how many classes to draw for the batch.
        num_classes: how many there are. Numbered by falling frequency, for the default way of drawing.
        sampled_values: what a candidate sampler gives; by default `log_uniform_candidate_sampler`.
        remove_accidental_hits: leave out classes drawn that are right for an example.
    """
    with op_scope([inputs, labels], name, "nce_loss"):
        logits, targets = _logits_and_labels(
            weights,
            biases,
            inputs,
            labels,
            num_sampled,
            num_classes,
            num_true,
            sampled_values,
            remove_accidental_hits,
            partition_strategy,
        )
        return reduction.reduce_sum(nn.sigmoid_cross_entropy_with_logits(logits, targets), 1)


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    inputs: Any,
    labels: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Sequence[Tensor] | None = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
) -> Tensor:
    """The cross entropy of a softmax over the right classes and classes drawn at random, ``[batch]``.

    Source: Jean, Cho, Memisevic, Bengio, "On Using Very Large Target Vocabulary for Neural Machine Translation".
    Parameters as for `nce_loss`; the result is generally below the cross entropy over all classes.
    """
    with op_scope([inputs, labels], name, "sampled_softmax_loss"):
        logits, targets = _logits_and_labels(
            weights,
            biases,
            inputs,
            labels,
            num_sampled,
            num_classes,
            num_true,
            sampled_values,
            remove_accidental_hits,
            partition_strategy,
        )
        return nn.softmax_cross_entropy_with_logits(logits, targets)
