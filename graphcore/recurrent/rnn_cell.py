"""The public namespace ``tf.nn.rnn_cell``: cells of recurrent networks, and cells made of cells."""

from typing import TYPE_CHECKING

from graphcore.recurrent.cell import BasicRNNCell, GRUCell, RNNCell, linear
from graphcore.recurrent.lstm import BasicLSTMCell, LSTMCell, LSTMStateTuple
from graphcore.recurrent.wrappers import (
    DropoutWrapper,
    EmbeddingWrapper,
    InputProjectionWrapper,
    MultiRNNCell,
    OutputProjectionWrapper,
)

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DropoutWrapper",
    "EmbeddingWrapper",
    "GRUCell",
    "InputProjectionWrapper",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "OutputProjectionWrapper",
    "RNNCell",
    "linear",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        from graphcore.absent import absent

        raise absent("tf.nn.rnn_cell", name, __all__)
