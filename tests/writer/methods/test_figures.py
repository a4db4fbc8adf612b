from __future__ import annotations

import json

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot

import board
from writer import SummaryWriter

matplotlib.use("Agg")


def plot(width=3, height=2, colour="blue"):
    figure = pyplot.figure(figsize=(width, height), dpi=50, facecolor=colour)
    figure.add_subplot().plot([1, 3, 2])
    return figure


class Plotly:
    """What plotly's figures answer to."""

    def add_trace(self, trace):
        raise NotImplementedError

    def to_plotly_json(self):
        return {"data": [{"type": "bar", "y": [1, 3, 2]}], "layout": {}}

    def to_json(self):
        return json.dumps(self.to_plotly_json())


def test_a_figure_becomes_a_picture_and_is_closed(tmp_path, tensorboard_reads):
    figure = plot()
    with SummaryWriter(tmp_path) as log:
        log.add_figure("f", figure, 7, display_name="Plot", description="of *it*")
    assert not pyplot.fignum_exists(figure.number)
    tensor, metadata = tensorboard_reads("f")
    assert tensor[:2].tolist() == [b"150", b"100"]
    assert (metadata.display_name, metadata.summary_description) == ("Plot", "of *it*")
    pixels = board.open(tmp_path).images(".", "f")[0].array()
    assert pixels.shape == (100, 150, 3)
    assert pixels[0, 0].tolist() == [0, 0, 255]
    assert (pixels != [0, 0, 255]).any(axis=2).sum() > 1000


def test_a_figure_may_stay_open_where_it_is_shown(tmp_path):
    figure = plot()
    shown_on = figure.canvas
    with SummaryWriter(tmp_path) as log:
        log.add_figure("f", figure, close=False, new_style=False)
    assert pyplot.fignum_exists(figure.number)
    assert figure.canvas is shown_on
    pyplot.close(figure)
    assert board.open(tmp_path).images(".", "f")[0].width == 150


def test_several_figures_become_a_grid_whatever_their_sizes(tmp_path):
    with SummaryWriter(tmp_path) as log:
        log.add_figure("f", [plot(), plot(2, 1, "red")])
    pixels = board.open(tmp_path).images(".", "f")[0].array()
    assert pixels.shape == (100, 300, 3)
    assert pixels[0, 150].tolist() == [255, 0, 0]
    assert pixels[99, 299].tolist() == [255, 255, 255]


def test_a_figure_of_plotly_stays_interactive(tmp_path, tensorboard_reads):
    with SummaryWriter(tmp_path) as log:
        log.add_figure("f", Plotly(), 7, description="d")
    tensor, metadata = tensorboard_reads("f")
    assert metadata.plugin_data.plugin_name == "plotly"
    (found,) = board.open(tmp_path).tensors(".", "f")
    for encoded in (tensor.item(), found.value.item()):
        assert json.loads(encoded) == Plotly().to_plotly_json()


@pytest.mark.parametrize(
    ("figure", "options", "error", "message"),
    [
        (np.zeros((3, 2)), {}, TypeError, "tag 'f' wants a figure of matplotlib or plotly, but got ndarray"),
        ([], {}, ValueError, "tag 'f' wants at least one figure, but got an empty list"),
        (Plotly(), {"new_style": False}, ValueError, "tag 'f': new_style=False has no place for a figure of plotly"),
    ],
)
def test_mistakes_are_told_with_the_tag(tmp_path, figure, options, error, message):
    with SummaryWriter(tmp_path) as log, pytest.raises(error, match=f"add_figure: {message}"):
        log.add_figure("f", figure, **options)
