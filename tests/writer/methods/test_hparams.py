"""Hyperparameters as TensorBoard's dashboard and `board.open` read them."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

import board
from writer import SummaryWriter


def tensorboard_reads(directory):
    """What TensorBoard's dashboard knows: experiment, session start, session end; None where there is none."""
    accumulator = EventAccumulator(str(directory)).Reload()
    parsers = {
        metadata.EXPERIMENT_TAG: metadata.parse_experiment_plugin_data,
        metadata.SESSION_START_INFO_TAG: metadata.parse_session_start_info_plugin_data,
        metadata.SESSION_END_INFO_TAG: metadata.parse_session_end_info_plugin_data,
    }
    known = accumulator.summary_metadata
    return [parse(known[tag].plugin_data.content) if tag in known else None for tag, parse in parsers.items()]


def plain(hparams):
    return {name: getattr(value, value.WhichOneof("kind")) for name, value in hparams.items()}


def test_hyperparameters_and_metrics_stay_in_the_run_and_are_read_by_both(tmp_path):
    with SummaryWriter(tmp_path / "a") as log:
        log.add_hparams(
            {"lr": 0.5, "layers": np.int64(3), "bias": True, "optimizer": "adam", "warmup": None},
            {"accuracy": 0.75, "loss": np.array([2.0])},
            {"optimizer": ["adam", "sgd"]},
            global_step=9,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    wanted = {"bias": True, "layers": 3.0, "lr": 0.5, "optimizer": "adam"}

    experiment, start, end = tensorboard_reads(tmp_path / "a")
    assert plain(start.hparams) == wanted
    assert end.status == 1  # success
    assert 0 < start.start_time_secs <= end.end_time_secs
    assert [info.name.tag for info in experiment.metric_infos] == ["accuracy", "loss"]
    domains = {
        info.name: [value.string_value for value in info.domain_discrete.values] for info in experiment.hparam_infos
    }
    assert domains["optimizer"] == ["adam", "sgd"]
    assert domains["lr"] == []

    logs = board.open(tmp_path)
    assert logs.hparams("a").values == wanted
    assert logs.hparams("a").status == "success"
    loss = logs.scalars("a", "loss")
    assert (list(loss.steps), list(loss.values)) == ([9], [2.0])


def test_names_that_come_later_are_added(tmp_path):
    log = SummaryWriter(tmp_path)
    log.add_hparams({"lr": 0.5, "seed": 1})
    log.add_scalar("loss", 1.0, 1)
    log.add_hparams({"lr": 0.25, "batch": 32}, trial_id="first")
    log.flush()
    logs = board.open(tmp_path)
    assert logs.hparams(".").values == {"batch": 32.0, "lr": 0.25, "seed": 1.0}
    assert logs.hparams(".").group == "first"
    assert logs.hparams(".").status == "unknown"
    log.close()
    assert logs.refresh().hparams(".").status == "success"


def test_a_metric_without_a_step_does_not_take_its_curve_back(tmp_path):
    with SummaryWriter(tmp_path) as log:
        for step in range(5):
            log.add_scalar("loss", 1 / (step + 1), step)
        log.add_hparams({"lr": 0.5}, {"loss": 0.125})
    assert list(board.open(tmp_path).scalars(".", "loss").steps) == [0, 1, 2, 3, 4, 4]


def test_a_silent_writer_makes_no_run_below(tmp_path):
    with SummaryWriter(tmp_path, write_to_disk=False) as log:
        log.add_hparams({"lr": 0.5}, {"loss": 1.0}, run_name="trial")
        log.add_hparams({"lr": 0.5})
        log.add_embedding(np.eye(2))
    assert list(tmp_path.rglob("*")) == []


def test_without_metrics_tensorboard_is_left_to_gather_names_from_all_runs(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_hparams({"lr": 0.5}, {})
    experiment, start, _ = tensorboard_reads(tmp_path)
    assert experiment is None
    assert plain(start.hparams) == {"lr": 0.5}


def test_nested_names_are_flattened_and_sequences_become_text(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_hparams({"model": {"depth": 3, "sizes": [1, 2]}, "data": Path("train.csv")})
    assert board.open(tmp_path).hparams(".").values == {
        "data": "train.csv",
        "model/depth": 3.0,
        "model/sizes": "[1, 2]",
    }


@pytest.mark.parametrize(
    "arguments", [({"run_name": "trial"}, ()), ({"name": "trial"}, ()), ({}, ("trial", 5)), ({}, (None, "trial", 5))]
)
def test_a_name_puts_them_into_a_run_below_as_pytorch_and_tensorboardx_do(tmp_path, arguments):
    keywords, positional = arguments
    with SummaryWriter(tmp_path) as log:
        log.add_hparams({"lr": 0.5}, {"loss": 1.0}, *positional, **keywords)
    logs = board.open(tmp_path)
    assert logs.runs == ["trial"]
    assert logs.hparams("trial").values == {"lr": 0.5}
    assert list(logs.scalars("trial", "loss").steps) == [5 if positional else 0]


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("log.close()", "success"),
        ("pass", "success"),
        ("raise SystemError", "failure"),
        ("log.close(); raise SystemError", "success"),
        ("with log: raise SystemError", "failure"),
        ("raise KeyboardInterrupt", "failure"),
        ("with log: raise SystemExit", "success"),
        ("with log: raise SystemExit(1)", "failure"),
        ("raise SystemExit(1)", "success"),  # nobody is told the code; the documentation says so
        ("import os; os.kill(os.getpid(), 9)", "unknown"),
        ("import os; os.kill(os.getpid(), 15)", "failure"),
        ("import os; os.kill(os.getpid(), 15) if os.fork() else os._exit(0)", "failure"),
        ("import os, signal; signal.signal(15, lambda *_: log.close()); os.kill(os.getpid(), 15)", "success"),
        ("del log; import os; os.kill(os.getpid(), 9)", "unknown"),
        (
            "import os; pid = os.fork(); pid or log.close(); pid and (os.waitpid(pid, 0), os.kill(os.getpid(), 9))",
            "unknown",
        ),
    ],
)
def test_the_status_says_how_the_program_ended(tmp_path, program, status):
    script = f"""
from writer import SummaryWriter
log = SummaryWriter("run")
log.add_hparams({{"lr": 0.5}})
log.flush()
{program}
"""
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False, capture_output=True)
    assert board.open(tmp_path).hparams("run").status == status


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, {}), "hparam_dict is a dict, but got int"),
        (({}, 3), "metric_dict is a dict, but got int"),
        (({1: 2}, {}), "names are strings, but got 1 of type int"),
        (({"f": print}, {}), "'f' wants a bool, a number, a string or None, but got <built-in function print>"),
        (({"a": np.zeros(2)}, {}), "'a' wants a bool"),
        (({"a": 1}, {"loss": "high"}), "'loss' wants a number, but got 'high'"),
        (({"a": 1}, {3: 1.0}), "the name of a metric is a string, but got 3"),
        (({"a": 1}, {}, {"b": [1]}), "hparam_domain_discrete has 'b', but hparam_dict has no such name"),
        (({"a": 1}, {}, {"a": 1}), "the domain of 'a' is a list, but got int"),
        (({"a": 1}, {}, {"a": ["x"]}), "'a' is a float, but its domain has 'x'"),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_of_it_is_logged(tmp_path, arguments, message):
    with SummaryWriter(tmp_path) as log:
        log.add_scalar("loss", 1.0, 1)
        with pytest.raises(TypeError, match=message):
            log.add_hparams(*arguments)
    assert [info.tag for info in board.open(tmp_path).series()] == ["loss"]


