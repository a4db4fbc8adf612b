"""What people say of runs: kept beside the logs as lines, merged from many writers, never in the way of the logs."""

from __future__ import annotations

import json
import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.annotations import Annotation, AnnotationError, Journal, JournalError, places
from board.annotations.change import Change, decode


def journal(*directories, author="ada-desk-1", now=lambda: 1000.0):
    return Journal([str(directory) for directory in directories], lambda: author, now)


def look_again(found):
    found._looked = float("-inf")  # as if a second had passed
    return found.annotations()


def test_what_is_said_is_a_line_in_the_writers_own_file(tmp_path):
    found = journal(tmp_path / ".graphboard")
    found.add(["a", "b/c"], {"starred": True, "tags": ["baseline", "baseline", " paper "]})
    found.add(["a"], {"title": "The first"})
    (file,) = (tmp_path / ".graphboard").iterdir()
    assert file.name == "ada-desk-1.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[0] == {
        "time": 1000.0,
        "author": "ada-desk-1",
        "run": "a",
        "set": {"starred": True, "tags": ["baseline", "paper"]},
    }
    assert [line["run"] for line in lines] == ["a", "b/c", "a"]
    assert look_again(journal(tmp_path / ".graphboard"))["a"] == Annotation(
        "The first", starred=True, tags=("baseline", "paper")
    )


def test_the_latest_change_of_a_field_holds_whoever_made_it(tmp_path):
    ada = journal(tmp_path, author="ada", now=lambda: 100.0)
    bob = journal(tmp_path, author="bob", now=lambda: 50.0)  # whose clock is behind
    ada.add(["run"], {"title": "by ada", "starred": True})
    look_again(bob)
    bob.add(["run"], {"title": "by bob"})
    for reader in (ada, bob, journal(tmp_path, author="eve")):
        assert look_again(reader)["run"] == Annotation("by bob", starred=True)
    assert {file.name for file in tmp_path.iterdir()} == {"ada.jsonl", "bob.jsonl"}


CHANGES = st.lists(
    st.builds(
        Change,
        time=st.integers(0, 5).map(float),
        author=st.sampled_from(["ada", "bob"]),
        run=st.sampled_from(["x", "y"]),
        values=st.fixed_dictionaries({}, optional={"title": st.sampled_from(["", "t", "u"]), "starred": st.booleans()}),
    ),
    max_size=12,
    unique_by=lambda change: (change.time, change.author, change.run),
)


