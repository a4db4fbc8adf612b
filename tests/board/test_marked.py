"""Values at a place and statistics over a stretch, against definitions written out point by point."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.line import View, XAxis, line_of
from board.query.marked import over, point_at
from board.query.smoothing import Smoothing
from board.store import Columns

VALUES = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf]))
STEPS = st.lists(st.tuples(st.integers(0, 30), VALUES), min_size=1, max_size=40)
ALL = View(XAxis.STEP, None, 600, Smoothing(), all_segments=True)


def line(points, view=ALL):
    steps = np.array([step for step, _ in points], np.int64)
    return line_of(
        Columns(steps, 1000.0 + np.arange(len(points)), np.array([value for _, value in points], float)), view
    )


@given(points=STEPS, place=st.floats(-5, 40))
def test_the_point_at_a_place_is_the_nearest_one_and_the_last_of_those(points, place):
    found = point_at(line(points), place)
    nearest = min(abs(step - place) for step, _ in points)
    row = max(row for row, (step, _) in enumerate(points) if abs(step - place) == nearest)
    assert (found.step, found.wall_time) == (points[row][0], 1000.0 + row)
    np.testing.assert_equal(found.value, points[row][1])


@given(points=STEPS, ends=st.tuples(st.integers(-2, 32), st.integers(-2, 32)).map(sorted))
def test_a_stretch_is_described_from_all_its_points(points, ends):
    found = over(line(points), *ends)
    inside = [(step, row, value) for row, (step, value) in enumerate(points) if ends[0] <= step <= ends[1]]
    if not inside:
        assert found is None
        return
    finite = [value for _, _, value in inside if math.isfinite(value)]
    assert (found.count, found.nonfinite) == (len(inside), len(inside) - len(finite))
    first = min(inside, key=lambda point: (point[0], point[1]))
    last = max(inside, key=lambda point: (point[0], point[1]))
    np.testing.assert_equal([found.start.value, found.end.value], [first[2], last[2]])
    if finite:
        assert (found.least.value, found.greatest.value) == (min(finite), max(finite))
        assert found.mean == pytest.approx(math.fsum(finite) / len(finite), abs=1e-6)
        assert found.least.step == next(step for step, _, value in inside if value == min(finite))
    else:
        assert (found.least, found.greatest, found.mean) == (None, None, None)
    if math.isfinite(first[2]) and math.isfinite(last[2]):
        assert found.change == last[2] - first[2]
        if first[2] == 0:
            assert found.percent is None
        else:
            assert found.percent == pytest.approx(100 * (last[2] - first[2]) / abs(first[2]))
    else:
        assert (found.change, found.percent) == (None, None)


def test_nearness_on_a_logarithmic_axis_is_that_of_the_axis():
    two = line([(1, 1.0), (10, 2.0)], ALL._replace(log_x=True))
    assert point_at(two, 4.0, log=True).step == 10
    assert point_at(two, 4.0).step == 1
    assert point_at(two, 0.0, log=True).step == 1


def test_what_has_no_points_has_no_values():
    nothing = line([])
    assert (point_at(nothing, 1.0), over(nothing, 0.0, 1.0)) == (None, None)


@pytest.mark.filterwarnings("error")
def test_the_mean_of_the_largest_floats_is_one():
    assert over(line([(0, 1.7e308), (1, 1.7e308)]), 0, 1).mean == pytest.approx(1.7e308)


def test_marked_places_are_answered_with_smoothed_values_and_only_when_they_change(log):
    log.write(log.version() + log.scalars(0, 5000))
    log.write(log.version() + log.scalars(0, 10), run="other")
    client = log.poll().client()
    pairs = [["run", "loss"], ["other", "loss"], ["no", "loss"]]
    answer = client.post(
        "/api/marked", json={"series": pairs, "at": 1234.4, "smoothing": 0.5, "range": [0, 9]}
    ).get_json()
    run, other, missing = answer["series"]
    assert run["point"] == {"step": 1234, "wall_time": 2234.0, "x": 1234.0, "value": 1234.0, "smoothed": 1233.0}
    assert other["point"]["step"] == 9
    assert missing == {"run": "no", "tag": "loss", "found": False}
    since = [answer["instance"], answer["cursor"]]
    log.append(log.scalar(10), run="other")
    log.poll()
    body = {"series": pairs[:2], "over": [5, 20], "since": since}
    run, other = client.post("/api/marked", json=body).get_json()["series"]
    assert run == {"run": "run", "tag": "loss", "found": True, "unchanged": True}
    stretch = other["stretch"]
    assert (stretch["count"], stretch["mean"], stretch["change"], stretch["percent"]) == (6, 7.5, 5.0, 100.0)
    assert (stretch["start"]["step"], stretch["greatest"]["step"]) == (5, 10)


@pytest.mark.parametrize("marked", [{}, {"at": 1, "over": [1, 2]}, {"at": "1"}, {"over": [2, 1]}, {"over": 5}])
def test_a_place_or_a_stretch_has_to_be_named(marked, log):
    answer = log.poll().client().post("/api/marked", json={"series": [], **marked})
    assert answer.status_code == 400
    assert any(word in answer.get_json()["error"] for word in ("at", "over"))
