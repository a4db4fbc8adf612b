"""How wrong guesses of a sequence are: logits, right classes and weights in, cross entropies out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore.operation import Tensor
from graphcore.ops import arithmetic, array, nn, rearrange, reduction
from graphcore.scopes import op_scope
from graphcore.variable_scope import get_variable_scope, variable_scope

_LEAST = 1e-12  # of the weights that a sum is divided by: where all are zero, so is the loss


def sequence_loss_by_example(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    softmax_loss_function: Callable[..., Tensor] | None = None,
    name: str | None = None,
) -> Tensor:
    """The weighted sum of the cross entropies of all steps, for each example.

    Args:
        logits: for each step, ``[n, classes]``.
        targets: for each step, the right classes, int32 or int64 ``[n]``.
        weights: for each step, how much it counts, float ``[n]``: 0 for steps that only fill up.
        average_across_timesteps: divide by the sum of the weights.
        softmax_loss_function: a function of logits and targets to use instead, such as a sampled softmax.

    Returns: ``[n]``.

    Raises:
        ValueError: the lists are not of one length, or empty.
    """
    if not len(logits) == len(targets) == len(weights) > 0:
        raise ValueError(
            "Lengths of logits, weights, and targets must be the same and not 0: "
            f"{len(logits)}, {len(weights)}, {len(targets)}."
        )
    with op_scope([*logits, *targets, *weights], name, "sequence_loss_by_example"):
        losses = []
        for logit, target, weight in zip(logits, targets, weights):
            if softmax_loss_function is None:
                classes = rearrange.reshape(target, [-1])
                loss = nn.sparse_softmax_cross_entropy_with_logits(logit, classes)
            else:
                loss = softmax_loss_function(logit, target)
            losses.append(loss * weight)
        total = arithmetic.add_n(losses)
        if average_across_timesteps:
            total = total / (arithmetic.add_n(list(weights)) + _LEAST)
        return total


def sequence_loss(
    logits: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    average_across_timesteps: bool = True,
    average_across_batch: bool = True,
    softmax_loss_function: Callable[..., Tensor] | None = None,
    name: str | None = None,
) -> Tensor:
    """The sum of `sequence_loss_by_example` over the examples, a scalar.

    Args:
        average_across_batch: divide by the number of examples.
    """
    with op_scope([*logits, *targets, *weights], name, "sequence_loss"):
        each = sequence_loss_by_example(logits, targets, weights, average_across_timesteps, softmax_loss_function)
        cost = reduction.reduce_sum(each)
        if not average_across_batch:
            return cost
        return cost / arithmetic.cast(array.shape(targets[0])[0], cost.dtype)


def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[[Sequence[Any], Sequence[Any]], tuple[list[Tensor], Any]],
    softmax_loss_function: Callable[..., Tensor] | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[list[Tensor]], list[Tensor]]:
    """A model for each of some lengths of sequences, all with the same variables.

    Short sequences then need not be filled up to the length of the longest.

    Args:
        encoder_inputs, decoder_inputs, targets, weights: for each step, as many as the longest sequences have.
        buckets: pairs of how many steps to read and to write, the largest last.
        seq2seq: builds the model, given the inputs of both.
        softmax_loss_function: as for `sequence_loss`.
        per_example_loss: give a loss for each example instead of their mean.

    Returns: for each bucket the outputs, and the loss.

    Raises:
        ValueError: there are fewer inputs than the last bucket takes.
    """
    reads, writes = buckets[-1]
    for what, given, wanted in (
        ("encoder_inputs", encoder_inputs, reads),
        ("targets", targets, writes),
        ("weights", weights, writes),
    ):
        if len(given) < wanted:
            raise ValueError(f"Length of {what} ({len(given)}) must be at least that of last bucket ({wanted}).")
    loss_of = sequence_loss_by_example if per_example_loss else sequence_loss
    all_outputs, losses = [], []
    with op_scope([*encoder_inputs, *decoder_inputs, *targets, *weights], name, "model_with_buckets"):
        for i, (read, written) in enumerate(buckets):
            with variable_scope(get_variable_scope(), reuse=True if i else None):
                outputs, _ = seq2seq(encoder_inputs[:read], decoder_inputs[:written])
                all_outputs.append(outputs)
                losses.append(
                    loss_of(outputs, targets[:written], weights[:written], softmax_loss_function=softmax_loss_function)
                )
    return all_outputs, losses
