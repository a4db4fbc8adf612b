"""The public namespace ``tf.nn.seq2seq``: sequences read and written, and losses of sequences."""

from typing import TYPE_CHECKING

from graphcore.recurrent.attention import (
    attention_decoder,
    embedding_attention_decoder,
    embedding_attention_seq2seq,
)
from graphcore.recurrent.decoders import (
    basic_rnn_seq2seq,
    embedding_rnn_decoder,
    embedding_rnn_seq2seq,
    embedding_tied_rnn_seq2seq,
    rnn_decoder,
    tied_rnn_seq2seq,
)
from graphcore.recurrent.losses import model_with_buckets, sequence_loss, sequence_loss_by_example

__all__ = [
    "attention_decoder",
    "basic_rnn_seq2seq",
    "embedding_attention_decoder",
    "embedding_attention_seq2seq",
    "embedding_rnn_decoder",
    "embedding_rnn_seq2seq",
    "embedding_tied_rnn_seq2seq",
    "model_with_buckets",
    "rnn_decoder",
    "sequence_loss",
    "sequence_loss_by_example",
    "tied_rnn_seq2seq",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        from graphcore.absent import absent

        raise absent("tf.nn.seq2seq", name, __all__)
