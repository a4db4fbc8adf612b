from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.store.columns import Columns
from board.store.packed import Packed
from board.store.series import ScalarSeries, Source

INT64 = st.integers(-(2**63), 2**63 - 1)
STEPS = st.one_of(
    st.lists(INT64, max_size=12),
    st.builds(
        lambda start, stride, count: [start + stride * i for i in range(count)],
        *[st.integers(-99, 99)] * 2,
        st.integers(0, 12),
    ),
)
VALUES = st.one_of(st.floats(), st.floats(width=32), st.sampled_from([-0.0, float("nan"), float("-inf"), 1e300]))


def columns(steps, values):
    return Columns(np.array(steps, np.int64), np.arange(len(steps)) * 0.1, np.resize(np.array(values), len(steps)))


def in_memory(source):
    def read(chunk):
        raise AssertionError("there is no index")

    return read


def bits(found):
    return [column.tobytes() for column in found]


@given(STEPS, st.lists(VALUES, min_size=1, max_size=12))
def test_unpacking_gives_back_every_bit(steps, values):
    given = columns(steps, values)
    assert bits(Packed(given).columns()) == bits(given)


@given(st.one_of(STEPS, st.integers(60, 70).map(range)), st.lists(VALUES, min_size=1, max_size=12))
def test_encoded_columns_are_decoded_to_every_bit(steps, values):
    given = columns(steps, values)
    assert bits(Packed.decoded(Packed.encoded(given))) == bits(given)
    assert bits(Packed.decoded(Packed(given).encode())) == bits(given)


@pytest.mark.parametrize("steps", [[-(2**63), 2**63 - 1], [2**63 - 1, -(2**63)], [2**63 - 1] * 3, [0, 0, 1]])
def test_steps_at_the_ends_of_their_range_are_kept(steps):
    assert Packed(columns(steps, [0.5])).columns().steps.tolist() == steps


def test_a_training_loop_takes_half_the_memory():
    rows = columns(range(10_000), [0.5])
    assert Packed(rows).nbytes * 2 <= sum(column.nbytes for column in rows)


@given(st.lists(st.integers(1, 400), max_size=30), st.booleans())
def test_a_series_is_the_same_however_many_rows_come_at_a_time(sizes, looked_at):
    series = ScalarSeries()
    source = Source("/logs/a", "a", ".")
    whole = columns(np.arange(sum(sizes)) % 700, [0.1, 0.5, float("nan")])
    begun = 0
    for size in sizes:
        series.append(source, Columns(*(column[begun : begun + size] for column in whole)))
        begun += size
        if looked_at:
            before = series.columns(in_memory)
            assert bits(before) == [column[:begun].tobytes() for column in whole]
            assert not any(column.flags.writeable for column in before)
    assert series.count == begun
    assert bits(series.columns(in_memory)) == bits(whole)