@given(CHANGES, st.randoms())
def test_files_merge_the_same_in_any_order_and_any_number_of_times(tmp_path_factory, changes, order):
    results = []
    for _ in range(2):
        directory = tmp_path_factory.mktemp("merge")
        shuffled = changes + order.sample(changes, len(changes) // 2)  # some lines twice
        order.shuffle(shuffled)
        for change in shuffled:
            with (directory / f"{order.randrange(3)}.jsonl").open("ab") as file:
                file.write(change.encode())
        results.append(dict(journal(directory).annotations()))
    assert results[0] == results[1]
    for run in ("x", "y"):
        for field in ("title", "starred"):
            told = [
                (change.time, change.author, change.values[field])
                for change in changes
                if change.run == run and field in change.values
            ]
            expected = max(told)[2] if told else getattr(Annotation(), field)
            assert getattr(results[0].get(run, Annotation()), field) == expected


@given(st.binary(max_size=200))
def test_no_line_is_too_odd(line):
    change = decode(line)
    assert change is None or isinstance(change, Change)


def test_lines_that_make_no_sense_are_passed_over_and_half_written_ones_waited_for(tmp_path):
    good = Change(1.0, "a", "run", {"title": "t"}).encode()
    later = Change(2.0, "a", "run", {"title": "u"}).encode()
    file = tmp_path / "a.jsonl"
    odd = b'nonsense\n{"time": 1e999, "author": "a", "run": "run", "set": {}}\n[1]\n\xff\n'
    newer = Change(1.5, "a", "run", {"mood": "good", "starred": "yes", "hidden": True}).encode()
    file.write_bytes(odd + good + newer + later[:20])
    found = journal(tmp_path)
    assert found.annotations()["run"] == Annotation("t", hidden=True)
    with file.open("ab") as more:
        more.write(later[20:])
    assert look_again(found)["run"].title == "u"
    file.unlink()
    assert look_again(found) == {}


def test_a_line_that_a_crash_left_without_its_end_does_not_swallow_the_next(tmp_path):
    (tmp_path / "ada-desk-1.jsonl").write_bytes(b'{"time": 3')
    found = journal(tmp_path)
    found.add(["run"], {"title": "t"})
    assert look_again(journal(tmp_path))["run"].title == "t"


def test_a_log_directory_that_cannot_be_written_to_leaves_the_users_own(tmp_path):
    (tmp_path / "logs").write_text("a file, where no directory can be made")
    own = tmp_path / "own"
    found = journal(tmp_path / "logs" / ".graphboard", own)
    found.add(["run"], {"starred": True})
    assert [file.name for file in own.iterdir()] == ["ada-desk-1.jsonl"]
    assert found.annotations()["run"].starred
    with pytest.raises(JournalError, match="nothing could be written"):
        journal(tmp_path / "logs" / ".graphboard").add(["run"], {"starred": True})


@pytest.mark.parametrize(
    "values",
    [
        {"mood": "good"},
        {"starred": 1},
        {"tags": "a"},
        {"tags": ["a,b"]},
        {"tags": [str(number) for number in range(31)]},
        {"title": "x" * 201},
        {"title": "two\nlines"},
        {"notes": "x" * 20_001},
        {"notes": "\ud800"},
        {"color": "#ff0000"},
    ],
    ids=str,
)
def test_what_an_annotation_cannot_hold_is_refused_and_nothing_is_written(tmp_path, values):
    with pytest.raises(AnnotationError, match=next(iter(values))):
        journal(tmp_path).add(["run"], {"title": "fine", **values})
    assert list(tmp_path.iterdir()) == []


def test_the_author_is_the_same_each_time_and_fit_for_a_file_name(tmp_path):
    names = {places.author(str(tmp_path)) for _ in range(3)}
    assert len(names) == 1
    assert places.author(str(tmp_path / "another")) not in names
    assert all(letter.isalnum() or letter in "_.-" for letter in names.pop())


def say(log, runs, **values):
    return log.client().post("/api/runs/annotations", json={"runs": runs, "set": values})


@pytest.fixture
def runs(log):
    for run in ("a", "b", "c"):
        log.write(log.version() + log.scalar(0, float(ord(run))), run=run)
    return log.poll()


def names(log, text="", **query):
    return log.client().get("/api/runs/names", query_string={"filter": text, **query}).get_json()


def test_runs_are_found_by_what_is_said_of_them(runs):
    assert (
        say(runs, ["b"], title="The best", starred=True, tags=["paper", "v 2"], notes="see *this*").status_code == 200
    )
    assert names(runs, "starred = true")["names"] == ["b"]
    assert names(runs, "tags = PAPER")["names"] == ["b"]
    assert names(runs, 'tags = "v 2" and tags ~ ^pa')["names"] == ["b"]
    assert names(runs, "tags = none")["names"] == ["a", "c"]
    assert names(runs, "^the best$")["names"] == ["b"]
    assert names(runs, "^b$")["names"] == ["b"]
    assert names(runs, "notes ~ this")["names"] == ["b"]
    assert names(runs, sort="starred", order="descending")["names"] == ["b", "a", "c"]
    columns = {column["id"]: column for column in runs.client().get("/api/runs/columns").get_json()["columns"]}
    assert columns["tags"]["values"] == ["paper", "v 2"]
    table = runs.client().get("/api/runs/table?format=csv&column=name&column=tags").text
    assert 'b,"paper, v 2"' in table


def test_hidden_runs_are_left_out_unless_asked_for(runs):
    say(runs, ["a", "c"], hidden=True)
    assert (names(runs)["names"], names(runs)["hidden"]) == (["b"], 2)
    assert names(runs, hidden="true")["names"] == ["a", "b", "c"]
    assert names(runs, "hidden = true")["names"] == ["a", "c"]
    say(runs, ["a"], hidden=False)
    assert names(runs)["names"] == ["a", "b"]


def test_the_page_is_told_that_something_was_said(runs):
    client = runs.client()
    before = client.get("/api/changes?since=0").get_json()["annotations"]
    answer = client.post("/api/runs/annotations", json={"runs": ["a"], "set": {"color": "blue"}}).get_json()
    assert answer["annotations"] == {"a": {"color": "blue"}}
    assert client.get("/api/changes?since=0").get_json()["annotations"] == answer["version"] != before


def test_the_folder_of_annotations_is_no_run(runs):
    say(runs, ["a"], starred=True)
    assert os.listdir(runs.directory / ".graphboard")
    runs.poll()
    assert [run.name for run in sorted(runs.store.runs())] == ["a", "b", "c"]


def test_a_server_that_is_read_only_tells_but_changes_nothing(runs):
    say(runs, ["a"], starred=True)
    client = runs.client(read_only=True)
    assert client.get("/api/runs/annotations").get_json()["writable"] is False
    assert client.post("/api/runs/annotations", json={"runs": ["a"], "set": {"starred": False}}).status_code == 403
    assert client.get("/api/runs/annotations").get_json()["annotations"] == {"a": {"starred": True}}


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"Origin": "http://evil.example"}, "application/json"),
        ({"Origin": "null"}, "application/json"),
        ({"Origin": "http://localhost.evil.example"}, "application/json"),
        ({}, "text/plain"),
        ({}, "application/x-www-form-urlencoded"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}, "application/json"),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, "text/plain"),
    ],
    ids=str,
)
def test_pages_of_other_sites_change_nothing(runs, headers, sent):
    body = json.dumps({"runs": ["a"], "set": {"starred": True}})
    answer = runs.client().post("/api/runs/annotations", data=body, content_type=sent, headers=headers)
    assert answer.status_code == 403
    assert runs.client().get("/api/runs/annotations").get_json()["annotations"] == {}


@pytest.mark.parametrize("origin", ["http://localhost", "https://board.example"])
def test_pages_of_ours_do_behind_a_proxy_too(runs, origin):
    headers = {"Origin": origin, "X-Forwarded-Host": "board.example"}
    body = {"runs": ["a"], "set": {"starred": True}}
    assert runs.client().post("/api/runs/annotations", json=body, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"runs": "a", "set": {}}, {"runs": [1], "set": {}}, {"runs": ["a"], "set": {"x": 1}}]
)
def test_changes_that_make_no_sense_are_refused(runs, body):
    assert runs.client().post("/api/runs/annotations", json=body).status_code == 400


def test_many_writers_lose_nothing(tmp_path):
    writers = [journal(tmp_path, author=f"writer-{number}") for number in range(5)]
    said = {}
    for number in range(100):
        random.Random(number).choice(writers).add([f"run{number}"], {"title": f"t{number}"})
        said[f"run{number}"] = Annotation(f"t{number}")
    assert all(look_again(writer) == said for writer in writers)
