from __future__ import annotations

import os
import socket
import subprocess

import pytest

from board.logs import discovery


@pytest.fixture
def find(tmp_path):
    def names():
        listing = discovery.find(str(tmp_path))
        return [(source.run, source.name) for source in listing.files], listing.unreadable

    return names


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def test_runs_are_the_directories_that_hold_event_files_at_any_depth(tmp_path, find):
    for name in ("events.out.tfevents.1", "a/events.out.tfevents.1", "a/b/c/x.tfevents.2", "a/b/c/x.tfevents.1"):
        touch(tmp_path / name)
    touch(tmp_path / "a/notes.txt")
    touch(tmp_path / "d/events.out.tfevents.1.profile-empty")
    files, unreadable = find()
    assert files == [
        (".", "events.out.tfevents.1"),
        ("a", "a/events.out.tfevents.1"),
        ("a/b/c", "a/b/c/x.tfevents.1"),
        ("a/b/c", "a/b/c/x.tfevents.2"),
    ]
    assert unreadable == []


def test_a_directory_that_does_not_exist_is_no_error(tmp_path):
    assert discovery.find(str(tmp_path / "later")) == (False, [], [])


def test_links_group_runs(tmp_path, find):
    touch(tmp_path / "outside/run/events.out.tfevents.1")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/picked").symlink_to(tmp_path / "outside/run")
    listing = discovery.find(str(tmp_path / "logs"))
    assert [source.run for source in listing.files] == ["picked"]


def test_links_in_circles_end_and_real_names_win(tmp_path, find):
    touch(tmp_path / "z/run/events.out.tfevents.1")
    for number in range(3):
        (tmp_path / f"a{number}").symlink_to(tmp_path)
        (tmp_path / f"z/run/up{number}").symlink_to(tmp_path / "z")
    (tmp_path / "b").symlink_to(tmp_path / "z/run")
    (tmp_path / "self").symlink_to("self")
    files, unreadable = find()
    assert files == [("z/run", "z/run/events.out.tfevents.1")]
    assert [entry.path for entry in unreadable] == ["self"]


def test_a_thousand_links_to_each_other_are_walked_in_linear_time(tmp_path, find, monkeypatch):
    hubs = [tmp_path / f"hub{number}" for number in range(30)]
    for hub in hubs:
        touch(hub / "events.out.tfevents.1")
    for hub in hubs:
        for other in hubs:
            (hub / f"to_{other.name}").symlink_to(other)
    scans = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (scans.append(path), scandir(path))[1])
    files, _ = find()
    assert len(files) == 30
    assert len(scans) == 31


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_sockets_with_the_name_of_an_event_file_are_named_not_opened(tmp_path, find):
    touch(tmp_path / "run/events.out.tfevents.1")
    os.mkfifo(tmp_path / "run/events.out.tfevents.2")
    directory = os.getcwd()
    os.chdir(tmp_path)  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("run/events.out.tfevents.3")
    finally:
        os.chdir(directory)
    (tmp_path / "run/events.out.tfevents.4").symlink_to("/dev/zero")
    files, unreadable = find()
    assert files == [("run", "run/events.out.tfevents.1")]
    assert [(entry.path[-1], entry.reason) for entry in unreadable] == [(n, "not a regular file") for n in "234"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_that_takes_the_place_of_a_file_blocks_nobody(log):
    path = log.write(log.version() + log.scalars(0, 3))
    log.poll()
    listing = discovery.find(str(log.directory))
    path.unlink()
    os.mkfifo(path)
    ingest = log.loader._files[listing.files[0].path]
    with pytest.raises(OSError, match="not a regular file"):
        ingest.look()


def test_names_that_are_no_utf8_are_read_and_shown_escaped(log):
    directory = os.path.join(os.fsencode(log.directory), b"run\xff\n\xe9")
    try:
        os.makedirs(directory)
    except OSError:
        pytest.skip("this file system takes no such names")
    with open(os.path.join(directory, b"events.out.tfevents.\xfe"), "wb") as file:
        file.write(log.version() + log.scalars(0, 3))
    log.poll()
    (run,) = log.store.runs()
    assert run.name == "run\\xff\n\\xe9"
    assert log.steps(run.name) == [0, 1, 2]
    client = log.client()
    assert client.get("/data/runs").get_json() == [run.name]
    answer = client.get("/data/plugin/scalars/scalars", query_string={"run": run.name, "tag": "loss"})
    assert len(answer.get_json()) == 3


def test_a_thousand_empty_directories_are_no_runs(log):
    for number in range(1000):
        (log.directory / f"empty{number}").mkdir(parents=True)
    log.write(log.version() + log.scalars(0, 3))
    assert log.poll().steps() == [0, 1, 2]
    assert log.store.totals.runs == 1


def test_trees_deeper_than_any_path_may_be_long_end_the_walk_there(tmp_path):
    start = os.getcwd()
    os.chdir(tmp_path)
    try:
        for _ in range(1200):
            os.mkdir("d" * 8)
            os.chdir("d" * 8)
    finally:
        os.chdir(start)
    touch(tmp_path / "run/events.out.tfevents.1")
    listing = discovery.find(str(tmp_path))
    assert [source.run for source in listing.files] == ["run"]
    # Such a tree is too deep for the removal that follows a test.
    subprocess.run(["rm", "-rf", "d" * 8], cwd=tmp_path, check=True)


@pytest.mark.parametrize("failing", ["scandir", "stat"])
def test_entries_may_vanish_while_they_are_looked_at(failing, tmp_path, find, monkeypatch):
    for run in ("a", "b"):
        touch(tmp_path / run / "events.out.tfevents.1")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    original = getattr(os, failing)

    def vanishing(path, *rest, **named):
        if os.path.basename(os.fspath(path)) in ("b", "link"):
            raise FileNotFoundError(2, "No such file or directory", path)
        return original(path, *rest, **named)

    monkeypatch.setattr(os, failing, vanishing)
    files, unreadable = find()
    assert ("a", "a/events.out.tfevents.1") in files
    assert unreadable == []


def test_a_directory_is_listed_again_when_its_time_stamp_moves_or_its_listing_is_old(tmp_path, aged, monkeypatch):
    for run in ("a", "b", "c/d"):
        touch(tmp_path / run / "events.out.tfevents.1")
        aged(tmp_path / run)
    aged(tmp_path / "c")
    aged(tmp_path)
    scans = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (scans.append(os.path.basename(path)), scandir(path))[1])
    survey = discovery.Survey(str(tmp_path))

    def found(**how):
        scans.clear()
        return [source.name[:-1] for source in survey.find(**how).files], sorted(scans)

    names = [f"{run}/events.out.tfevents." for run in ("a", "b", "c/d")]
    assert found() == (names, sorted(["a", "b", "c", "d", tmp_path.name]))
    assert found(relist=False) == (names, [])
    touch(tmp_path / "c/d/events.out.tfevents.2")
    assert found(relist=False) == ([*names, names[-1]], ["d"])
    assert found(relist=False)[1] == ["d"]  # changed so lately that its time stamp may hide another change
    monkeypatch.setattr(discovery, "_RELIST_SECONDS", -1.0)
    assert len(found()[1]) == 5
    assert len(found(relist=False)[1]) == 5
