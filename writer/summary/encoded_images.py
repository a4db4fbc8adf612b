"""Encoded pictures to their sizes, read from their headers: PNG, JPEG, GIF, WebP and BMP."""

from __future__ import annotations

import struct

_JPEG_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of frames, which hold the size
_JPEG_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without content


def size_of(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels.

    Raises:
        ValueError: it is none of these formats, or cut off before its size.
    """
    try:
        size = _size_of(data)
    except (struct.error, IndexError):
        raise ValueError("the picture is cut off in its header") from None
    if size is None:
        raise ValueError("these bytes are no PNG, JPEG, GIF, WebP or BMP")
    if min(size) <= 0:
        raise ValueError(f"the picture is empty: its header says {size[0]} × {size[1]}")
    return size


def _size_of(data: bytes) -> tuple[int, int] | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height = struct.unpack_from(">II", data, 16)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        width, height = struct.unpack_from("<HH", data, 6)
    elif data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp_size(data)
    elif data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
        height = abs(height)  # negative: rows go down
    else:
        return None
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("the JPEG is damaged before its size")
        while data[at] == 0xFF:  # markers may be filled up with these
            at += 1
        marker = data[at]
        at += 1
        if marker in _JPEG_ALONE:
            continue
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return width, height
        at += struct.unpack_from(">H", data, at)[0]


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        if len(data) < 30:
            raise IndexError
        return width, height
    raise ValueError(f"the WebP holds {kind!r}, which is not known")
