"""``board tail`` prints what is logged while it runs."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import pytest

import board
from board.cli import main
from board.commands.tail import News


def told(news):
    return [line.split("  ")[1:] for line in news.lines()]


def test_only_new_points_are_told_each_once(log):
    log.write(log.version() + log.scalars(0, 3))
    news = News(board.open(log.directory), None, None)
    assert told(news) == []
    log.append(log.scalars(3, 5) + log.scalar(0, 0.25, tag="acc"))
    assert told(news) == [["run", "acc", "0", "0.25"], ["run", "loss", "3", "3"], ["run", "loss", "4", "4"]]
    assert told(news) == []


def test_runs_and_tags_can_be_chosen(log):
    log.write(log.version(), run="train")
    news = News(board.open(log.directory), re.compile("train"), re.compile("^l"))
    log.append(log.scalar(1) + log.scalar(1, tag="acc"), run="train")
    log.append(log.version() + log.scalar(1), run="eval")
    assert told(news) == [["train", "loss", "1", "1"]]


def test_a_replaced_file_is_told_anew(log):
    log.write(log.version() + log.scalars(0, 5))
    news = News(board.open(log.directory), None, None)
    log.path().unlink()
    log.write(log.version() + log.scalars(7, 8))
    assert told(news) == [["run", "loss", "7", "7"]]


def test_the_command_runs_until_it_is_interrupted(log):
    log.write(log.version() + log.scalars(0, 1))
    command = [sys.executable, "-m", "board", "tail", str(log.directory)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().startswith("1 scalar series so far")
        log.append(log.scalar(8, 0.5))
        assert process.stdout.readline().split()[2:] == ["run", "loss", "8", "0.5"]
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0


def test_what_makes_no_sense_is_explained(tmp_path, capsys):
    assert main(["tail", str(tmp_path / "gone")]) == 2
    assert "no such directory" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["tail", str(tmp_path), "--tag=("])
    assert "no regular expression" in capsys.readouterr().err
