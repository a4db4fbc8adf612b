"""A log directory, a running board and a page in Chromium, for tests that do what a user does.

Every page notices errors on its console, requests that leave the host and script dialogs; a test that causes one
of them fails when it is over, whatever it was about.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, expect, sync_playwright

import writer

# Milliseconds to wait for what is to appear. How fast it does is measured in benchmarks/; a busy machine fails no test.
PATIENCE = 40_000
expect.set_options(timeout=PATIENCE)

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Values = dict[str, list[float]]


def write_run(directory: Path, values: Values, *, first_step: int = 0) -> None:
    """Writes one event file into `directory`: for each tag its values, one a step, a second apart."""
    with writer.SummaryWriter(str(directory)) as log:
        for tag, series in values.items():
            for step, value in enumerate(series, first_step):
                log.add_scalar(tag, value, step, walltime=1_700_000_000.0 + step)


@dataclass
class RunningBoard:
    """A board process and where it answers; `stop` and `start` keep its port."""

    logdir: Path
    port: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Returns once the board listens."""
        command = [sys.executable, "-m", "board", f"--logdir={self.logdir}", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if " at http://" in line:
                self.url = line.split(" at ")[1].strip()
                self.port = urlsplit(self.url).port or 0
                return
        raise AssertionError(f"board ended before it listened: {''.join(said)}")

    def stop(self) -> None:
        """Ends the process, if it runs."""
        if self.process is not None:
            self.process.terminate()
            self.process.communicate(timeout=10)
            self.process = None


@dataclass
class Watched:
    """What must not happen on a page, as it happens."""

    incidents: list[str] = field(default_factory=list)
    expect_unreachable: bool = False
    expect_not_found: bool = False

    def console(self, message: ConsoleMessage) -> None:
        """A failed request is no incident while the test has stopped the board or asks for what it does not have."""
        excused = (self.expect_unreachable and "net::ERR_" in message.text) or (
            self.expect_not_found and "404 (NOT FOUND)" in message.text
        )
        if message.type in ("error", "warning") and not excused:
            self.incidents.append(f"console {message.type}: {message.text}")

    def request(self, request: Request) -> None:
        """Only the board's own host, and data the page made itself."""
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in ("localhost", "127.0.0.1"):
            self.incidents.append(f"request to another host: {request.url}")

    def dialog(self, dialog: Dialog) -> None:
        """Dialogs are what injected scripts of these tests open."""
        self.incidents.append(f"a script opened a dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture
def start_board() -> Iterator[Callable[[Path], RunningBoard]]:
    """Starts a board for a directory; all of them end with the test."""
    with contextlib.ExitStack() as running:

        def start(logdir: Path) -> RunningBoard:
            board = RunningBoard(logdir)
            running.callback(board.stop)
            board.start()
            return board

        yield start


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium, the system's, for all tests."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail("these tests drive Chromium: install the program `chromium`")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser without history: open_page(url, width=..., color_scheme=..., ...)."""
    watched = Watched()
    with contextlib.ExitStack() as contexts:

        def open_page(url: str, *, width: int = 1280, height: int = 900, **context_options: Any) -> Page:
            context = browser.new_context(viewport={"width": width, "height": height}, **context_options)
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("console", watched.console)
            page.on("pageerror", lambda error: watched.incidents.append(f"uncaught: {error}"))
            page.on("request", watched.request)
            page.on("dialog", watched.dialog)
            page.goto(url)
            return page

        open_page.watched = watched  # type: ignore[attr-defined]
        yield open_page
    assert watched.incidents == []


@pytest.fixture
def write_scalars() -> Callable[..., None]:
    """The function that writes a run: write_scalars(directory, {tag: values}, first_step=0)."""
    return write_run
