"""Samples of activations, convolution, pooling and losses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from op_samples.sample import CUBE, FILTER, MATRIX, PICTURES, PROBABILITIES, RNG, ROW, SIGNED, Sample, int32, op

import graphcore as tf
from graphcore.op_type import OP_TYPES


def channels_first(pictures: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))


def windows(**more: Any) -> list[dict[str, Any]]:
    """Attrs of ops that move a window: every padding, strides that differ, and both orders of the axes."""
    return [
        {"strides": [1, 1, 1, 1], "padding": "SAME", **more},
        {"strides": [1, 2, 3, 1], "padding": "SAME", **more},
        {"strides": [1, 2, 1, 1], "padding": "VALID", **more},
    ]


def pools(name: str, dtype: Any, make: Callable[..., tuple[Any, ...]], **more: Any) -> list[Sample]:
    """Samples of an op on pooled pictures; ``make`` gives its inputs, given pictures and their pooled sizes."""
    samples = []
    for attrs in windows(ksize=[1, 3, 2, 1]):
        sizes = [-(-n // s) if attrs["padding"] == "SAME" else -(-(n - k + 1) // s)
                 for n, k, s in zip((5, 7), (3, 2), attrs["strides"][1:3])]  # fmt: skip
        pooled = RNG.permutation(2 * sizes[0] * sizes[1] * 3).reshape(2, *sizes, 3) / 20.0
        samples.append(op(name, *make(PICTURES.astype(dtype), pooled.astype(dtype)), **more, **attrs))
    return samples


ACTIVATIONS = ["Relu6", "Elu", "Softplus", "Softsign"]


# TensorFlow moves filters of single channels equally far along both axes.
EVEN_STRIDES: list[dict[str, Any]] = [
    {"strides": [1, 1, 1, 1], "padding": "SAME"},
    {"strides": [1, 2, 2, 1], "padding": "SAME"},
    {"strides": [1, 2, 2, 1], "padding": "VALID"},
]


def by_channel(attrs: dict[str, Any]) -> np.ndarray:
    """What could be the gradient of pictures convolved channel by channel."""
    sizes = tf.nn.depthwise_conv2d_native(PICTURES, FILTER, attrs["strides"], attrs["padding"]).get_shape().as_list()
    return RNG.uniform(-1.0, 1.0, sizes)


SAMPLES: dict[str, list[Sample]] = {
    **{name: [op(name, 4 * SIGNED)] for name in ACTIVATIONS},
    "ReluGrad": [op("ReluGrad", MATRIX, SIGNED, gradient_wrt=(0,))],
    "Relu6Grad": [op("Relu6Grad", MATRIX, 4 * SIGNED, gradient_wrt=(0,))],
    **{name: [op(name, MATRIX, SIGNED, gradient_wrt=())] for name in ("EluGrad", "SoftplusGrad", "SoftsignGrad")},
    "Softmax": [op("Softmax", SIGNED)],
    "LogSoftmax": [op("LogSoftmax", SIGNED)],
    "Conv2D": [
        *[op("Conv2D", PICTURES, FILTER, **attrs) for attrs in windows()],
        op(
            "Conv2D",
            channels_first(PICTURES),
            FILTER,
            strides=[1, 1, 2, 3],
            padding="SAME",
            use_cudnn_on_gpu=False,
            data_format="NCHW",
        ),
    ],
    "Conv2DBackpropInput": [
        op(
            "Conv2DBackpropInput",
            int32(2, 5, 7, 3),
            FILTER,
            RNG.uniform(-1.0, 1.0, (2, 3, 3, 4)),
            strides=[1, 2, 3, 1],
            padding="SAME",
        ),
        op(
            "Conv2DBackpropInput",
            int32(2, 3, 5, 7),
            FILTER,
            RNG.uniform(-1.0, 1.0, (2, 4, 3, 3)),
            strides=[1, 1, 1, 2],
            padding="VALID",
            data_format="NCHW",
        ),
    ],
    "Conv2DBackpropFilter": [
        op(
            "Conv2DBackpropFilter",
            PICTURES,
            int32(3, 2, 3, 4),
            RNG.uniform(-1.0, 1.0, (2, 3, 3, 4)),
            strides=[1, 2, 3, 1],
            padding="SAME",
        ),
        op(
            "Conv2DBackpropFilter",
            channels_first(PICTURES),
            int32(3, 2, 3, 4),
            RNG.uniform(-1.0, 1.0, (2, 4, 3, 3)),
            strides=[1, 1, 1, 2],
            padding="VALID",
            data_format="NCHW",
        ),
    ],
    "DepthwiseConv2dNative": [op("DepthwiseConv2dNative", PICTURES, FILTER, **attrs) for attrs in EVEN_STRIDES],
    "DepthwiseConv2dNativeBackpropInput": [
        op("DepthwiseConv2dNativeBackpropInput", int32(2, 5, 7, 3), FILTER, by_channel(attrs), **attrs)
        for attrs in EVEN_STRIDES
    ],
    "DepthwiseConv2dNativeBackpropFilter": [
        op("DepthwiseConv2dNativeBackpropFilter", PICTURES, int32(3, 2, 3, 4), by_channel(attrs), **attrs)
        for attrs in EVEN_STRIDES
    ],
    "MaxPoolWithArgmax": [
        op("MaxPoolWithArgmax", PICTURES.astype(np.float32), ksize=[1, 3, 2, 1], Targmax=dtype, **attrs)
        for attrs, dtype in zip(windows(), (tf.int64, tf.int32, tf.int64))
    ],
    "MaxPoolGradWithArgmax": [
        op(
            "MaxPoolGradWithArgmax",
            PICTURES.astype(np.float32),
            RNG.uniform(-1.0, 1.0, (2, 1, 1, 3)).astype(np.float32),
            np.array([3, 207, 3, 100, 5, 9]).reshape(2, 1, 1, 3),
            ksize=[1, 5, 7, 1],
            strides=[1, 1, 1, 1],
            padding="VALID",
            gradient_wrt=(),
        )
    ],
    "MaxPool": [
        *pools("MaxPool", np.float32, lambda pictures, pooled: (pictures,)),
        op(
            "MaxPool",
            channels_first(PICTURES).astype(np.float32),
            ksize=[1, 1, 3, 2],
            strides=[1, 1, 2, 1],
            padding="SAME",
            data_format="NCHW",
        ),
    ],
    "AvgPool": [
        *pools("AvgPool", np.float64, lambda pictures, pooled: (pictures,)),
        op(
            "AvgPool",
            channels_first(PICTURES),
            ksize=[1, 1, 3, 2],
            strides=[1, 1, 2, 1],
            padding="SAME",
            data_format="NCHW",
        ),
    ],
    "MaxPoolGrad": [
        Sample(
            lambda pictures, pooled, attrs=attrs: OP_TYPES["MaxPoolGrad"](
                pictures, tf.nn.max_pool(pictures, **attrs), tf.nn.max_pool(pooled, **attrs), **attrs
            ),
            PICTURES.astype(np.float32),
            PICTURES[::-1].astype(np.float32),
            gradient_wrt=(),
        )
        for attrs in windows(ksize=[1, 3, 2, 1])
    ],
    "AvgPoolGrad": pools("AvgPoolGrad", np.float64, lambda pictures, pooled: (int32(2, 5, 7, 3), pooled)),
    "LRN": [
        op("LRN", (PICTURES / 5).astype(np.float32)),
        op("LRN", (PICTURES / 5).astype(np.float32), depth_radius=1, bias=2.0, alpha=0.5, beta=0.75),
    ],
    "LRNGrad": [
        Sample(
            lambda grad, pictures: OP_TYPES["LRNGrad"](grad, pictures, tf.nn.lrn(pictures, 1), depth_radius=1),
            PICTURES[::-1].astype(np.float32),
            PICTURES.astype(np.float32),
            gradient_wrt=(),
        )
    ],
    "InTopK": [op("InTopK", SIGNED.astype(np.float32), int32(2, 0), k=2)],
    "SoftmaxCrossEntropyWithLogits": [
        Sample(tf.nn.softmax_cross_entropy_with_logits, SIGNED, PROBABILITIES, gradient_wrt=(0,))
    ],
    "SparseSoftmaxCrossEntropyWithLogits": [
        Sample(tf.nn.sparse_softmax_cross_entropy_with_logits, SIGNED, int32(2, 0))
    ],
    "BiasAdd": [op("BiasAdd", CUBE, CUBE[0, 0]), op("BiasAdd", CUBE, ROW, data_format="NCHW")],
    "BiasAddGrad": [
        op("BiasAddGrad", CUBE, gradient_wrt=()),
        op("BiasAddGrad", CUBE, data_format="NCHW", gradient_wrt=()),
    ],
    "L2Loss": [op("L2Loss", CUBE)],
}
