"""``board.open``: what was logged, as Python programs get it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from tensorboard.backend.event_processing import event_accumulator

import board

RUNS = ["torch", "torch/hp", "tbx", "tbx/hp", "tf1", "tf2"]


@pytest.fixture(scope="module")
def foreign(foreign_logs):
    return board.open(foreign_logs)


@pytest.fixture(scope="module")
def peer(foreign_logs):
    """TensorBoard's own reader of a run, keeping everything."""

    def read(run):
        keep_all = dict.fromkeys(event_accumulator.DEFAULT_SIZE_GUIDANCE, 0)
        return event_accumulator.EventAccumulator(str(foreign_logs / run), keep_all).Reload()

    return read


def test_importing_board_loads_neither_numpy_nor_flask():
    script = "import sys, board; assert not {'numpy', 'flask', 'google.protobuf'} & set(sys.modules), 'heavy'"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_runs_come_in_natural_order(log):
    for run in ("run10", "run2", "run2/eval"):
        log.write(log.version() + log.scalars(0, 2), run=run)
    assert board.open(log.directory).runs == ["run2", "run2/eval", "run10"]


def test_scalars_are_all_points_as_arrays(log):
    log.write(log.version() + log.scalars(0, 5000))
    steps, wall_times, values = board.open(log.directory).scalars("run", "loss")[2:]
    np.testing.assert_array_equal(steps, np.arange(5000))
    np.testing.assert_array_equal(wall_times, 1000.0 + np.arange(5000))
    np.testing.assert_array_equal(values, np.arange(5000))
    assert (steps.dtype, wall_times.dtype, values.dtype) == (np.int64, np.float64, np.float64)


def test_refresh_reads_on_and_leaves_earlier_arrays_alone(log):
    log.write(log.version() + log.scalars(0, 3))
    logs = board.open(log.directory)
    before = logs.scalars("run", "loss")
    log.append(log.scalars(3, 5))
    assert logs.refresh().scalars("run", "loss").steps.tolist() == [0, 1, 2, 3, 4]
    assert before.steps.tolist() == [0, 1, 2]


@pytest.mark.parametrize("run", RUNS)
def test_values_are_those_of_tensorboards_reader(run, foreign, peer):
    theirs = peer(run)
    tags = theirs.Tags()
    for tag in tags["scalars"]:
        ours = foreign.scalars(run, tag)
        points = [(event.wall_time, event.step, event.value) for event in theirs.Scalars(tag)]
        np.testing.assert_array_equal(list(zip(ours.wall_times, ours.steps, ours.values)), points)
    for tag in tags["images"]:
        ours = [(image.step, image.width, image.height, image.encoded) for image in foreign.images(run, tag)]
        assert ours == [(e.step, e.width, e.height, e.encoded_image_string) for e in theirs.Images(tag)]
    for tag in tags["audio"]:
        ours = [(clip.step, clip.encoded) for clip in foreign.audio(run, tag)]
        assert ours == [(event.step, event.encoded_audio_string) for event in theirs.Audio(tag)]
    for tag in tags["histograms"]:
        for ours, event in zip(foreign.histograms(run, tag), theirs.Histograms(tag), strict=True):
            assert ours.step == event.step
            assert ours.counts.sum() == event.histogram_value.num
            assert (ours.lefts[0], ours.rights[-1]) == (event.histogram_value.min, event.histogram_value.max)
    for tag in tags["tensors"]:
        if tag in foreign.tags(run, "text"):
            ours = [(text.step, text.text) for text in foreign.text(run, tag)]
            wanted = [(e.step, "\n".join(s.decode() for s in e.tensor_proto.string_val)) for e in theirs.Tensors(tag)]
            assert ours == wanted


def test_pictures_decode_to_pixels(foreign):
    pytest.importorskip("PIL")
    (tag, *_) = foreign.tags("torch", "images")
    image = foreign.images("torch", tag)[0]
    assert image.array().shape[:2] == (image.height, image.width)


def test_graphs_have_nodes_scopes_and_costs(foreign, peer):
    ours = foreign.graph("tf1")
    assert [node.name for node in ours.graph_def.node] == [node.name for node in peer("tf1").Graph().node]
    step = foreign.run_metadata("tf1", "step50")
    assert step.step_stats.dev_stats
    assert ours.cost(step).time > 0
    assert ours.costliest(step)[0][1].time >= ours.costliest(step)[-1][1].time


@pytest.mark.parametrize("run", ["torch/hp", "tbx/hp"])
def test_hyperparameters_have_their_types(run, foreign):
    hparams = foreign.hparams(run)
    assert hparams.values
    assert all(isinstance(value, float | str | bool) for value in hparams.values.values())
    assert hparams.status == "success"


def test_values_are_read_when_they_are_asked_for(log):
    event = log.event(step=7, summary={"value": [{"tag": "t", "image": {"width": 1, "encoded_image_string": b"x"}}]})
    path = log.write(log.version() + event)
    images = board.open(log.directory).images("run", "t")
    assert (len(images), images.steps.tolist()) == (1, [7])
    path.unlink()
    with pytest.raises(LookupError, match="run/events"):
        images[0]


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda logs: logs.scalars("run", "gone"), "no tag 'gone' in run 'run'"),
        (lambda logs: logs.scalars("gone", "loss"), "no run 'gone'"),
        (lambda logs: logs.tags("gone"), "no run 'gone'"),
        (lambda logs: logs.images("run", "loss"), "holds scalars, not images"),
        (lambda logs: logs.tensors("run", "loss"), "holds scalars"),
        (lambda logs: logs.graph("run"), "no graph"),
        (lambda logs: logs.hparams("run"), "logged no hyperparameters"),
    ],
)
def test_what_is_not_there_is_named(ask, message, log):
    log.write(log.version() + log.scalars(0, 3))
    with pytest.raises(KeyError, match=message):
        ask(board.open(log.directory))


def test_a_path_that_is_no_directory_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        board.open(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="is a file"):
        board.open(tmp_path / "file")


def test_damage_is_listed_and_the_rest_is_read(log):
    log.write(log.version() + log.scalars(0, 2) + b"\xff" * 20 + log.scalars(2, 4))
    logs = board.open(log.directory)
    assert logs.scalars("run", "loss").steps.tolist() == [0, 1, 2, 3]
    assert [(place.file, place.length) for place in logs.damage] == [("run/events.out.tfevents.1", 20)]


def test_pandas_gets_everything_in_long_form(log):
    pytest.importorskip("pandas")
    log.write(log.version() + log.scalars(0, 3) + log.scalars(0, 2, tag="acc"))
    logs = board.open(log.directory)
    frame = logs.to_pandas()
    assert list(frame.columns) == ["run", "tag", "step", "wall_time", "value"]
    assert frame.tag.tolist() == ["acc"] * 2 + ["loss"] * 3
    assert logs.scalars("run", "loss").to_pandas().value.tolist() == [0, 1, 2]


def test_without_pandas_the_error_names_it(log, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    log.write(log.version() + log.scalars(0, 3))
    with pytest.raises(ImportError, match="needs pandas"):
        board.open(log.directory).to_pandas()
