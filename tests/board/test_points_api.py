"""The points of series: for charts, and row by row for readers."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query.increments import first_new_row, mark
from board.store import Columns
from board.web import blocks, questions


@pytest.fixture
def ask(log, read_parts):
    """Asks for series; the headers of the answer, of all and of each, and the columns of each as float64."""

    def post(client, wanted, **body):
        (begin, _), *parts = read_parts(client.post("/api/series", json={"series": wanted, **body}))
        headers = [header for header, _ in parts]
        assert begin["series"] == len(headers)
        return begin, headers, [data.view("<f8") for _, data in parts]

    return post


@pytest.fixture
def read_on(read_parts):
    """Asks for the rows of a series; header and columns of the answer."""

    def get(client, **parameters):
        answer = client.get("/api/points", query_string={"run": "run", "tag": "loss", **parameters})
        ((header, data),) = read_parts(answer)
        rows = header["shown"]
        steps, wall_times = data[: 16 * rows].view("<i8")[:rows], data[8 * rows : 16 * rows].view("<f8")
        values = data[16 * rows :].view({"float64": "<f8", "float32": "<f4"}[header["values"]])[:rows]
        return header, Columns(steps, wall_times, values)

    return get


def test_series_come_as_aligned_columns(log, ask):
    log.write(log.version() + b"".join(log.scalar(step, math.sqrt(step)) for step in range(50)), run="läuft")
    log.write(log.version() + b"".join(log.scalar(s, v) for s, v in enumerate([1.0, math.nan, -math.inf])), run="odd")
    wanted = [["läuft", "loss"], ["läuft", "nothing"], ["odd", "loss"]]
    begin, (good, missing, odd), (first, nothing, second) = ask(log.poll().client(), wanted, smoothing=0.5)
    assert begin["cursor"] == log.store.cursor
    assert missing == {"run": "läuft", "tag": "nothing", "found": False}
    assert (good["count"], good["in_range"], good["shown"], good["nonfinite"]) == (50, 50, 50, 0)
    steps, wall_times, values, smoothed = first.reshape(4, 50)
    assert steps.tolist() == list(range(50))
    assert wall_times.tolist() == [1000.0 + step for step in range(50)]
    np.testing.assert_array_equal(values, np.sqrt(np.arange(50)).astype(np.float32).astype(float))
    assert smoothed[0] == values[0]
    assert smoothed[1] == pytest.approx((0.25 * values[0] + 0.5 * values[1]) / 0.75)
    assert good["first_wall_time"] == 1000.0
    assert good["last"] == {"step": 49, "wall_time": 1049.0, "value": 7.0}
    assert good["y_domain"] == [0.0, 7.0]
    assert (odd["nan"], odd["positive_infinity"], odd["negative_infinity"]) == (1, 0, 1)
    assert (odd["nonfinite"], odd["y_domain"], odd["last"]["value"]) == (2, [1.0, 1.0], "-Infinity")
    np.testing.assert_array_equal(second.reshape(4, 3)[2], [1.0, math.nan, -math.inf])
    assert len(nothing) == 0


def test_series_without_smoothing_have_three_columns(log, ask):
    log.write(log.version() + log.scalars(0, 5))
    _, (entry,), (columns,) = ask(log.poll().client(), [["run", "loss"]])
    assert len(columns) == 3 * 5
    assert entry["breaks"] == []


def test_another_metric_along_x_comes_as_a_column_of_its_own(log, ask):
    tokens = b"".join(log.scalar(step, 10.0 * step, tag="tokens") for step in (0, 4))
    log.write(log.version() + log.scalars(0, 6) + tokens)
    log.write(log.version() + log.scalars(0, 3), run="other")
    client = log.poll().client()
    along = {"x": "metric", "x_tag": "tokens", "smoothing": 0.5}
    begin, (entry, without), (found, nothing) = ask(client, [["run", "loss"], ["other", "loss"]], **along)
    assert (entry["shown"], entry["unplaced"], without["shown"], without["unplaced"]) == (5, 1, 0, 3)
    assert found.reshape(5, 5)[[0, 2]].tolist() == [[0, 1, 2, 3, 4], [0, 10, 20, 30, 40]]
    assert len(nothing) == 0
    since = [begin["instance"], begin["cursor"]]
    log.append(log.scalar(5, 50.0, tag="tokens"))
    log.poll()
    _, (entry, without), _ = ask(client, [["run", "loss"], ["other", "loss"]], **along, since=since)
    assert (entry["shown"], without["unchanged"]) == (6, True)


def test_an_axis_of_a_metric_has_to_name_it(log):
    client = log.poll().client()
    for body in ({"x": "metric"}, {"x": "metric", "x_tag": 5}, {"x": "step", "log_x": 1}):
        answer = client.post("/api/series", json={"series": [], **body})
        assert answer.status_code == 400
        assert list(body)[-1].split("=")[0] in answer.get_json()["error"]


def test_a_long_series_is_reduced_to_the_width_of_the_chart(log, ask):
    log.write(log.version() + log.scalars(0, 5000))
    _, (entry,), (columns,) = ask(log.poll().client(), [["run", "loss"]], width=50, range=[100, 3000])
    assert (entry["count"], entry["in_range"]) == (5000, 2901)
    assert entry["shown"] <= 5 * 50
    steps = columns[: entry["shown"]]
    assert (steps[0], steps[-1]) == (99, 3001)


def test_superseded_points_come_when_asked_for(log, ask):
    times = iter(range(1000, 2000))
    points = [log.scalar(step, wall_time=next(times)) for step in [*range(30), *range(20, 40)]]
    log.write(log.version() + b"".join(points))
    client = log.poll().client()
    shown = {}
    for segments in ("surviving", "all"):
        _, (entry,), _ = ask(client, [["run", "loss"]], segments=segments)
        shown[segments] = (entry["count"], entry["superseded"], entry["shown"])
    assert shown == {"surviving": (50, 10, 40), "all": (50, 10, 50)}
    answer = client.get("/data/plugin/scalars/scalars?run=run&tag=loss")
    assert [point[1] for point in answer.get_json()] == list(range(40))


def test_a_start_supersedes_what_all_tags_logged_from_its_step_on(log, ask):
    start = log.event(wall_time=1100.0, step=3, session_log={"status": 1})
    begin = log.event(wall_time=999.0, session_log={"status": 1})
    log.write(log.version() + begin + log.scalars(0, 6) + log.scalars(0, 5, tag="silent") + start + log.scalar(3))
    client = log.poll().client()
    _, entries, _ = ask(client, [["run", "loss"], ["run", "silent"]])
    found = [(entry["count"], entry["superseded"], entry["shown"]) for entry in entries]
    assert found == [(7, 3, 4), (5, 2, 3)]
    for tag, steps in (("loss", [0, 1, 2, 3]), ("silent", [0, 1, 2])):
        answer = client.get(f"/data/plugin/scalars/scalars?run=run&tag={tag}")
        assert [point[1] for point in answer.get_json()] == steps


def test_a_series_that_is_asked_for_many_times_is_sent_once(log, ask):
    log.write(log.version() + log.scalars(0, 5) + log.scalars(0, 3, tag="accuracy"))
    pairs = [["run", "loss"], ["run", "accuracy"], ["run", "no"]]
    _, entries, columns = ask(log.poll().client(), 100 * [*pairs, pairs[0]])
    assert [[entry["run"], entry["tag"]] for entry in entries] == pairs
    assert [len(numbers) for numbers in columns] == [3 * 5, 3 * 3, 0]


def test_a_series_that_has_not_changed_is_not_sent_again(log, ask):
    log.write(log.version() + log.scalars(0, 5) + log.scalars(0, 5, tag="accuracy"))
    client = log.poll().client()
    pairs = [["run", "loss"], ["run", "accuracy"], ["run", "nothing"]]
    begin, _, _ = ask(client, pairs)
    log.append(log.scalars(5, 6))
    log.poll()
    _, (grown, same, missing), columns = ask(client, pairs, since=[begin["instance"], begin["cursor"]])
    assert grown["count"] == 6
    assert same == {"run": "run", "tag": "accuracy", "found": True, "unchanged": True}
    assert missing["found"] is False
    assert [len(numbers) for numbers in columns] == [3 * 6, 0, 0]
    _, entries, _ = ask(client, pairs, since=["another server", begin["cursor"]])
    assert [entry.get("count") for entry in entries] == [6, 5, None]


@pytest.mark.parametrize(
    ("value", "precision", "sent"),
    [
        (0.5, "float64", "float64"),
        (0.5, "shortest", "float32"),
        (0.5, "float32", "float32"),
        (math.nan, "shortest", "float32"),
        (-math.inf, "shortest", "float32"),
        (0.1, "shortest", "float64"),
        (1e300, "shortest", "float64"),
        (0.1, "float32", "float32"),
        (1e300, "float32", "float32"),
    ],
)
@pytest.mark.parametrize("rows", [1, 2])
def test_values_come_in_half_the_bytes_where_asked_for_or_lossless(value, precision, sent, rows, log, read_parts):
    doubles = {"dtype": 2, "tensor_shape": {}, "double_val": [value]}
    scalar = {"tag": "loss", "tensor": doubles, "metadata": {"plugin_data": {"plugin_name": "scalars"}}}
    log.write(
        log.version() + b"".join(log.event(wall_time=5.0 + i, step=i, summary={"value": [scalar]}) for i in range(rows))
    )
    body = {"series": [["run", "loss"]], "smoothing": 0.5, "values": precision}
    _, (entry, data) = read_parts(log.poll().client().post("/api/series", json=body))
    assert entry["values"] == sent
    size = np.dtype(sent).itemsize
    assert len(data) == -(-rows * (16 + 2 * size) // 8) * 8
    x, y = data[: 16 * rows].view("<f8"), data[16 * rows :][: 2 * rows * size].view(sent)
    assert x.tolist() == [*range(rows), *(5.0 + i for i in range(rows))]
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(y, np.full(2 * rows, value).astype(sent))


def test_an_answer_is_computed_while_it_is_sent(log, monkeypatch):
    """So that the memory a request takes does not grow with the series it asks for."""
    monkeypatch.setattr(blocks, "_PIECE", 1000)
    log.write(log.version() + b"".join(log.scalars(0, 50, tag=f"tag{number}") for number in range(20)))
    looked_up = []
    points = log.store.points
    monkeypatch.setattr(log.store, "points", lambda run, tag: looked_up.append(tag) or points(run, tag))
    log.poll()
    body = {"series": [["run", f"tag{number}"] for number in range(20)]}
    answer = log.client().post("/api/series", json=body, buffered=False)
    pieces = answer.iter_encoded()
    next(pieces)
    assert len(looked_up) < 5
    assert sum(map(len, pieces)) > 20 * 50 * 24
    assert len(looked_up) == 20


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([], "body"),
        ({}, "series"),
        ({"series": "loss"}, "series"),
        ({"series": [["run"]]}, "series"),
        ({"series": [["run", 1]]}, "series"),
        ({"series": [["r", "t"]] * (questions.MAX_SERIES + 1)}, "series"),
        ({"series": [], "x": "time"}, "x"),
        ({"series": [], "x": ["step"]}, "x"),
        ({"series": [], "width": 15}, "width"),
        ({"series": [], "width": "wide"}, "width"),
        ({"series": [], "width": None}, "width"),
        ({"series": [], "smoothing": 1}, "smoothing"),
        ({"series": [], "smoothing": math.nan}, "smoothing"),
        ({"series": [], "segments": "none"}, "segments"),
        ({"series": [], "segments": ["all"]}, "segments"),
        ({"series": [], "values": "float16"}, "values"),
        ({"series": [], "values": ["float32"]}, "values"),
        ({"series": [], "since": 3}, "since"),
        ({"series": [], "since": ["x", "3"]}, "since"),
        ({"series": [], "range": [1]}, "range"),
        ({"series": [], "range": [2, 1]}, "range"),
        ({"series": [], "range": [0, math.inf]}, "range"),
        ({"series": [], "range": [0, 10**400]}, "range"),
        ({"series": [], "range": ["0", 1]}, "range"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(body, named, log):
    answer = log.client().post("/api/series", data=json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(named) or named == "body"


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(data, log):
    answer = log.client().post("/api/series", data=data, content_type="application/json")
    assert answer.status_code == 400
    assert "JSON" in answer.get_json()["error"]


def test_rows_come_with_steps_as_whole_numbers(log, read_on):
    log.write(log.version() + b"".join(log.scalar(2**53 + step, 0.5, wall_time=7.0) for step in range(3)))
    header, columns = read_on(log.poll().client())
    assert (header["rows"], header["first_row"], header["shown"], header["start_over"]) == (3, 0, 3, False)
    assert columns.steps.tolist() == [2**53, 2**53 + 1, 2**53 + 2]
    assert columns.wall_times.tolist() == [7.0] * 3
    assert columns.values.tolist() == [0.5] * 3
    assert read_on(log.client(), values="shortest")[1].values.dtype == np.float32


def test_a_reader_is_told_only_what_is_new(log, read_on):
    log.write(log.version() + log.scalars(0, 5))
    header, _ = read_on(log.poll().client())
    log.append(log.scalars(5, 7))
    # Another server, as after a restart: marks tell of rows, not of servers.
    header, columns = read_on(log.poll().client(), after=header["next"])
    assert (header["rows"], header["first_row"], header["start_over"]) == (7, 5, False)
    assert columns.steps.tolist() == [5, 6]
    header, columns = read_on(log.client(), after=header["next"])
    assert (header["shown"], len(columns.steps)) == (0, 0)


def test_a_reader_starts_over_when_its_rows_are_no_longer_the_first(log, read_on):
    log.write(log.version() + log.scalars(0, 5), name="events.out.tfevents.2")
    known, _ = read_on(log.poll().client())
    log.write(log.version() + log.scalars(100, 103), name="events.out.tfevents.1")
    header, columns = read_on(log.poll().client(), after=known["next"])
    assert (header["start_over"], header["first_row"]) == (True, 0)
    assert columns.steps.tolist() == [100, 101, 102, 0, 1, 2, 3, 4]


def test_a_reader_of_the_surviving_history_starts_over_at_a_restart(log, read_on):
    log.write(log.version() + log.scalars(0, 30))
    client = log.poll().client()
    marks = {segments: read_on(client, segments=segments)[0]["next"] for segments in ("surviving", "all")}
    log.append(b"".join(log.scalar(step, wall_time=2000.0 + step) for step in range(20, 40)))
    log.poll()
    header, columns = read_on(client, segments="surviving", after=marks["surviving"])
    assert header["start_over"]
    assert columns.steps.tolist() == list(range(40))
    header, columns = read_on(client, segments="all", after=marks["all"])
    assert not header["start_over"]
    assert columns.steps.tolist() == list(range(20, 40))


@pytest.mark.parametrize(
    ("parameters", "status", "named"),
    [
        ({"tag": "nothing"}, 404, "nothing"),
        ({"after": "5"}, 400, "after"),
        ({"after": ""}, 400, "after"),
        ({"values": "float16"}, 400, "values"),
        ({"segments": "none"}, 400, "segments"),
    ],
)
def test_a_question_for_rows_that_cannot_be_meant_is_refused(parameters, status, named, log):
    log.write(log.version() + log.scalars(0, 5))
    answer = log.poll().client().get("/api/points", query_string={"run": "run", "tag": "loss", **parameters})
    assert answer.status_code == status
    assert named in answer.get_json()["error"]


numbers = st.lists(st.integers(-3, 3), max_size=12)


@given(before=numbers, after=numbers)
def test_a_mark_holds_exactly_for_series_that_begin_with_its_rows(before, after):
    def columns(steps):
        steps = np.array(steps, np.int64)
        return Columns(steps, steps.astype(float), steps / 2)

    begins = after[: len(before)] == before
    assert first_new_row(columns(after), mark(columns(before))) == (len(before) if begins else None)


def test_every_column_counts_for_a_mark():
    def columns(step, wall_time, value):
        return Columns(np.array([step]), np.array([wall_time]), np.array([value]))

    marks = {mark(columns(*row)) for row in itertools.product([1, 2], [1.0, 2.0], [1.0, math.nan])}
    assert len(marks) == 8
    assert first_new_row(columns(1, 1.0, math.nan), mark(columns(1, 1.0, math.nan))) == 1
