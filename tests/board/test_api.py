"""The page's own routes."""

from __future__ import annotations

import pytest


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
    assert catalog["graphs"] == [{"run": 1, "tag": None, "kind": "graph", "profile": False}]
    assert catalog["other"] == [{"plugin": "text", "series": 1}]
    assert [(d["id"], d["title"], d["active"]) for d in catalog["dashboards"]] == [
        ("events", "Events", True),
        ("runs", "Runs", True),
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


def test_answers_of_the_page_are_strict_json_in_gzip(log):
    for run in range(200):
        log.write(log.version(), run=f"run{run}")
    client = log.poll().client()
    plain = client.get("/api/catalog")
    packed = client.get("/api/catalog", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) < len(plain.data) / 2
