"""A window that moves over pictures: sizes, strides and padding in; where it stands, and what it covers, out.

Convolution and pooling share this. Kernels work on ``[n, height, width, channels]``; the other data format,
``NCHW``, is a view with its axes in that order.

SAME: there are ``ceil(size / stride)`` places along an axis, and the border that this needs is added evenly on both
sides, an odd cell behind. VALID: the window stays inside, at ``ceil((size - window + 1) / stride)`` places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.operation import Operation
from graphcore.shapes import TensorShape

_HEIGHT_WIDTH = {"NHWC": (1, 2), "NCHW": (2, 3)}
_CHANNELS = {"NHWC": 3, "NCHW": 1}


@dataclass(frozen=True)
class Axis:
    """How a window moves along one axis of a picture."""

    size: int
    window: int
    stride: int
    places: int
    before: int  # cells of padding
    after: int

    @classmethod
    def of(cls, size: int, window: int, stride: int, padding: str) -> Axis:
        places = _places(size, window, stride, padding)
        assert places is not None
        border = max((places - 1) * stride + window - size, 0) if padding == "SAME" else 0
        return cls(size, window, stride, places, border // 2, border - border // 2)

    @property
    def padded(self) -> int:
        return self.size + self.before + self.after

    def covered(self, offset: int) -> slice:
        """Which padded cells lie under the window's cell ``offset``, one for each place."""
        return slice(offset, offset + (self.places - 1) * self.stride + 1, self.stride)


def _places(size: int | None, window: int | None, stride: int, padding: str) -> int | None:
    if size is None or (window is None and padding == "VALID"):
        return None
    reach = size if padding == "SAME" else size - (window or 0) + 1
    return max(-(-reach // stride), 0)


@dataclass(frozen=True)
class Grid:
    """Where a window stands on pictures of a certain size."""

    height: Axis
    width: Axis

    @classmethod
    def of(cls, picture: Sequence[int], window: Sequence[int], strides: Sequence[int], padding: str) -> Grid:
        """The places of a window.

        Args:
            picture, window, strides: for height and width each.

        Raises:
            InvalidArgumentError: the window never fits inside, where it has to stay there.
        """
        if padding == "VALID" and any(k > n for k, n in zip(window, picture)):
            raise InvalidArgumentError(
                None,
                None,
                f"filter must not be larger than the input: Filter: [{window[0]}x{window[1]}] "
                f"Input: [{picture[0]}x{picture[1]}]",
            )
        rows, columns = (Axis.of(*sizes, padding) for sizes in zip(picture, window, strides))
        return cls(rows, columns)

    def pad(self, pictures: np.ndarray, value: float = 0.0) -> np.ndarray:
        """``pictures`` with their border; themselves if there is none."""
        if self.height.padded == self.height.size and self.width.padded == self.width.size:
            return pictures
        padded = np.full(self.padded_shape(pictures.shape), value, pictures.dtype)
        self.unpad(padded)[...] = pictures
        return padded

    def padded_shape(self, sizes: Sequence[int]) -> tuple[int, ...]:
        return sizes[0], self.height.padded, self.width.padded, sizes[3]

    def unpad(self, padded: np.ndarray) -> np.ndarray:
        """The part of padded pictures that is not border, as a view."""
        top, left = self.height.before, self.width.before
        return padded[:, top : top + self.height.size, left : left + self.width.size]

    def cells(self, padded: np.ndarray) -> Iterator[np.ndarray]:
        """For each cell of the window, row by row: what is under it at each place, ``[n, rows, columns, channels]``.

        The arrays are views: what is added to them is added to ``padded``.
        """
        for row in range(self.height.window):
            for column in range(self.width.window):
                yield padded[:, self.height.covered(row), self.width.covered(column)]

    def patches(self, padded: np.ndarray) -> np.ndarray:
        """What the window covers at each place, ``[n * rows * columns, window height * window width * channels]``."""
        window = (self.height.window, self.width.window)
        views = np.lib.stride_tricks.sliding_window_view(padded, window, axis=(1, 2))
        views = views[:, :: self.height.stride, :: self.width.stride]
        views = views[:, : self.height.places, : self.width.places].transpose(0, 1, 2, 4, 5, 3)
        return views.reshape(views.shape[0] * self.height.places * self.width.places, -1)


def height_width(op: Operation, values: Sequence[Any]) -> tuple[Any, Any]:
    """Those two of four values that stand for height and width in the operation's data format."""
    rows, columns = _HEIGHT_WIDTH[_data_format(op)]
    return values[rows], values[columns]


def check_attr(op: Operation, name: str) -> None:
    """ValueError unless the attr has four positive numbers, of which those for pictures and channels are 1."""
    values = op.attrs[name]
    if len(values) != 4 or min(values) < 1:
        raise ValueError(f"{op.type} needs four positive numbers for {name}, one for each axis, not {values}")
    if values[0] != 1 or values[_CHANNELS[_data_format(op)]] != 1:
        raise ValueError(f"{op.type} moves over height and width only, so {name} cannot be {values}")


def output_shape(op: Operation, window: Sequence[int | None], channels: int | None) -> TensorShape:
    """The static shape of what comes out of a window (height, width) over the operation's first input.

    Raises:
        ValueError: that input cannot have rank 4, or the window never fits into it.
    """
    pictures = op.inputs[0].get_shape().with_rank(4).as_list()
    sizes = height_width(op, pictures)
    if op.attrs["padding"] == "VALID" and any(k is not None and n is not None and k > n for k, n in zip(window, sizes)):
        raise ValueError(
            f"filter must not be larger than the input: Filter: [{window[0]}x{window[1]}] "
            f"Input: [{sizes[0]}x{sizes[1]}]"
        )
    strides = height_width(op, op.attrs["strides"])
    rows, columns = (_places(n, k, s, op.attrs["padding"]) for n, k, s in zip(sizes, window, strides))
    if _data_format(op) == "NCHW":
        return TensorShape([pictures[0], channels, rows, columns])
    return TensorShape([pictures[0], rows, columns, channels])


def channels_of(op: Operation, sizes: Sequence[Any]) -> Any:
    """That of four values which stands for the channels in the operation's data format."""
    return sizes[_CHANNELS[_data_format(op)]]


def _data_format(op: Operation) -> str:
    return op.attrs.get("data_format", "NHWC")


def channels_last(pictures: Any, data_format: str) -> Any:
    """``pictures`` as ``[n, height, width, channels]``, as a view."""
    return pictures.transpose(0, 2, 3, 1) if data_format == "NCHW" else pictures


def in_format(pictures: Any, data_format: str) -> Any:
    """The inverse of `channels_last`."""
    return pictures.transpose(0, 3, 1, 2) if data_format == "NCHW" else pictures
