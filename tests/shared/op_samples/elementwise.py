"""Samples of functions of tensors element by element."""

from __future__ import annotations

import numpy as np
from op_samples.sample import BOOLS, COMPLEX, CUBE, INTS, MATRIX, OTHER, ROW, SIGNED, Sample, int32, op

import graphcore as tf

UNARY = [
    "Neg",
    "Square",
    "Sqrt",
    "Rsqrt",
    "Inv",
    "Exp",
    "Log",
    "Sin",
    "Cos",
    "Tanh",
    "Sigmoid",
    "Abs",
    "Identity",
    "StopGradient",
    "ZerosLike",
    "Relu",
    "Erf",
    "Erfc",
    "Lgamma",
]
# Those that take complex numbers, and of which TensorFlow has the kernel.
COMPLEX_UNARY = ["Neg", "Square", "Sqrt", "Rsqrt", "Inv", "Exp", "Log", "Sin", "Cos", "Tanh", "Sigmoid", "Identity"]
STEPS = ["Sign", "Floor", "Ceil", "IsNan", "IsInf", "IsFinite"]
COMPLEX_BINARY = ["Add", "Sub", "Mul", "Div", "Pow"]
BINARY = ["Add", "Sub", "Mul", "Div", "Pow", "SquaredDifference", "Maximum", "Minimum"]
COMPARISONS = ["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"]

SAMPLES: dict[str, list[Sample]] = {
    **{
        name: [op(name, MATRIX), op(name, np.float64(1.5)), *([op(name, COMPLEX)] if name in COMPLEX_UNARY else [])]
        for name in UNARY
    },
    **{name: [op(name, SIGNED)] for name in STEPS},
    "Digamma": [op("Digamma", SIGNED, gradient_wrt=())],
    **{
        name: [
            op(name, MATRIX, OTHER),
            op(name, MATRIX, ROW + 2),
            op(name, ROW, CUBE[:, :1, :1] + 5),
            *([op(name, COMPLEX, 1j * COMPLEX[0] + 1)] if name in COMPLEX_BINARY else []),
        ]
        for name in BINARY
    },
    **{name: [op(name, MATRIX, OTHER), op(name, MATRIX, ROW)] for name in COMPARISONS},
    **{
        name: [op(name, MATRIX, 3 * ROW, gradient_wrt=(1,)), op(name, MATRIX, 0.2 * OTHER, gradient_wrt=(1,))]
        for name in ("Igamma", "Igammac")
    },
    "Mod": [op("Mod", INTS, int32(3)), op("Mod", SIGNED, OTHER)],
    "LogicalAnd": [op("LogicalAnd", BOOLS, BOOLS[0])],
    "LogicalOr": [op("LogicalOr", BOOLS, BOOLS[0])],
    "LogicalNot": [op("LogicalNot", BOOLS)],
    "Select": [op("Select", BOOLS, MATRIX, OTHER), op("Select", BOOLS[:, 0], MATRIX, OTHER)],
    "AddN": [Sample(lambda *xs: tf.add_n(list(xs)), MATRIX, OTHER, SIGNED)],
    "Cast": [op("Cast", MATRIX, DstT=tf.int32, gradient_wrt=()), op("Cast", INTS, DstT=tf.bool)],
}
