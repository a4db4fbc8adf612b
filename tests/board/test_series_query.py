"""Reduction, smoothing and domains against definitions so plain that they can be read off the page."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from board.query.domain import finite_domain, robust_domain
from board.query.downsample import m4, pieces, within
from board.query.line import View, XAxis
from board.query.natural_order import natural_key
from board.query.series_query import answer
from board.query.smoothing import Smoothing, smooth
from board.store import Columns

NONE = Smoothing()
ODD = [math.nan, math.inf, -math.inf]
NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from(ODD))


def plain_m4(x, piece, lines, width):
    """What has to be kept, column by column."""
    keep = set()
    span = max(x) - min(x)
    groups = {}
    for index, at in enumerate(x):
        column = min(int((at - min(x)) / span * width), width - 1) if span > 0 else 0
        groups.setdefault((piece[index], column), []).append(index)
    for members in groups.values():
        keep |= {members[0], members[-1]}
        for y in lines:
            finite = [index for index in members if math.isfinite(y[index])]
            if finite:
                keep |= {min(finite, key=lambda i: (y[i], i)), max(finite, key=lambda i: (y[i], -i))}
            keep |= set([index for index in members if not math.isfinite(y[index])][:1])
    return sorted(keep)


@given(
    steps=st.lists(st.integers(0, 3), min_size=1, max_size=120),
    ascending=st.booleans(),
    width=st.integers(16, 40),
    data=st.data(),
)
def test_m4_keeps_first_last_lowest_highest_and_first_odd_one_of_every_column(steps, ascending, width, data):
    x = np.cumsum(steps).astype(float) if ascending else np.cumsum([s - 1 for s in steps]).astype(float)
    y = np.array(data.draw(st.lists(NUMBERS, min_size=len(x), max_size=len(x))))
    other = np.array(data.draw(st.lists(NUMBERS, min_size=len(x), max_size=len(x))))
    piece = pieces(x)
    assert m4(x, piece, [y, other], width).tolist() == plain_m4(x.tolist(), piece.tolist(), [y, other], width)


def test_m4_draws_the_pixels_that_all_points_would():
    rng = np.random.default_rng(1)
    x, y, width, height = np.arange(20_000.0), rng.normal(size=20_000).cumsum(), 100, 60
    kept = m4(x, pieces(x), [y], width)
    assert len(kept) <= 4 * width
    low, span = y.min(), y.max() - y.min()

    def rows(indices):
        column = np.minimum(x[indices] / x[-1] * width, width - 1).astype(int)
        row = np.minimum((y[indices] - low) / span * height, height - 1).astype(int)
        return [(row[column == c].min(), row[column == c].max()) for c in range(width)]

    assert rows(kept) == rows(np.arange(len(x)))


def test_m4_bounds_a_series_whose_steps_go_back_all_the_time():
    x = np.tile([0.0, 5.0, 2.0, 9.0], 50_000)
    y = np.random.default_rng(2).normal(size=len(x))
    kept = m4(x, pieces(x), [y], 100)
    assert len(kept) <= 16 * 100
    assert {int(y.argmin()), int(y.argmax()), 0, len(x) - 1} <= set(kept.tolist())


@given(
    deltas=st.lists(st.integers(-2, 4), min_size=1, max_size=60), start=st.integers(-5, 50), length=st.integers(0, 40)
)
def test_a_range_keeps_its_points_and_the_ends_of_lines_that_cross_it(deltas, start, length):
    x = np.cumsum(deltas).astype(float)
    piece, stop = pieces(x), start + length
    wanted = {i for i, at in enumerate(x) if start <= at <= stop}
    for i in range(len(x) - 1):
        if piece[i] == piece[i + 1] and x[i + 1] >= start and x[i] <= stop:
            wanted |= {i, i + 1}
    assert within(x, piece, start, stop).tolist() == sorted(wanted)


@given(values=st.lists(NUMBERS, max_size=30))
def test_domain_is_that_of_the_finite_values(values):
    finite = [value for value in values if math.isfinite(value)]
    assert finite_domain(np.array(values, float)) == ((min(finite), max(finite)) if finite else None)


@given(values=st.lists(NUMBERS, max_size=60))
def test_the_robust_domain_leaves_out_a_twentieth_at_either_end(values):
    finite = sorted(value for value in values if math.isfinite(value))
    last = len(finite) - 1
    wanted = None
    if len(finite) > 2:
        wanted = (finite[math.ceil(0.05 * last)], finite[math.floor(0.95 * last)])
    elif finite:
        wanted = (finite[0], finite[-1])
    assert robust_domain(np.array(values, float)) == wanted


def columns(steps, values=None, wall_times=None):
    steps = np.array(steps, np.int64)
    return Columns(
        steps,
        1000.0 + np.arange(len(steps)) if wall_times is None else np.array(wall_times, float),
        steps.astype(float) if values is None else np.array(values, float),
    )


def test_a_short_series_is_answered_whole():
    found = answer(columns(range(100)), View(XAxis.STEP, (20.0, 30.0), 100, NONE))
    assert found.steps.tolist() == list(range(100))
    assert (found.count, found.in_range, found.y_domain) == (100, 11, (20.0, 30.0))
    assert found.smoothed is None


def test_a_long_series_is_reduced_but_described_from_all_points():
    values = np.sin(np.arange(100_000) / 50.0)
    values[[17, 40_000]] = math.nan, 99.0
    found = answer(columns(range(100_000), values), View(XAxis.STEP, None, 200, Smoothing(0.6)))
    assert found.count == found.in_range == 100_000
    assert len(found.steps) <= 2000
    assert found.nonfinite == (1, 0, 0)
    assert found.y_domain == (values[np.isfinite(values)].min(), 99.0)
    assert {0, 17, 40_000, 99_999} <= set(found.steps.tolist())
    np.testing.assert_allclose(found.smoothed, smooth(values, Smoothing(0.6))[found.steps])


def test_a_range_of_a_long_series_reaches_one_point_beyond_each_side():
    found = answer(columns(range(0, 100_000, 10)), View(XAxis.STEP, (1005.0, 1034.0), 100, NONE))
    assert found.steps.tolist() == [1000, 1010, 1020, 1030, 1040]
    assert found.in_range == 3


def test_breaks_are_where_x_goes_back():
    view = View(XAxis.STEP, None, 100, NONE, all_segments=True)
    assert answer(columns([0, 1, 2, 1, 2, 2, 0]), view).breaks == [3, 6]
    long = answer(columns([*range(5000), *range(2000, 7000)]), view)
    assert [int(long.steps[i]) for i in long.breaks] == [2000]
    assert int(long.steps[long.breaks[0] - 1]) == 4999


def test_superseded_points_are_counted_and_shown_only_when_asked_for():
    resumed = columns([*range(100), *range(50, 120)], wall_times=np.arange(170.0))
    surviving = answer(resumed, View(XAxis.STEP, None, 100, Smoothing(0.5)))
    assert (surviving.count, surviving.superseded, surviving.in_range) == (170, 50, 120)
    assert surviving.steps.tolist() == list(range(120))
    np.testing.assert_allclose(surviving.smoothed, smooth(np.arange(120.0), Smoothing(0.5)))
    whole = answer(resumed, View(XAxis.STEP, None, 100, Smoothing(0.5), all_segments=True))
    assert (whole.count, whole.superseded, whole.in_range, whole.breaks) == (170, 50, 170, [100])
    told = answer(resumed, View(XAxis.STEP, None, 100, NONE), [(100, 10)])
    assert told.superseded == 90


def test_relative_time_counts_from_the_first_point():
    times = 1e9 + np.arange(10_000) * 0.5
    found = answer(columns(range(10_000), wall_times=times), View(XAxis.RELATIVE, (10.0, 11.0), 100, NONE))
    assert found.steps.tolist() == [19, 20, 21, 22, 23]


def test_an_empty_series_is_answered():
    found = answer(columns([]), View(XAxis.RELATIVE, (0.0, 1.0), 100, Smoothing(0.6)))
    assert (found.count, found.y_domain, found.breaks, len(found.steps)) == (0, None, [], 0)


def test_names_are_ordered_as_people_would():
    names = [
        "a/b",
        "a+/b",
        "a",
        "a10",
        "a2",
        "lr0.1",
        "lr0.05",
        "lr1e-3",
        "run",
        "Run",
        ".",
        "a/b/c",
        "x1.5y",
        "x1.25y",
    ]
    assert sorted(names, key=natural_key) == [
        ".", "Run", "a", "a/b", "a/b/c", "a2", "a10", "a+/b", "lr1e-3", "lr0.05", "lr0.1", "run", "x1.25y", "x1.5y",
    ]  # fmt: skip


@given(names=st.lists(st.text(), unique=True))
def test_the_order_of_names_is_total(names):
    assert len({natural_key(name) for name in names}) == len(names)
    sorted(names, key=natural_key)
