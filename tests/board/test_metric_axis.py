"""A metric along the x axis: where points lie on it, and which have no place."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from board.query.line import View, XAxis
from board.query.metric_axis import positions
from board.query.series_query import answer
from board.query.smoothing import Smoothing
from board.store import Columns

VALUES = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf]))


def columns(steps, values):
    return Columns(np.array(steps, np.int64), 1000.0 + np.arange(len(steps)), np.array(values, float))


def plain_position(step, metric):
    known = {}
    for at, value in metric:
        if math.isfinite(value):
            known[at] = value
    before, after = [at for at in known if at <= step], [at for at in known if at >= step]
    if not before or not after:
        return math.nan
    low, high = max(before), min(after)
    part = (step - low) / (high - low) if high > low else 0.0
    return known[low] + part * (known[high] - known[low])


@given(
    steps=st.lists(st.integers(-5, 40), max_size=20),
    metric=st.lists(st.tuples(st.integers(0, 30), VALUES), max_size=12),
)
def test_a_point_lies_between_the_steps_at_which_the_metric_was_logged(steps, metric):
    found = positions(np.array(steps, np.int64), columns([at for at, _ in metric], [value for _, value in metric]))
    np.testing.assert_allclose(found, [plain_position(step, metric) for step in steps], atol=1e-6)


def test_points_without_a_place_are_counted_and_left_out():
    loss, tokens = columns(range(100), range(100)), columns([10, 50, 80], [1000.0, 5000.0, 8000.0])
    found = answer(loss, View(XAxis.METRIC, None, 600, Smoothing()), metric=tokens)
    assert (found.count, found.unplaced, found.in_range, len(found.steps)) == (100, 29, 71, 71)
    np.testing.assert_allclose(found.x, found.steps * 100.0)
    nothing = answer(loss, View(XAxis.METRIC, None, 600, Smoothing(0.6)), metric=None)
    assert (nothing.count, nothing.unplaced, nothing.in_range, nothing.y_domain) == (100, 100, 0, None)


def test_a_range_of_a_metric_is_one_of_its_values():
    loss, epochs = columns(range(100), range(100)), columns([0, 99], [0.0, 9.9])
    found = answer(loss, View(XAxis.METRIC, (2.0, 3.05), 600, Smoothing()), metric=epochs)
    assert (found.in_range, found.y_domain) == (11, (20.0, 30.0))


def test_a_logarithmic_axis_has_no_place_for_0_and_changes_no_smoothed_value():
    values = np.random.default_rng(0).normal(size=50_000).cumsum()
    whole = columns(range(50_000), values)
    plain = answer(whole, View(XAxis.STEP, None, 600, Smoothing(0.9)))
    found = answer(whole, View(XAxis.STEP, None, 600, Smoothing(0.9), log_x=True))
    assert (found.unplaced, found.in_range) == (1, 49_999)
    both, at, there = np.intersect1d(plain.steps, found.steps, return_indices=True)
    assert len(both) > 100
    np.testing.assert_array_equal(found.smoothed[there], plain.smoothed[at])
    # As many points between 10 and 100 as between 1000 and 10000: columns are as wide on the logarithmic axis.
    decades = np.histogram(np.log10(found.steps), bins=[0, 1, 2, 3, 4])[0]
    assert decades[1] == 90  # all there are
    assert decades[3] <= 4 * 600 / math.log10(50_000) * 1.5
