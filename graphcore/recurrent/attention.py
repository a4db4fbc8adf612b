"""Decoders that look at all that was read, each step at what matters to it.

Source: Vinyals et al., "Grammar as a Foreign Language" (2014); Bahdanau, Cho, Bengio, "Neural Machine Translation by
Jointly Learning to Align and Translate" (2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float32
from graphcore.operation import Tensor
from graphcore.ops import array, convolution, gathering, joining, math, nn, rearrange, reduction
from graphcore.recurrent.cell import RNNCell, input_size, linear
from graphcore.recurrent.decoders import Decoded, LoopFunction, Scope, greedy, told_by_run
from graphcore.recurrent.unrolled import rnn
from graphcore.recurrent.wrappers import EmbeddingWrapper, OutputProjectionWrapper
from graphcore.variable_scope import get_variable, get_variable_scope, variable_scope


class _Attention:
    """What was read, and how to look at it from a state."""

    def __init__(self, states: Tensor, heads: int) -> None:
        _, length, size = states.get_shape().with_rank(3).as_list()
        if length is None or size is None:
            raise ValueError(f"Shape[1] and [2] of attention_states must be known: {states.get_shape()}")
        self.length, self.size = length, size
        # A product with each state is a convolution with a filter of one cell.
        self._hidden = rearrange.reshape(states, [-1, self.length, 1, self.size])
        self._features, self._weights = [], []
        for head in range(heads):
            filter = get_variable(f"AttnW_{head}", [1, 1, self.size, self.size])
            self._features.append(convolution.conv2d(self._hidden, filter, [1, 1, 1, 1], "SAME"))
            self._weights.append(get_variable(f"AttnV_{head}", [self.size]))

    def nothing(self, batch_size: Tensor, dtype: Any) -> list[Tensor]:
        """What is seen before the first look: zeros."""
        seen = [array.zeros(joining.pack([batch_size, self.size]), dtype) for _ in self._weights]
        for zeros in seen:
            zeros.set_shape([None, self.size])
        return seen

    def __call__(self, query: Any) -> list[Tensor]:
        """For each head the mean of what was read, weighted by how well it fits the query, ``[n, size]``."""
        seen = []
        for head, (features, weights) in enumerate(zip(self._features, self._weights)):
            with variable_scope(f"Attention_{head}"):
                asked = linear(joining.concat(1, list(query)) if isinstance(query, tuple) else query, self.size, True)
                asked = rearrange.reshape(asked, [-1, 1, 1, self.size])
                fits = nn.softmax(reduction.reduce_sum(weights * math.tanh(features + asked), [2, 3]))
                mean = reduction.reduce_sum(rearrange.reshape(fits, [-1, self.length, 1, 1]) * self._hidden, [1, 2])
                seen.append(rearrange.reshape(mean, [-1, self.size]))
        return seen


def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: RNNCell,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: LoopFunction | None = None,
    dtype: Any = float32,
    scope: Scope = None,
    initial_state_attention: bool = False,
) -> Decoded:
    """`rnn_decoder` that, in each step, sees a weighted mean of what was read.

    Args:
        decoder_inputs: for each step, ``[n, input size]``.
        initial_state: the state to begin with.
        attention_states: what was read, ``[n, length, size]``; the last two have to be known.
        output_size: how many numbers come out; by default those of the cell.
        num_heads: how many means, each by weights of its own.
        loop_function: as for `rnn_decoder`.
        dtype: of the zeros that are seen before the first step; unless
        initial_state_attention: the first step sees what the state to begin with looks at.
        scope: of the variables; by default ``attention_decoder``.

    Raises:
        ValueError: there are no inputs or no heads, or sizes of ``attention_states`` are not known.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    output_size = cell.output_size if output_size is None else output_size
    with variable_scope(scope or "attention_decoder"):
        values = [convert_to_tensor(value) for value in decoder_inputs]
        attend = _Attention(convert_to_tensor(attention_states), num_heads)
        state = initial_state
        outputs: list[Tensor] = []
        seen = attend(state) if initial_state_attention else attend.nothing(array.shape(values[0])[0], dtype)
        for i, value in enumerate(values):
            if i > 0:
                get_variable_scope().reuse_variables()
                if loop_function is not None:
                    with variable_scope("loop_function", reuse=True):
                        value = convert_to_tensor(loop_function(outputs[-1], i))
            cell_output, state = cell(linear([value, *seen], input_size(value), True), state)
            # With a look before the first step, the variables are there already.
            with variable_scope(get_variable_scope(), reuse=True if i == 0 and initial_state_attention else None):
                seen = attend(state)
            with variable_scope("AttnOutputProjection"):
                outputs.append(linear([cell_output, *seen], output_size, True))
    return outputs, state


def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: RNNCell,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = float32,
    scope: Scope = None,
    initial_state_attention: bool = False,
) -> Decoded:
    """`attention_decoder` of symbols, int32 ``[n]`` for each step; other parameters as for `embedding_rnn_decoder`."""
    with variable_scope(scope or "embedding_attention_decoder"):
        table = get_variable("embedding", [num_symbols, embedding_size])
        loop = greedy(table, output_projection, update_embedding_for_previous) if feed_previous else None
        return attention_decoder(
            [gathering.embedding_lookup(table, symbols) for symbols in decoder_inputs],
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop,
            dtype=dtype,
            initial_state_attention=initial_state_attention,
        )


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: RNNCell,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = float32,
    scope: Scope = None,
    initial_state_attention: bool = False,
) -> Decoded:
    """`embedding_rnn_seq2seq` whose decoder looks at all outputs of the encoder."""
    with variable_scope(scope or "embedding_attention_seq2seq"):
        reader = EmbeddingWrapper(cell, num_encoder_symbols, embedding_size)
        encoded, state = rnn(reader, encoder_inputs, dtype=dtype)
        states = joining.concat(1, [rearrange.reshape(output, [-1, 1, cell.output_size]) for output in encoded])
        output_size = None
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
            output_size = num_decoder_symbols
        return told_by_run(
            feed_previous,
            lambda feed: embedding_attention_decoder(
                decoder_inputs,
                state,
                states,
                cell,
                num_decoder_symbols,
                embedding_size,
                num_heads=num_heads,
                output_size=output_size,
                output_projection=output_projection,
                feed_previous=feed,
                dtype=dtype,
                initial_state_attention=initial_state_attention,
            ),
        )
