"""Trainers of other libraries log through this writer once it is installed in place of theirs; each runs where it is
installed, in a process of its own (`make conformance`)."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import board

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "hugging_face_trainer.py"

STABLE_BASELINES = """
import writer
writer.install()
from stable_baselines3.common.logger import HParam, configure
log = configure("runs/sb3", ["tensorboard"])
log.record("train/loss", 0.5)
log.record("hparams", HParam({"lr": 0.25}, {"train/loss": 0.0}))
log.dump(3)
log.close()
"""

LIGHTNING = """
import writer
writer.install()
from lightning.pytorch.loggers import TensorBoardLogger
log = TensorBoardLogger(".", name="runs", version="lightning")
log.log_hyperparams({"lr": 0.25}, {"hp_metric": 1.0})
log.log_metrics({"train/loss": 0.5}, 3)
log.finalize("success")
assert type(log.experiment) is writer.SummaryWriter
"""


def run(directory, *arguments):
    done = subprocess.run([sys.executable, *arguments], cwd=directory, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return board.open(directory / "runs")


@pytest.mark.parametrize(
    ("package", "program", "name"),
    [("stable_baselines3", STABLE_BASELINES, "sb3"), ("lightning", LIGHTNING, "lightning")],
)
def test_a_loggers_scalars_and_hyperparameters_are_there(tmp_path, package, program, name):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    logs = run(tmp_path, "-c", program)
    loss = logs.scalars(name, "train/loss")
    assert (list(loss.steps), list(loss.values)) == ([3], [0.5])
    assert logs.hparams(name).values == {"lr": 0.25}


@pytest.mark.skipif(importlib.util.find_spec("transformers") is None, reason="transformers is not installed")
def test_the_example_with_hugging_faces_trainer_runs(tmp_path):
    logs = run(tmp_path, str(EXAMPLE))
    assert logs.runs == ["line"]
    loss = logs.scalars("line", "train/loss").values
    assert len(loss) == 28
    assert loss[-1] < loss[0] / 10
    assert "linear/linear" in [node.name for node in logs.graph("line")]
    assert logs.hparams("line").values == {"epochs": 5.0, "learning_rate": 0.05}
