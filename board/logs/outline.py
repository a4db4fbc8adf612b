"""The data of a long record in; the same event without its payloads, ready to be parsed, out.

Where pictures, sound, strings and graphs lie, their file tells at any time; what a series is does not depend on them.
Leaving them out before parsing spares copying them twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Shorter data is parsed as quickly as it is.
_LONG = 4096
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

# By field number: the messages on the way to payloads, and None for a payload. Only fields of type `bytes` count as
# such. Parsing takes whatever they hold, so that an event is sound with them if and only if it is without.
_Message = Mapping[int, Any]
_TENSOR: _Message = {8: None}  # string_val; emptied, not left out: the number of elements stays
_VALUE: _Message = {3: None, 4: {4: None}, 6: {4: None}, 8: _TENSOR}  # old histogram, image, audio, tensor
_EVENT: _Message = {4: None, 9: None, 5: {1: _VALUE}, 8: {2: None}}  # graph, meta graph, summary, run metadata


def outlined(data: bytes | memoryview) -> bytes:
    """A serialised Event; long payloads in it are empty. What cannot be understood is given back as it came."""
    if len(data) < _LONG:
        return bytes(data)
    try:
        return _outlined(memoryview(data), _EVENT)
    except (IndexError, _MalformedError):
        return bytes(data)


class _MalformedError(Exception):
    """The data is no message, or holds a group."""


def _outlined(data: memoryview, message: _Message) -> bytes:
    parts: list[bytes | memoryview] = []
    kept = position = 0  # all before `kept` is in `parts`
    while position < len(data):
        key, position = _varint(data, position)
        wire_type = key & 7
        if wire_type == _VARINT:
            _, position = _varint(data, position)
        elif wire_type == _FIXED64:
            position += 8
        elif wire_type == _FIXED32:
            position += 4
        elif wire_type == _BYTES:
            before = position
            size, begin = _varint(data, position)
            position = begin + size
            if size >= _LONG and key >> 3 in message and position <= len(data):
                inner = message[key >> 3]
                rest = b"" if inner is None else _outlined(data[begin:position], inner)
                parts += data[kept:before], _as_varint(len(rest)), rest
                kept = position
        else:
            raise _MalformedError
    if position > len(data):
        raise _MalformedError
    parts.append(data[kept:])
    return b"".join(parts)


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
        if shift > 63:
            raise _MalformedError


def _as_varint(number: int) -> bytes:
    encoded = bytearray()
    while number >= 0x80:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)
