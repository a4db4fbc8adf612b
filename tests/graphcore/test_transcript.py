"""The tutorial typed at a prompt prints what the tutorial says."""

from __future__ import annotations

import re
import subprocess
import sys

ADDRESS = re.compile(r"0x[0-9a-f]+")


def test_every_line_of_the_tutorial_is_printed_as_it_says(data, tmp_path):
    transcript = (data / "hello_tensorflow.txt").read_text().splitlines()
    typed, expected = ["import graphcore as tf"], []
    for line in transcript:
        if line.startswith(">>> "):
            if typed[-1].startswith((" ", "for ")):
                typed.append("")  # ends the block before
            typed.append(line[4:])
        elif line.startswith("... "):
            typed.append(line[4:])
        elif line.startswith("##"):
            expected.append(line[3:])

    done = subprocess.run(
        [sys.executable, "-i", "-q"],
        input="\n".join([*typed, "", ""]),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Traceback" not in done.stderr, done.stderr
    printed = [ADDRESS.sub("0x...", line) for line in done.stdout.splitlines()]
    assert with_elision(printed, expected) == expected
    assert (tmp_path / "log_simple_graph").is_dir()
    assert (tmp_path / "log_simple_stats").is_dir()


def with_elision(printed: list[str], expected: list[str]) -> list[str]:
    """``printed`` with what the one line ``...`` of ``expected`` stands for replaced by it."""
    at = expected.index("...")
    behind = len(expected) - at - 1
    assert len(printed) - at - behind == 96  # steps 2 to 97
    assert all(re.fullmatch(r"before step \d+, y is 0\.\d+", line) for line in printed[at : len(printed) - behind])
    return [*printed[:at], "...", *printed[len(printed) - behind :]]
