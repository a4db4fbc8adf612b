import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from writer.format import record
from writer.format.checksum import masked_crc
from writer.format.record import Damage, Incomplete, Record, frame, next_record

PAYLOADS = st.lists(st.binary(max_size=40), min_size=1, max_size=6)


def read(data: bytes, more_follows: bool = False) -> tuple[list[bytes], list[Damage], Incomplete | None]:
    """All that stands in ``data``, as a reader of a file sees it."""
    offset, payloads, damage = 0, [], []
    while offset < len(data):
        found = next_record(data, offset, more_follows=more_follows)
        if isinstance(found, Incomplete):
            return payloads, damage, found
        assert found.start == offset
        assert found.end > offset
        if isinstance(found, Record):
            payloads.append(found.data)
        else:
            damage.append(found)
        offset = found.end
    return payloads, damage, None


def test_framing_is_byte_for_byte_what_tensorflow_writes():
    data = bytes.fromhex("0900000040dfd9d5411a0d627261696e2e4576656e743a32")
    assert frame(data).hex() == "1800000000000000a37f4b22" + data.hex() + "d8744ff9"


@given(PAYLOADS)
def test_what_was_framed_is_read_back(payloads):
    assert read(b"".join(map(frame, payloads))) == (payloads, [], None)


@given(PAYLOADS, st.data())
def test_a_tail_cut_anywhere_waits_for_more_and_says_how_much(payloads, data):
    whole = b"".join(map(frame, payloads))
    last = len(whole) - len(frame(payloads[-1]))
    cut = data.draw(st.integers(last + 1, len(whole) - 1))
    found, damage, rest = read(whole[:cut])
    assert (found, damage) == (payloads[:-1], [])
    assert rest is not None
    assert rest.start == last
    assert cut - last < rest.wanted <= len(whole) - last


@given(PAYLOADS, st.data())
@settings(max_examples=300)
def test_one_changed_byte_costs_one_record(payloads, data):
    payloads = [*payloads, b"the end"]  # so that a good record follows the damage
    whole = bytearray(b"".join(map(frame, payloads)))
    place = data.draw(st.integers(0, len(whole) - len(frame(payloads[-1])) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    found, damage, rest = read(bytes(whole))
    starts = [0]
    for payload in payloads:
        starts.append(starts[-1] + len(frame(payload)))
    hit = max(index for index, start in enumerate(starts) if start <= place)
    assert found == payloads[:hit] + payloads[hit + 1 :]
    assert [(part.start, part.end) for part in damage] == [(starts[hit], starts[hit + 1])]
    assert rest is None


@given(st.binary(max_size=200))
def test_no_bytes_whatever_make_it_raise_or_go_backwards(data):
    read(data)
    read(data, more_follows=True)


@given(PAYLOADS, PAYLOADS, st.data())
def test_a_torn_record_does_not_swallow_what_a_resumed_writer_appends(before, after, data):
    torn = frame(b"x" * 30)[: data.draw(st.integers(1, 45))]
    after = [*after, b"y" * 60]  # enough bytes for the torn record's length to be held against them
    found, damage, rest = read(b"".join(map(frame, before)) + torn + b"".join(map(frame, after)))
    assert found == before + after
    assert len(damage) == 1
    assert damage[0].end - damage[0].start == len(torn)
    assert rest is None


@pytest.mark.parametrize("length", [record.MAX_DATA_SIZE + 1, 1 << 31, 1 << 35, 1 << 60, 1 << 63, (1 << 64) - 1])
def test_an_absurd_length_is_damage_and_allocates_nothing(length):
    header = struct.pack("<Q", length)
    header += struct.pack("<I", masked_crc(header))
    found, damage, rest = read(header + frame(b"good"))
    assert found == [b"good"]
    assert [part.reason for part in damage] == [f"record of {length} bytes, more than the limit of 268435456"]
    assert rest is None


def test_zeros_at_the_end_of_a_file_may_still_fill_in():
    good, later = frame(b"good"), frame(b"later")
    found, damage, rest = read(good + bytes(100))
    assert (found, damage) == ([b"good"], [])
    assert rest is not None
    assert rest.start == len(good)
    assert read(good + later + bytes(100))[0] == [b"good", b"later"]


def test_zeros_before_a_good_record_are_damage():
    found, damage, _ = read(frame(b"a") + bytes(100) + frame(b"b"))
    assert found == [b"a", b"b"]
    assert damage == [Damage(17, 117, "bad checksum of a record's length")]


def test_a_search_in_the_middle_of_a_file_gives_up_after_a_bounded_distance(monkeypatch):
    monkeypatch.setattr(record, "MAX_SEARCH", 1000)
    garbage = b"no event file " * 100
    found = next_record(garbage, 0, more_follows=True)
    assert found == Damage(0, len(garbage) - record.HEADER_SIZE, "bad checksum of a record's length")
    # At the end of the file the same bytes are kept: they may be a hole that fills in.
    assert isinstance(next_record(garbage, 0), Incomplete)


def test_a_search_that_may_go_on_asks_for_more_than_it_had(monkeypatch):
    monkeypatch.setattr(record, "MAX_SEARCH", 1000)
    found = next_record(b"?" * 500, 0, more_follows=True)
    assert isinstance(found, Incomplete)
    assert found.wanted > 500
