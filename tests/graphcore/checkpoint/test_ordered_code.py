"""Codes are ordered as what they stand for, and are those of TensorFlow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphcore.checkpoint import ordered_code, varint

int64 = st.integers(-(2**63), 2**63 - 1)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "80"),
        (-1, "7f"),
        (63, "bf"),
        (-64, "40"),
        (64, "c040"),
        (-65, "3fbf"),
        (8191, "dfff"),
        (8192, "e02000"),
        (2**63 - 1, "ffc07fffffffffffffff"),
        (-(2**63), "003f8000000000000000"),
    ],
)
def test_codes_of_signed_numbers(number, code):
    assert ordered_code.signed(number) == bytes.fromhex(code)


@given(int64, int64)
def test_signed_numbers_are_in_order(first, second):
    assert (first < second) == (ordered_code.signed(first) < ordered_code.signed(second))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_unsigned_numbers_are_in_order(first, second):
    assert (first < second) == (ordered_code.unsigned(first) < ordered_code.unsigned(second))


texts = st.lists(st.sampled_from([b"\x00", b"\x01", b"\xff", b"a"]), max_size=4).map(b"".join)


@given(texts, texts, int64, int64)
def test_texts_are_in_order_whatever_follows_them(first, second, after_first, after_second):
    one = ordered_code.string(first) + ordered_code.signed(after_first)
    other = ordered_code.string(second) + ordered_code.signed(after_second)
    assert ((first, after_first) < (second, after_second)) == (one < other)


@given(st.integers(0, 2**64 - 1), st.binary(max_size=3))
def test_numbers_of_variable_length_are_read_where_they_end(number, behind):
    code = varint.encoded(number)
    assert varint.decoded(b"x" + code + behind, 1) == (number, 1 + len(code))
    with pytest.raises(ValueError, match="does not end"):
        varint.decoded(code[:-1], 0)
