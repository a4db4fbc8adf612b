"""Static shapes: sizes that may not be known, merged, compared and broadcast."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import graphcore as tf
from graphcore import common_shapes, shapes

SIZES = st.lists(st.integers(0, 3), max_size=3)


@pytest.mark.parametrize(
    ("dims", "text", "shown"),
    [
        (None, "<unknown>", "TensorShape(None)"),
        ([], "()", "TensorShape([])"),
        (3, "(3,)", "TensorShape([Dimension(3)])"),
        ([None, 3], "(?, 3)", "TensorShape([Dimension(None), Dimension(3)])"),
    ],
)
def test_how_they_print(dims, text, shown):
    assert str(tf.TensorShape(dims)) == text
    assert repr(tf.TensorShape(dims)) == shown


def test_what_they_know():
    shape = tf.TensorShape([2, None, 4])
    assert (shape.ndims, len(shape), shape.as_list()) == (3, 3, [2, None, 4])
    assert shape[0] == 2
    assert shape[1].value is None
    assert shape[1:] == [None, 4]
    assert [dim.value for dim in shape] == [2, None, 4]
    assert shape.num_elements() is None
    assert tf.TensorShape([2, 3]).num_elements() == 6
    assert not shape.is_fully_defined()
    assert tf.TensorShape([]).is_fully_defined()
    assert tf.TensorShape([])
    assert not tf.TensorShape(None)
    assert shape.concatenate([5]) == [2, None, 4, 5]
    assert shape.concatenate(None) == tf.TensorShape(None)
    assert shape.with_rank(3) is shape
    assert tf.TensorShape(None).with_rank(2) == [None, None]
    assert tf.TensorShape(None)[1:3].ndims == 2
    assert tf.TensorShape(shape.as_proto()) == shape
    assert tf.TensorShape(tf.TensorShape(None).as_proto()) == tf.TensorShape(None)
    assert len({tf.TensorShape([2]), tf.TensorShape([2])}) == 1
    assert tf.TensorShape([2]) != "a"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: s.merge_with([3, 3]), "Shapes (2, 3) and (3, 3) are not compatible"),
        (lambda s: s.assert_is_compatible_with([2]), "Shapes (2, 3) and (2,) are not compatible"),
        (lambda s: s.assert_same_rank([2]), "Shapes (2, 3) and (2,) must have the same rank"),
        (lambda s: s.with_rank(1), "Shape (2, 3) must have rank 1"),
        (lambda s: s.with_rank_at_least(3), "Shape (2, 3) must have rank at least 3"),
        (lambda s: s.with_rank_at_most(1), "Shape (2, 3) must have rank at most 1"),
        (lambda s: tf.TensorShape([None]).assert_is_fully_defined(), "Shape (?,) is not fully defined"),
        (lambda s: tf.TensorShape([-1]), "Dimension -1 must be >= 0"),
        (lambda s: len(tf.TensorShape(None)), "Cannot take the length of Shape with unknown rank."),
        (lambda s: tf.TensorShape(None).as_list(), "as_list() is not defined on an unknown TensorShape."),
        (lambda s: tf.Dimension(3).merge_with(2), "Dimensions 3 and 2 are not compatible"),
    ],
)
def test_what_does_not_fit(call, message, raises):
    with raises(ValueError, message):
        call(tf.TensorShape([2, 3]))


def test_sizes_that_are_not_known_spread():
    three, unknown = tf.Dimension(3), tf.Dimension(None)
    assert [(three + 2).value, (three * 2).value, (three - 1).value, (three // 2).value, (three % 2).value] == [
        5,
        6,
        2,
        1,
        1,
    ]
    assert (2 + three).value == 5
    assert (three + unknown).value is None
    assert (three < unknown) is None
    assert (unknown == 3) is None
    assert all((three < 4, three <= 3, three > 2, three >= 3, three != 4))
    assert int(three) == 3
    assert list(range(5))[three] == 3
    assert (str(unknown), repr(three)) == ("?", "Dimension(3)")
    assert unknown.merge_with(3).value == 3
    with pytest.raises(TypeError, match="known only when the graph runs"):
        int(unknown)


def hidden(draw, sizes):
    """The same sizes, some of them not known."""
    return [None if draw(st.booleans()) else size for size in sizes]


@given(SIZES, SIZES)
def test_broadcasting_known_shapes_is_numpys(a, b):
    try:
        expected = np.broadcast_shapes(tuple(a), tuple(b))
    except ValueError:
        with pytest.raises(ValueError, match="Incompatible shapes for broadcasting"):
            shapes.broadcast(tf.TensorShape(a), tf.TensorShape(b))
        assert not common_shapes.fit_together([tuple(a), tuple(b)])
    else:
        assert shapes.broadcast(tf.TensorShape(a), tf.TensorShape(b)) == expected
        assert common_shapes.fit_together([tuple(a), tuple(b)])


@given(st.data(), SIZES, SIZES)
def test_what_is_known_of_a_broadcast_shape_is_true(data, a, b):
    try:
        actual = np.broadcast_shapes(tuple(a), tuple(b))
    except ValueError:
        return
    known_a, known_b = hidden(data.draw, a), hidden(data.draw, b)
    assert shapes.broadcast(tf.TensorShape(known_a), tf.TensorShape(known_b)).is_compatible_with(actual)


@given(st.data(), SIZES, SIZES)
def test_sizes_said_to_fit_do_fit(data, a, b):
    known = [tuple(hidden(data.draw, a)), tuple(hidden(data.draw, b))]
    if common_shapes.fit_together(known):
        np.broadcast_shapes(tuple(a), tuple(b))


@given(st.data(), SIZES)
def test_merging_keeps_all_that_is_known(data, sizes):
    one, other = tf.TensorShape(hidden(data.draw, sizes)), tf.TensorShape(hidden(data.draw, sizes))
    merged = one.merge_with(other)
    assert merged.is_compatible_with(sizes)
    assert all(size in (a, b) for size, a, b in zip(merged.as_list(), one.as_list(), other.as_list()))
    assert merged == other.merge_with(one)
