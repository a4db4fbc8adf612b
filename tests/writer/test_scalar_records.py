"""Records made in bulk or in a hurry are those that the plain way makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writer import event
from writer.format.record import frame
from writer.scalar_record import scalar_record
from writer.scalar_series import series_records
from writer.summary.scalars import scalar, scalar_tensor

STEPS = st.one_of(st.integers(0, 300), st.integers(-(2**63), 2**63 - 1))
TAGS = st.text(min_size=1, max_size=30)


@given(TAGS, st.one_of(st.floats(), st.integers(-(10**400), 10**400)), STEPS, st.floats(1, 1e10))
def test_a_single_record_is_that_of_the_plain_way(tag, number, step, wall_time):
    plain = frame(event.encode(wall_time, step, event.SUMMARY, scalar(tag, number)))
    assert scalar_record(tag, number, event.encode_step(step), wall_time) == plain


@settings(deadline=None)
@given(
    TAGS,
    st.lists(st.tuples(STEPS, st.floats(width=32), st.floats(1, 1e10)), min_size=1, max_size=40),
    st.booleans(),
)
def test_a_series_is_that_of_the_plain_way(tag, points, float64):
    steps, values, wall_times = (np.array(column) for column in zip(*points))
    values = values.astype(np.float64 if float64 else np.float32)
    made = list(series_records(tag, steps.astype(np.int64), values, wall_times, float64=float64))
    encode = (lambda tag, value: scalar_tensor(tag, value, double_precision=True)) if float64 else scalar
    plain = [
        frame(event.encode(time, step, event.SUMMARY, encode(tag, value)))
        for step, value, time in zip(steps.tolist(), values.tolist(), wall_times.tolist())
    ]
    assert b"".join(records for records, _ in made) == b"".join(plain)
    assert sum(count for _, count in made) == len(points)


@pytest.mark.parametrize("size", [1, 3900, 65_536])
def test_a_long_series_in_blocks_is_whole_whatever_the_length_of_its_tag(size):
    tag, count = "t" * size, 20_000 if size == 1 else 50
    steps = np.arange(count) * 7
    made = list(series_records(tag, steps, np.float32(steps), np.broadcast_to(5.0, count)))
    plain = [frame(event.encode(5.0, step, event.SUMMARY, scalar(tag, float(step)))) for step in steps.tolist()]
    assert b"".join(records for records, _ in made) == b"".join(plain)