def test_a_wrong_step_is_named_and_leaves_nothing_behind(tmp_path):
    with SummaryWriter(tmp_path) as log:
        with pytest.raises(ValueError, match=r"add_hparams: global_step is an integer, but got 1\.5"):
            log.add_hparams({"wrong": 1}, {"m": 1.0}, global_step=1.5)
        log.add_hparams({"right": 1})
    assert board.open(tmp_path).hparams(".").values == {"right": 1.0}
    assert "m" not in board.open(tmp_path).tags(".")


def test_the_file_is_closed_even_if_the_last_word_cannot_be_logged(tmp_path, monkeypatch):
    log = SummaryWriter(tmp_path)
    log.add_scalar("loss", 1.0, 1)
    log.add_hparams({"lr": 0.5})

    def fail(*_):
        raise OSError("no space")

    monkeypatch.setattr(log, "_log", fail, raising=False)
    with pytest.raises(OSError, match="no space"):
        log.close()
    assert list(board.open(tmp_path).scalars(".", "loss").values) == [1.0]


@pytest.mark.parametrize(
    ("ending", "status"), [("raise SystemExit", "failure"), ("log.close()", "success"), ("pass", "failure")]
)
def test_where_the_program_handles_sigterm_itself_the_status_is_that_of_its_end(tmp_path, ending, status):
    script = f"""
import os, signal

def ours(*_):
    {ending}

signal.signal(signal.SIGTERM, ours)
from writer import SummaryWriter
log = SummaryWriter("run")
log.add_hparams({{"lr": 0.5}})
os.kill(os.getpid(), signal.SIGTERM)
"""
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False)
    assert board.open(tmp_path).hparams("run").status == status


def test_the_session_of_a_forgotten_writer_ends_with_it_and_nothing_is_said_of_its_success(tmp_path):
    def train():
        log = SummaryWriter(tmp_path)
        log.add_hparams({"lr": 0.5})
        log.add_hparams({"seed": 1})

    train()
    gc.collect()
    deadline = time.monotonic() + 20
    while tensorboard_reads(tmp_path)[2] is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    _, start, end = tensorboard_reads(tmp_path)
    assert end.status == 0  # unknown
    assert start.start_time_secs <= end.end_time_secs
    assert board.open(tmp_path).hparams(".").status == "unknown"
