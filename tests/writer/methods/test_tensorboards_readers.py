"""Every kind through both readers of TensorBoard, the data server and the one in Python: values are those logged."""

from __future__ import annotations

import time

import matplotlib.figure
import numpy as np
import pytest
import tensorboard.context
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.data.provider import RunTagFilter
from tensorboard.util import grpc_util

import board
from writer import SummaryWriter
from writer.format.messages import GraphDef, NodeDef, RunMetadata

server_ingester = pytest.importorskip("tensorboard.data.server_ingester")

RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, (3, 6, 8), np.uint8)
TRIANGLE = RANDOM.normal(size=(3, 3))
SERIES = RANDOM.normal(size=100).astype(np.float32)


class PlotlyFigure:
    """The part of a plotly figure that is asked for."""

    def add_trace(self, trace):
        raise NotImplementedError

    def to_json(self):
        return '{"data": []}'


# tag -> what logs it, and the points (step, value) that readers are to find
SCALARS = {
    "compact": (lambda log: log.add_scalar("compact", 0.1, 1), [(1, 0.1)]),
    "described": (lambda log: log.add_scalar("described", 0.1, 1, description="d", display_name="D"), [(1, 0.1)]),
    "group/a": (lambda log: log.add_scalars("group", {"a": 2.5}, 1), [(1, 2.5)]),
    "dict/a": (lambda log: log.log({"dict": {"a": 1e39}}, 1), [(1, np.inf)]),
    "nan": (lambda log: log.add_scalar("nan", float("nan"), -5), [(-5, np.nan)]),
    "series": (lambda log: log.add_scalar_series("series", range(100), SERIES), list(enumerate(SERIES))),
    "texts": (
        lambda log: log.add_scalar_series("texts", range(100), SERIES, description="d"),
        list(enumerate(SERIES)),
    ),
}
# plugin, tag -> what logs it, in today's encoding
TENSORS = {
    ("histograms", "h"): lambda log: log.add_histogram("h", RANDOM.normal(size=99), 1, description="d"),
    ("histograms", "raw"): lambda log: log.add_histogram_raw("raw", 0, 2, 3, 4, 5, [1.0, 2.0], [1, 2], 1),
    ("text", "t"): lambda log: log.add_text("t", "# hello", 1),
    ("text", "table"): lambda log: log.add_text("table", [["a", "b"], ["c", "d"]], 1),
    ("pr_curves", "p"): lambda log: log.add_pr_curve("p", [1, 0, 1], [0.9, 0.2, 0.4], 1, num_thresholds=200),
    ("pr_curves", "praw"): lambda log: log.add_pr_curve_raw("praw", *np.arange(30).reshape(6, 5), 1, num_thresholds=5),
    ("mesh", "m_VERTEX"): lambda log: log.add_mesh("m", TRIANGLE, global_step=1),
    ("mesh", "f_FACE"): lambda log: log.add_mesh("f", TRIANGLE, faces=[[0, 1, 2]], global_step=1),
    ("mesh", "c_COLOR"): lambda log: log.add_mesh("c", TRIANGLE, colors=[[255, 0, 0]] * 3, global_step=1),
    ("tensor", "n"): lambda log: log.add_tensor("n", RANDOM.normal(size=(2, 2, 2)), 1),
    ("plotly", "plotly"): lambda log: log.add_figure("plotly", PlotlyFigure(), 1),
}
BLOBS = {
    ("images", "i"): lambda log: log.add_image("i", PIXELS, 1, display_name="I"),
    ("images", "apart"): lambda log: log.add_images("apart", np.stack([PIXELS] * 3), 1, grid=False),
    ("images", "boxes"): lambda log: log.add_image_with_boxes("boxes", PIXELS, [[1, 1, 4, 4]], 1),
    ("images", "figure"): lambda log: log.add_figure("figure", matplotlib.figure.Figure((1, 1)), 1),
    ("images", "v"): lambda log: log.add_video("v", np.stack([PIXELS] * 3), 1),
    ("audio", "a"): lambda log: log.add_audio("a", RANDOM.uniform(-1, 1, (2, 50)), 1),
}
# The same in the encoding before TensorFlow 2.
OLD = {
    ("images", "old_i"): lambda log: log.add_image("old_i", PIXELS, 1, new_style=False),
    ("audio", "old_a"): lambda log: log.add_audio("old_a", RANDOM.uniform(-1, 1, (2, 50)), 1, new_style=False),
}
VALUES = RANDOM.normal(size=99)
# What dashboards read once for a run: plugin, tag.
ONCE = [
    ("hparams", "_hparams_/experiment"),
    ("hparams", "_hparams_/session_start_info"),
    ("hparams", "_hparams_/session_end_info"),
    ("custom_scalars", "custom_scalars__config__"),
]
GRAPH = GraphDef(node=[NodeDef(name="n", op="NoOp")])


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """A run with every kind."""
    directory = tmp_path_factory.mktemp("logs")
    with SummaryWriter(directory) as log:
        for add in [*(add for add, _ in SCALARS.values()), *TENSORS.values(), *BLOBS.values(), *OLD.values()]:
            add(log)
        log.add_histogram("old_h", VALUES, 1, new_style=False)
        log.add_scalar("exact", 0.1, 1, float64=True)
        log.add_hparams({"lr": 0.1}, {"score": 1.0})
        log.add_custom_scalars_multilinechart(["compact"])
        log.add_graph(GRAPH)
        log.add_run_metadata(RunMetadata(), "step1", 1)
    return str(directory)


