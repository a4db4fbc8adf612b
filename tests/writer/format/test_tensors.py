import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from tensorboard.util import tensor_util

from writer.format.messages import DataType, TensorProto
from writer.format.tensors import to_ndarray, to_proto

NUMBERS = ["f4", "f8", "f2", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "c8", "c16", "?"]


@given(st.sampled_from(NUMBERS).flatmap(lambda dtype: npst.arrays(dtype, npst.array_shapes(min_dims=0, min_side=0))))
def test_arrays_come_back_as_they_were(array):
    back = to_ndarray(to_proto(array))
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)


@given(st.sampled_from(NUMBERS).flatmap(lambda dtype: npst.arrays(dtype, npst.array_shapes())))
def test_tensors_that_tensorboard_lists_element_by_element_are_read(array):
    theirs = tensor_util.make_tensor_proto(array)
    back = to_ndarray(TensorProto.FromString(theirs.SerializeToString()))
    np.testing.assert_array_equal(back, array)


def test_strings_are_listed_as_bytes():
    proto = to_proto(np.array([["a", "bö"]]))
    assert list(proto.string_val) == [b"a", "bö".encode()]
    assert to_ndarray(proto).tolist() == [[b"a", "bö".encode()]]


def test_a_short_list_repeats_its_last_element():
    proto = TensorProto(dtype=DataType["DT_FLOAT"], float_val=[1, 2])
    proto.tensor_shape.dim.add(size=4)
    assert to_ndarray(proto).tolist() == [1, 2, 2, 2]


def test_bfloat16_is_the_upper_half_of_float32():
    proto = TensorProto(dtype=DataType["DT_BFLOAT16"], half_val=[0x3FC0, 0xC000])
    proto.tensor_shape.dim.add(size=2)
    assert to_ndarray(proto).tolist() == [1.5, -2.0]
    raw = TensorProto(dtype=DataType["DT_BFLOAT16"], tensor_content=b"\xc0\x3f", tensor_shape={})
    assert to_ndarray(raw).tolist() == 1.5


@pytest.mark.parametrize(
    ("fields", "sizes", "message"),
    [
        ({"dtype": 99}, [], "dtype 99"),
        ({"dtype": 1, "float_val": [1]}, [1 << 40], "asks for 1099511627776 elements"),
        ({"dtype": 1, "float_val": [1, 2, 3]}, [2], r"3 elements in float_val, but shape \[2\] takes 2"),
        ({"dtype": 1}, [2], "0 elements in float_val"),
        ({"dtype": 1, "tensor_content": b"12345"}, [2], "5 bytes of content"),
        ({"dtype": 1, "float_val": [1]}, [-1], "not fully known"),
        ({"dtype": 8, "scomplex_val": [1, 2, 3]}, [2], "odd count"),
    ],
)
def test_a_tensor_that_does_not_fit_its_shape_is_refused(fields, sizes, message):
    proto = TensorProto(**fields)
    for size in sizes:
        proto.tensor_shape.dim.add(size=size)
    with pytest.raises(ValueError, match=message):
        to_ndarray(proto)


def test_an_array_of_objects_that_are_no_strings_is_refused():
    with pytest.raises(TypeError, match="datetime64"):
        to_proto(np.array(["2020-01-01"], "M8[D]"))
