"""The line on the terminal that says how far the first reading has come."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading

import pytest

from board.commands import reading_line
from board.commands.reading_line import ReadingLine, reading
from board.store import Progress, Source, Store

# The command, with a reading that pauses until the terminal has had time to show the line.
SLOW = """
import sys, time
from board.commands import reading_line, serve
from board.logs.ingest import Ingest
look = Ingest.look
def slow(self):
    stretch = look(self)
    time.sleep(1.5)
    return stretch
Ingest.look = slow
reading_line.AFTER_SECONDS = 0.1
sys.exit(serve.main(sys.argv[1:]))
"""


class Terminal(io.StringIO):
    """A terminal that notes when something has been written to it."""

    def __init__(self):
        super().__init__()
        self.written = threading.Event()

    def isatty(self):
        return True

    def write(self, text):
        count = super().write(text)
        self.written.set()
        return count

    def lines(self):
        """What stands on the screen."""
        shown = []
        for line in self.getvalue().split("\n"):
            letters = []
            for piece in line.split("\r"):
                letters[: len(piece)] = piece
            shown.append("".join(letters).rstrip())
        return shown


@pytest.fixture
def store(monkeypatch):
    monkeypatch.setattr(reading_line, "AFTER_SECONDS", 0)
    store = Store(lambda reference: None)
    store.open(Source("/logs/a/1", "a/1", "a"))
    store.progress = Progress(bytes_read=1_500_000, bytes_known=2_000_000)
    return store


def test_it_tells_bytes_share_and_runs(store):
    assert reading(store) == "reading: 1.5 MB of 2.0 MB (75 %), 1 run so far"
    store.progress = Progress()
    assert reading(store) == "reading: 0 B of 0 B, 1 run so far"


def test_what_is_said_comes_above_and_what_ends_the_reading_takes_its_place(store):
    terminal = Terminal()
    line = ReadingLine(store, terminal)
    with line.shown():
        assert terminal.written.wait(60)
        assert terminal.lines() == [reading(store)]
        store.progress = store.progress._replace(loading=False)
        line.say("all read", terminal)
        assert terminal.lines() == ["all read", ""]
    assert terminal.lines() == ["all read", ""]


def test_it_is_gone_when_the_server_is_stopped_before_the_end(store):
    terminal = Terminal()
    with ReadingLine(store, terminal).shown():
        assert terminal.written.wait(60)
    assert terminal.lines() == [""]


def test_it_does_not_wrap(store, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    with ReadingLine(store, terminal).shown():
        assert terminal.written.wait(60)
        assert terminal.lines() == ["reading: 1.5 MB of "[:19].rstrip()]


def test_the_command_shows_it_on_a_terminal_alone(log):
    pty = pytest.importorskip("pty")  # there is none on Windows
    log.write(log.version() + log.scalars(0, 3))
    command = [sys.executable, "-c", SLOW, str(log.directory), "--port=0"]
    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE) as process:
        os.close(theirs)
        while b"1 run, 1 series" not in shown:
            shown += os.read(ours, 1000)
        process.terminate()
    os.close(ours)
    assert b"\rreading: " in shown
    assert b"1 run so far" in shown
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        assert process.stdout.readline().startswith("1 run, 1 series")
        process.terminate()
