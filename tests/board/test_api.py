"""The page's own routes."""

from __future__ import annotations

import json
import math
import struct

import numpy as np
import pytest

from board.web import api as routes


def unpack(response):
    """Header and columns of an answer of ``api/series``."""
    data = response.get_data()
    (length,) = struct.unpack_from("<I", data)
    assert (4 + length) % 8 == 0
    header = json.loads(data[4 : 4 + length], parse_constant=pytest.fail)
    blocks = data[4 + length :]
    assert len(blocks) % 8 == 0
    columns = []
    for entry in header["series"]:
        if entry["found"] and "unchanged" not in entry:
            numbers = np.frombuffer(blocks, "<f8", offset=entry["offset"])
            columns.append(numbers[: 4 * entry["shown"]])
    return header, columns, blocks


def test_status_of_a_directory_that_does_not_exist_yet(log):
    status = log.poll().client().get("/api/status").get_json()
    assert status["logdir"] == str(log.directory)
    assert (status["logdir_exists"], status["loading"], status["runs"], status["files"]) == (False, False, 0, 0)


def test_status_counts_what_was_read(log):
    client = log.client()
    assert client.get("/api/status").get_json()["loading"] is True
    path = log.write(log.version() + log.scalars(0, 7) + log.scalars(0, 3, tag="accuracy"))
    status = log.poll().client().get("/api/status").get_json()
    assert (status["runs"], status["series"], status["points"], status["files"]) == (1, 2, 10, 1)
    assert status["bytes_read"] == status["bytes_known"] == path.stat().st_size
    assert status["loading"] is False
    assert status["cursor"] == log.store.cursor
    assert status["last_scan"] > 1e9
    assert status["damage"] == {"count": 0, "entries": []}
    assert status["unreadable"] == []


def test_status_names_damage(log, denied):
    log.write(log.version() + b"\0" * 20 + log.scalars(0, 3) + b"\0")
    secret = log.write(b"", run="secret")
    with denied(secret):
        log.poll()
    status = log.client().get("/api/status").get_json()
    assert status["damage"]["count"] == 1
    found, pending = status["damage"]["entries"]
    assert found["file"] == "run/events.out.tfevents.1"
    assert (found["offset"], found["length"], found["pending"]) == (len(log.version()), 20, False)
    assert found["reason"] == "bad checksum of a record's length"
    assert pending["pending"] is True
    assert status["unreadable"] == [{"path": "secret/events.out.tfevents.1", "reason": "Permission denied"}]


def test_catalog_lists_runs_tags_and_graphs_in_natural_order(log):
    for run in ("run10", "run2"):
        log.write(log.version() + log.scalars(0, 2, tag="b10") + log.scalars(0, 2, tag="b2"), run=run)
    log.append(log.event(wall_time=5000.0, graph_def=b""), run="run10")
    log.append(log.event(wall_time=5000.0, meta_graph_def=b""), run="run10")
    text = {"tag": "note", "metadata": {"plugin_data": {"plugin_name": "text"}}, "tensor": {"dtype": 7}}
    log.append(log.event(wall_time=6000.0, summary={"value": [text]}), run="run2")
    catalog = log.poll().client().get("/api/catalog").get_json()
    assert catalog["cursor"] == log.store.cursor
    assert catalog["runs"] == [
        {"name": "run2", "first_wall_time": 1000.0, "last_wall_time": 6000.0},
        {"name": "run10", "first_wall_time": 1000.0, "last_wall_time": 5000.0},
    ]
    assert catalog["scalars"] == [
        {"tag": "b2", "display_name": "b2", "description": "", "runs": [0, 1]},
        {"tag": "b10", "display_name": "b10", "description": "", "runs": [0, 1]},
    ]
    assert catalog["graphs"] == [{"run": 1, "tag": None, "kind": "graph"}]
    assert catalog["other"] == [{"plugin": "text", "series": 1}]
    assert [(d["id"], d["title"], d["active"]) for d in catalog["dashboards"]] == [
        ("events", "Events", True),
        ("graphs", "Graphs", True),
    ]
    assert catalog["dashboards"][0]["aliases"] == ["scalars"]


