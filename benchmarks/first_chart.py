"""From opening the page to the first chart drawn: board against TensorBoard, same log, same Chromium, cold cache.

    python benchmarks/first_chart.py [ROUNDS]

Both servers have read the log before the clock starts. A chart counts as drawn once its element holds a line: a
canvas with at least one coloured pixel, or an SVG path with points.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from measure import ROOT, in_turn, ratio, require_peers, summary
from playwright.sync_api import Browser, sync_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# True once any chart of the page shows a line.
OUR_CHART = """() => [...document.querySelectorAll('.uplot canvas')].some(canvas => {
    if (!canvas.width || !canvas.height) return false;
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < pixels.length; i += 4)
        if (pixels[i + 3] > 128 && Math.max(pixels[i], pixels[i+1], pixels[i+2])
                - Math.min(pixels[i], pixels[i+1], pixels[i+2]) > 60) return true;
    return false;
})"""
# TensorBoard draws into an SVG, or a canvas that belongs to a worker and cannot be read: there, the axis labels
# that it sets when it has data are the earliest sign.
THEIR_CHART = """() => [...document.querySelectorAll('scalar-card line-chart')].some(chart =>
    chart.querySelector('.series-view path[d], .series-view svg path') !== null
    || (chart.querySelector('.series-view canvas') !== null
        && chart.querySelectorAll('line-chart-axis text').length > 2))"""


@contextlib.contextmanager
def serving(command: list[str], address: str) -> Iterator[str]:
    """Starts a server and gives its address, found in its output by a pattern."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield _wait_for_address(output, address)
        finally:
            process.terminate()
            process.wait()


def _wait_for_address(output, pattern: str) -> str:
    for _ in range(600):
        output.seek(0)
        if found := re.search(pattern, output.read()):
            return found.group(1)
        time.sleep(0.1)
    sys.exit("a server did not come up")


def wait_for_scalars(url: str, expected: int) -> None:
    """Returns once the server knows ``expected`` tags."""
    for _ in range(600):
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(url) as response:
            if response.read().count(b'"displayName"') >= expected:
                return
        time.sleep(0.1)
    sys.exit(f"{url} never listed {expected} tags")


def seconds_to_chart(browser: Browser, url: str, drawn: str) -> float:
    """A new context has an empty cache."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(drawn, timeout=60_000)
    took = time.perf_counter() - begin
    context.close()
    return took


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    peer = require_peers()
    with tempfile.TemporaryDirectory() as directory:
        example = ROOT / "examples" / "hello_tensorflow.py"
        subprocess.run([sys.executable, str(example)], cwd=directory, check=True, stdout=subprocess.DEVNULL)
        logdir = str(Path(directory) / "log_simple_stats")
        board = [sys.executable, "-m", "board", f"--logdir={logdir}", "--port=0", "--no-cache"]
        tensorboard = [peer, "-m", "tensorboard.main", f"--logdir={logdir}", "--port=0"]
        with (
            serving(board, r"at (http://\S+)") as ours,
            serving(tensorboard, r"at (http://\S+)") as theirs,
            sync_playwright() as playwright,
        ):
            wait_for_scalars(f"{ours}data/plugin/scalars/tags", 5)
            wait_for_scalars(f"{theirs}data/plugin/scalars/tags", 5)
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
            our_times, their_times = in_turn(
                rounds,
                lambda: seconds_to_chart(browser, f"{ours}#events", OUR_CHART),
                lambda: seconds_to_chart(browser, f"{theirs}#timeseries", THEIR_CHART),
            )
            browser.close()
    print(f"first chart: board {summary(our_times, 's')}, TensorBoard {summary(their_times, 's')}")
    print(f"    ratio {ratio(our_times, their_times)}")


if __name__ == "__main__":
    main()
