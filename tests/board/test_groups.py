"""Groups of runs: what makes one, the line that stands for it, the band around it, and that these stay."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.aggregate import Band, Center, Member, aggregate, confidence
from writer import SummaryWriter


def line(x, values):
    return Member(np.array(x, np.float64), np.array(values, np.float64))


THREE = [line([0, 1, 2], [1.0, 2.0, 3.0]), line([0, 1, 2], [3.0, 2.0, 7.0]), line([0, 1, 2], [2.0, 2.0, 2.0])]


@pytest.mark.parametrize(
    ("center", "band", "expected"),
    [
        (Center.MEAN, Band.RANGE, [[2, 2, 4], [1, 2, 2], [3, 2, 7]]),
        (Center.MEDIAN, Band.RANGE, [[2, 2, 3], [1, 2, 2], [3, 2, 7]]),
        (Center.MEAN, Band.STD, [[2, 2, 4], [1, 2, 4 - 7**0.5], [3, 2, 4 + 7**0.5]]),
        (
            Center.MEAN,
            Band.SEM,
            [[2, 2, 4], [2 - 3**-0.5, 2, 4 - (7 / 3) ** 0.5], [2 + 3**-0.5, 2, 4 + (7 / 3) ** 0.5]],
        ),
        (Center.MEDIAN, Band.IQR, [[2, 2, 3], [1.5, 2, 2.5], [2.5, 2, 5]]),
    ],
)
def test_centre_and_band_are_those_of_the_textbook(center, band, expected):
    found = aggregate(THREE, center, band)
    np.testing.assert_allclose([found.center, found.low, found.high], expected)
    assert found.n.tolist() == [3, 3, 3]


def test_steps_that_differ_are_interpolated_and_runs_count_from_their_first_to_their_last():
    found = aggregate([line([0, 10], [0, 10]), line([5, 20], [0, 30])], Center.MEAN, Band.RANGE)
    assert found.x.tolist() == [0, 5, 10, 20]
    assert found.n.tolist() == [1, 2, 2, 1]
    assert found.center.tolist() == [0, 2.5, 10, 30]
    assert found.low.tolist() == [0, 0, 10, 30]


def test_values_that_are_not_finite_are_left_out():
    found = aggregate([line([0, 1, 2], [1, np.nan, 3]), line([0, 1, 2], [1, 4, np.inf])], Center.MEAN, Band.RANGE)
    assert found.center.tolist() == [1, 3, 3]  # the first run's 1 at x = 1 lies between its 1 and its 3
    assert found.n.tolist() == [2, 2, 1]


def test_of_several_points_at_one_x_the_last_counts():
    found = aggregate([line([0, 1, 1], [1, 5, 7])], Center.MEAN, Band.STD)
    assert (found.x.tolist(), found.center.tolist()) == ([0, 1], [1, 7])


def test_one_run_alone_has_no_band():
    for band in Band:
        found = aggregate([line([0, 1], [3, 4])], Center.MEAN, band)
        assert found.low.tolist() == found.high.tolist() == [3, 4]
    low, high = confidence([line([0, 1], [3, 4])], Center.MEAN, np.array([0.0, 1.0]))
    assert low.tolist() == high.tolist() == [3, 4]


@pytest.mark.parametrize("center", list(Center))
def test_the_confidence_interval_is_that_of_resampled_runs(center):
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    low, high = confidence([line([0], [value]) for value in values], center, np.array([0.0]))
    draws = np.random.default_rng(1).choice(values, (200_000, 5))
    statistic = draws.mean(axis=1) if center is Center.MEAN else np.median(draws, axis=1)
    expected = np.quantile(statistic, (0.025, 0.975))
    np.testing.assert_allclose([low[0], high[0]], expected, atol=0.9)  # 1000 resamples scatter
    again = confidence([line([0, 5], [value, 1.0]) for value in values], center, np.array([0.0, 5.0]))
    assert (low[0], high[0]) == (again[0][0], again[1][0])


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 12), st.floats(-100, 100)), min_size=1, max_size=8), min_size=1, max_size=5
    ),
    st.sampled_from(list(Center)),
    st.sampled_from(list(Band)),
)
def test_the_centre_lies_within_the_members_and_no_member_is_lost(members, center, band):
    lines = [line([x for x, _ in points], [y for _, y in points]) for points in members]
    found = aggregate(lines, center, band)
    assert found.x.tolist() == sorted({float(x) for points in members for x, _ in points})
    reach = aggregate(lines, center, Band.RANGE)
    assert (reach.low <= found.center + 1e-9).all()
    assert (found.center <= reach.high + 1e-9).all()
    assert (found.low <= found.high + 1e-9).all()
    assert found.n.max() <= len(members)


@pytest.fixture
def sweep(log):
    """Two learning rates with three seeds each, whose curves are of different lengths."""
    random = np.random.default_rng(0)
    for lr in (0.1, 0.01):
        for seed in range(3):
            with SummaryWriter(str(log.directory / f"lr{lr:g}" / f"seed{seed}")) as writer:
                writer.add_hparams({"lr": lr, "seed": seed, "model": "m"})
                for step in range(0, 3000 - 500 * seed, 1 + seed):
                    writer.add_scalar("loss", lr + random.normal(), step, walltime=1000.0 + step)
    return log.poll()


def groups(log, *by, **query):
    answer = log.client().get("/api/runs/groups", query_string={"by": by, **query}).get_json()
    assert answer["problem"] is None
    return {group["name"]: group["runs"] for group in answer["groups"]}


def test_runs_are_grouped_by_columns_directories_expressions_and_seeds(sweep):
    low = [f"lr0.01/seed{seed}" for seed in range(3)]
    high = [f"lr0.1/seed{seed}" for seed in range(3)]
    assert groups(sweep, "hparam.lr") == {"lr=0.01": low, "lr=0.1": high}
    assert groups(sweep, "seeds") == {"lr=0.01": low, "lr=0.1": high}
    assert groups(sweep, "directory") == {"lr0.01": low, "lr0.1": high}
    assert groups(sweep, "/seed(\\d)/") == {str(seed): [f"lr0.01/seed{seed}", f"lr0.1/seed{seed}"] for seed in range(3)}
    assert groups(sweep, "/(?P<rate>lr[^/]+)/", filter="not seed2") == {
        "rate=lr0.01": low[:2],
        "rate=lr0.1": high[:2],
    }
    assert len(groups(sweep, "lr", "seed")) == 6
    assert list(groups(sweep, "model")) == ["model=m"]


def test_seeds_are_recognised_by_hyperparameters_and_by_names(log, sweep):
    assert sweep.client().get("/api/runs/groups").get_json()["seeds"] is True
    assert sweep.client().get("/api/runs/groups?filter=seed1").get_json()["seeds"] is False
    for name in ("a/seed1", "a/seed2", "b_seed=1", "other"):
        log.write(log.version() + log.scalar(0), run=name)
    found = groups(log.poll(), "seeds", filter="not lr")
    assert list(found.values()) == [["a/seed1", "a/seed2"], ["b_seed=1"], ["other"]]
    assert list(found) == ["a", "b", "other"]


@pytest.mark.parametrize("by", ["nothing", "/a(/", "/(?!x)/"])
def test_what_cannot_be_grouped_by_is_a_problem(sweep, by):
    answer = sweep.client().get("/api/runs/groups", query_string={"by": by}).get_json()
    assert answer["groups"] == []
    assert answer["problem"]["message"]


def drawn(log, read_parts, members, **question):
    """For each group: its header, and x, centre, low, high and n as they come."""
    body = {"series": [[name, "loss"] for name in members], "groups": members, **question}
    _, *parts = read_parts(log.client().post("/api/groups", data=json.dumps(body)))
    found = {}
    for header, data in parts:
        columns = data.view("<f8")[: data.nbytes // 8].reshape(-1, header["shown"])
        found[header["run"]] = header, columns[0], columns[2], *columns[-3:]
    return found


def test_numbers_do_not_depend_on_zoom_width_or_other_groups(sweep, read_parts):
    """What is told at a step is the same whatever is looked at."""
    members = groups(sweep, "hparam.lr")
    for band in ("std", "ci95", "iqr"):
        views = [
            drawn(sweep, read_parts, members, band=band, width=4096),
            drawn(sweep, read_parts, members, band=band, width=100, range=[700, 900]),
            drawn(sweep, read_parts, {"lr=0.1": members["lr=0.1"]}, band=band, width=300, smoothing=0.9),
            drawn(sweep, read_parts, dict(reversed(members.items())), band=band, width=16),
        ]
        for name in members:
            told = {}
            for view in views:
                for x, *numbers in zip(*view[name][1:]) if name in view else ():
                    assert told.setdefault(x, numbers) == numbers
            assert len(told) > 1000


def test_every_point_of_every_member_is_in_the_line(sweep, read_parts):
    members = groups(sweep, "hparam.lr")
    header, x, center, low, high, n = drawn(sweep, read_parts, members, width=4096, band="range")["lr=0.1"]
    curves = [sweep.store.scalars(run, "loss") for run in members["lr=0.1"]]
    assert header["count"] == sum(len(curve.steps) for curve in curves)
    assert x.tolist() == list(range(3000))
    values = [np.interp(x, c.steps, c.values, left=np.nan, right=np.nan) for c in curves]
    np.testing.assert_allclose(center, np.nanmean(values, axis=0))
    np.testing.assert_allclose(low, np.nanmin(values, axis=0))
    np.testing.assert_allclose(high, np.nanmax(values, axis=0))
    assert (n[0], n[2500]) == (3, 1)
    assert header["last"] == {"step": 2999.0, "wall_time": None, "value": pytest.approx(center[-1])}


def test_groups_are_drawn_along_time_and_metrics_too(sweep, read_parts):
    members = groups(sweep, "hparam.lr")
    for question in ({"x": "relative"}, {"x": "wall"}, {"x": "metric", "x_tag": "loss"}, {"log_x": True}):
        found = drawn(sweep, read_parts, members, **question)
        assert all(header["shown"] > 100 for header, *_ in found.values())


def test_what_has_not_changed_is_not_sent_again(sweep, read_parts, log):
    members = groups(sweep, "hparam.lr")
    body = {"series": [[name, "loss"] for name in members], "groups": members}
    client = sweep.client()
    (begin, _), *_ = read_parts(client.post("/api/groups", data=json.dumps(body)))
    log.write(log.version() + log.scalar(5000), run="lr0.1/seed0", name="events.out.tfevents.9999999999")
    log.poll()
    body["since"] = [begin["instance"], begin["cursor"]]
    _, *parts = read_parts(client.post("/api/groups", data=json.dumps(body)))
    assert {header["run"]: header.get("unchanged", False) for header, _ in parts} == {"lr=0.01": True, "lr=0.1": False}


@pytest.mark.parametrize(
    "change", [{"groups": None}, {"groups": {"a": "b"}}, {"groups": {"a": [1]}}, {"center": "mode"}, {"band": "all"}]
)
def test_questions_that_make_no_sense_are_refused(sweep, change):
    body = {"series": [["a", "loss"]], "groups": {"a": []}, **change}
    answer = sweep.client().post("/api/groups", data=json.dumps(body))
    assert answer.status_code == 400
    assert next(iter(change)) in answer.get_json()["error"]


def test_a_group_without_the_tag_is_not_found(sweep, read_parts):
    body = {"series": [["a", "nothing"]], "groups": {"a": ["lr0.1/seed0"]}}
    _, (header, _) = read_parts(sweep.client().post("/api/groups", data=json.dumps(body)))
    assert header["found"] is False
