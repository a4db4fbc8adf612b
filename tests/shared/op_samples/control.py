"""Samples of what orders operations and chooses between them."""

from __future__ import annotations

from op_samples.sample import MATRIX, OTHER, Sample, int32, op

import graphcore as tf

SAMPLES: dict[str, list[Sample]] = {
    "NoOp": [Sample(lambda: tf.no_op())],
    "Print": [Sample(lambda x, y: tf.Print(x, [y, "text"], "values: "), MATRIX, int32(1, 2), gradient_wrt=(0,))],
    "Assert": [Sample(lambda x: tf.Assert(True, [x, "text"]), MATRIX, gradient_wrt=())],
    "CheckNumerics": [op("CheckNumerics", MATRIX, message="x")],
    "PyFunc": [Sample(lambda x, y: tf.py_func(lambda a, b: (a + b, b), [x, y], [tf.float64] * 2), MATRIX, OTHER)],
}
