"""The command ``board``, as a user starts and stops it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import board
from board import __version__, config
from board.commands import meant

# Of a board that is started in another directory.
HERE = {**os.environ, "PYTHONPATH": str(Path(board.__file__).parents[1])}


@pytest.fixture
def start():
    """Starts the command; what still runs at the end is stopped."""
    running = []

    def command(*arguments, **options):
        process = subprocess.Popen(
            [sys.executable, "-m", "board", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        running.append(process)
        return process

    yield command
    for process in running:
        process.kill()
        process.communicate()


def address(line):
    found = re.fullmatch(rf"graphboard {re.escape(__version__)} at (http://\S+:\d+\S*/)\n", line)
    assert found, line
    return found[1]


def fetch(url):
    with urllib.request.urlopen(url) as response:
        return json.load(response)


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "board", *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("spelling", [["--logdir={}"], ["--logdir", "{}"], ["{}"]], ids=" ".join)
def test_it_serves_the_directory_however_it_is_named(spelling, log, start):
    log.write(log.version() + log.scalars(0, 3))
    process = start(*(part.format(log.directory) for part in spelling), "--port=0")
    url = address(process.stdout.readline())
    assert process.stdout.readline().startswith("1 run, 1 series, 3 points read in ")
    assert fetch(url + "api/status")["logdir"] == str(log.directory)
    assert fetch(url + "data/runs") == ["run"]


def test_it_waits_for_a_directory_that_does_not_exist(tmp_path, start):
    process = start(f"--logdir={tmp_path / 'later'}", "--port=0")
    url = address(process.stdout.readline())
    assert "does not exist yet" in process.stdout.readline()
    assert fetch(url + "api/status")["logdir_exists"] is False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(number, log, start):
    log.write(log.version())
    process = start(log.directory, "--port=0")
    process.stdout.readline()
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors == ""


def test_a_busy_default_port_gives_way_to_the_next_free_one(tmp_path, start):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", config.DEFAULT_PORT))
            other.listen()
        except OSError:
            pass  # somebody else keeps it busy for us
        process = start(tmp_path)
        assert process.stdout.readline().startswith("port 6006 is in use by another program; taking ")
        url = address(process.stdout.readline())
        assert int(re.search(r":(\d+)/", url)[1]) > config.DEFAULT_PORT
        assert fetch(url + "api/status")["version"] == __version__


def test_an_explicit_busy_port_is_an_error(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(str(tmp_path), f"--port={port}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"board: port {port} on localhost is in use by another program")
    assert done.stdout == ""


def test_a_port_is_free_again_right_after_the_server_ended(log, start):
    process = start(log.directory, "--port=0")
    url = address(process.stdout.readline())
    fetch(url + "api/status")
    process.terminate()
    process.communicate(timeout=30)
    port = re.search(r":(\d+)/", url)[1]
    assert address(start(log.directory, f"--port={port}").stdout.readline()) == url


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "which directory?"),
        (["a", "--logdir=b"], 2, "two directories"),
        (["a", "--port=high"], 2, "--port"),
        (["a", "--port=70000"], 2, "from 0 to 65535"),
        (["a", "--colour"], 2, "--colour"),
        ([__file__], 1, "is a file"),
        (["a", "--host=256.1.1.1"], 1, "--host=256.1.1.1"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_explained(arguments, code, said):
    done = run(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistyped_command_is_no_directory_to_wait_for(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "board", "insepct", "runs"], capture_output=True, text=True, cwd=tmp_path, env=HERE
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'board inspect'?" in done.stderr
    assert "--logdir=insepct" in done.stderr


@pytest.mark.parametrize("word", ["runs", "train", "./insepct", "a/insepct", "--serve", ""])
def test_what_may_be_a_directory_or_a_flag_is_taken_for_no_command(word):
    assert meant(word) is None


def test_a_directory_that_is_there_is_served_whatever_it_is_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert meant("insepct") == "inspect"
    (tmp_path / "insepct").mkdir()
    assert meant("insepct") is None


def test_version_and_help():
    assert run("--version").stdout == f"graphboard {__version__}\n"
    text = run("--help").stdout
    for flag in ("--logdir", "--port", "--host", "--allowed-host", "--path-prefix", "--version"):
        assert flag in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_damage_is_named_on_the_console_once(log, start):
    log.write(log.version() + b"\0" * 16 + log.scalars(0, 3))
    process = start(log.directory, "--port=0")
    process.stdout.readline()
    process.stdout.readline()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert errors == (
        f"damage: run/events.out.tfevents.1, byte {len(log.version())}, 16 bytes: bad checksum of a record's length\n"
    )


def test_listening_beyond_this_machine_warns(log, start):
    log.write(log.version())
    process = start(log.directory, "--port=0", "--host=0.0.0.0")
    url = address(process.stdout.readline())
    assert socket.gethostname() in url
    assert process.stdout.readline().startswith("1 run, ")
    port = re.search(r":(\d+)/", url)[1]
    assert fetch(f"http://127.0.0.1:{port}/data/runs") == ["run"]
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert "everyone who can reach this machine" in errors


def test_hosts_and_prefixes_reach_the_server(log, start):
    log.write(log.version())
    process = start(log.directory, "--port=0", "--path-prefix=/x", "--allowed-host=b.example", "--allowed-host=c")
    url = address(process.stdout.readline())
    assert url.endswith("/x/")
    for host, status in (("b.example", 200), ("c", 200), ("d", 403)):
        with socket.create_connection(("127.0.0.1", int(re.search(r":(\d+)/", url)[1]))) as connection:
            connection.sendall(f"GET /x/data/runs HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
            assert connection.recv(100).split()[1] == str(status).encode()


@pytest.mark.parametrize("request_line", ["GET / HTTP/1.1\r\nContent-Length: x", "\0"])
def test_what_is_no_request_is_refused_with_the_headers(request_line, log, start):
    url = address(start(log.directory, "--port=0").stdout.readline())
    with socket.create_connection(("127.0.0.1", int(re.search(r":(\d+)/", url)[1]))) as connection:
        connection.sendall(f"{request_line}\r\n\r\n".encode())
        answer = connection.makefile("rb").read().decode()
    assert re.match(r"HTTP/1.\d 4\d\d ", answer)
    assert "content-security-policy: default-src 'none'" in answer.lower()
    assert "\r\nserver:" not in answer.lower()


def test_a_console_that_is_gone_stops_nothing(log, start):
    log.write(log.version() + log.scalars(0, 3))
    process = start(log.directory, "--port=0")
    url = address(process.stdout.readline())
    process.stdout.close()
    process.stdout = None
    log.write(log.version() + log.scalars(0, 3), run="second")
    for _ in range(1000):
        if fetch(url + "api/status")["runs"] == 2:
            break
        time.sleep(0.02)
    else:
        pytest.fail("the second run did not appear")
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")


def test_many_requests_at_once_leave_the_console_alone(log, start):
    log.write(log.version() + log.scalars(0, 3))
    process = start(log.directory, "--port=0")
    port = int(re.search(r":(\d+)/", address(process.stdout.readline()))[1])
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    for connection in connections:
        connection.sendall(b"GET /api/status HTTP/1.0\r\nHost: localhost\r\n\r\n")
    for connection in connections:
        with connection, connection.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.0 200 ")
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert errors == ""


def test_names_that_the_console_cannot_print_are_escaped(log, start):
    log.write(b"no event file, this", run="schön")
    process = start(log.directory, "--port=0", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    process.stdout.readline()
    process.stdout.readline()
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert errors.startswith("damage: sch\\xf6n/events.out.tfevents.1, byte 0")


def test_a_negative_memory_limit_is_refused(tmp_path):
    done = run(str(tmp_path), "--memory-limit=-1")
    assert done.returncode == 2
    assert "--memory-limit=-1: a number of megabytes is wanted, 0 or more" in done.stderr
