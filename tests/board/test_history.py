"""What survives of a series whose run was resumed, and what must not be taken for that."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.history import surviving
from board.store import Columns


def survivors(steps, restarts=(), times=None):
    """Indices of the points that survive; written one second after another unless told otherwise."""
    steps = np.array(steps, np.int64)
    times = np.arange(len(steps), dtype=float) if times is None else np.array(times, float)
    kept = surviving(Columns(steps, times, steps.astype(float)), restarts)
    return list(range(len(steps))) if kept is None else kept.tolist()


def test_a_start_supersedes_everything_from_its_step_on():
    assert survivors([0, 1, 2, 3, 2, 3], [(0, 0), (4, 2)]) == [0, 1, 4, 5]


def test_a_start_counts_for_a_tag_that_is_never_written_again():
    assert survivors([0, 10, 20], [(3, 15)]) == [0, 1]


def test_steps_written_again_supersede_what_was_there_and_beyond():
    assert survivors([*range(131), *range(100, 120)]) == [*range(100), *range(131, 151)]


def test_a_run_may_be_resumed_again_and_again():
    steps = [*range(100), *range(50, 80), *range(60, 200)]
    kept = survivors(steps)
    assert [steps[index] for index in kept] == list(range(200))
    assert kept[-140:] == list(range(130, 270))


def test_a_resumed_run_may_log_at_other_steps_than_before():
    steps = [*range(0, 140, 10), *range(95, 200, 10)]
    assert [steps[index] for index in survivors(steps)] == [*range(0, 100, 10), *range(95, 200, 10)]


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_series_always_at_the_same_step_keeps_all_its_points(count):
    assert survivors([0] * count) == list(range(count))


def test_what_other_writers_log_at_the_same_time_survives():
    assert len(survivors([*range(100), *range(100)], times=[*range(100), *range(100)])) == 200


@given(st.permutations(range(4)), st.integers(1, 40))
def test_steps_a_little_out_of_order_lose_nothing(order, blocks):
    steps = [4 * block + position for block in range(blocks) for position in order]
    assert len(survivors(steps)) == len(steps)


@given(workers=st.integers(2, 5), lag=st.integers(1, 20), rounds=st.integers(4, 60))
def test_workers_in_turn_lose_nothing_however_far_apart_they_are(workers, lag, rounds):
    steps = [step + lag * worker for step in range(rounds) for worker in reversed(range(workers))]
    assert len(survivors(steps)) == len(steps)


@given(
    steps=st.lists(st.integers(0, 30), max_size=80),
    starts=st.lists(st.tuples(st.integers(0, 80), st.integers(0, 30)), max_size=4),
)
def test_a_point_is_superseded_only_by_a_restart_behind_it_at_or_below_its_step(steps, starts):
    kept = set(survivors(steps, starts))
    for index, step in enumerate(steps):
        if index not in kept:
            told = any(row > index and start <= step for row, start in starts)
            assert told or any(later <= step for later in steps[index + 1 :])
        else:
            assert not any(row > index and start <= step for row, start in starts)


@given(lengths=st.lists(st.tuples(st.integers(8, 30), st.integers(0, 29)), min_size=1, max_size=6))
def test_the_surviving_history_of_a_resumed_run_goes_forward(lengths):
    steps, reached = [], 0
    for length, back in lengths:
        start = max(0, reached - back)
        steps += range(start, start + length)
        reached = start + length
    ahead = [steps[index] for index in survivors(steps)]
    assert ahead[-1] == steps[-1]
    assert all(before <= after for before, after in itertools.pairwise(ahead))
