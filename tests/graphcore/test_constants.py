"""Python values become tensors: which type, which shape, which bytes in an export."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import graphcore as tf
from graphcore.tensor_value import tensor_value
from writer.format import tensors


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        (1.0, tf.float32, []),
        (1, tf.int32, []),
        (2**40, tf.int64, []),
        (True, tf.bool, []),
        ("a", tf.string, []),
        (b"a", tf.string, []),
        (["a", b"b"], tf.string, [2]),
        (1j, tf.complex128, []),
        ([1, 2.5], tf.float32, [2]),
        ([[1, 2, 3], [4, 5, 6]], tf.int32, [2, 3]),
        ([], tf.float32, [0]),
        ([[]], tf.float32, [1, 0]),
        (np.float64(1.0), tf.float64, []),
        (np.array([1, 2]), tf.int64, [2]),
        (np.array([1.0], np.float16), tf.float16, [1]),
        (np.array(["a"]), tf.string, [1]),
        (tf.TensorShape([2, 3]), tf.int32, [2]),
        (tf.Dimension(2), tf.int32, []),
    ],
)
def test_the_type_and_shape_of_a_value(value, dtype, shape, sess):
    tensor = tf.convert_to_tensor(value)
    assert tensor.dtype == dtype
    assert tensor.get_shape() == shape
    assert np.shape(sess.run(tensor)) == tuple(shape)


@pytest.mark.parametrize(
    ("value", "dtype", "message"),
    [
        (1.5, tf.int32, "Expected int32, got 1.5 of type 'float' instead."),
        ([1, 2.5], tf.int32, "Expected int32, got 2.5 of type 'float' instead."),
        ("a", tf.float32, "Expected float32, got 'a' of type 'str' instead."),
        (1, tf.string, "Expected string, got 1 of type 'int' instead."),
        (1, tf.bool, "Expected bool, got 1 of type 'int' instead."),
        (1j, tf.float32, "Expected float32, got 1j of type 'complex' instead."),
    ],
)
def test_a_value_that_is_not_of_the_type(value, dtype, message, raises):
    with raises(TypeError, message):
        tf.constant(value, dtype)


def test_what_is_no_value_at_all(raises):
    x = tf.placeholder(tf.float32)
    with raises(ValueError, "None values not supported."):
        tf.constant(None)
    with raises(TypeError, "List of Tensors when single Tensor expected"):
        tf.constant([x, 1.0])
    with raises(TypeError, "Expected float32, got list containing Tensors of type '_Message' instead."):
        tf.constant([x, 1.0], tf.float32)
    with pytest.raises(ValueError, match="Argument must be a dense tensor"):
        tf.constant([[1, 2], [3]])
    with pytest.raises(TypeError, match="Cannot convert value"):
        tf.constant(object())


def test_a_tensor_of_another_type(raises):
    tf.constant(0)
    c = tf.constant(1.0)
    message = (
        "Tensor conversion requested dtype int32 for Tensor with dtype float32: "
        "'Tensor(\"Const_1:0\", shape=(), dtype=float32)'"
    )
    with raises(ValueError, message):
        tf.convert_to_tensor(c, tf.int32)


def test_a_shape_is_filled_with_the_last_value(sess, raises):
    np.testing.assert_array_equal(sess.run(tf.constant([1.0, 2.0], shape=[3])), [1, 2, 2])
    np.testing.assert_array_equal(sess.run(tf.constant(7, shape=[2, 2])), [[7, 7], [7, 7]])
    assert sess.run(tf.constant(7, shape=[0, 2])).shape == (0, 2)
    with raises(ValueError, "Too many elements provided. Needed at most 2, but received 3"):
        tf.constant([1, 2, 3], shape=[2])


def test_how_values_are_exported():
    def proto(*args, **kwargs):
        return tf.constant(*args, **kwargs).op.node_def.attr["value"].tensor

    assert list(proto(1.0).float_val) == [1.0]
    assert proto([1.0, 2.0]).tensor_content == np.array([1, 2], "<f4").tobytes()
    assert list(proto([1.0]).float_val) == [1.0]
    assert list(proto(1.0, shape=[3]).float_val) == [1.0]
    assert list(proto([True, False]).bool_val) == [True, False]
    assert list(proto(["a", "b"]).string_val) == [b"a", b"b"]
    assert list(proto(1 + 2j).dcomplex_val) == [1.0, 2.0]
    assert list(proto(np.float16(1.0)).half_val) == [0x3C00]


@given(
    hnp.arrays(
        st.sampled_from([np.float32, np.float64, np.float16, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16,
                         np.bool_, np.complex64, np.complex128]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    )
)  # fmt: skip
def test_any_exported_array_is_read_back_by_the_format(array):
    from graphcore.graph_def import tensor_to_proto

    read = tensors.to_ndarray(tensor_to_proto(tensor_value(array)))
    assert read.dtype == array.dtype
    np.testing.assert_array_equal(read, array)


def test_types_can_learn_to_be_tensors(sess):
    class Celsius:
        def __init__(self, degrees):
            self.degrees = degrees

    def convert(value, dtype=None, name=None, as_ref=False):
        if dtype not in (None, tf.float32):
            return NotImplemented
        return tf.constant(value.degrees + 273.15, name=name)

    tf.register_tensor_conversion_function(Celsius, convert)
    assert sess.run(tf.constant(1.0) * Celsius(0.0)) == np.float32(273.15)
    with pytest.raises(TypeError):
        tf.convert_to_tensor(Celsius(0.0), tf.int32)


def test_a_later_change_to_an_array_does_not_change_the_constant(sess):
    array = np.array([1.0, 2.0])
    c = tf.constant(array)
    array[:] = 9
    np.testing.assert_array_equal(sess.run(c), [1.0, 2.0])


def test_zeros_at_the_end_of_bytes_are_kept(sess):
    assert sess.run(tf.constant([b"a\x00", b"\x00"])).tolist() == [b"a\x00", b"\x00"]
    assert sess.run(tf.constant(b"a\x00\x00")) == b"a\x00\x00"
