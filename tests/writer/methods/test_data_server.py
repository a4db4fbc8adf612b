"""Every kind through TensorBoard's other reader, the data server, which is the default on Linux and macOS."""

from __future__ import annotations

import time

import numpy as np
import pytest
import tensorboard.context
from tensorboard.data.provider import RunTagFilter
from tensorboard.util import grpc_util

import board
from writer import SummaryWriter

server_ingester = pytest.importorskip("tensorboard.data.server_ingester")

RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, (3, 6, 8), np.uint8)
# plugin, tag -> what logs it, in today's encoding
TENSORS = {
    ("histograms", "h"): lambda log: log.add_histogram("h", RANDOM.normal(size=99), 1, description="d"),
    ("histograms", "raw"): lambda log: log.add_histogram_raw("raw", 0, 2, 3, 4, 5, [1.0, 2.0], [1, 2], 1),
    ("text", "t"): lambda log: log.add_text("t", "# hello", 1),
    ("text", "table"): lambda log: log.add_text("table", [["a", "b"], ["c", "d"]], 1),
    ("pr_curves", "p"): lambda log: log.add_pr_curve("p", [1, 0, 1], [0.9, 0.2, 0.4], 1, num_thresholds=200),
    ("mesh", "m_VERTEX"): lambda log: log.add_mesh("m", RANDOM.normal(size=(4, 3)), global_step=1),
    ("tensor", "n"): lambda log: log.add_tensor("n", RANDOM.normal(size=(2, 2, 2)), 1),
}
BLOBS = {
    ("images", "i"): lambda log: log.add_image("i", PIXELS, 1, display_name="I"),
    ("images", "apart"): lambda log: log.add_images("apart", np.stack([PIXELS] * 3), 1, grid=False),
    ("images", "v"): lambda log: log.add_video("v", np.stack([PIXELS] * 3), 1),
    ("audio", "a"): lambda log: log.add_audio("a", RANDOM.uniform(-1, 1, (2, 50)), 1),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """board's view of a directory, and the data server's."""
    directory = tmp_path_factory.mktemp("logs")
    with SummaryWriter(directory) as log:
        for add in [*TENSORS.values(), *BLOBS.values()]:
            add(log)
    try:
        binary = server_ingester.get_server_binary()
    except server_ingester.NoDataServerError as error:
        pytest.skip(str(error))
    ingester = server_ingester.SubprocessServerDataIngester(
        server_binary=binary,
        logdir=str(directory),
        reload_interval=1,
        channel_creds_type=grpc_util.ChannelCredsType.LOCAL,
    )
    ingester.start()
    yield board.open(directory), ingester.data_provider
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


@pytest.mark.parametrize(("plugin", "tag"), TENSORS)
def test_the_data_server_finds_every_tensor(served, plugin, tag):
    logs, provider = served
    only = RunTagFilter(tags=[tag])
    options = {"experiment_id": "", "plugin_name": plugin, "run_tag_filter": only}
    info = eventually(lambda context: provider.list_tensors(context, **options))["."][tag]
    (point,) = eventually(lambda context: provider.read_tensors(context, downsample=10, **options))["."][tag]
    (expected,) = logs.tensors(".", tag)
    assert (point.step, point.wall_time) == (1, expected.wall_time)
    np.testing.assert_array_equal(point.numpy, expected.value)
    (series,) = (series for series in logs.series(".") if series.tag == tag)
    assert (info.plugin_content, info.description) == (series.metadata.content, series.metadata.description)


@pytest.mark.parametrize(("plugin", "tag"), BLOBS)
def test_the_data_server_finds_every_blob(served, plugin, tag):
    logs, provider = served
    only = RunTagFilter(tags=[tag])
    options = {"experiment_id": "", "plugin_name": plugin, "run_tag_filter": only}
    info = eventually(lambda context: provider.list_blob_sequences(context, **options))["."][tag]
    (point,) = eventually(lambda context: provider.read_blob_sequences(context, downsample=10, **options))["."][tag]
    keys = [reference.blob_key for reference in point.values]
    found = [provider.read_blob(tensorboard.context.RequestContext(), blob_key=key) for key in keys]
    assert found == logs.tensors(".", tag)[0].value.tolist()
    (series,) = (series for series in logs.series(".") if series.tag == tag)
    assert (info.display_name, info.plugin_content) == (series.metadata.display_name, series.metadata.content)
