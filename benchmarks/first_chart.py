"""From opening the page to the first chart drawn: board against TensorBoard, same log, same Chromium, cold cache.

    python benchmarks/first_chart.py [ROUNDS [LOG ...]]

Both servers have read the log before the clock starts. Where TensorBoard shows no chart within five minutes, board
is measured alone, from starting its server. A chart counts as drawn once its element holds a line: a canvas with at
least one coloured pixel, or an SVG path with points.
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
from collections.abc import Callable, Iterator
from pathlib import Path

import make_logs
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


def seconds_to_chart(browser: Browser, url: str, drawn: str, patience: float = 120) -> tuple[float, float]:
    """Until the first chart is drawn, and kilobytes that came until then. A new context has an empty cache."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    begin = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_function(drawn, timeout=1000 * patience)
    took = time.perf_counter() - begin
    context.close()
    return took, sum(sizes) / 1000


def board_command(logdir: str, *flags: str) -> list[str]:
    return [sys.executable, "-m", "board", f"--logdir={logdir}", "--port=0", *flags]


def against_tensorboard(browser: Browser, name: str, logdir: str, known_tags: int, rounds: int) -> None:
    """Both servers have read the log; pages are opened in turn."""
    tensorboard = [require_peers(), "-m", "tensorboard.main", f"--logdir={logdir}", "--port=0"]
    with (
        serving(board_command(logdir, "--no-cache"), r"at (http://\S+)") as ours,
        serving(tensorboard, r"at (http://\S+)") as theirs,
    ):
        for url in (ours, theirs):
            wait_for_scalars(f"{url}data/plugin/scalars/tags", known_tags)
        found = in_turn(
            rounds,
            lambda: seconds_to_chart(browser, f"{ours}#events", OUR_CHART),
            lambda: seconds_to_chart(browser, f"{theirs}#timeseries", THEIR_CHART),
        )
    (our_times, our_bytes), (their_times, their_bytes) = (list(zip(*pairs)) for pairs in found)
    print(f"{name}: board {summary(our_times, 's')}, TensorBoard {summary(their_times, 's')}")
    print(f"    ratio {ratio(our_times, their_times)}")
    print(f"    came: board {summary(our_bytes, 'kB', digits=0)}, TensorBoard {summary(their_bytes, 'kB', digits=0)}")


def with_index(browser: Browser, name: str, logdir: str, known_tags: int, rounds: int) -> None:
    """From starting the server, which has read the log before, to the first chart."""
    with tempfile.TemporaryDirectory() as cache:
        command = board_command(logdir, "--cache-dir", cache)
        with serving(command, r"at (http://\S+)") as url:
            wait_for_scalars(f"{url}data/plugin/scalars/tags", known_tags)
            wait_until_read(url)
        time.sleep(1)
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            with serving(command, r"at (http://\S+)") as url:
                seconds_to_chart(browser, f"{url}#events", OUR_CHART)
                times.append(time.perf_counter() - begin)
    print(f"{name}, from starting the server with its index: board {summary(times, 's')}")


def wait_until_read(url: str) -> None:
    for _ in range(3000):
        with urllib.request.urlopen(f"{url}api/status") as response:
            if b'"loading":false' in response.read():
                return
        time.sleep(0.1)
    sys.exit("the log was never read to its end")


def article(directory: Path) -> None:
    """The log of the neuron of "Hello, TensorFlow!"."""
    example = ROOT / "examples" / "hello_tensorflow.py"
    directory.mkdir()
    subprocess.run([sys.executable, str(example)], cwd=directory, check=True, stdout=subprocess.DEVNULL)


CASES: dict[str, tuple[Callable[[Path], None], int, Callable[[Browser, str, str, int, int], None]]] = {
    "article": (article, 5, against_tensorboard),
    "100 runs": (make_logs.LOGS["100 runs"], 2000, against_tensorboard),
    "12345 tags": (make_logs.LOGS["12345 tags"], 12_345, against_tensorboard),
    "1000 runs": (make_logs.LOGS["1000 runs"], 20_000, with_index),
    "10000 runs": (make_logs.LOGS["10000 runs"], 50_000, with_index),
}
"""How to make the log, how many series it has, how to measure."""


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        for name in sys.argv[2:] or CASES:
            make, known_tags, measure = CASES[name]
            with tempfile.TemporaryDirectory() as directory:
                make(Path(directory) / "log")
                measure(browser, name, str(Path(directory) / "log"), known_tags, rounds)
        browser.close()


if __name__ == "__main__":
    main()
