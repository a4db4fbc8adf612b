"""Scalars: calls per second on the calling thread, against PyTorch's and tensorboardX's; and how long one call takes.

python benchmarks/add_scalar.py [ROUNDS]
"""

from __future__ import annotations

import json
import subprocess
import sys

from measure import ROOT, in_turn, ratio, require_torch, summary

# What all run; only where SummaryWriter comes from differs. Ten tags take turns, as in a training loop.
PROGRAM = """
import json, os, sys, tempfile, time
calls = int(sys.argv[1])
tags = [f"train/metric_{number}" for number in range(10)]
with tempfile.TemporaryDirectory() as directory:
    log = SummaryWriter(directory)
    for step in range(200):
        log.add_scalar("warm", 0.5, step)
    log.flush()
    began = sum(os.path.getsize(os.path.join(directory, name)) for name in os.listdir(directory))
    begin = time.perf_counter()
    for step in range(calls // 10):
        for tag in tags:
            log.add_scalar(tag, 0.5, step)
    seconds = time.perf_counter() - begin
    log.flush()
    log.close()
    size = sum(os.path.getsize(os.path.join(directory, name)) for name in os.listdir(directory)) - began
print(json.dumps([calls / seconds, size / calls]))
"""
# Single calls, while each write to the file takes 50 ms.
LATENCY = """
import json, os, sys, tempfile, time
real_write = os.write
def slow_write(fd, data):
    time.sleep(0.05)
    return real_write(fd, data)
if sys.argv[1] == "slow":
    os.write = slow_write
clock = time.perf_counter
took = []
with tempfile.TemporaryDirectory() as directory:
    log = SummaryWriter(directory)
    for step in range(200_000):
        begin = clock()
        log.add_scalar("train/loss", 0.5, step)
        took.append(clock() - begin)
    log.close()
took.sort()
print(json.dumps([took[int(share * len(took))] for share in (0.5, 0.99, 0.999)]))
"""
SERIES = """
import json, tempfile, time
import numpy as np
steps = np.arange(3_000_000)
values = np.sin(steps)
with tempfile.TemporaryDirectory() as directory:
    log = SummaryWriter(directory)
    log.add_scalar_series("warm", steps[:1000], values[:1000])
    begin = time.perf_counter()
    log.add_scalar_series("x", steps, values)
    log.flush()
    print(json.dumps(len(steps) / (time.perf_counter() - begin)))
    log.close()
"""
WRITERS = {
    "writer": "from writer import SummaryWriter\n",
    "torch": "from torch.utils.tensorboard import SummaryWriter\n",
    "tensorboardX": "from tensorboardX import SummaryWriter\n",
}


def run(python: str, script: str, *arguments: str) -> object:
    done = subprocess.run([python, "-c", script, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    peer = require_torch()
    sizes: dict[str, float] = {}

    def speed(name: str) -> float:
        found = run(sys.executable if name == "writer" else peer, WRITERS[name] + PROGRAM, "40000")
        assert isinstance(found, list)
        sizes[name] = found[1]
        return float(found[0])

    speeds = dict(zip(WRITERS, in_turn(rounds, *(lambda name=name: speed(name) for name in WRITERS))))
    for name in WRITERS:
        against = "" if name == "writer" else ratio(speeds["writer"], speeds[name])
        print(f"| {name} | {summary(speeds[name], 'k', 1e-3, 1)} | {against} | {sizes[name]:.1f} |")
    for disk in ("fast", "slow"):
        found = [run(sys.executable, WRITERS["writer"] + LATENCY, disk) for _ in range(rounds)]
        columns = zip(*(one for one in found if isinstance(one, list)))
        print(f"| {disk} | " + " | ".join(summary(column, "", 1e6, 1) for column in columns) + " |")
    series = [run(sys.executable, WRITERS["writer"] + SERIES) for _ in range(rounds)]
    print("series:", summary([one for one in series if isinstance(one, float)], "M points/s", 1e-6))


if __name__ == "__main__":
    main()
