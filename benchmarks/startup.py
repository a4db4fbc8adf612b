"""How long imports take beyond bare Python, and how long `board` takes until it listens.

python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time

from measure import ROOT, in_turn, summary, wall_seconds


def import_seconds(statement: str) -> float:
    return wall_seconds([sys.executable, "-c", statement])


def board_seconds() -> float:
    """From starting the process to the line that says it listens."""
    with tempfile.TemporaryDirectory() as logdir:
        begin = time.perf_counter()
        command = [sys.executable, "-m", "board", f"--logdir={logdir}", "--port=0"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if " at http://" in line:
                    break
            took = time.perf_counter() - begin
            process.terminate()
    return took


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    bare, numpy, writer, graphcore, board = in_turn(
        rounds,
        lambda: import_seconds("pass"),
        lambda: import_seconds("import numpy"),
        lambda: import_seconds("import writer"),
        lambda: import_seconds("import graphcore"),
        board_seconds,
    )
    for name, times in (("import numpy", numpy), ("import writer", writer), ("import graphcore", graphcore)):
        beyond = [time - start for time, start in zip(times, bare)]
        print(f"{name}, beyond bare Python: {summary(beyond, 's', digits=3)}")
    print(f"board, start to listening: {summary(board, 's')}")


if __name__ == "__main__":
    main()
