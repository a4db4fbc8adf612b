"""What a beginner writes by mistake is answered in words about the program, not about the package's insides."""

from __future__ import annotations

import re

import numpy as np
import pytest

import graphcore as tf

SGD = tf.train.GradientDescentOptimizer
SIZES = "Sizes that only a run can tell come from a tensor, such as tf.shape(x)"
MISTAKES = {
    "minimize a number": (
        lambda x, v: SGD(0.1).minimize(3.0),
        TypeError,
        "loss must be a tensor that depends on the variables, not 3.0",
    ),
    "minimize nothing": (
        lambda x, v: SGD(0.1).minimize(None),
        TypeError,
        "loss must be a tensor that depends on the variables, not None",
    ),
    "global step is a number": (
        lambda x, v: SGD(0.1).minimize(v * v, global_step=3),
        TypeError,
        "global_step must be a tf.Variable to count in, not 3",
    ),
    "learning rate in quotes": (
        lambda x, v: SGD("0.1").minimize(v * v),
        TypeError,
        "GradientDescent: learning_rate must be a number or a scalar tensor, not '0.1'",
    ),
    "no learning rate": (
        lambda x, v: SGD(None).minimize(v * v),
        TypeError,
        "GradientDescent: learning_rate must be a number or a scalar tensor, not None",
    ),
    "many learning rates": (
        lambda x, v: tf.train.AdamOptimizer([0.1, 0.2]).minimize(v * v),
        TypeError,
        "Adam: learning_rate must be a number or a scalar tensor, not [0.1, 0.2]",
    ),
    "no pairs": (
        lambda x, v: SGD(0.1).apply_gradients([v]),
        TypeError,
        r"grads_and_vars must be pairs \(gradient, variable\), as of compute_gradients, not \[<.*Variable.*>\]",
    ),
    "zeros of unknown size": (
        lambda x, v: tf.zeros([None, 3]),
        ValueError,
        f"A new tensor needs all of its sizes, but the shape is [None, 3]. {SIZES}",
    ),
    "ones without a shape": (
        lambda x, v: tf.ones(None),
        ValueError,
        f"A new tensor needs all of its sizes, but the shape is None. {SIZES}",
    ),
    "random numbers of unknown size": (
        lambda x, v: tf.truncated_normal([None, 3]),
        ValueError,
        f"A new tensor needs all of its sizes, but the shape is [None, 3]. {SIZES}",
    ),
    "a fraction as size": (
        lambda x, v: tf.zeros([2.5]),
        TypeError,
        "A size must be a whole number, or None where it is not known, not 2.5",
    ),
    "a size below zero": (lambda x, v: tf.fill([-1, 3], 1.0), ValueError, "Dimension -1 must be >= 0"),
    "type and shape swapped": (
        lambda x, v: tf.placeholder([None, 3], tf.float32),
        TypeError,
        "A size must be a whole number, or None where it is not known, not tf.float32",
    ),
    "a text as shape": (
        lambda x, v: tf.placeholder(tf.float32, "784"),
        TypeError,
        "A size must be a whole number, or None where it is not known, not '784'",
    ),
    "none as input": (
        lambda x, v: tf.add(x, None),
        ValueError,
        "None values not supported: input 'y' of 'Add' Op is None.",
    ),
    "labels forgotten": (
        lambda x, v: tf.nn.softmax_cross_entropy_with_logits([[1.0]]),
        ValueError,
        "None values not supported: input 'labels' of 'SoftmaxCrossEntropyWithLogits' Op is None.",
    ),
    "a tensor as name": (
        lambda x, v: tf.nn.relu(x, x),
        TypeError,
        "The name of an operation or scope must be a string, not <tf.Tensor 'x:0' shape=(2,) dtype=float32>",
    ),
    "a number as name": (
        lambda x, v: tf.Variable(1.0, name=3),
        TypeError,
        "The name of an operation or scope must be a string, not 3",
    ),
    "a text as seed": (
        lambda x, v: tf.set_random_seed("7"),
        TypeError,
        "A seed must be a whole number, or None for numbers that differ each time, not '7'",
    ),
    "one tensor where a list is wanted": (
        lambda x, v: tf.pack(x),
        TypeError,
        "Expected list for 'values' argument to 'Pack' Op, not Tensor(\"x:0\", shape=(2,), dtype=float32).",
    ),
    "one summary to merge": (
        lambda x, v: tf.merge_summary(tf.scalar_summary("a", 1.0, name="s")),
        TypeError,
        "Expected list for 'inputs' argument to 'MergeSummary' Op, not Tensor(\"s:0\", shape=(), dtype=string).",
    ),
    "one dependency": (
        lambda x, v: tf.control_dependencies(x).__enter__(),
        TypeError,
        "control_inputs must be a list of operations and tensors, not <tf.Tensor 'x:0' shape=(2,) dtype=float32>",
    ),
    "paddings as a number": (lambda x, v: tf.pad(x, 1), ValueError, "Shapes () and (1, 2) are not compatible"),
    "a function of numpy": (
        lambda x, v: np.sqrt(x),
        TypeError,
        "x:0 has no value outside a run: sess.run() gives one, and numpy can take that",
    ),
    "an array of tensors": (
        lambda x, v: np.asarray(x),
        TypeError,
        "x:0 has no value outside a run: sess.run() gives one, and numpy can take that",
    ),
    "a name misspelt": (
        lambda x, v: tf.constnat,
        AttributeError,
        "graphcore has no tf.constnat (yet). Did you mean tf.constant?",
    ),
    "a name of another package": (lambda x, v: tf.keras, AttributeError, "graphcore has no tf.keras (yet)"),
    "another case": (
        lambda x, v: tf.train.AdamOptimiser,
        AttributeError,
        "graphcore has no tf.train.AdamOptimiser (yet). Did you mean tf.train.AdamOptimizer?",
    ),
    "an op that is not there": (
        lambda x, v: tf.nn.ReLU,
        AttributeError,
        "graphcore has no tf.nn.ReLU (yet). Did you mean tf.nn.relu?",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(mistake):
    make, error, message = MISTAKES[mistake]
    x, v = tf.constant([1.0, 2.0], name="x"), tf.Variable(1.0)
    with pytest.raises(error) as raised:
        make(x, v)
    pattern = message if "<.*" in message else re.escape(message)
    assert re.fullmatch(pattern, str(raised.value))


def test_what_is_no_mistake_still_works(sess):
    v = tf.Variable(3.0, name="v")
    step = SGD(0.1).minimize(v, var_list=v)
    sess.run(tf.initialize_all_variables())
    sess.run(step)
    assert sess.run(v) == np.float32(2.9)
    assert (np.ones(2, np.float32) + tf.constant([1.0, 2.0])).get_shape().as_list() == [2]
    assert sess.run(tf.zeros(np.int64(3))).tolist() == [0, 0, 0]
    assert sess.run(tf.ones(tf.TensorShape([2]))).tolist() == [1, 1]
    assert sess.run(tf.pack(np.eye(2))).tolist() == [[1, 0], [0, 1]]
    assert not hasattr(tf, "keras")
