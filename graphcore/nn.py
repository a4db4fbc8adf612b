"""The public namespace ``tf.nn``: activations, layers and losses of neural networks."""

from typing import TYPE_CHECKING

from graphcore.ops.activation import elu, relu, relu6, sigmoid, softplus, softsign, tanh
from graphcore.ops.argmax_pooling import max_pool_with_argmax
from graphcore.ops.candidate_sampling import (
    compute_accidental_hits,
    log_uniform_candidate_sampler,
    uniform_candidate_sampler,
)
from graphcore.ops.convolution import conv2d, conv2d_backprop_filter, conv2d_backprop_input, conv2d_transpose
from graphcore.ops.depthwise import depthwise_conv2d, depthwise_conv2d_native, separable_conv2d
from graphcore.ops.gathering import embedding_lookup
from graphcore.ops.layers import (
    batch_norm_with_global_normalization,
    batch_normalization,
    dropout,
    l2_normalize,
    moments,
    normalize_moments,
    relu_layer,
    sufficient_statistics,
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
from graphcore.ops.sampled_losses import nce_loss, sampled_softmax_loss
from graphcore.ops.sparse import embedding_lookup_sparse
from graphcore.ops.unigram_sampling import (
    all_candidate_sampler,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
)
from graphcore.recurrent import rnn_cell, seq2seq
from graphcore.recurrent.dynamic import dynamic_rnn
from graphcore.recurrent.unrolled import bidirectional_rnn, rnn, state_saving_rnn

__all__ = [
    "all_candidate_sampler",
    "avg_pool",
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "bias_add",
    "bidirectional_rnn",
    "compute_accidental_hits",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "depthwise_conv2d",
    "depthwise_conv2d_native",
    "dropout",
    "dynamic_rnn",
    "elu",
    "embedding_lookup",
    "embedding_lookup_sparse",
    "fixed_unigram_candidate_sampler",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "learned_unigram_candidate_sampler",
    "local_response_normalization",
    "log_softmax",
    "log_uniform_candidate_sampler",
    "lrn",
    "max_pool",
    "max_pool_with_argmax",
    "moments",
    "nce_loss",
    "normalize_moments",
    "relu",
    "relu6",
    "relu_layer",
    "rnn",
    "rnn_cell",
    "sampled_softmax_loss",
    "separable_conv2d",
    "seq2seq",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "state_saving_rnn",
    "sufficient_statistics",
    "tanh",
    "top_k",
    "uniform_candidate_sampler",
    "weighted_cross_entropy_with_logits",
    "xw_plus_b",
    "zero_fraction",
]

if not TYPE_CHECKING:

    def __getattr__(name):
        from graphcore.absent import absent

        raise absent("tf.nn", name, __all__)
