"""Numbers from 0 on, seven bits a byte, the lowest first; every byte but the last has its top bit set."""

from __future__ import annotations


def encoded(number: int) -> bytes:
    """The bytes of a number."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def decoded(data: bytes | memoryview, offset: int) -> tuple[int, int]:
    """The number that begins at ``offset``, and where it ends.

    Raises:
        ValueError: the bytes end before it does, or it has more than 64 bits.
    """
    number = 0
    for i, byte in enumerate(data[offset : offset + 10]):
        number |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return number, offset + i + 1
    raise ValueError("a number of variable length does not end")
