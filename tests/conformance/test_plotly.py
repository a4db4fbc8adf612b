"""Figures of plotly itself, there and back; runs where plotly is installed (`make conformance`)."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("plotly")
pytest.importorskip("tensorboard")

import plotly.graph_objects as objects
from plotly import io
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util import tensor_util

import board
from writer import SummaryWriter


def figures():
    """A figure of lists, one of arrays (which plotly packs as base64) with NaN, and one of frames."""
    lines = objects.Figure(objects.Scatter(x=[1, 2, 3], y=[3.5, 1, 2], name="ü"), layout_title_text="</script>")
    surface = objects.Figure(objects.Surface(z=np.where(np.eye(20) > 0, np.nan, np.arange(20.0))))
    frames = [objects.Frame(data=[objects.Bar(y=[number, 1])]) for number in range(3)]
    return {"lines": lines, "surface": surface, "frames": objects.Figure(objects.Bar(y=[0, 1]), frames=frames)}


@pytest.mark.parametrize("name", ["lines", "surface", "frames"])
def test_a_figure_comes_back_equal(tmp_path, name):
    figure = figures()[name]
    with SummaryWriter(tmp_path) as log:
        log.add_figure(name, figure, 7, description="d")
    (point,) = board.open(tmp_path).tensors(".", name)
    assert point.step == 7
    text = np.asarray(point.value).item().decode()
    assert json.loads(text) == json.loads(figure.to_json())
    assert io.from_json(text) == figure or name == "surface"  # NaN is not NaN
    (theirs,) = EventAccumulator(str(tmp_path)).Reload().Tensors(name)
    assert tensor_util.make_ndarray(theirs.tensor_proto).item().decode() == text


def test_what_looks_like_one_and_is_none_is_refused(tmp_path):
    with SummaryWriter(tmp_path) as log, pytest.raises(TypeError, match=r"tag 'f' .*figure of matplotlib or plotly"):
        log.add_figure("f", objects.Scatter(y=[1]), 0)
