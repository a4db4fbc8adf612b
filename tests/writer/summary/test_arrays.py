from __future__ import annotations

import numpy as np
import pytest

from writer.format.messages import Summary
from writer.summary.arrays import as_array
from writer.summary.metadata import metadata_of, tensor_summary


class Tensor:
    """What torch's tensors answer to."""

    def __init__(self, values, *, on="cpu", dtype="float32", requires_grad=False):
        self.values, self.on, self.dtype, self.requires_grad = np.asarray(values), on, dtype, requires_grad
        self.shape = self.values.shape

    def detach(self):
        return Tensor(self.values, on=self.on, dtype=self.dtype)

    def cpu(self):
        return Tensor(self.values, dtype=self.dtype, requires_grad=self.requires_grad)

    def float(self):
        return Tensor(self.values.astype(np.float32))

    def numpy(self):
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.on != "cpu":
            raise TypeError("can't convert cuda tensor to numpy")
        if self.dtype == "bfloat16":
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.values

    def __array__(self, dtype=None, copy=None):
        return self.numpy()


@pytest.mark.parametrize(
    "value",
    [
        [1, 2],
        (1.0, 2.0),
        np.array([1, 2], np.uint8),
        np.array([1, 2], np.float16),
        Tensor([1.0, 2.0]),
        Tensor([1.0, 2.0], on="cuda", requires_grad=True),
        Tensor([1.0, 2.0], dtype="bfloat16"),
        [Tensor(1.0, on="cuda"), Tensor(2.0)],
        [np.float32(1), 2],
        range(1, 3),
    ],
)
def test_numbers_of_any_library_become_an_array(value):
    assert as_array("t", value, "add_histogram").tolist() == [1, 2]


def test_an_array_is_not_copied():
    values = np.arange(3.0)
    assert as_array("t", values, "add_histogram") is values


def test_a_number_has_no_axes():
    assert as_array("t", 3.5, "add_histogram").shape == ()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("abc", TypeError, "add_histogram: tag 'w' wants an array of numbers, but got 'abc' of type str"),
        (None, TypeError, "but got None of type NoneType"),
        ({"a": 1}, TypeError, "of type dict"),
        (np.array([1j]), TypeError, r"but got ndarray of complex128, shape \[1\]"),
        (np.array(["1"]), TypeError, r"but got ndarray of <U1, shape \[1\]"),
        ([[1, 2], [3]], ValueError, r"tag 'w' wants an array of numbers, but got \[\[1, 2\], \[3\]\] of type list"),
    ],
)
def test_what_holds_no_numbers_is_refused_by_name(value, error, message):
    with pytest.raises(error, match=message):
        as_array("w", value, "add_histogram")


@pytest.mark.parametrize(
    ("tag", "error", "message"),
    [
        (3, TypeError, "add_text: a tag is a string, but got 3 of type int"),
        ("", ValueError, "add_text: the tag is empty"),
        ("a\ud800", ValueError, "add_text: tag 'a.ud800' holds a lone surrogate"),
    ],
)
def test_a_tag_is_a_string_that_names_something(tag, error, message):
    with pytest.raises(error, match=message):
        as_array(tag, [1], "add_text")


def test_a_summary_says_how_it_is_to_be_shown():
    metadata = metadata_of("t", "histograms", b"\x08\x00", "Weights", "of *the* first layer")
    (value,) = Summary.FromString(tensor_summary("w", np.zeros((2, 3)), metadata)).value
    assert value.metadata.plugin_data.plugin_name == "histograms"
    assert value.metadata.display_name == "Weights"
    assert value.metadata.summary_description == "of *the* first layer"
    assert value.metadata.data_class == 2
    with pytest.raises(TypeError, match="description is a string, but got 7 of type int"):
        metadata_of("t", "text", description=7)  # type: ignore[arg-type]
