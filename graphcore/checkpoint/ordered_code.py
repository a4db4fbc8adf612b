"""Numbers and texts in, bytes out whose order is that of what they stand for, however they are strung together.

tensorflow/core/lib/strings/ordered_code.h.
"""

from __future__ import annotations

import re

_SIGNED_FAST = 64  # numbers from -64 to 63 take one byte
_ESCAPES = {b"\x00": b"\x00\xff", b"\xff": b"\xff\x00"}


def unsigned(number: int) -> bytes:
    """A number from 0 on: how many bytes it takes, and these, the most significant first."""
    length = (number.bit_length() + 7) // 8
    return bytes([length]) + number.to_bytes(length, "big")


def string(text: bytes) -> bytes:
    """Bytes of any length, with a mark at the end that no text can hold."""
    return re.sub(rb"[\x00\xff]", lambda match: _ESCAPES[match[0]], text) + b"\x00\x01"


def signed(number: int) -> bytes:
    """A 64 bit number. The leading bits say how many bytes it takes: ones as many as bytes, then a zero.

    Of a negative number all bits are inverted.
    """
    magnitude = ~number if number < 0 else number
    if magnitude < _SIGNED_FAST:
        return bytes([(0x80 ^ number) & 0xFF])
    # A byte of length takes one bit of the header, and one bit is the sign: 7 bits of the number are left to each.
    length = magnitude.bit_length() // 7 + 1
    header = ((1 << length) - 1) << (7 * length)
    return (number & ((1 << (8 * length)) - 1) ^ header).to_bytes(length, "big")
