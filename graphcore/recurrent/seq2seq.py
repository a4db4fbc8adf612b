"""The public namespace ``tf.nn.seq2seq``: losses of sequences."""

from typing import TYPE_CHECKING

from graphcore.recurrent.losses import sequence_loss, sequence_loss_by_example

__all__ = ["sequence_loss", "sequence_loss_by_example"]

if not TYPE_CHECKING:

    def __getattr__(name):
        from graphcore.absent import absent

        raise absent("tf.nn.seq2seq", name, __all__)
