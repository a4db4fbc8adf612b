"""Sequences out of a state: decoders, and encoders whose last state a decoder begins with.

Source: Sutskever, Vinyals, Le, "Sequence to Sequence Learning with Neural Networks" (2014).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float32
from graphcore.operation import Tensor
from graphcore.ops import array, conditional, gathering, layers, reduction
from graphcore.recurrent.cell import RNNCell
from graphcore.recurrent.unrolled import rnn
from graphcore.recurrent.wrappers import EmbeddingWrapper, OutputProjectionWrapper
from graphcore.variable_scope import VariableScope, get_variable, get_variable_scope, variable_scope

LoopFunction = Callable[[Tensor, int], Any]
"""The last output and the number of the step in, the input of the step out."""
Scope = str | VariableScope | None
Decoded = tuple[list[Tensor], Any]
"""The outputs of all steps, ``[n, output size]`` each, and the last state."""


def rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: RNNCell,
    loop_function: LoopFunction | None = None,
    scope: Scope = None,
) -> Decoded:
    """Runs a cell from a state on.

    Args:
        decoder_inputs: for each step, ``[n, input size]``.
        initial_state: the state to begin with.
        loop_function: gives the inputs of all steps but the first, from what came out before; instead of those given.
        scope: of the variables; by default ``rnn_decoder``.
    """
    with variable_scope(scope or "rnn_decoder"):
        state = initial_state
        outputs: list[Tensor] = []
        for i, value in enumerate(decoder_inputs):
            if i > 0:
                if loop_function is not None:
                    with variable_scope("loop_function", reuse=True):
                        value = loop_function(outputs[-1], i)
                get_variable_scope().reuse_variables()
            output, state = cell(value, state)
            outputs.append(output)
    return outputs, state


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: RNNCell,
    dtype: Any = float32,
    scope: Scope = None,
) -> Decoded:
    """Reads a sequence and writes another; two sets of weights for one kind of cell."""
    with variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = rnn(cell, encoder_inputs, dtype=dtype)
        return rnn_decoder(decoder_inputs, state, cell)


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: RNNCell,
    loop_function: LoopFunction | None = None,
    dtype: Any = float32,
    scope: str | None = None,
) -> Decoded:
    """`basic_rnn_seq2seq` with the same weights for reading and writing; ``loop_function`` as for `rnn_decoder`."""
    with variable_scope("combined_tied_rnn_seq2seq"):
        shared = scope or "tied_rnn_seq2seq"
        _, state = rnn(cell, encoder_inputs, dtype=dtype, scope=shared)
        get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function, scope=shared)


def greedy(embedding: Any, output_projection: Any = None, update_embedding: bool = True) -> LoopFunction:
    """The loop function that goes on with the vector of the most likely symbol.

    Args:
        embedding: the vectors, ``[symbols, size]``.
        output_projection: weights and biases that make logits of outputs, or None where these are logits.
        update_embedding: let gradients flow into the vectors.
    """

    def loop_function(output: Tensor, _: int) -> Tensor:
        logits = output if output_projection is None else layers.xw_plus_b(output, *output_projection)
        vector = gathering.embedding_lookup(embedding, reduction.argmax(logits, 1))
        return vector if update_embedding else array.stop_gradient(vector)

    return loop_function


def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: RNNCell,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Scope = None,
) -> Decoded:
    """`rnn_decoder` of symbols, for each of which it learns a vector.

    Args:
        decoder_inputs: for each step, int32 ``[n]``.
        num_symbols: how many symbols there are. embedding_size: the size of a vector.
        output_projection: weights ``[output size, num_symbols]`` and biases that make logits of the outputs; needed
            to feed them back if the cell does not give logits.
        feed_previous: go on with the most likely symbol instead of the inputs, but for the first; to write on its own.
        update_embedding_for_previous: let gradients flow into the vectors of symbols that are fed back.
    """
    with variable_scope(scope or "embedding_rnn_decoder"):
        table = get_variable("embedding", [num_symbols, embedding_size])
        loop = greedy(table, output_projection, update_embedding_for_previous) if feed_previous else None
        vectors = [gathering.embedding_lookup(table, symbols) for symbols in decoder_inputs]
        return rnn_decoder(vectors, initial_state, cell, loop)


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: RNNCell,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = float32,
    scope: Scope = None,
) -> Decoded:
    """Reads a sequence of symbols and writes another.

    Args:
        encoder_inputs, decoder_inputs: for each step, int32 ``[n]``.
        num_encoder_symbols, num_decoder_symbols: how many symbols there are to read and to write.
        output_projection: as for `embedding_rnn_decoder`; without it the outputs are logits of the symbols.
        feed_previous: as for `embedding_rnn_decoder`; may be a bool scalar that the run tells.
    """
    with variable_scope(scope or "embedding_rnn_seq2seq"):
        reader = EmbeddingWrapper(cell, num_encoder_symbols, embedding_size)
        _, state = rnn(reader, encoder_inputs, dtype=dtype)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)
        return told_by_run(
            feed_previous,
            lambda feed: embedding_rnn_decoder(
                decoder_inputs, state, cell, num_decoder_symbols, embedding_size, output_projection, feed
            ),
        )


def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: RNNCell,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = float32,
    scope: Scope = None,
) -> Decoded:
    """`embedding_rnn_seq2seq` with one set of symbols, and the same weights for reading and writing."""
    with variable_scope(scope or "embedding_tied_rnn_seq2seq"):
        table = get_variable("embedding", [num_symbols, embedding_size])
        read, written = (
            [gathering.embedding_lookup(table, symbols) for symbols in steps]
            for steps in (encoder_inputs, decoder_inputs)
        )
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_symbols)

        def decode(feed: bool) -> Decoded:
            loop = greedy(table, output_projection) if feed else None
            return tied_rnn_seq2seq(read, written, cell, loop, dtype)

        return told_by_run(feed_previous, decode)


def told_by_run(feed_previous: Any, decode: Callable[[bool], Decoded]) -> Decoded:
    """What ``decode`` gives, for a bool; for a tensor, both ways, of which a run takes one."""
    if isinstance(feed_previous, bool):
        return decode(feed_previous)
    structure: list[Any] = []

    def flat(feed: bool) -> list[Tensor]:
        if structure:  # the second way has the variables of the first
            get_variable_scope().reuse_variables()
        outputs, state = decode(feed)
        structure.append((len(outputs), state))
        return [*outputs, *(state if isinstance(state, tuple) else [state])]

    with variable_scope(get_variable_scope()):
        chosen = conditional.cond(convert_to_tensor(feed_previous), lambda: flat(True), lambda: flat(False))
    count, state = structure[0]
    if not isinstance(state, tuple):
        return chosen[:count], chosen[count]
    parts = chosen[count:]
    return chosen[:count], type(state)(*parts) if hasattr(state, "_fields") else tuple(parts)
