"""Element types: what names them, what they know."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import graphcore as tf
from graphcore import dtypes
from writer.format.messages import DataType


def test_numbers_are_those_of_the_format():
    for name, dtype in dtypes.ALL.items():
        base = {"float32": "FLOAT", "float64": "DOUBLE", "float16": "HALF"}.get(
            name.removesuffix("_ref"), name.removesuffix("_ref").upper()
        )
        assert dtype.as_datatype_enum == DataType[f"DT_{base}{'_REF' if name.endswith('_ref') else ''}"]


@pytest.mark.parametrize(
    "value",
    [tf.float32, 1, "float32", "float", np.float32, np.dtype("float32"), float],
)
def test_what_means_float32(value):
    assert tf.as_dtype(value) is tf.float32
    assert tf.float32 == value


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ("double", tf.float64),
        ("half", tf.float16),
        (int, tf.int32),
        (bool, tf.bool),
        (str, tf.string),
        (np.dtype("S3"), tf.string),
        (np.dtype("U3"), tf.string),
        (object, tf.string),
        (np.uint16, tf.uint16),
        (np.int8, tf.int8),
        (103, tf.int32.as_ref),
    ],
)
def test_what_means_others(value, dtype):
    assert tf.as_dtype(value) == dtype


@pytest.mark.parametrize("value", ["zz", 0, 99, None, np.dtype("datetime64[s]"), [], np.dtype("uint32")])
def test_what_means_nothing(value, raises):
    with raises(TypeError, f"Cannot convert value {value!r} to a TensorFlow DType."):
        tf.as_dtype(value)
    assert tf.float32 != value


def test_what_they_know():
    assert (repr(tf.float32), str(tf.float32)) == ("tf.float32", "<dtype: 'float32'>")
    ref = tf.float32.as_ref
    assert (ref.name, repr(ref), ref.base_dtype, ref.is_ref_dtype) == (
        "float32_ref",
        "tf.float32_ref",
        tf.float32,
        True,
    )
    assert ref.as_ref is ref
    assert tf.float32.base_dtype is tf.float32
    assert tf.float32.is_compatible_with(ref)
    assert not ref.is_compatible_with(tf.float32)
    assert tf.complex64.real_dtype == tf.float32
    assert [t.name for t in dtypes.ALL.values() if t.is_floating and not t.is_ref_dtype] == [
        "float32",
        "float64",
        "float16",
    ]
    assert tf.uint8.is_unsigned
    assert tf.qint8.is_quantized
    assert not tf.qint8.is_integer
    assert tf.complex128.is_complex
    assert (tf.int8.min, tf.int8.max, tf.float32.max) == (-128, 127, np.finfo(np.float32).max)
    assert (tf.int64.size, tf.string.size) == (8, 1)
    assert tf.string.as_numpy_dtype is np.object_
    assert pickle.loads(pickle.dumps(tf.int32)) is tf.int32
    assert len({tf.int32, tf.as_dtype("int32")}) == 1
    for dtype in (tf.string, tf.bool, tf.complex64, tf.bfloat16, tf.qint8):
        with pytest.raises(TypeError, match="Cannot find minimum value of"):
            dtype.min  # noqa: B018
