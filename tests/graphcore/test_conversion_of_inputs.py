"""What an op makes of its inputs and attrs, and what it says when they do not fit."""

from __future__ import annotations

import pytest

import graphcore as tf
from graphcore.op_type import OP_TYPES, OpType


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: tf.add(tf.constant(1), tf.constant(1.0)),
            TypeError,
            "Input 'y' of 'Add' Op has type float32 that does not match type int32 of argument 'x'.",
        ),
        (
            lambda: tf.matmul(tf.constant([[1]]), tf.constant([[1.0]])),
            TypeError,
            "Input 'b' of 'MatMul' Op has type float32 that does not match type int32 of argument 'a'.",
        ),
        (
            lambda: tf.reshape([1.0], tf.constant([1.0])),
            TypeError,
            "Input 'shape' of 'Reshape' Op has type float32 that does not match expected type of int32.",
        ),
        (
            lambda: tf.concat(0, [tf.constant([1]), tf.constant([1.0])]),
            TypeError,
            "Tensors in list passed to 'values' of 'Concat' Op have types [int32, float32] that don't all match.",
        ),
        (
            lambda: tf.add_n([]),
            ValueError,
            "List argument 'inputs' to 'AddN' Op with length 0 shorter than minimum length 1.",
        ),
        (lambda: tf.add_n(1.0), TypeError, "Expected list for 'inputs' argument to 'AddN' Op, not 1.0."),
        (
            lambda: tf.nn.softmax(tf.constant([[1]])),
            TypeError,
            "DataType int32 for attr 'T' not in list of allowed values: float32, float64",
        ),
        (
            lambda: tf.nn.bias_add(tf.constant([[1.0]]), [1.0], data_format="X"),
            ValueError,
            "Attr 'data_format' of 'BiasAdd' Op passed string 'X' not in: \"NHWC\", \"NCHW\".",
        ),
        (
            lambda: tf.matmul([[1.0]], [[1.0]], transpose_a="yes"),
            TypeError,
            "Expected bool for argument 'transpose_a' not 'yes'.",
        ),
        (
            lambda: tf.unpack(tf.constant([1.0]), num=1.0),
            TypeError,
            "Expected int for argument 'num' not 1.0.",
        ),
        (lambda: tf.constant(1) + 1.5, TypeError, "Expected int32, got 1.5 of type 'float' instead."),
        (lambda: OP_TYPES["Cast"](1.0), TypeError, "No argument for attr DstT"),
        (lambda: OP_TYPES["Exp"](1.0, T=tf.float32), TypeError, "Exp got unexpected keyword arguments: T"),
        (
            lambda: tf.truediv(tf.constant(1), tf.constant(1.0)),
            TypeError,
            "x and y must have the same dtype, got tf.int32 != tf.float32",
        ),
    ],
)
def test_what_does_not_fit(call, error, message, raises):
    with raises(error, message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: tf.constant([[1.0] * 3] * 2) + [[1.0] * 4] * 2,
            "Incompatible shapes for broadcasting: (2, 3) and (2, 4)",
        ),
        (lambda: tf.reshape([1.0] * 6, [4]), "Cannot reshape a tensor with 6 elements to shape [4] (4 elements)"),
        (lambda: tf.reduce_sum([[1.0]], 2), "Invalid reduction dimension 2 for input with 2 dimensions"),
        (lambda: tf.reduce_sum([[1.0]], -3), "Invalid reduction dimension -3 for input with 2 dimensions"),
        (lambda: tf.matmul([[1.0, 2.0]], [[1.0]]), "Dimensions 2 and 1 are not compatible"),
        (lambda: tf.matmul([1.0], [[1.0]]), "Shape (1,) must have rank 2"),
        (lambda: tf.nn.softmax([1.0]), "Shape (1,) must have rank 2"),
        (lambda: tf.squeeze([[1.0, 2.0]], [1]), "Can not squeeze dimension with value 2"),
        (lambda: tf.argmax([1.0], 1), "dimension 1 is not in [0, 1)"),
        (lambda: tf.expand_dims([1.0], 3), "dim 3 not in the interval [-2, 1]."),
        (lambda: tf.concat(2, [[[1.0]], [[1.0]]]), "Expected concat_dim in range [0, 2), but got 2"),
        (lambda: tf.unpack(tf.placeholder(tf.float32)), "Cannot infer num from shape <unknown>"),
        (lambda: tf.scalar_summary(["a", "b"], 1.0), "Shapes (2,) and () are not compatible"),
    ],
)
def test_shapes_that_cannot_fit_are_found_before_anything_runs(call, message, raises):
    with raises(ValueError, message):
        call()


@pytest.mark.parametrize("call", [lambda: tf.expand_dims([1.0]), lambda: tf.expand_dims([1.0], 0, axis=0)])
def test_an_axis_is_given_once(call):
    with pytest.raises(TypeError, match="Expected either 'dim' or 'axis'"):
        call()


def test_an_op_type_is_declared_once():
    with pytest.raises(ValueError, match="op type Add is declared twice"):
        OpType("Add(x:T, y:T) -> z:T | T:type")


def test_lists_make_constants_with_numbers():
    x = tf.constant(1.0, name="x")
    op = tf.pack([x, 2.0, 3.0]).op
    assert list(op.node_def.input) == ["x", "pack/values_1", "pack/values_2"]
    assert op.get_attr("N") == 3
