"""The public namespace ``tf.nn``: activations, layers and losses of neural networks."""

from typing import TYPE_CHECKING

from graphcore.ops.activation import elu, relu, relu6, sigmoid, softplus, softsign, tanh
from graphcore.ops.convolution import conv2d, conv2d_transpose
from graphcore.ops.gathering import embedding_lookup
from graphcore.ops.layers import (
    batch_normalization,
    dropout,
    l2_normalize,
    moments,
    relu_layer,
    xw_plus_b,
    zero_fraction,
)
from graphcore.ops.local_response import local_response_normalization, lrn
from graphcore.ops.nn import (
    bias_add,
    l2_loss,
    log_softmax,
    sigmoid_cross_entropy_with_logits,
    softmax,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from graphcore.ops.pooling import avg_pool, max_pool
from graphcore.ops.ranking import in_top_k, top_k

__all__ = [
    "avg_pool",
    "batch_normalization",
    "bias_add",
    "conv2d",
    "conv2d_transpose",
    "dropout",
    "elu",
    "embedding_lookup",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "local_response_normalization",
    "log_softmax",
    "lrn",
    "max_pool",
    "moments",
    "relu",
    "relu6",
    "relu_layer",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "xw_plus_b",
    "zero_fraction",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        from graphcore.absent import absent

        raise absent("tf.nn", name, __all__)
