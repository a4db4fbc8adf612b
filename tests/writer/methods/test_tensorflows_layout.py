"""Each kind is laid out as TensorFlow 2.21 lays it out; its files are in tests/data/events."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

from writer import SummaryWriter

KINDS = {
    "histograms": lambda log: log.add_histogram("tag", np.arange(9.0)),
    "images": lambda log: log.add_image("tag", np.zeros((3, 8, 12), np.uint8)),
    "text": lambda log: log.add_text("tag", "**step** 0"),
    "audio": lambda log: log.add_audio("tag", np.zeros(50), sample_rate=8000),
}


def layout(directory, plugin):
    """Plugin content, element type, shape and the kinds of the strings of the first tensor of a plugin."""
    events = EventAccumulator(str(directory)).Reload()
    tag = next(tag for tag in events.Tags()["tensors"] if events.SummaryMetadata(tag).plugin_data.plugin_name == plugin)
    tensor = tensor_util.make_ndarray(events.Tensors(tag)[0].tensor_proto)
    strings = [one[:4] for one in tensor.flat if one] if tensor.dtype == object else []
    return events.SummaryMetadata(tag).plugin_data.content, tensor.dtype, tensor.shape, strings


@pytest.mark.parametrize("plugin", KINDS)
def test_a_kind_is_laid_out_as_tensorflow_does(tmp_path, foreign_logs, plugin):
    with SummaryWriter(tmp_path) as log:
        KINDS[plugin](log)
    ours, theirs = layout(tmp_path, plugin), layout(foreign_logs / "tf2", plugin)
    if plugin == "audio":  # labels, which readers drop, are not written
        theirs = (*theirs[:2], theirs[2][:1], theirs[3])
    assert ours == theirs
