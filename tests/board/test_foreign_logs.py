"""Logs of other programs give the values that TensorBoard's own reader finds."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from tensorboard.backend.event_processing import event_accumulator

RUNS = ("torch", "torch/hp", "tbx", "tbx/hp", "tf1", "tf2")


@pytest.fixture(scope="module")
def expected(foreign_logs):
    return json.loads((foreign_logs / "expected.json").read_text())


@pytest.mark.parametrize("program", ["torch", "tbx", "tf1"])
def test_scalars_are_those_recorded(program, foreign_logs, expected, open_log):
    log = open_log(foreign_logs)
    scalars = {tag: entry["points"] for tag, entry in expected[program]["tags"].items() if "points" in entry}
    assert len(scalars) >= 3
    for tag, points in scalars.items():
        steps, wall_times, values = log.store.scalars(program, tag)
        wanted = [(wall_time, step, float(value)) for wall_time, step, value in points]
        np.testing.assert_array_equal(list(zip(wall_times, steps, values)), wanted)


def test_scalars_in_tensors_are_those_recorded(foreign_logs, expected, open_log):
    log = open_log(foreign_logs)
    scalars = {tag: entry for tag, entry in expected["tf2"]["tags"].items() if entry.get("plugin") == "scalars"}
    assert len(scalars) == 3
    for tag, entry in scalars.items():
        columns = log.store.scalars("tf2", tag)
        assert columns.steps.tolist() == entry["steps"]
        assert columns.values[-1] == float(entry["last"][0])
        assert log.store.metadata("tf2", tag).description == entry["description"]


@pytest.mark.parametrize("run", RUNS)
def test_series_and_points_are_those_of_tensorboards_reader(run, foreign_logs, open_log):
    log = open_log(foreign_logs)
    keep_all = dict.fromkeys(event_accumulator.DEFAULT_SIZE_GUIDANCE, 0)
    reader = event_accumulator.EventAccumulator(str(foreign_logs / run), keep_all)
    reader.Reload()
    plugins = {info.tag: info.metadata.plugin for info in log.store.series() if info.run == run}
    tags = reader.Tags()
    for tag in tags["scalars"]:
        assert plugins.pop(tag) == "scalars"
        steps, wall_times, values = log.store.scalars(run, tag)
        points = [(event.wall_time, event.step, event.value) for event in reader.Scalars(tag)]
        np.testing.assert_array_equal(list(zip(wall_times, steps, values)), points)
    for kind, events in (("histograms", reader.Histograms), ("images", reader.Images), ("audio", reader.Audio)):
        for tag in tags[kind]:
            assert plugins.pop(tag) == kind
            places = log.store.blobs(run, tag)
            assert [(p.step, p.wall_time) for p in places] == [(e.step, e.wall_time) for e in events(tag)]
    for tag in tags["tensors"]:
        plugin = plugins.pop(tag)
        assert plugin == reader.SummaryMetadata(tag).plugin_data.plugin_name
        assert len(reader.Tensors(tag)) == len(log.store.blobs(run, tag) or log.store.scalars(run, tag).steps)
    assert set(plugins) <= {"__run_graph__", "__meta_graph__", *tags["run_metadata"]} | {
        tag for tag, plugin in plugins.items() if plugin == "hparams"
    }


def test_no_foreign_log_is_damaged(foreign_logs, open_log):
    log = open_log(foreign_logs)
    assert log.store.damage.entries() == []
    assert log.store.progress.unreadable == ()
    assert {run.name for run in log.store.runs()} == set(RUNS)


def test_a_run_without_values_lasts_from_its_first_to_its_last_event(log):
    log.write(log.version() + log.event(wall_time=1010.0, session_log={"status": 1}))
    (run,) = log.poll().store.runs()
    assert run == ("run", 1000.0, 1010.0)


def test_blobs_of_every_kind_can_be_read(foreign_logs, open_log):
    log = open_log(foreign_logs)
    read = 0
    for info in log.store.series():
        for place in log.store.blobs(info.run, info.tag):
            array = log.store.read(place)
            if info.metadata.plugin == "images":
                assert array[0].isdigit()
                assert array[1].isdigit()
                assert all(picture.startswith(b"\x89PNG") for picture in array[2:])
            elif info.metadata.plugin == "audio":
                assert all(sound.startswith(b"RIFF") for sound in array[..., 0].ravel())
            elif info.metadata.plugin == "histograms":
                assert array.shape[1] == 3
                assert np.all(np.isfinite(array))
                assert math.isclose(array[:, 2].sum(), round(array[:, 2].sum()))
            read += 1
    assert read > 40
