"""Gradients and shape rules that a program brings along."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import graphcore as tf

FRESH = (f"Custom{i}" for i in itertools.count())


def test_a_gradient_is_replaced_in_a_block(sess):
    name = next(FRESH)

    @tf.RegisterGradient(name)
    def ten_times(op, grad):
        assert op.type == "Square"
        return 10.0 * grad

    x = tf.constant(3.0)
    with tf.get_default_graph().gradient_override_map({"Square": name}):
        inside = tf.square(x)
    outside = tf.square(x)
    assert inside.op.get_attr("_gradient_op_type") == name.encode()
    assert sess.run(tf.gradients(inside, x)) == [10.0]
    assert sess.run(tf.gradients(outside, x)) == [6.0]


def test_blocks_nest(sess):
    first, second = next(FRESH), next(FRESH)
    tf.RegisterGradient(first)(lambda op, grad: grad)
    tf.RegisterGradient(second)(lambda op, grad: -grad)
    graph, x = tf.get_default_graph(), tf.constant(3.0)
    with graph.gradient_override_map({"Square": first}):
        with graph.gradient_override_map({"Exp": second}):
            y = tf.square(x) + tf.exp(x)
        z = tf.exp(x)
    assert sess.run(tf.gradients(y, x)) == [0.0]
    assert sess.run(tf.gradients(z, x))[0] == np.exp(np.float32(3.0))


def test_a_gradient_may_be_none_at_all():
    name = next(FRESH)
    tf.NoGradient(name)
    x = tf.constant(1.0)
    with tf.get_default_graph().gradient_override_map({"Exp": name}):
        assert tf.gradients(tf.exp(x), x) == [None]


def test_an_overriding_gradient_goes_out_and_comes_in_with_the_graph(sess):
    name = next(FRESH)
    tf.RegisterGradient(name)(lambda op, grad: 7.0 * grad)
    with tf.get_default_graph().gradient_override_map({"Exp": name}):
        tf.exp(tf.constant(0.0, name="x"), name="y")
    x, y = tf.import_graph_def(tf.get_default_graph().as_graph_def(), return_elements=["x:0", "y:0"])
    assert sess.run(tf.gradients(y, x)) == [7.0]


def test_a_name_that_nobody_registered():
    x = tf.constant(1.0)
    with tf.get_default_graph().gradient_override_map({"Exp": "Nobody"}):
        y = tf.exp(x, name="y")
    message = r"No gradient defined for operation 'y' \(op type: Exp\), whose gradient is to be that registered as 'Nob"
    with pytest.raises(LookupError, match=message):
        tf.gradients(y, x)


def test_a_name_is_registered_once():
    with pytest.raises(KeyError, match="Registering two gradient with name 'Square'!"):
        tf.RegisterGradient("Square")(lambda op, grad: grad)
    name = next(FRESH)
    tf.NoGradient(name)
    with pytest.raises(KeyError, match="Registering two gradient"):
        tf.NoGradient(name)
    with pytest.raises(KeyError, match="Registering two shape functions for op type 'Square'"):
        tf.RegisterShape("Square")(lambda op: [])
    with pytest.raises(KeyError, match="No op type is called 'NoSuchOp'"):
        tf.RegisterShape("NoSuchOp")(lambda op: [])


def test_names_are_texts():
    for wrong in (tf.RegisterGradient, tf.NoGradient):
        with pytest.raises(TypeError, match="op_type must be a string"):
            wrong(3)
    with pytest.raises(TypeError, match="op_type_map must be a dictionary mapping strings to strings"):
        tf.get_default_graph().gradient_override_map({"Square": 3})


def test_types_of_a_program_become_tensors(sess):
    class Celsius:
        def __init__(self, degrees):
            self.degrees = degrees

    tf.register_tensor_conversion_function(
        Celsius, lambda value, dtype=None, name=None, as_ref=False: tf.constant(value.degrees, dtype, name=name)
    )
    assert sess.run(tf.constant(1.5) + Celsius(2.0)) == 3.5
    with pytest.raises(TypeError, match="conversion_func must be callable"):
        tf.register_tensor_conversion_function(Celsius, None)
