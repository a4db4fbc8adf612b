"""Every spelling of a value that event files have known becomes today's."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard import data_compat
from tensorboard.compat.proto import summary_pb2
from tensorboard.util import tensor_util

from board.logs import migrate
from board.store import META_GRAPH_TAG
from writer.format.messages import Event, Summary
from writer.format.tensors import to_proto


def summary(**fields):
    event = Event()
    event.summary.value.add(**fields)
    return event


@pytest.mark.parametrize(
    "dtype",
    ["float32", "float64", "float16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"],
)
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_scalar_tensors_of_every_type_are_numbers(dtype, shape):
    event = summary(tag="t", tensor=to_proto(np.ones(shape, dtype)))
    assert migrate.scalar(event.summary.value[0]) == 1.0


def test_doubles_keep_their_precision():
    assert migrate.scalar(summary(tensor=to_proto(np.float64(0.1))).summary.value[0]) == 0.1


@pytest.mark.parametrize(
    "tensor",
    [np.ones(2, np.float32), np.array(b"text", object), np.array(1j, np.complex64), np.empty(0, np.float32)],
    ids=["two numbers", "text", "complex", "none"],
)
def test_tensors_that_are_no_single_real_number_are_refused(tensor):
    with pytest.raises(ValueError, match="a scalar was wanted"):
        migrate.scalar(summary(tensor=to_proto(tensor)).summary.value[0])


def test_an_empty_value_is_refused_as_a_scalar():
    with pytest.raises(ValueError, match="the value is empty"):
        migrate.scalar(Summary.Value(tag="t"))


def test_old_files_name_a_value_by_its_node():
    event = summary(node_name="old", simple_value=1.0)
    assert [tag for _, tag, _ in migrate.values(event)] == ["old"]
    event = summary(node_name="old", tag="new", simple_value=1.0)
    assert [tag for _, tag, _ in migrate.values(event)] == ["new"]


@pytest.mark.parametrize(
    ("fields", "tag", "plugin"),
    [
        ({"graph_def": b"graph"}, "__run_graph__", "graphs"),
        ({"meta_graph_def": b"meta"}, META_GRAPH_TAG, "graphs"),
        (
            {"tagged_run_metadata": {"tag": "step1", "run_metadata": b"times"}},
            "step1",
            "graph_tagged_run_metadata",
        ),
    ],
)
def test_events_that_hold_a_graph_are_values_too(fields, tag, plugin):
    event = Event(**fields)
    ((index, found, value),) = migrate.values(event)
    assert (found, migrate.metadata_of(found, value).plugin) == (tag, plugin)
    (payload,) = fields.values()
    wanted = payload["run_metadata"] if isinstance(payload, dict) else payload
    assert migrate.array(event, index).tolist() == [wanted]


@pytest.mark.parametrize("fields", [{"file_version": "brain.Event:2"}, {"session_log": {"status": 1}}, {}])
def test_events_of_the_session_hold_no_values(fields):
    assert list(migrate.values(Event(**fields))) == []


def legacy_values():
    image = {"height": 2, "width": 3, "colorspace": 3, "encoded_image_string": b"\x89PNG..."}
    audio = {"sample_rate": 8000.0, "encoded_audio_string": b"RIFF...", "content_type": "audio/wav"}
    histo = {"min": -1.0, "max": 2.5, "num": 6.0, "sum": 3.0, "sum_squares": 9.0}
    limits = [-2.0, 0.0, 1.0, 2.0, 3.0, 1e308]
    return [
        Summary.Value(tag="i", image=image),
        Summary.Value(tag="a", audio=audio),
        Summary.Value(tag="h", histo={**histo, "bucket_limit": limits, "bucket": [0, 1, 3, 0, 2, 0]}),
        Summary.Value(tag="one", histo={**histo, "bucket_limit": limits, "bucket": [0, 0, 6, 0, 0, 0]}),
        Summary.Value(tag="none", histo={**histo, "bucket_limit": limits, "bucket": [0] * 6}),
        Summary.Value(tag="empty", histo={}),
        Summary.Value(tag="s", simple_value=1.5),
    ]


@pytest.mark.parametrize("value", legacy_values(), ids=lambda value: value.tag)
def test_old_spellings_become_what_tensorboard_makes_of_them(value):
    theirs = data_compat.migrate_value(summary_pb2.Summary.Value.FromString(value.SerializeToString()))
    event = Event()
    event.summary.value.append(value)
    ours = migrate.array(event, 0)
    wanted = tensor_util.make_ndarray(theirs.tensor)
    assert ours.shape == wanted.shape
    if wanted.dtype == object:
        assert ours.tolist() == wanted.tolist()
    else:
        np.testing.assert_allclose(ours, wanted)
    metadata = migrate.metadata_of(value.tag, value)
    assert metadata.plugin == theirs.metadata.plugin_data.plugin_name
    assert metadata.display_name == theirs.metadata.display_name


def test_a_histogram_whose_columns_differ_in_length_is_refused():
    with pytest.raises(ValueError, match="2 counts, but 1 bucket limits"):
        migrate.array(summary(tag="h", histo={"bucket": [1, 2], "bucket_limit": [1]}), 0)


def test_hyperparameters_without_a_tensor_are_an_empty_one():
    event = summary(tag="_hparams_/session_start_info", metadata={"plugin_data": {"plugin_name": "hparams"}})
    assert migrate.array(event, 0).shape == (0,)


def test_data_classes_that_writers_left_out_follow_from_the_plugin():
    value = summary(tag="t", metadata={"plugin_data": {"plugin_name": "text"}}, tensor=to_proto(b"x")).summary.value[0]
    assert migrate.metadata_of("t", value).data_class == 2
    value.metadata.plugin_data.plugin_name = "somebody's own"
    assert migrate.metadata_of("t", value) == ("somebody's own", 0, "", "", b"")


def test_very_long_tags_are_cut_and_still_told_apart(log):
    long, other = "x" * 5_000_000, "x" * 5_000_000 + "y"
    log.write(
        log.scalar(0, tag=long) + log.scalar(1, tag=other) + log.scalar(2, tag=long) + log.scalar(3, tag="x" * 1024)
    )
    log.poll()
    steps = {info.tag: log.steps(tag=info.tag) for info in log.store.series()}
    assert sorted(steps.values()) == [[0, 2], [1], [3]]
    assert {len(tag) for tag in steps} == {migrate.LONGEST_TAG}
    assert all(len(info.metadata.display_name) <= migrate.LONGEST_TAG for info in log.store.series())
    assert len(log.client().get("/data/plugin/scalars/tags").data) < 10_000


def test_a_value_that_is_not_there_is_looked_up_in_vain():
    with pytest.raises(LookupError):
        migrate.array(summary(tag="t", simple_value=1.0), 1)
    with pytest.raises(LookupError):
        migrate.array(Event(), 0)