def test_catalog_of_foreign_logs(foreign_logs, open_log):
    catalog = open_log(foreign_logs).client().get("/api/catalog").get_json()
    runs = [run["name"] for run in catalog["runs"]]
    assert [(runs[graph["run"]], graph["tag"], graph["kind"]) for graph in catalog["graphs"]] == [
        ("tf1", None, "graph"),
        ("tf1", "step50", "profile"),
        ("tf2", "fn", "function"),
        ("torch", None, "graph"),
        ("torch", "step1", "profile"),
    ]
    described = {entry["tag"]: entry["description"] for entry in catalog["scalars"]}
    assert described["odd/nan_inf"] == "the *odd/nan_inf*"


def test_an_empty_directory_has_no_active_dashboard(log):
    catalog = log.poll().client().get("/api/catalog").get_json()
    assert not any(dashboard["active"] for dashboard in catalog["dashboards"])


def test_changes_tell_which_series_grew(log):
    log.write(log.version() + log.scalars(0, 2) + log.scalars(0, 2, tag="accuracy"))
    client = log.poll().client()
    cursor = client.get("/api/catalog").get_json()["cursor"]
    quiet = client.get(f"/api/changes?since={cursor}").get_json()
    assert (quiet["series"], quiet["catalog_changed"], quiet["cursor"]) == ([], False, cursor)
    log.append(log.scalars(2, 3))
    log.poll()
    grown = client.get(f"/api/changes?since={cursor}").get_json()
    assert (grown["series"], grown["catalog_changed"]) == ([["run", "loss"]], False)
    assert grown["cursor"] > cursor
    log.write(log.version(), run="new")
    log.poll()
    assert client.get(f"/api/changes?since={grown['cursor']}").get_json()["catalog_changed"] is True


@pytest.mark.parametrize("since", [10**9, -5])
def test_a_cursor_of_another_server_means_that_all_has_changed(since, log):
    log.write(log.version() + log.scalars(0, 2))
    answer = log.poll().client().get(f"/api/changes?since={since}").get_json()
    assert answer["catalog_changed"] is True
    assert answer["all_series"] is True


@pytest.mark.parametrize("query", ["", "?since=", "?since=x", "?since=1.5", "?since=" + "9" * 5000])
def test_a_cursor_that_is_no_number_is_refused(query, log):
    answer = log.client().get("/api/changes" + query)
    assert answer.status_code == 400
    assert "since" in answer.get_json()["error"]


def test_instances_differ_between_servers(log):
    names = {log.client().get("/api/changes?since=0").get_json()["instance"] for _ in range(2)}
    assert len(names) == 2


def test_series_come_as_aligned_columns(log):
    log.write(log.version() + b"".join(log.scalar(step, math.sqrt(step)) for step in range(50)), run="läuft")
    log.write(log.version() + b"".join(log.scalar(s, v) for s, v in enumerate([1.0, math.nan, -math.inf])), run="odd")
    wanted = [["läuft", "loss"], ["läuft", "nothing"], ["odd", "loss"]]
    response = log.poll().client().post("/api/series", json={"series": wanted, "smoothing": 0.5})
    assert response.content_type == "application/octet-stream"
    header, (first, second), blocks = unpack(response)
    assert header["cursor"] == log.store.cursor
    good, missing, odd = header["series"]
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
    assert len(blocks) == 8 * 4 * (50 + 3)


def test_series_without_smoothing_have_three_columns(log):
    log.write(log.version() + log.scalars(0, 5))
    header, _, blocks = unpack(log.poll().client().post("/api/series", json={"series": [["run", "loss"]]}))
    assert len(blocks) == 8 * 3 * 5
    assert header["series"][0]["breaks"] == []


def test_a_long_series_is_reduced_to_the_width_of_the_chart(log):
    log.write(log.version() + log.scalars(0, 5000))
    body = {"series": [["run", "loss"]], "width": 50, "range": [100, 3000]}
    header, (column,), _ = unpack(log.poll().client().post("/api/series", json=body))
    (entry,) = header["series"]
    assert (entry["count"], entry["in_range"]) == (5000, 2901)
    assert entry["shown"] <= 5 * 50
    steps = column[: entry["shown"]]
    assert (steps[0], steps[-1]) == (99, 3001)


