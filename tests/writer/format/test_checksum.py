import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from writer.format.checksum import byte_effects, crc, header_offsets, masked_crc, unmask


def test_check_value_is_the_published_one():
    assert crc(b"123456789") == 0xE3069283
    rotated = 0xE3069283 >> 15 | 0xE3069283 << 17 & 0xFFFFFFFF
    assert masked_crc(b"123456789") == (rotated + 0xA282EAD8) & 0xFFFFFFFF


def headers_one_by_one(data: bytes, start: int, stop: int) -> list[int]:
    return [
        offset
        for offset in range(start, min(stop, len(data) - 11))
        if struct.unpack_from("<I", data, offset + 8)[0] == masked_crc(data[offset : offset + 8])
    ]


@given(st.lists(st.one_of(st.binary(max_size=20), st.integers(0, 2**64 - 1)), max_size=6), st.integers(0, 5))
def test_headers_are_found_where_a_search_byte_by_byte_finds_them(parts, start):
    data = b"".join(
        part if isinstance(part, bytes) else struct.pack("<QI", part, masked_crc(struct.pack("<Q", part)))
        for part in parts
    )
    assert header_offsets(data, start, len(data)).tolist() == headers_one_by_one(data, start, len(data))


def test_headers_are_found_across_the_blocks_a_long_search_is_cut_into():
    header = struct.pack("<QI", 77, masked_crc(struct.pack("<Q", 77)))
    data = bytearray(np.random.default_rng(1).bytes(3 << 20))
    places = [0, (1 << 20) - 6, (2 << 20) - 12, 2 << 20, len(data) - 12]
    for place in places:
        data[place : place + 12] = header
    assert header_offsets(bytes(data), 0, len(data)).tolist() == places


@given(st.binary(max_size=40))
def test_a_crc_is_that_of_zeros_and_the_effect_of_each_byte(data):
    composed = crc(bytes(len(data)))
    for position, byte in enumerate(data):
        composed ^= int(byte_effects(len(data) - 1 - position)[byte])
    assert composed == crc(data)
    assert unmask(np.array([masked_crc(data)], np.uint32)).tolist() == [crc(data)]
