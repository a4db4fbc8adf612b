import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from writer.format.messages import Summary
from writer.format.tensors import to_ndarray
from writer.summary.scalars import scalar, scalar_tensor


def stored(summary: bytes) -> tuple[str, float]:
    (value,) = Summary.FromString(summary).value
    return value.tag, value.simple_value


def test_bytes_are_those_of_the_published_example():
    assert scalar("output", 0.8).hex() == "0a0d0a066f757470757415cdcc4c3f"


@given(st.text(min_size=1, max_size=20), st.floats())
def test_a_float_is_stored_as_the_nearest_float32(tag, value):
    with np.errstate(over="ignore"):
        expected = float(np.float32(value))
    back = stored(scalar(tag, value))
    assert back[0] == tag
    np.testing.assert_equal(back[1], expected)
    np.testing.assert_equal(float(to_ndarray(Summary.FromString(scalar_tensor(tag, value)).value[0].tensor)), expected)


@pytest.mark.parametrize(
    "value",
    [
        2,
        2.0,
        True + 1,
        np.float32(2),
        np.float64(2),
        np.int64(2),
        np.uint8(2),
        np.array(2),
        np.array([[2.0]]),
        np.half(2),
    ],
)
def test_anything_of_one_number_is_taken(value):
    assert stored(scalar("t", value)) == ("t", 2.0)


def test_a_number_beyond_float32_becomes_infinite_as_numpy_makes_it():
    assert stored(scalar("t", 1e39))[1] == math.inf
    assert stored(scalar("t", -(10**400)))[1] == -math.inf
    assert stored(scalar("t", 3.4028235e38))[1] == struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("0.5", "tag 'loss' wants a number, but got '0.5' of type str"),
        (None, "tag 'loss' wants a number, but got None"),
        (1j, "tag 'loss' wants a number"),
        (np.array([1, 2]), r"tag 'loss' wants a single number, but got ndarray of shape \[2\]"),
        (np.array("0.5"), "tag 'loss' wants a number"),
        ([1.0], "tag 'loss' wants a number, but got .* of type list"),
    ],
)
def test_what_is_no_number_is_refused_by_name(value, message):
    with pytest.raises(TypeError, match=message):
        scalar("loss", value)
    with pytest.raises(TypeError, match=message):
        scalar_tensor("loss", value)


def test_a_tag_is_a_string():
    for encode in (scalar, scalar_tensor):
        with pytest.raises(TypeError, match="a tag is a string, but got 3 of type int"):
            encode(3, 1.0)  # type: ignore[arg-type]


def test_double_precision_keeps_float64():
    (value,) = Summary.FromString(scalar_tensor("t", 0.1, double_precision=True)).value
    assert to_ndarray(value.tensor) == 0.1
    assert value.metadata.plugin_data.plugin_name == "scalars"
