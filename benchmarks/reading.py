"""Reading whole log directories: board against TensorBoard's data server, one core each, in turn.

    python benchmarks/reading.py [ROUNDS] [NAME ...]

The logs are those of `make_logs.py`, made once under ``benchmarks/logs`` (4 GB in all). The data server keeps 1000
points of a series and checks no checksum; board keeps all points and verifies every one. Both times are what the
programs say themselves of the reading, without their start; peak memory is that of the process. Then board alone, with
an index: the first read that makes it, and starts that find it.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import make_logs
from measure import ROOT, ratio, require_peers, summary

LOGS = Path(__file__).resolve().parent / "logs"
_BOARD_DONE = re.compile(r"read in ([\d.]+) s")
_SERVER_DONE = re.compile(r"Finished load cycle \(([\d.]+)(ms|s)\)")


class Reading(NamedTuple):
    seconds: float
    megabytes: float  # peak resident set


def measured(command: list[str], done: re.Pattern[str]) -> Reading:
    """Runs a server on one core until it says that it has read everything."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(["taskset", "-c", "0", *command], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            while True:
                time.sleep(0.05)
                output.seek(0)
                text = output.read()
                if found := done.search(text):
                    break
                if process.poll() is not None:
                    sys.exit(f"{command[0]} ended: {text}")
            status = Path(f"/proc/{process.pid}/status").read_text()
        finally:
            process.terminate()
            process.wait()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    scale = 1e-3 if found.groups()[1:] == ("ms",) else 1.0
    return Reading(scale * float(found[1]), int(peak[1]) / 1024)


def board(logdir: Path, *options: str) -> Reading:
    return measured([sys.executable, "-m", "board", f"--logdir={logdir}", "--port=0", *options], _BOARD_DONE)


def data_server(binary: str, logdir: Path) -> Reading:
    return measured([binary, "--logdir", str(logdir), "--reload", "once", "--port", "0", "-v"], _SERVER_DONE)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    names = sys.argv[2:] or [name for name in make_logs.LOGS if name != "1M"]
    find = "import tensorboard_data_server; print(tensorboard_data_server.server_binary())"
    binary = subprocess.run([require_peers(), "-c", find], capture_output=True, text=True, check=True).stdout.strip()
    for name in names:
        logdir = LOGS / name.replace(" ", "_")
        if not logdir.exists():
            make_logs.LOGS[name](logdir)
        board(logdir, *FIRST_READ)  # warms the page cache
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(board(logdir, *FIRST_READ))
            theirs.append(data_server(binary, logdir))
        our_times, their_times = [r.seconds for r in ours], [r.seconds for r in theirs]
        print(f"{name}: board {summary(our_times, 's')}, data server {summary(their_times, 's')}")
        print(f"    speed {ratio(their_times, our_times)} the data server's")
        ours_peak, theirs_peak = (statistics.median(r.megabytes for r in found) for found in (ours, theirs))
        print(f"    peak memory: board {ours_peak:.0f} MB, data server {theirs_peak:.0f} MB")
        with tempfile.TemporaryDirectory() as cache:
            kept = f"--cache-dir={cache}"
            first = board(logdir, kept)
            again = [board(logdir, kept) for _ in range(rounds)]
            size = sum(path.stat().st_size for path in Path(cache).iterdir()) / 1e6
        print(f"    with an index: first read {first.seconds} s, {first.megabytes:.0f} MB; {size:.0f} MB on disk")
        print(
            f"    started again: {summary([r.seconds for r in again], 's')}, "
            f"{statistics.median(r.megabytes for r in again):.0f} MB"
        )


# A first read, of a log that no index knows yet.
FIRST_READ = ("--no-cache",)


if __name__ == "__main__":
    main()
