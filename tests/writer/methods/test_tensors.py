from __future__ import annotations

import numpy as np
import pytest

import board
from writer import SummaryWriter


@pytest.mark.parametrize("dtype", ["?", "u1", "i2", "i4", "i8", "u8", "f2", "f4", "f8", "c8", "c16"])
def test_tensors_keep_type_shape_and_values(tmp_path, tensorboard_reads, dtype):
    values = np.arange(6).reshape(2, 3).astype(dtype)
    with SummaryWriter(tmp_path) as log:
        log.add_tensor("t", values, 7, description="d")
    tensor, metadata = tensorboard_reads("t")
    assert (tensor.dtype, metadata.plugin_data.plugin_name) == (values.dtype, "tensor")
    np.testing.assert_array_equal(tensor, values)
    found = board.open(tmp_path).tensors(".", "t")[0].value
    assert found.dtype == values.dtype
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("abc", TypeError, "add_tensor: tag 't' wants an array of numbers, but got 'abc' of type str"),
        (np.zeros(2, np.longdouble), TypeError, "add_tensor: tag 't': tensor: elements of .* cannot be stored"),
        (np.broadcast_to(np.float32(0), (1 << 29,)), ValueError, "tag 't': 2,147,483,648 bytes are too many"),
    ],
)
def test_tensors_that_cannot_be_stored_are_refused_by_name(tmp_path, value, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=message):
        log.add_tensor("t", value)
