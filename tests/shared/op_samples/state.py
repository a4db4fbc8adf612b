"""Samples of variables and of what changes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from op_samples.sample import CUBE, MATRIX, OTHER, Sample

import graphcore as tf
from graphcore.op_type import OP_TYPES

SCATTERS = ["ScatterUpdate", "ScatterAdd", "ScatterSub"]
# What update rules take behind the variable: slots, numbers, and x, the gradient.
UPDATES: dict[str, Callable[[Any, Any, Any], tuple[Any, ...]]] = {
    "ApplyMomentum": lambda slot, x, number: (slot(), number, x, number),
    "ApplyAdagrad": lambda slot, x, number: (slot(), number, x),
    "ApplyAdadelta": lambda slot, x, number: (slot(), slot(), number, number, number, x),
    "ApplyAdam": lambda slot, x, number: (slot(), slot(), *[number] * 6, x),
    "ApplyRMSProp": lambda slot, x, number: (slot(), slot(), *[number] * 4, x),
    "ApplyFtrl": lambda slot, x, number: (slot(), slot(), x, number, number, number, -number),
    "SparseApplyMomentum": lambda slot, x, number: (slot(), number, x, [0, 0], number),
    "SparseApplyAdagrad": lambda slot, x, number: (slot(), number, x, [1, 0]),
    "SparseApplyAdadelta": lambda slot, x, number: (slot(), slot(), number, number, number, x, [1, 1]),
    "SparseApplyFtrl": lambda slot, x, number: (slot(), slot(), x, [0, 1], number, number, number, -number),
}


def update(name: str) -> Sample:
    return Sample(
        lambda x: OP_TYPES[name](
            tf.Variable(MATRIX), *UPDATES[name](lambda: tf.Variable(OTHER), x, np.float64(0.1)), use_locking=True
        ),
        OTHER,
    )


SAMPLES: dict[str, list[Sample]] = {
    "Variable": [Sample(lambda: tf.Variable(MATRIX).ref())],
    "Assign": [Sample(lambda x: tf.assign(tf.Variable(MATRIX), x), OTHER)],
    "AssignAdd": [Sample(lambda x: tf.assign_add(tf.Variable(MATRIX), x), OTHER)],
    "AssignSub": [Sample(lambda x: tf.assign_sub(tf.Variable(MATRIX), x), OTHER)],
    **{
        name: [
            Sample(lambda x, name=name: OP_TYPES[name](tf.Variable(MATRIX.T), [[2, 0], [0, 1]], x), CUBE[:, :2, :2]),
        ]
        for name in SCATTERS
    },
    "CountUpTo": [Sample(lambda: tf.count_up_to(tf.Variable(np.int64(3)), 4))],
    "IsVariableInitialized": [Sample(lambda: tf.is_variable_initialized(tf.Variable(MATRIX)))],
    "ApplyGradientDescent": [
        Sample(lambda x: OP_TYPES["ApplyGradientDescent"](tf.Variable(MATRIX), np.float64(0.1), x), OTHER)
    ],
    **{name: [update(name)] for name in UPDATES},
}
