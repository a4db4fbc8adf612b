"""The tutorials among the examples run as their readers run them; they learn, and what they log shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import board

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run_example(name: str, logdir: Path, *arguments: str) -> str:
    """What the example prints."""
    command = [sys.executable, str(EXAMPLES / name), f"--logdir={logdir}", *arguments]
    done = subprocess.run(command, cwd=logdir.parent, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("name", "steps", "at_least"),
    [("mnist_softmax.py", 200, 0.85), ("mnist_deep.py", 100, 0.9)],
    ids=["softmax", "deep"],
)
def test_mnist_learns_and_logs(name, steps, at_least, tmp_path):
    logdir = tmp_path / "log"
    printed = run_example(name, logdir, f"--steps={steps}")
    reached = float(re.fullmatch(r"accuracy on digits it has never seen: (0\.\d+)\n", printed)[1])
    assert reached >= at_least

    logs = board.open(logdir, cache=False)
    assert logs.runs == ["test", "train"]
    for run in logs.runs:
        assert logs.tags(run, "scalars") == ["accuracy", "cross_entropy"]
    assert logs.damage == []
    training = logs.scalars("train", "cross_entropy")
    assert training.steps.tolist() == list(range(steps))
    assert training.values[-10:].mean() < training.values[:10].mean() / 2
    testing = logs.scalars("test", "accuracy")
    assert testing.steps[-1] == steps
    assert testing.values[-1] == pytest.approx(reached, abs=1e-3)
    assert testing.values[0] < 0.3
    assert {"x", "y_", "train/gradients/Fill"} <= {node.name for node in logs.graph("train")}


def test_drawn_digits_are_what_mnist_is_and_the_same_each_time(monkeypatch):
    monkeypatch.syspath_prepend(EXAMPLES)
    import drawn_digits

    digits = drawn_digits.read_data_sets(train=40, test=20)
    again = drawn_digits.read_data_sets(train=40, test=20)
    for one, other in zip(digits, again):
        assert (one.images == other.images).all()
        assert (one.labels == other.labels).all()
    assert digits.train.images.shape == (40, 784)
    assert digits.train.images.dtype == "float32"
    assert (digits.train.images.min(), digits.train.images.max()) == (0.0, 1.0)
    assert digits.train.labels.sum(axis=0).tolist() == [4] * 10
    first = [digits.train.next_batch(20)[0] for _ in range(2)]
    assert {picture.tobytes() for batch in first for picture in batch} == {
        picture.tobytes() for picture in digits.train.images
    }
