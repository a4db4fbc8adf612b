"""Seeds in, random numbers out: the counter-based generator Philox4x32-10, and distributions as TensorFlow draws them.

Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (2011). The same seeds give
the numbers TensorFlow's CPU kernels give: uniform ones to the bit, normal ones to rounding of sine and cosine.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

_ROUNDS = 10
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
# Whatever a run takes, the next begins this many blocks later for each number it asked for.
_BLOCKS_PER_OUTPUT = 256


class Stream:
    """The random numbers of one operation in one session; each draw goes on where the last one ended."""

    def __init__(self, seed: int, seed2: int) -> None:
        if seed == 0 and seed2 == 0:
            seed, seed2 = secrets.randbits(64), secrets.randbits(64)
        self._key = seed & 0xFFFFFFFFFFFFFFFF
        self._counter_high = seed2 & 0xFFFFFFFFFFFFFFFF
        self._block = 0
        self._lock = threading.Lock()  # threads that share a session must not draw the same numbers

    def draw(
        self, count: int, distribution: Callable[[Blocks, int], np.ndarray], used_blocks: int | None = None
    ) -> np.ndarray:
        """``count`` numbers of a distribution, ``[count]``.

        Args:
            used_blocks: how far on the next draw begins; by default as far as TensorFlow's kernels for
                distributions.
        """
        with self._lock:
            start = self._block
            self._block += count * _BLOCKS_PER_OUTPUT if used_blocks is None else used_blocks

        def blocks(numbers: np.ndarray) -> np.ndarray:
            return philox(np.uint64(start) + numbers.astype(np.uint64), self._counter_high, self._key)

        return distribution(blocks, count)


Blocks = Callable[[np.ndarray], np.ndarray]
"""Numbers of blocks ``[n]`` in, their random words out, uint32 ``[n, 4]``."""


def philox(block: np.ndarray, counter_high: int, key: int) -> np.ndarray:
    """The random words of some blocks.

    Args:
        block: the lower 64 bits of the counter, uint64 ``[n]``. counter_high: the upper 64 bits.
        key: 64 bits.

    Returns: uint32 ``[n, 4]``.
    """
    words = [block & _LOW, block >> _32]
    words += [np.full_like(block, counter_high & 0xFFFFFFFF), np.full_like(block, counter_high >> 32)]
    key_low, key_high = key & 0xFFFFFFFF, key >> 32
    for _ in range(_ROUNDS):
        product_0, product_1 = words[0] * _MULTIPLIERS[0], words[2] * _MULTIPLIERS[1]
        words = [
            (product_1 >> _32) ^ words[1] ^ np.uint64(key_low),
            product_1 & _LOW,
            (product_0 >> _32) ^ words[3] ^ np.uint64(key_high),
            product_0 & _LOW,
        ]
        key_low, key_high = (key_low + _KEY_STEPS[0]) & 0xFFFFFFFF, (key_high + _KEY_STEPS[1]) & 0xFFFFFFFF
    return np.stack(words, axis=-1).astype(np.uint32)


def _reals(words: np.ndarray, dtype: Any) -> np.ndarray:
    """Evenly in [0, 1): the random bits as the fraction of a number in [1, 2), less 1.

    Args:
        words: uint32 ``[..., 4]``.
        dtype: float32, a number from 23 bits of a word; or float64, from 52 bits of two, the higher first.

    Returns: ``[..., 4]`` or ``[..., 2]``.
    """
    if dtype == np.float32:
        return ((words & np.uint32(0x7FFFFF)) | np.uint32(0x3F800000)).view(np.float32) - np.float32(1)
    high = (words[..., 0::2] & np.uint32(0xFFFFF)).astype(np.uint64)
    fraction = (high << _32) | words[..., 1::2].astype(np.uint64)
    return (fraction | np.uint64(0x3FF << 52)).view(np.float64) - 1.0


def _per_block(dtype: Any) -> int:
    return 16 // np.dtype(dtype).itemsize


def uniform(blocks: Blocks, count: int, dtype: Any = np.float32) -> np.ndarray:
    """Evenly in [0, 1), float32 or float64."""
    return _reals(blocks(np.arange(-(-count // _per_block(dtype)))), dtype).ravel()[:count]


def _box_muller(words: np.ndarray, dtype: Any) -> np.ndarray:
    """Normal numbers out of random words ``[..., 4]``: a pair of uniform ones gives a pair."""
    evenly = _reals(words, dtype)
    first = np.maximum(evenly[..., 0::2], dtype(1e-7))
    angle = dtype(2 * np.pi) * evenly[..., 1::2]
    radius = np.sqrt(dtype(-2) * np.log(first))
    return np.stack([np.sin(angle) * radius, np.cos(angle) * radius], axis=-1).reshape(evenly.shape)


def normal(blocks: Blocks, count: int, dtype: Any = np.float32) -> np.ndarray:
    """Normal with mean 0 and deviation 1, float32 or float64, by the method of Box and Muller."""
    return _box_muller(blocks(np.arange(-(-count // _per_block(dtype)))), dtype).ravel()[:count]


def truncated_normal(blocks: Blocks, count: int, dtype: Any = np.float32) -> np.ndarray:
    """Normal as above, drawn again where the absolute value is 2 or more."""
    size = _per_block(dtype)
    groups = -(-count // size)
    result = np.empty((groups, size), dtype)
    filled = np.zeros(groups, np.int64)
    tried = 0
    while (open_groups := np.flatnonzero(filled < size)).size:
        # A group of outputs, as many as come out of a block, has blocks of its own, 64 for each of them.
        drawn = _box_muller(blocks(open_groups * (_BLOCKS_PER_OUTPUT // 4 * size) + tried), dtype)
        for column in range(size):
            take = (np.abs(drawn[:, column]) < 2) & (filled[open_groups] < size)
            chosen = open_groups[take]
            result[chosen, filled[chosen]] = drawn[take, column]
            filled[chosen] += 1
        tried += 1
    return result.ravel()[:count]


def words(blocks: Blocks, count: int) -> np.ndarray:
    """Evenly in [0, 2**32), uint32: the words as they are."""
    return blocks(np.arange(-(-count // 4))).ravel()[:count]


def double_words(blocks: Blocks, count: int) -> np.ndarray:
    """Evenly in [0, 2**64), uint64: two words each, the lower first."""
    pairs = words(blocks, 2 * count).astype(np.uint64).reshape(-1, 2)
    return pairs[:, 0] | pairs[:, 1] << _32
