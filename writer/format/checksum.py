"""Bytes in, masked CRC-32C out; and the tables with which arrays of bytes are checked all at once.

A CRC is affine over GF(2): the CRC of some bytes is that of as many zeros, XOR one table look-up for each byte
(`byte_effects`). So the CRCs of many like records, or of every offset in a heap of bytes, take a few array operations.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from crc32c import crc32c

if TYPE_CHECKING:
    import numpy as np

_MASK_DELTA = 0xA282EAD8
_REFLECTED_POLYNOMIAL = 0x82F63B78
_LENGTH_BYTES = 8


def masked_crc(data: Any) -> int:
    """The masked CRC-32C of a bytes-like object, as TFRecord stores it.

    The mask (rotate right by 15, add a constant) keeps the CRC of data that itself contains CRCs from
    degenerating.
    """
    value: int = crc32c(data)
    return ((value >> 15 | value << 17) + _MASK_DELTA) & 0xFFFFFFFF


def mask(crcs: np.ndarray) -> np.ndarray:
    """The masked form of CRCs, uint32 [n]."""
    import numpy as np

    return (crcs >> np.uint32(15) | crcs << np.uint32(17)) + np.uint32(_MASK_DELTA)


def crc(data: Any) -> int:
    """The CRC-32C of a bytes-like object, without the mask."""
    value: int = crc32c(data)
    return value


def unmask(masked: np.ndarray) -> np.ndarray:
    """The CRCs behind masked ones, uint32 [n]."""
    import numpy as np

    rotated = masked - np.uint32(_MASK_DELTA)
    return rotated >> np.uint32(17) | rotated << np.uint32(15)


def byte_effects(distance: int) -> np.ndarray:
    """What each value of a byte changes in a CRC when ``distance`` bytes follow it, uint32 [256].

    ``crc(data) == crc(zeros) ^ byte_effects(n - 1)[data[0]] ^ ... ^ byte_effects(0)[data[n - 1]]``.
    """
    import numpy as np

    if distance < len(_effects):
        return _effects[distance]
    with _effects_lock:
        if not _effects:
            _effects.append(_effect_of_last_byte())
        while len(_effects) <= distance:  # each is the one before, shifted through one more zero byte
            before = _effects[-1]
            _effects.append((before >> np.uint32(8)) ^ _effects[0][before & np.uint32(0xFF)])
    return _effects[distance]


_effects: list[np.ndarray] = []
_effects_lock = threading.Lock()


def _effect_of_last_byte() -> np.ndarray:
    import numpy as np

    effect = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        odd = (effect & np.uint32(1)).astype(bool)
        effect = (effect >> np.uint32(1)) ^ np.where(odd, np.uint32(_REFLECTED_POLYNOMIAL), np.uint32(0))
    return effect


def header_offsets(buffer: Any, start: int, stop: int) -> np.ndarray:
    """Offsets in ``[start, stop)`` at which 8 bytes are followed by their own masked CRC.

    This is how reading finds its way back after damage: a chance match has odds of 2**-32 a byte. All
    offsets are tested at once. Offsets so close to the end of the buffer that no whole header fits are left out.

    Returns: int64 array, ascending.
    """
    import numpy as np

    data = np.frombuffer(buffer, np.uint8)
    stop = min(stop, len(data) - _LENGTH_BYTES - 4 + 1)
    if stop <= start:
        return np.empty(0, np.int64)
    of_zeros = crc(bytes(_LENGTH_BYTES))
    tables = [byte_effects(_LENGTH_BYTES - 1 - position) for position in range(_LENGTH_BYTES)]
    found = []
    block = 1 << 20  # bounds the temporaries to a few MiB, whatever the buffer's size
    for begin in range(start, stop, block):
        end = min(stop, begin + block)
        crcs = np.full(end - begin, of_zeros, np.uint32)
        for position, table in enumerate(tables):
            crcs ^= table[data[begin + position : end + position]]
        stored = np.zeros(end - begin, np.uint32)
        for position in range(4):
            byte = data[begin + _LENGTH_BYTES + position : end + _LENGTH_BYTES + position]
            stored |= byte.astype(np.uint32) << np.uint32(8 * position)
        found.append(np.flatnonzero(crcs == unmask(stored)) + begin)
    return np.concatenate(found)
