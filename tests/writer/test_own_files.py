"""Files of each version of this writer: what is in them stays the same, and stays readable."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import board
import writer.format.file_names
from writer import SummaryWriter
from writer.format.messages import GraphDef, NodeDef, RunMetadata, SessionLog

FILES = Path(__file__).parents[1] / "data" / "writer"
# A PNG of one white pixel, made once: what zlib makes of pixels differs from version to version.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000d4944415478010102"
    "00fdff00ff01010100608712b50000000049454e44ae426082"
)
NUMBERS = np.float32([-1.5, 0, 0.25, 2, 2, 3])


def log_everything(directory: str) -> None:
    """A run with every kind, whose bytes depend on nothing but the writer, if the clock is a given one."""
    with SummaryWriter(directory, purge_step=0) as log:
        log.add_scalar("compact", 0.1, -1)
        log.add_scalar("described", 0.1, 2**40, description="*d*", display_name="D")
        log.add_scalar("exact", 0.1, 1, float64=True)
        log.log({"loss": np.nan, "eval": {"acc": -np.inf}}, 3)
        log.add_scalar_series("series", [0, 1, 200], [1, 2, 3], 1e9)
        log.add_histogram("histogram", NUMBERS, 1, description="h")
        log.add_histogram("old histogram", NUMBERS, 1, new_style=False)
        log.add_image("image", PIXEL, 1)
        log.add_image("old image", PIXEL, 1, new_style=False)
        log.add_audio("audio", NUMBERS / 4, 1, sample_rate=8000)
        log.add_text("text", [["a", "b"], ["ü", ""]], 1)
        log.add_tensor("tensor", NUMBERS.reshape(2, 3).astype(np.complex64), 1)
        log.add_pr_curve("curve", [1, 0, 1], [0.9, 0.2, 0.4], 1, num_thresholds=5)
        log.add_mesh("mesh", np.eye(3), faces=[[0, 1, 2]], global_step=1)
        log.add_hparams({"lr": 0.1, "on": True, "name": "x"}, {"score": 1.0}, {"name": ["x", "y"]}, global_step=4)
        log.add_custom_scalars_multilinechart(["loss", "eval/.*"], title="both")
        log.add_graph(GraphDef(node=[NodeDef(name="n", op="NoOp")]))
        log.add_run_metadata(RunMetadata(), "step1", 1)
        log.add_session_log(SessionLog(status=SessionLog.CHECKPOINT, checkpoint_path="c"), 5)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """The directory of such a run, written now."""
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: 1.7e9)
        patch.setattr(
            writer.format.file_names, "make", lambda *_: "events.out.tfevents.1700000000.host.1.000000-00000000"
        )
        log_everything(str(tmp_path / "fresh"))
    return tmp_path / "fresh"


def contents(directory):
    """Everything that is in a run, as text, so that NaN equals NaN."""
    logs = board.open(directory)
    found = {}
    for series in logs.series("."):
        if series.metadata.plugin == "scalars":
            points = logs.scalars(".", series.tag)
            values = [points.steps.tolist(), points.values.tolist(), points.wall_times.tolist()]
        elif series.metadata.plugin == "graphs":
            values = [str(logs.graph(".").graph_def)]
        else:
            values = [(step, time, np.asarray(value).tolist()) for step, time, value in logs.tensors(".", series.tag)]
        found[series.tag] = series.metadata, repr(values)
    return found


def test_the_present_version_writes_what_it_wrote(fresh):
    """If this fails because the format was changed on purpose: keep the old file, and add one of the new version."""
    *_, newest = sorted(FILES.glob("*.*.*"))
    (path,) = newest.iterdir()
    (written,) = fresh.iterdir()
    assert written.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("version", sorted(path.name for path in FILES.glob("*.*.*")))
def test_files_of_each_version_are_read_alike(version, fresh):
    expected = contents(fresh)
    assert len(expected) > 20
    assert contents(FILES / version) == expected
