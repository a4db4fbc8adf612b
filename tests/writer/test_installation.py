"""Programs that import PyTorch's or tensorboardX's writer by name get this one, if they asked for it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

import board
import writer


@pytest.fixture
def installed():
    writer.install()
    yield
    writer.uninstall()


def test_both_names_give_this_writer(installed, tmp_path):
    writer.install()  # again
    from tensorboardX import FileWriter, SummaryWriter
    from tensorboardX.writer import SummaryWriter as Third
    from torch.utils.tensorboard import SummaryWriter as Second
    from torch.utils.tensorboard.summary import hparams, scalar

    assert SummaryWriter is Second is Third is writer.SummaryWriter
    assert importlib.util.find_spec("tensorboardX") is not None
    log = SummaryWriter(log_dir=tmp_path, max_queue=10, flush_secs=120)
    for summary in hparams({"lr": 0.5}, {"loss": 0.0}, {"lr": [0.5, 1.0]}):
        log.file_writer.add_summary(summary)
    log.file_writer.add_summary(scalar("loss", 2.0), 3)
    log.close()
    assert issubclass(FileWriter, object)
    logs = board.open(tmp_path)
    assert logs.hparams(".").values == {"lr": 0.5}
    assert logs.hparams(".").status == "success"
    assert list(logs.scalars(".", "loss").values) == [2.0]


def test_taking_it_back_leaves_no_trace():
    before = dict(sys.modules)
    writer.install()
    writer.uninstall()
    writer.uninstall()
    assert "tensorboardX" not in sys.modules
    assert {name for name in sys.modules if "tensorboardX" in name or name.startswith("torch")} == {
        name for name in before if "tensorboardX" in name or name.startswith("torch")
    }


def test_a_package_that_is_there_is_replaced_and_comes_back(tmp_path):
    for package in ("torch", "torch/utils", "torch/utils/tensorboard"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("SummaryWriter = 'theirs'\n")
    script = """
import torch.utils.tensorboard as theirs, writer
writer.install()
from torch.utils import tensorboard
from torch.utils.tensorboard import SummaryWriter
assert SummaryWriter is writer.SummaryWriter is tensorboard.SummaryWriter
writer.uninstall()
from torch.utils import tensorboard
from torch.utils.tensorboard import SummaryWriter
assert SummaryWriter == "theirs" and tensorboard is theirs
"""
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
