"""A line of many points in, the few of them out that draw the same picture.

M4 (Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation", VLDB 2014): of all points in one
pixel column, the first, the last, the lowest and the highest are enough to draw exactly the pixels that all of
them would.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def pieces(x: np.ndarray) -> np.ndarray:
    """The number of the piece that each point belongs to; a new one starts where x goes back. int64 [n]."""
    if not len(x):
        return np.empty(0, np.int64)
    return np.concatenate([[0], np.cumsum(x[1:] < x[:-1], dtype=np.int64)])


def within(x: np.ndarray, piece: np.ndarray, start: float, stop: float) -> np.ndarray:
    """Indices of the points with ``start <= x <= stop``, and of one point more of each piece on either side.

    The points beyond let lines reach the border of the picture, also where a piece only crosses it.
    """
    inside = (x >= start) & (x <= stop)
    same = piece[1:] == piece[:-1]
    # A line from one point to the next is seen unless it lies wholly on one side.
    seen = same & (x[1:] >= start) & (x[:-1] <= stop)
    keep = inside
    keep[:-1] |= seen
    keep[1:] |= seen
    return np.flatnonzero(keep)


def m4(x: np.ndarray, piece: np.ndarray, lines: Sequence[np.ndarray], width: int) -> np.ndarray:
    """Indices of the points to draw on ``width`` pixel columns, ascending.

    Of each column, and of each piece within it: the first and the last point, the lowest and the highest finite
    one of every line, and the first that is not finite.

    Args:
        x: float64 [n], not descending within a piece.
        piece: int64 [n], see `pieces`.
        lines: the y values of the lines that share x, each float64 [n].
        width: columns between the smallest and the largest x.
    """
    if not len(x):
        return np.empty(0, np.int64)
    span = x.max() - x.min()
    column = np.zeros(len(x), np.int64)
    if span > 0:
        np.minimum(((x - x.min()) / span * width).astype(np.int64), width - 1, out=column)
    kept = _of_each_group(_starts(column, piece), lines)
    if len(kept) <= _POINTS_PER_COLUMN * width:
        return kept
    # An x that goes back all the time makes pieces too short to save anything. Columns of equally many points
    # then bound what is drawn.
    column = np.arange(len(x)) * width // len(x)
    return _of_each_group(_starts(column, np.zeros(len(x), np.int64)), lines)


_POINTS_PER_COLUMN = 16


def _starts(column: np.ndarray, piece: np.ndarray) -> np.ndarray:
    changes = (column[1:] != column[:-1]) | (piece[1:] != piece[:-1])
    return np.concatenate([[0], np.flatnonzero(changes) + 1])


def _of_each_group(starts: np.ndarray, lines: Sequence[np.ndarray]) -> np.ndarray:
    count = len(lines[0])
    kept = [starts, np.append(starts[1:], count) - 1]
    sizes = np.diff(np.append(starts, count))
    for y in lines:
        finite = np.isfinite(y)
        whole = bool(finite.all())
        kept.append(_first_of_each(starts, np.flatnonzero(~finite)))
        for extreme, absent in ((np.minimum, np.inf), (np.maximum, -np.inf)):
            known = y if whole else np.where(finite, y, absent)
            best = np.repeat(extreme.reduceat(known, starts), sizes)
            kept.append(_first_of_each(starts, np.flatnonzero(finite & (known == best))))
    return np.unique(np.concatenate(kept))


def _first_of_each(starts: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """The first of some ascending indices in each group that has any."""
    group = np.searchsorted(starts, indices, side="right")
    first = np.ones(len(indices), bool)
    first[1:] = group[1:] != group[:-1]
    return indices[first]
