"""What the program runs on is logged as texts and scalars, and secrets are not."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time

import pytest

import board
from writer import SummaryWriter

PROGRAM = """
from writer import SummaryWriter
with SummaryWriter("run") as log:
    log.add_environment(variables=["SHOWN", "MY_TOKEN", "NOT_SET"], max_diff_bytes=2000)
"""


def texts(directory):
    logs = board.open(directory)
    (run,) = logs.runs
    return {tag: logs.text(run, tag)[0].text for tag in logs.tags(run, "text")}


def git(directory, *arguments):
    identity = ["-c", "user.name=n", "-c", "user.email=e@x"]
    subprocess.run(["git", "-C", str(directory), *identity, *arguments], check=True, capture_output=True)


def test_command_commit_changes_packages_and_host_are_texts(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "train.py").write_text(PROGRAM)
    git(source, "init", "-q", "-b", "topic")
    git(source, "remote", "add", "origin", "https://user:hunter2@host/repo.git")
    git(source, "add", ".")
    git(source, "commit", "-q", "-m", "First | try")
    (source / "train.py").write_text(f'{PROGRAM}# changed ```\npassword = "hunter2hunter2"\n')
    environment = {**os.environ, "SHOWN": "yes", "MY_TOKEN": "hunter2", "UNASKED": "hunter2"}
    command = [sys.executable, str(source / "train.py"), "--lr=0.1", "--api-key", "hunter2"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
    found = texts(tmp_path)
    assert set(found) == {
        f"environment/{name}" for name in ("command", "git", "git_diff", "host", "packages", "variables")
    }
    assert "hunter2" not in "".join(found.values())
    assert "--lr=0.1 --api-key" in found["environment/command"]
    assert "| branch | topic |" in found["environment/git"]
    assert "First \\| try" in found["environment/git"]
    assert " M train.py" in found["environment/git"]
    assert found["environment/git_diff"].startswith("````diff\n")
    assert "+# changed ```" in found["environment/git_diff"]
    assert "numpy==" in found["environment/packages"]
    assert "| Python | CPython" in found["environment/host"]
    assert "| SHOWN | yes |\n| MY_TOKEN | [hidden] |" in found["environment/variables"]


def test_outside_of_git_and_with_less_wanted_there_is_less(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [""])
    with SummaryWriter("run") as log:
        log.add_environment(packages=False)
    assert set(texts(tmp_path)) == {"environment/command", "environment/host"}


def test_long_changes_are_cut_and_say_so(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    (tmp_path / "data.txt").write_text("a\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "m")
    (tmp_path / "data.txt").write_text("ü\n" * 10_000)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [""])
    with SummaryWriter("run") as log:
        log.add_environment(packages=False, max_diff_bytes=1000)
    diff = texts(tmp_path)["environment/git_diff"]
    assert len(diff.encode()) < 1200
    assert "Cut: the first 1,000 of 40,1" in diff


@pytest.mark.skipif(importlib.util.find_spec("psutil") is None, reason="psutil is not installed")
def test_the_load_of_the_machine_is_logged_until_the_writer_is_closed(tmp_path):
    log = SummaryWriter(tmp_path)
    log.watch_system(60)
    log.watch_system(0.01)  # instead
    deadline = time.monotonic() + 20
    logs = board.open(tmp_path)
    while not (logs.runs and len(logs.scalars(".", "system/cpu_percent").values) >= 3):
        assert time.monotonic() < deadline
        time.sleep(0.05)
        log.flush()
        logs.refresh()
    log.close()
    logs.refresh()
    count = len(logs.scalars(".", "system/cpu_percent").values)
    assert 0 < logs.scalars(".", "system/memory_percent").values[-1] <= 100
    assert logs.scalars(".", "system/process_memory_MB").values[-1] > 1
    time.sleep(0.1)
    assert len(logs.refresh().scalars(".", "system/cpu_percent").values) == count


def test_the_missing_package_is_named_and_so_is_a_wrong_interval(tmp_path, monkeypatch):
    log = SummaryWriter(tmp_path)
    with pytest.raises(ValueError, match="interval is a positive number of seconds, but got 0"):
        log.watch_system(0)
    monkeypatch.setitem(sys.modules, "psutil", None)
    with pytest.raises(ImportError, match=r"watch_system needs psutil: install graphboard\[system\]"):
        log.watch_system()


@pytest.mark.skipif(importlib.util.find_spec("psutil") is None, reason="psutil is not installed")
def test_the_load_has_the_step_of_the_training_so_a_resumed_run_goes_on_with_it(tmp_path):
    def watch(log, step):
        log.add_scalar("loss", 1.0, step)
        log.watch_system(0.01)
        deadline = time.monotonic() + 20
        while not any(one.count for one in board.open(tmp_path).series() if one.tag == "system/cpu_percent"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
            log.flush()
        log.close()

    watch(SummaryWriter(tmp_path), 100)
    before = set(board.open(tmp_path).scalars(".", "system/cpu_percent").steps)
    assert before == {100}
    resumed = SummaryWriter(tmp_path, resume=True)
    assert resumed.last_step == 100
    resumed.watch_system(0.01)
    time.sleep(0.05)
    resumed.log({"loss": 0.5}, 101)
    resumed.close()
    steps = board.open(tmp_path).scalars(".", "system/cpu_percent").steps
    assert set(steps) == {100, 101}
