"""What imports take beyond bare Python, in seconds and in memory, and how long `board` takes until it listens.

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


def import_megabytes(statement: str) -> float:
    """The peak of the process, as Linux tells it."""
    program = f"{statement}\nprint(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


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
    bare, numpy, writer, both, graphcore, board = in_turn(
        rounds,
        lambda: import_seconds("pass"),
        lambda: import_seconds("import numpy"),
        lambda: import_seconds("import writer"),
        lambda: import_seconds("import numpy, writer"),
        lambda: import_seconds("import graphcore"),
        board_seconds,
    )
    for name, times in (("import numpy", numpy), ("import writer", writer), ("import graphcore", graphcore)):
        beyond = [time - start for time, start in zip(times, bare)]
        print(f"{name}, beyond bare Python: {summary(beyond, 's', digits=3)}")
    beyond = [time - start for time, start in zip(both, numpy)]
    print(f"import writer, beyond numpy: {summary(beyond, 's', digits=3)}")
    if sys.platform == "linux":
        memory = in_turn(
            rounds,
            lambda: import_megabytes("pass"),
            lambda: import_megabytes("import writer"),
            lambda: import_megabytes("import numpy"),
            lambda: import_megabytes("import numpy, writer"),
        )
        for name, above, below in (("bare Python", memory[1], memory[0]), ("numpy", memory[3], memory[2])):
            print(f"import writer, beyond {name}: {summary([a - b for a, b in zip(above, below)], 'MB', digits=1)}")
    print(f"board, start to listening: {summary(board, 's')}")


if __name__ == "__main__":
    main()