def test_superseded_points_come_when_asked_for(log):
    times = iter(range(1000, 2000))
    points = [log.scalar(step, wall_time=next(times)) for step in [*range(30), *range(20, 40)]]
    log.write(log.version() + b"".join(points))
    client = log.poll().client()
    shown = {}
    for segments in ("surviving", "all"):
        body = {"series": [["run", "loss"]], "segments": segments}
        (entry,) = unpack(client.post("/api/series", json=body))[0]["series"]
        shown[segments] = (entry["count"], entry["superseded"], entry["shown"])
    assert shown == {"surviving": (50, 10, 40), "all": (50, 10, 50)}
    answer = client.get("/data/plugin/scalars/scalars?run=run&tag=loss")
    assert [point[1] for point in answer.get_json()] == list(range(40))


def test_a_start_supersedes_what_all_tags_logged_from_its_step_on(log):
    start = log.event(wall_time=1100.0, step=3, session_log={"status": 1})
    begin = log.event(wall_time=999.0, session_log={"status": 1})
    log.write(log.version() + begin + log.scalars(0, 6) + log.scalars(0, 5, tag="silent") + start + log.scalar(3))
    client = log.poll().client()
    header, _, _ = unpack(client.post("/api/series", json={"series": [["run", "loss"], ["run", "silent"]]}))
    found = [(entry["count"], entry["superseded"], entry["shown"]) for entry in header["series"]]
    assert found == [(7, 3, 4), (5, 2, 3)]
    for tag, steps in (("loss", [0, 1, 2, 3]), ("silent", [0, 1, 2])):
        answer = client.get(f"/data/plugin/scalars/scalars?run=run&tag={tag}")
        assert [point[1] for point in answer.get_json()] == steps


def test_a_series_that_is_asked_for_many_times_is_sent_once(log):
    log.write(log.version() + log.scalars(0, 5) + log.scalars(0, 3, tag="accuracy"))
    client = log.poll().client()
    pairs = [["run", "loss"], ["run", "accuracy"], ["run", "loss"], ["run", "no"]]
    header, columns, blocks = unpack(client.post("/api/series", json={"series": 100 * pairs}))
    assert [[entry["run"], entry["tag"]] for entry in header["series"]] == 100 * pairs
    assert len(blocks) == 8 * 3 * (5 + 3)
    assert columns[0][:5].tolist() == columns[2][:5].tolist() == list(range(5))


def test_a_series_that_has_not_changed_is_not_sent_again(log):
    log.write(log.version() + log.scalars(0, 5) + log.scalars(0, 5, tag="accuracy"))
    client = log.poll().client()
    body = {"series": [["run", "loss"], ["run", "accuracy"], ["run", "nothing"]]}
    first, _, _ = unpack(client.post("/api/series", json=body))
    log.append(log.scalars(5, 6))
    log.poll()
    body["since"] = [first["instance"], first["cursor"]]
    second, _, blocks = unpack(client.post("/api/series", json=body))
    grown, same, missing = second["series"]
    assert (grown["count"], same, missing["found"]) == (
        6,
        {"run": "run", "tag": "accuracy", "found": True, "unchanged": True},
        False,
    )
    assert len(blocks) == 8 * 3 * 6
    body["since"][0] = "another server"
    third, _, _ = unpack(client.post("/api/series", json=body))
    assert [entry.get("count") for entry in third["series"]] == [6, 5, None]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([], "body"),
        ({}, "series"),
        ({"series": "loss"}, "series"),
        ({"series": [["run"]]}, "series"),
        ({"series": [["run", 1]]}, "series"),
        ({"series": [["r", "t"]] * (routes.MAX_SERIES + 1)}, "series"),
        ({"series": [], "x": "time"}, "x"),
        ({"series": [], "x": ["step"]}, "x"),
        ({"series": [], "width": 15}, "width"),
        ({"series": [], "width": "wide"}, "width"),
        ({"series": [], "width": None}, "width"),
        ({"series": [], "smoothing": 1}, "smoothing"),
        ({"series": [], "smoothing": math.nan}, "smoothing"),
        ({"series": [], "segments": "none"}, "segments"),
        ({"series": [], "segments": ["all"]}, "segments"),
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


def test_answers_of_the_page_are_strict_json_in_gzip(log):
    for run in range(200):
        log.write(log.version(), run=f"run{run}")
    client = log.poll().client()
    plain = client.get("/api/catalog")
    packed = client.get("/api/catalog", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) < len(plain.data) / 2
