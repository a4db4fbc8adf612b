"""CRC-32C in, masked CRC-32C out; and where, in a heap of bytes, a record header might begin."""

from __future__ import annotations

import functools
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
    crc: int = crc32c(data)
    return ((crc >> 15 | crc << 17) + _MASK_DELTA) & 0xFFFFFFFF


def header_offsets(buffer: Any, start: int, stop: int) -> np.ndarray:
    """Offsets in ``[start, stop)`` at which 8 bytes are followed by their own masked CRC.

    This is how reading finds its way back after damage: a chance match has odds of 2**-32 a byte. All
    offsets are tested at once: a CRC is linear over GF(2), so that of 8 bytes is the XOR of one table
    look-up per byte. Offsets so close to the end of the buffer that no whole header fits are left out.

    Returns: int64 array, ascending.
    """
    import numpy as np

    data = np.frombuffer(buffer, np.uint8)
    stop = min(stop, len(data) - _LENGTH_BYTES - 4 + 1)
    if stop <= start:
        return np.empty(0, np.int64)
    tables, of_zeros = _length_tables()
    found = []
    block = 1 << 20  # bounds the temporaries to a few MiB, whatever the buffer's size
    for begin in range(start, stop, block):
        end = min(stop, begin + block)
        crc = np.full(end - begin, of_zeros, np.uint32)
        for position in range(_LENGTH_BYTES):
            crc ^= tables[position][data[begin + position : end + position]]
        masked = (crc >> np.uint32(15) | crc << np.uint32(17)) + np.uint32(_MASK_DELTA)
        stored = np.zeros(end - begin, np.uint32)
        for position in range(4):
            byte = data[begin + _LENGTH_BYTES + position : end + _LENGTH_BYTES + position]
            stored |= byte.astype(np.uint32) << np.uint32(8 * position)
        found.append(np.flatnonzero(masked == stored) + begin)
    return np.concatenate(found)


@functools.cache
def _length_tables() -> tuple[np.ndarray, int]:
    """``tables[position][byte]``, uint32 [8, 256], and the CRC of eight zeros.

    ``crc(b0..b7) = crc(zeros) ^ tables[0][b0] ^ ... ^ tables[7][b7]``.
    """
    import numpy as np

    of_zeros: int = crc32c(bytes(_LENGTH_BYTES))
    # The effect of a last byte, then shifted through one more zero byte for each position before it.
    last = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        last = (last >> np.uint32(1)) ^ np.where(last & 1, np.uint32(_REFLECTED_POLYNOMIAL), 0).astype(np.uint32)
    tables = np.empty((_LENGTH_BYTES, 256), np.uint32)
    tables[-1] = last
    for position in range(_LENGTH_BYTES - 2, -1, -1):
        after = tables[position + 1]
        tables[position] = (after >> np.uint32(8)) ^ last[after & np.uint32(0xFF)]
    return tables, of_zeros
