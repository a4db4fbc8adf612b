"""Handwritten digits that need no download: each is drawn with a pen of its own, slant, size and place.

The pictures have the form of the MNIST data set, 28 by 28 numbers between 0 (paper) and 1 (ink), and the functions the
form of the tutorials that read it::

    digits = drawn_digits.read_data_sets()
    images, labels = digits.train.next_batch(100)      # [100, 784] and [100, 10], both float32
    digits.test.images, digits.test.labels
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

SIZE = 28


def _arc(x: float, y: float, width: float, height: float, start: float, end: float) -> np.ndarray:
    """Points along a part of an ellipse, the angles in turns: 0 is right, 0.25 down."""
    angles = 2 * np.pi * np.linspace(start, end, 12)
    return np.stack([x + width * np.cos(angles), y + height * np.sin(angles)], axis=1)


# The strokes of each digit, points (x, y) in a square from -1 to 1, y pointing down.
_STROKES: list[list[np.ndarray]] = [
    [_arc(0, 0, 0.6, 1, 0, 1)],
    [np.array([[-0.4, -0.6], [0.1, -1], [0.1, 1]])],
    [_arc(0, -0.45, 0.6, 0.55, -0.5, 0.1), np.array([[0.5, -0.1], [-0.6, 1], [0.6, 1]])],
    [_arc(-0.1, -0.5, 0.6, 0.5, -0.4, 0.25), _arc(-0.1, 0.5, 0.7, 0.5, -0.25, 0.4)],
    [np.array([[0.2, -1], [-0.7, 0.3], [0.7, 0.3]]), np.array([[0.3, -0.3], [0.3, 1]])],
    [np.array([[0.6, -1], [-0.4, -1], [-0.5, -0.1]]), _arc(-0.1, 0.4, 0.7, 0.6, -0.35, 0.4)],
    [np.array([[0.4, -1], [-0.4, -0.1], [-0.6, 0.4]]), _arc(0, 0.45, 0.6, 0.55, -0.5, 0.5)],
    [np.array([[-0.6, -1], [0.6, -1], [-0.2, 1]])],
    [_arc(0, -0.5, 0.5, 0.5, 0.25, 1.25), _arc(0, 0.5, 0.6, 0.5, -0.25, 0.75)],
    [_arc(0, -0.45, 0.6, 0.55, 0, 1), np.array([[0.6, -0.45], [0.4, 1]])],
]


# The straight pieces of these: where each begins and ends, [pieces, 2].
_SEGMENTS = [
    [np.concatenate([stroke[cut] for stroke in strokes]) for cut in (slice(None, -1), slice(1, None))]
    for strokes in _STROKES
]


def draw(labels: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    """A picture for each label, float32 ``[n, 784]``."""
    pictures = np.empty((len(labels), SIZE * SIZE), np.float32)
    rows, columns = np.divmod(np.arange(SIZE * SIZE, dtype=np.float32)[:, None], SIZE)
    for i, digit in enumerate(labels):
        # How this hand writes: turned and slanted, wide or narrow, somewhere near the middle.
        angle, slant = random.uniform(-0.25, 0.25), random.uniform(-0.3, 0.3)
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        shape = turned @ np.array([[1, slant], [0, 1]]) @ np.diag(random.uniform([5.5, 7.5], [8.5, 10]))
        middle = random.uniform(11, 16, 2)
        (from_x, from_y), (to_x, to_y) = (
            (shape @ (points + random.normal(0, 0.05, points.shape)).T + middle[:, None]).astype(np.float32)
            for points in _SEGMENTS[digit]
        )
        # How far each pixel is from each piece of line: from its nearest point, which lies between the ends.
        along_x, along_y = to_x - from_x, to_y - from_y
        x, y = columns - from_x, rows - from_y
        part = np.clip((x * along_x + y * along_y) / (along_x**2 + along_y**2 + 1e-6), 0, 1)
        distance = np.hypot(x - part * along_x, y - part * along_y).min(axis=1)
        ink = np.clip(random.uniform(1.4, 2.3) - distance, 0, 1)
        pictures[i] = np.clip(ink + random.normal(0, 0.08, ink.shape), 0, 1)
    return pictures


class DataSet:
    """Pictures and what they show.

    Attributes:
        images: float32 ``[n, 784]``.
        labels: float32 ``[n, 10]``, 1 for the digit that is shown, else 0.
    """

    def __init__(self, count: int, seed: int) -> None:
        self._random = np.random.RandomState(seed)
        digits = self._random.permutation(np.arange(count) % 10)
        self.images = draw(digits, self._random)
        self.labels = np.eye(10, dtype=np.float32)[digits]
        self._order = np.arange(count)
        self._next = count

    def next_batch(self, size: int) -> tuple[np.ndarray, np.ndarray]:
        """The next ``size`` pictures and labels; once all have been given, all again in another order."""
        if self._next + size > len(self._order):
            self._random.shuffle(self._order)
            self._next = 0
        chosen = self._order[self._next : self._next + size]
        self._next += size
        return self.images[chosen], self.labels[chosen]


class DataSets(NamedTuple):
    train: DataSet
    test: DataSet


def read_data_sets(train: int = 4000, test: int = 1000, seed: int = 0) -> DataSets:
    """Pictures to learn from, and others to find out what has been learned."""
    return DataSets(DataSet(train, seed), DataSet(test, seed + 1))
