"""Figures to pixels or to JSON, and JSON and its tag to the bytes of a Summary.

Neither matplotlib nor plotly is imported before there is a figure of theirs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from writer.format.plugins import PLOTLY
from writer.summary.metadata import metadata_of, tensor_summary

_WHITE = 255


def is_plotly(figure: Any) -> bool:
    """Whether it is a figure of plotly, which is interactive."""
    return hasattr(figure, "to_json") and hasattr(figure, "add_trace")  # a trace by itself has only the first


def plotly_figure(tag: str, json: str, *, display_name: str | None = None, description: str | None = None) -> bytes:
    """A Summary that holds the JSON of a plotly figure: a string, as a tensor of rank 0."""
    tensor = np.empty((), object)
    tensor[()] = json.encode()
    return tensor_summary(tag, tensor, metadata_of(tag, PLOTLY, b"", display_name, description))


def draw(figure: Any) -> np.ndarray:
    """A figure of matplotlib as uint8 [height, width, 3].

    Raises:
        TypeError: it is none.
    """
    if not hasattr(figure, "get_size_inches") or not hasattr(figure, "canvas"):
        raise TypeError(f"wants a figure of matplotlib or plotly, but got {type(figure).__name__}")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    shown_on = figure.canvas
    try:
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
    finally:
        figure.set_canvas(shown_on)  # a window that shows it goes on doing so


def close(figure: Any) -> None:
    """Lets pyplot forget a figure; it keeps all it has made."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def padded(pictures: Sequence[np.ndarray]) -> np.ndarray:
    """Pictures [height, width, 3] as [n, height, width, 3], white where one is smaller than the largest."""
    height, width = (max(picture.shape[axis] for picture in pictures) for axis in (0, 1))
    stack = np.full((len(pictures), height, width, 3), _WHITE, np.uint8)
    for place, picture in zip(stack, pictures):
        place[: picture.shape[0], : picture.shape[1]] = picture
    return stack
