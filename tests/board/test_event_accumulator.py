"""`board.compat.EventAccumulator` answers as TensorBoard's own does."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tensorboard.backend.event_processing import event_accumulator as peer

from board.compat import EventAccumulator

RUNS = ["torch", "torch/hp", "tbx", "tbx/hp", "tf1", "tf2"]


def theirs(path):
    return peer.EventAccumulator(str(path), peer.STORE_EVERYTHING_SIZE_GUIDANCE).Reload()


def fields(event, names):
    return [getattr(event, name) for name in names]


def assert_same(ours, wanted):
    assert ours.Tags() == wanted.Tags()
    assert ours.FirstEventTimestamp() == wanted.FirstEventTimestamp()
    for kind, method in (
        ("scalars", "Scalars"),
        ("histograms", "Histograms"),
        ("images", "Images"),
        ("audio", "Audio"),
        ("tensors", "Tensors"),
    ):
        for tag in wanted.Tags()[kind]:
            for mine, other in zip(getattr(ours, method)(tag), getattr(wanted, method)(tag), strict=True):
                assert mine._fields == tuple(other.__dataclass_fields__)
                for name in mine._fields:
                    left, right = getattr(mine, name), getattr(other, name)
                    if name == "histogram_value":
                        left, right = list(left), fields(right, left._fields)
                    elif name == "tensor_proto":
                        left, right = left.SerializeToString(), right.SerializeToString()
                    np.testing.assert_equal(left, right)
    for tag in wanted.Tags()["distributions"]:
        for mine, other in zip(ours.CompressedHistograms(tag), wanted.CompressedHistograms(tag), strict=True):
            np.testing.assert_allclose(mine.compressed_histogram_values, other.compressed_histogram_values)
    for tag, metadata in wanted.summary_metadata.items():
        assert ours.SummaryMetadata(tag).SerializeToString() == metadata.SerializeToString()
        plugin = metadata.plugin_data.plugin_name
        if plugin:
            assert ours.PluginTagToContent(plugin) == wanted.PluginTagToContent(plugin)
    for tag in wanted.Tags()["run_metadata"]:
        assert len(ours.RunMetadata(tag).step_stats.dev_stats) == len(wanted.RunMetadata(tag).step_stats.dev_stats)
    if wanted.Tags()["graph"]:
        assert [node.name for node in ours.Graph().node] == [node.name for node in wanted.Graph().node]
    if wanted.Tags()["meta_graph"]:
        assert len(ours.MetaGraph().graph_def.node) == len(wanted.MetaGraph().graph_def.node)


@pytest.mark.parametrize("run", RUNS)
def test_logs_of_other_programs_read_the_same(run, foreign_logs):
    assert_same(EventAccumulator(foreign_logs / run).Reload(), theirs(foreign_logs / run))


def test_one_file_can_be_read(foreign_logs):
    (path,) = (foreign_logs / "tf1").glob("events*")
    assert_same(EventAccumulator(str(path)).Reload(), theirs(path))


def test_a_restart_takes_back_what_it_logs_again(log):
    start = log.event(wall_time=2000.0, step=5, session_log={"status": 1})
    path = log.write(log.version() + log.scalars(0, 10) + start + log.scalars(5, 8))
    ours = EventAccumulator(path.parent).Reload()
    assert_same(ours, theirs(path.parent))
    assert [event.step for event in ours.Scalars("loss")] == list(range(8))
    everything = EventAccumulator(path.parent, purge_orphaned_data=False).Reload()
    assert len(everything.Scalars("loss")) == 13


def test_old_files_take_back_steps_that_are_logged_again(log):
    path = log.write(log.scalars(0, 10) + log.scalars(5, 8) + log.scalars(0, 3, tag="other"))
    assert_same(EventAccumulator(path.parent).Reload(), theirs(path.parent))


def test_steps_of_any_size_keep_the_order_of_the_file(log):
    steps = [*range(120, 140), *range(5, 20), *range(16380, 16390), *range(100, 200)]
    path = log.write(log.version() + b"".join(log.scalar(step) for step in steps))
    assert [event.step for event in EventAccumulator(path.parent).Reload().Scalars("loss")] == steps


def test_reload_reads_on_and_takes_a_replaced_file_anew(log):
    path = log.write(log.version() + log.scalars(0, 3))
    ours = EventAccumulator(path.parent).Reload()
    log.append(log.scalars(3, 5))
    assert [event.step for event in ours.Reload().Scalars("loss")] == [0, 1, 2, 3, 4]
    path.unlink()
    log.write(log.version() + log.scalars(7, 9))
    assert [event.step for event in ours.Reload().Scalars("loss")] == [7, 8]


def test_nothing_is_sampled_away(log):
    path = log.write(log.version() + log.scalars(0, 12_000))
    assert len(EventAccumulator(path.parent, size_guidance={"scalars": 10}).Reload().Scalars("loss")) == 12_000


def test_what_follows_damage_is_read(log):
    path = log.write(log.version() + log.scalars(0, 2) + b"\xff" * 20 + log.scalars(2, 4))
    assert [event.step for event in EventAccumulator(path.parent).Reload().Scalars("loss")] == [0, 1, 2, 3]


@pytest.mark.parametrize("method", ["Scalars", "Histograms", "CompressedHistograms", "Images", "Audio", "Tensors"])
def test_a_tag_that_is_not_there_is_named(method, log):
    ours = EventAccumulator(log.write(log.version()).parent).Reload()
    with pytest.raises(KeyError, match=re.escape("under tag 'gone'")):
        getattr(ours, method)("gone")


def test_graphs_that_are_not_there_are_value_errors(log):
    ours = EventAccumulator(log.write(log.version()).parent).Reload()
    for ask in (ours.Graph, ours.MetaGraph, lambda: ours.RunMetadata("gone")):
        with pytest.raises(ValueError, match="no "):
            ask()


def test_a_path_to_nothing_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="gone"):
        EventAccumulator(tmp_path / "gone").Reload()
