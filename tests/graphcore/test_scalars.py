"""Numbers a session gives back print as they did in 2016, and are numpy scalars in all else."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf
from graphcore.scalars import Float32, Float64


@pytest.mark.parametrize(
    ("number", "shown", "text", "formatted"),
    [
        (1.0, "1.0", "1.0", "1.0"),
        (0.8, "0.80000001", "0.8", "0.800000011921"),
        (1.6, "1.6", "1.6", "1.60000002384"),
        (0.76, "0.75999999", "0.76", "0.759999990463"),
        (1e10, "1e+10", "1e+10", "10000000000.0"),
        (-3.0, "-3.0", "-3.0", "-3.0"),
        (float("nan"), "nan", "nan", "nan"),
        (float("inf"), "inf", "inf", "inf"),
        (2.4857283e-05, "2.4857283e-05", "2.48573e-05", "2.48572832788e-05"),
    ],
)
def test_float32(number, shown, text, formatted):
    scalar = Float32(number)
    assert repr(scalar) == shown
    assert str(scalar) == text
    assert f"{scalar}" == formatted


def test_a_format_that_is_given_is_used():
    assert f"{Float32(0.8):.3f}" == "0.800"
    assert "{:.2f}".format(Float32(0.8)) == "0.80"  # noqa: UP032


@given(st.floats(width=32))
def test_it_is_a_float32_in_all_else(number):
    scalar, plain = Float32(number), np.float32(number)
    assert isinstance(scalar, np.float32)
    assert scalar.tobytes() == plain.tobytes()
    np.testing.assert_equal(float(scalar), float(plain))
    assert hash(scalar) == hash(plain) or number != number
    assert type(scalar + scalar) is np.float32
    assert np.asarray(scalar).dtype == np.float32
    np.testing.assert_equal(pickle.loads(pickle.dumps(scalar)), plain)


def test_other_numbers(sess):
    values = sess.run([tf.constant(np.float64(0.8)), tf.constant(3), tf.constant(3, tf.int64), tf.constant(True)])
    assert [repr(value) for value in values[:3]] == ["0.80000000000000004", "3", "3"]
    assert str(Float64(0.1)) == f"{Float64(0.1)}" == "0.1"
    assert values[3] is np.True_


def test_it_can_be_switched_off(sess):
    x = tf.constant(0.8)
    tf.set_printoptions(scalars="numpy")
    try:
        assert type(sess.run(x)) is np.float32
    finally:
        tf.set_printoptions(scalars="classic")
    assert repr(sess.run(x)) == "0.80000001"
    with pytest.raises(ValueError, match="scalars must be 'classic' or 'numpy', not 'other'"):
        tf.set_printoptions(scalars="other")