@pytest.fixture(scope="module")
def logs(directory):
    """board's view of it."""
    return board.open(directory)


@pytest.fixture(scope="module", params=["data server", "Python"])
def provider(request, directory):
    """A reader of TensorBoard's."""
    if request.param == "Python":
        multiplexer = EventMultiplexer({".": directory}, {"tensors": 0})
        yield MultiplexerDataProvider(multiplexer.Reload(), directory)
        return
    try:
        binary = server_ingester.get_server_binary()
    except server_ingester.NoDataServerError as error:
        pytest.skip(str(error))
    ingester = server_ingester.SubprocessServerDataIngester(
        server_binary=binary,
        logdir=directory,
        reload_interval=1,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
    )
    ingester.start()
    yield ingester.data_provider
    ingester._stdin_handle.close()  # which ends the server


def eventually(ask):
    """The first answer that is not empty: the server reads while it answers."""
    context = tensorboard.context.RequestContext()
    for _ in range(100):
        found = ask(context)
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("the data server does not show it")


def asking(plugin, tag):
    return {"experiment_id": "", "plugin_name": plugin, "run_tag_filter": RunTagFilter(tags=[tag])}


@pytest.mark.parametrize("tag", SCALARS)
def test_every_scalar_is_found(logs, provider, tag):
    options = asking("scalars", tag)
    info = eventually(lambda context: provider.list_scalars(context, **options))["."][tag]
    points = eventually(lambda context: provider.read_scalars(context, downsample=1000, **options))["."][tag]
    steps, values = zip(*SCALARS[tag][1])
    assert [point.step for point in points] == list(steps)
    np.testing.assert_array_equal([point.value for point in points], np.float32(values))
    assert [point.wall_time for point in points] == logs.scalars(".", tag).wall_times.tolist()
    (series,) = (series for series in logs.series(".") if series.tag == tag)
    assert info.description == series.metadata.description
    if tag == "described":
        assert (info.display_name, info.description) == ("D", "d")


def test_float64_is_shown_by_one_of_them_as_the_documentation_says(logs, provider):
    options = asking("scalars", "exact")
    eventually(lambda context: provider.list_scalars(context, **asking("scalars", "compact")))
    found = provider.read_scalars(tensorboard.context.RequestContext(), downsample=10, **options)
    values = [point.value for point in found.get(".", {}).get("exact", [])]
    assert values == ([] if type(provider).__name__ == "GrpcDataProvider" else [0.1])


@pytest.mark.parametrize(("plugin", "tag"), [*TENSORS, *ONCE])
def test_every_tensor_is_found(logs, provider, plugin, tag):
    options = asking(plugin, tag)
    info = eventually(lambda context: provider.list_tensors(context, **options))["."][tag]
    *_, point = eventually(lambda context: provider.read_tensors(context, downsample=10, **options))["."][tag]
    *_, expected = logs.tensors(".", tag)
    assert (point.step, point.wall_time) == (expected.step, expected.wall_time)
    np.testing.assert_array_equal(point.numpy, expected.value)
    (series,) = (series for series in logs.series(".") if series.tag == tag)
    assert (info.plugin_content, info.description) == (series.metadata.content, series.metadata.description)


def blobs(provider, plugin, tag):
    options = asking(plugin, tag)
    (point,) = eventually(lambda context: provider.read_blob_sequences(context, downsample=10, **options))["."][tag]
    keys = [reference.blob_key for reference in point.values]
    return [provider.read_blob(tensorboard.context.RequestContext(), blob_key=key) for key in keys]


@pytest.mark.parametrize(("plugin", "tag"), BLOBS)
def test_every_blob_is_found(logs, provider, plugin, tag):
    options = asking(plugin, tag)
    info = eventually(lambda context: provider.list_blob_sequences(context, **options))["."][tag]
    assert blobs(provider, plugin, tag) == logs.tensors(".", tag)[0].value.tolist()
    (series,) = (series for series in logs.series(".") if series.tag == tag)
    assert info.plugin_content == series.metadata.content
    if tag == "i":
        assert info.display_name == "I"


@pytest.mark.parametrize(("plugin", "tag"), OLD)
def test_pictures_and_sound_in_the_old_encoding_are_found(logs, provider, plugin, tag):
    # For sound, each reader adds a label of its own.
    assert blobs(provider, plugin, tag)[: 1 if plugin == "audio" else 3] == [
        item for item in np.ravel(logs.tensors(".", tag)[0].value).tolist() if item
    ]


def test_a_histogram_in_the_old_encoding_is_found(logs, provider):
    options = asking("histograms", "old_h")
    (point,) = eventually(lambda context: provider.read_tensors(context, downsample=10, **options))["."]["old_h"]
    found = point.numpy[point.numpy[:, 2] > 0]
    edges = found[:, :2] + [-1, 1] * (1e-6 * np.abs(found[:, :2]))  # one of them rounds to float32
    inside = [np.count_nonzero((left <= VALUES) & (right > VALUES)) for left, right in edges]
    assert inside == found[:, 2].tolist()
    assert sum(inside) == len(VALUES)


@pytest.mark.parametrize(
    ("plugin", "tag", "logged"),
    [("graphs", "__run_graph__", GRAPH), ("graph_tagged_run_metadata", "step1", RunMetadata())],
)
def test_graphs_and_what_running_them_cost_are_found(provider, plugin, tag, logged):
    assert blobs(provider, plugin, tag) == [logged.SerializeToString()]
