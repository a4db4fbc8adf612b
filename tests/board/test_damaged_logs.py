"""Whatever bytes a file holds: the good records are shown, the bad ones cost themselves alone and are named."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.logs import records
from board.logs.bulk import BulkReader
from writer.format import gap
from writer.format.checksum import masked_crc
from writer.format.messages import Event, LogMessage
from writer.format.record import Damage, frame


def small_file(log, count=6):
    """The bytes of a file, and where its records start."""
    parts = [log.version(), *(log.scalar(step) for step in range(count))]
    starts = np.cumsum([0, *map(len, parts)])
    return b"".join(parts), starts


def points_of(found):
    """(step, value) of each scalar in the order of the file, and the number of events that hold none."""
    points, others = [], 0
    for passage in found:
        if not isinstance(passage, records.Passage):
            continue
        for group in passage.groups:
            points += zip(group.starts.tolist(), group.steps.tolist(), group.values[0].tolist())
        for item in passage.events:
            points += [(item.start, item.event.step, value.simple_value) for value in item.event.summary.value]
            others += not item.event.summary.value
    return [point[1:] for point in sorted(points)], others


@pytest.mark.parametrize(
    "change",
    [lambda byte: bytes([byte[0] ^ 0x40]), lambda byte: b"\0", lambda byte: b"", lambda byte: b"\x55" + byte],
    ids=["flip", "zero", "delete", "insert"],
)
def test_damage_anywhere_costs_at_most_the_record_it_hits(change, log):
    data, starts = small_file(log)
    for at in range(len(data)):
        damaged = data[:at] + change(data[at : at + 1]) + data[at + 1 :]
        hit = int(np.searchsorted(starts, at, side="right")) - 2  # -1: the record that holds the file's version
        points, others = points_of(records.passages(damaged, BulkReader(), more_follows=False))
        whole = [(step, step) for step in range(6)]
        spared = [point for point in whole if point[0] != hit]
        assert points in (whole, spared), at
        assert len(points) + others >= 6


def test_a_flipped_byte_is_named_with_file_offset_and_reason(log):
    data, starts = small_file(log)
    at = int(starts[3]) + 20
    log.write(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    assert log.poll().steps() == [0, 1, 3, 4, 5]
    (entry,) = log.store.damage.entries()
    assert entry.file == "run/events.out.tfevents.1"
    assert (entry.offset, entry.offset + entry.length) == (starts[3], starts[4])
    assert entry.reason == "bad checksum of a record's data"
    assert log.damaged == [entry]
    assert log.poll(3).damaged == [entry]


def test_a_flipped_byte_in_the_last_record_becomes_damage_in_time(log, aged):
    data, starts = small_file(log)
    path = log.write(data[:-1] + bytes([data[-1] ^ 1]))
    assert log.poll().steps() == [0, 1, 2, 3, 4]
    assert log.store.damage.count == 0
    aged(path)
    log.poll()
    assert log.store.damage.count == 1
    assert log.damaged[0].offset == starts[-2]


def test_a_file_that_is_no_event_file_is_named_at_once(log):
    log.write(b"once upon a time there was a neuron", run="text")
    log.write(log.version() + log.scalars(0, 3))
    assert log.poll().steps() == [0, 1, 2]
    (entry,) = log.store.damage.entries()
    assert (entry.file, entry.offset, entry.length, entry.pending) == ("text/events.out.tfevents.1", 0, 35, False)
    assert entry.reason.startswith("not an event file")


def test_an_empty_file_is_a_run_without_data(log):
    log.write(b"")
    log.poll()
    assert [run.name for run in log.store.runs()] == ["run"]
    assert log.store.damage.entries() == []


@pytest.mark.parametrize(
    "payload",
    [
        b"\xff" * 40,
        b"\x2a\x07\x0a\x05\x0a\x03\xff\xfe\xfd",  # a tag that is no UTF-8
        b"\x0a" * 200,
        Event(step=1).SerializeToString() + b"\x0b" * 300,  # groups within groups
    ],
    ids=["no message", "tag no utf-8", "unfinished", "nested"],
)
def test_a_record_that_holds_no_event_costs_only_itself(payload, log):
    log.write(log.version() + log.scalars(0, 3) + frame(payload) + log.scalars(3, 6))
    assert log.poll().steps() == list(range(6))
    (entry,) = log.store.damage.entries()
    assert "does not hold an event" in entry.reason


@pytest.mark.parametrize("power", [1, 20, 28, 31, 32, 35, 40, 62, 63])
def test_absurd_lengths_are_skipped_once_records_follow(power, log, aged):
    length = (2**power).to_bytes(8, "little")
    header = length + masked_crc(length).to_bytes(4, "little")
    aged(log.write(log.version() + log.scalars(0, 3) + header + log.scalars(3, 6)))
    assert log.poll().steps() == list(range(6))
    assert log.store.damage.count == 1


def test_values_that_do_not_fit_their_series_are_named_once(log):
    histogram = Event(wall_time=1.0, step=9)
    histogram.summary.value.add(tag="loss").histo.num = 1
    log.write(log.version() + log.scalars(0, 3) + 3 * frame(histogram.SerializeToString()) + log.scalars(3, 5))
    assert log.poll().steps() == list(range(5))
    (entry,) = log.store.damage.entries()
    assert entry.reason == "tag 'loss': a scalar was wanted, but the value is histo; such values are not shown"


def test_a_file_of_nothing_but_damage_names_a_bounded_number_of_places(log):
    bad = frame(b"\xff" * 5)
    log.write(log.version() + bad * 3000 + log.scalars(0, 2))
    assert log.poll().steps() == [0, 1]
    assert log.store.damage.count == 3000
    entries = log.store.damage.entries()
    assert len(entries) == 1000
    assert entries[-1].offset == max(entry.offset for entry in entries)


def test_damage_of_a_file_goes_with_it(log):
    data, _ = small_file(log)
    path = log.write(frame(b"\xff") + data)
    log.poll()
    assert log.store.damage.count == 1
    path.unlink()
    log.poll(2)
    assert log.store.damage.count == 0
    assert log.store.damage.entries() == []


@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_without_an_exception_and_wholly_accounted_for(data):
    end = 0
    for found in records.passages(data, BulkReader(), more_follows=False):
        assert found.start == end
        end = found.end if hasattr(found, "end") else len(data)
    assert end == len(data)


@given(
    pieces=st.lists(
        st.one_of(
            st.integers(0, 1000).map(lambda step: ("record", frame(Event(step=step).SerializeToString()))),
            st.binary(min_size=1, max_size=60).map(lambda junk: ("junk", junk)),
        ),
        max_size=8,
    )
)
def test_records_between_junk_are_all_found(pieces):
    # A last good record shows that what precedes it is damage and not a write under way.
    data = b"".join(piece for _, piece in pieces) + frame(Event(step=7777).SerializeToString())
    found = list(records.passages(data, BulkReader(), more_follows=False))
    passages = [part for part in found if isinstance(part, records.Passage)]
    decoded = [item.event.step for part in passages for item in part.events]
    assert decoded == [Event.FromString(piece[12:-4]).step for kind, piece in pieces if kind == "record"] + [7777]
    assert sum(isinstance(item, Damage) for item in found) <= sum(kind == "junk" for kind, _ in pieces)


def test_what_a_writer_had_to_drop_is_told_where_it_is_missing(log):
    dropped = gap.GapRecord(1200, 67200, 1000.0, 1060.0, "No space left on device")
    told = [
        log.event(wall_time=1003.0, log_message=LogMessage(level=30, message=text))
        for text in (gap.encode(dropped), "graphboard.gap {", "graphboard.gap []", "something else")
    ]
    before = log.version() + log.scalars(0, 3)
    log.write(before + b"".join(told) + log.scalars(1203, 1205))
    assert log.poll().steps() == [0, 1, 2, 1203, 1204]
    (place,) = log.store.damage.entries()
    assert place[:3] == ("run/events.out.tfevents.1", len(before), len(told[0]))
    assert "1,200 events (No space left on device)" in place.reason
