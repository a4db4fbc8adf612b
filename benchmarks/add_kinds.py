"""Histograms and images: calls per second until all is with the operating system, against PyTorch's and tensorboardX's.

python benchmarks/add_kinds.py [ROUNDS]
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys

from measure import ROOT, in_turn, ratio, require_torch, summary

# What all run; only where SummaryWriter comes from differs, and what gives the peers' buckets. Prints calls a second
# and bytes a call of each case.
PROGRAM = """
import json, logging, os, sys, tempfile, time
import numpy as np
random = np.random.default_rng(0)
frequency = np.fft.fftfreq(256)[:, None] ** 2 + np.fft.fftfreq(256)[None] ** 2
frequency[0, 0] = 1
def photograph():  # noise whose strength falls with frequency as in photographs
    noise = np.real(np.fft.ifft2(np.fft.fft2(random.normal(size=(256, 256))) / frequency ** 0.6))
    return (noise - noise.min()) / np.ptp(noise)
shade = photograph()
floats = np.stack([0.7 * shade + 0.3 * photograph() for _ in range(3)]).astype(np.float32)
noise = random.integers(0, 256, (3, 256, 256), np.uint8)
values = random.normal(size=10_000).astype(np.float32)
cases = {
    "histogram": (200, lambda log, step: log.add_histogram("h", values, step)),
    "exponential": (200, lambda log, step: log.add_histogram("h", values, step, **EXPONENTIAL)),
    "bytes": (40, lambda log, step: log.add_image("i", (255 * floats).astype(np.uint8), step)),
    "floats": (40, lambda log, step: log.add_image("i", floats, step)),
    "noise": (40, lambda log, step: log.add_image("i", noise, step)),
}
found = {}
for name, (calls, add) in cases.items():
    with tempfile.TemporaryDirectory() as directory:
        log = SummaryWriter(directory)
        add(log, 0)
        log.flush()
        begin = time.perf_counter()
        for step in range(calls):
            add(log, step)
        log.flush()
        seconds = time.perf_counter() - begin
        log.close()
        size = sum(os.path.getsize(os.path.join(directory, name)) for name in os.listdir(directory))
        found[name] = calls / seconds, size / (calls + 1)
print(json.dumps(found))
"""
WRITERS = {
    "writer": "from writer import SummaryWriter\nEXPONENTIAL = {'new_style': False}\n",
    "torch": "from torch.utils.tensorboard import SummaryWriter\nEXPONENTIAL = {}\n",
    "tensorboardX": "from tensorboardX import SummaryWriter\nEXPONENTIAL = {}\n",
}
TITLES = {
    "histogram": "add_histogram, 10,000 floats",
    "exponential": "the same into the buckets of TensorFlow 0.8, which are the peers' in both rows",
    "bytes": "add_image, 3×256×256 bytes, like a photograph",
    "floats": "the same as floats",
    "noise": "the same of noise, bytes",
}


def run(python: str, import_line: str) -> dict[str, list[float]]:
    """Calls a second and bytes a call of each case, in a fresh process."""
    done = subprocess.run([python, "-c", import_line + PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    peer = require_torch()
    runs: dict[str, list[dict[str, list[float]]]] = {name: [] for name in WRITERS}

    def measured(name: str) -> float:
        runs[name].append(run(sys.executable if name == "writer" else peer, WRITERS[name]))
        return 0.0

    in_turn(rounds, *(lambda name=name: measured(name) for name in WRITERS))
    for case, title in TITLES.items():
        speeds = {name: [one[case][0] for one in found[1:]] for name, found in runs.items()}
        sizes = {name: statistics.median(one[case][1] for one in found) for name, found in runs.items()}
        row = [title, *(summary(speeds[name], digits=0) for name in WRITERS)]
        row += [ratio(speeds["writer"], speeds[name]) for name in WRITERS if name != "writer"]
        row.append(" / ".join(f"{sizes[name] / 1000:.1f}" for name in WRITERS))
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
