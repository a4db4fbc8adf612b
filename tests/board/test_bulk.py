import itertools
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board.logs import blobs, boundaries, bulk, cycle, loader
from board.logs.bulk import BulkReader
from board.logs.loader import Loader
from board.logs.scalar_layout import layout_of
from board.store import Store
from writer.format import messages
from writer.format.checksum import masked_crc
from writer.format.record import Record, frame, next_record
from writer.format.tensors import to_ndarray, to_proto

TAGS = ["a", "b", "loss", "train/loss", "train/accuracy", "übung"]
FLOATS = st.floats(width=32)


@st.composite
def values(draw):
    """A Summary.Value in one of the ways that scalars are spelled, or of another kind."""
    value = messages.Summary.Value(tag=draw(st.sampled_from(TAGS)))
    kind = draw(
        st.sampled_from(["simple"] * 4 + ["float", "double", "listed", "half", "int", "vector", "text", "image"])
    )
    if kind == "simple":
        value.simple_value = draw(FLOATS)
    elif kind == "image":
        value.image.encoded_image_string = draw(st.binary(max_size=9))
    elif kind == "listed":
        value.tensor.CopyFrom(messages.TensorProto(dtype=1, float_val=[draw(FLOATS)], tensor_shape={}))
    elif kind == "half":
        value.tensor.CopyFrom(messages.TensorProto(dtype=19, half_val=[draw(st.integers(0, 0x7C00))], tensor_shape={}))
    elif kind == "text":
        value.tensor.CopyFrom(to_proto(np.array(draw(st.text(max_size=5)))))
    else:
        array = {"float": np.float32(0.5), "double": np.float64(0.1), "int": np.int64(7), "vector": np.zeros(3)}[kind]
        value.tensor.CopyFrom(to_proto(array))
    if draw(st.booleans()):
        value.metadata.plugin_data.plugin_name = "scalars"
    return value


@st.composite
def logs(draw):
    """Events of a training loop, which repeats a few kinds of them, with strangers in between."""
    kinds = draw(st.lists(st.lists(values(), min_size=1, max_size=3), min_size=1, max_size=4))
    step = draw(st.sampled_from([0, 1, 100, 2**20, -5, 2**62]))
    events = []
    for _ in range(draw(st.integers(1, 12))):
        for kind in draw(st.permutations(kinds)) if draw(st.booleans()) else kinds:
            event = messages.Event(wall_time=draw(st.floats(0, 2e9)), step=step)
            event.summary.value.extend(kind)
            for value in event.summary.value:
                if value.HasField("simple_value"):
                    value.simple_value = draw(FLOATS)
            if draw(st.integers(0, 9)) == 0:
                event = messages.Event(wall_time=1.0, step=step, graph_def=b"graph")
            if draw(st.integers(0, 19)) == 0:
                event.source_metadata.writer = "w"
            events.append(event.SerializeToString())
            if draw(st.integers(0, 19)) == 0:
                events[-1] += b"\xf8\x07\x05"  # a field that nobody knows
        step += draw(st.sampled_from([1, 1, 1, 0, 100, -3]))
    return events


def one_by_one(data):
    """(start, tag or None, wall time, step, value) of each value of each record of an undamaged log."""
    offset = 0
    while offset < len(data):
        record = next_record(data, offset)
        assert isinstance(record, Record)
        event = messages.Event.FromString(record.data)
        for value in event.summary.value:
            number = value.simple_value if value.HasField("simple_value") else None
            if value.HasField("tensor"):
                array = to_ndarray(value.tensor)
                number = float(array) if array.size == 1 and array.dtype.kind != "O" else None
            yield record.start, value.tag, event.wall_time, event.step, number
        offset = record.end


def from_groups(decoded):
    for group in decoded.groups:
        for value, column in zip(group.event.summary.value, group.values):
            for row in zip(group.starts.tolist(), group.wall_times.tolist(), group.steps.tolist(), column.tolist()):
                start, wall_time, step, number = row
                yield start, value.tag, wall_time, step, number


def same(rows):
    return sorted((start, tag, struct.pack("<dqd", wall, step, number)) for start, tag, wall, step, number in rows)


@given(logs(), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_columns_are_those_that_reading_one_by_one_gives(monkeypatch, events, sooner):
    data = b"".join(map(frame, events))
    with monkeypatch.context() as patch:
        if sooner:
            repeat_sooner(patch)
        decoded = BulkReader().decode(data, 0, len(data))
    assert decoded.end == len(data)
    others = set(decoded.others.tolist())
    grouped = {int(start) for group in decoded.groups for start in group.starts}
    rows = list(one_by_one(data))
    assert not others & grouped
    assert {row[0] for row in rows} <= others | grouped
    assert same(from_groups(decoded)) == same(row for row in rows if row[0] in grouped)


@given(logs(), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_record_is_never_in_a_group(monkeypatch, events, data):
    framed = list(map(frame, events))
    hit = data.draw(st.integers(0, len(framed) - 1))
    start = sum(map(len, framed[:hit]))
    # Behind the length: damage to that ends the chain of records, which the next test is about.
    place = data.draw(st.integers(8, len(framed[hit]) - 1))
    buffer = bytearray(b"".join(framed))
    buffer[start + place] ^= data.draw(st.integers(1, 255))
    with monkeypatch.context() as patch:
        if data.draw(st.booleans()):
            repeat_sooner(patch)
        decoded = BulkReader().decode(bytes(buffer), 0, len(buffer))
    assert start in decoded.others
    intact = [row for row in one_by_one(b"".join(framed)) if row[0] != start]
    grouped = {int(begin) for group in decoded.groups for begin in group.starts}
    assert same(from_groups(decoded)) == same(row for row in intact if row[0] in grouped)


@pytest.mark.parametrize("length", [0, 1, 1 << 31, 1 << 63, (1 << 64) - 1])
def test_a_length_that_is_damaged_or_absurd_ends_the_stretch_there(length):
    good = [frame(messages.Event(step=step, summary={}).SerializeToString()) for step in range(10)]
    header = struct.pack("<QI", length, masked_crc(struct.pack("<Q", length)) if length else 1)
    data = b"".join(good) + header + b"".join(good)
    decoded = BulkReader().decode(data, 0, len(data))
    assert decoded.end >= len(b"".join(good))
    assert not decoded.groups or decoded.groups[0].starts.max() < len(b"".join(good))


def scalars(count, order, tags=("loss", "accuracy", "learning_rate"), first_step=0):
    generator = np.random.default_rng(0)
    events = []
    for step in range(first_step, first_step + count):
        for index in generator.permutation(len(tags)) if order == "random" else range(len(tags)):
            event = messages.Event(wall_time=1.7e9 + step, step=step)
            event.summary.value.add(tag=tags[index], simple_value=step + index / 8)
            events.append(frame(event.SerializeToString()))
    return b"".join(events)


@pytest.mark.parametrize("order", ["regular", "random"])
def test_long_logs_are_read_in_bulk_wherever_they_are_cut(order):
    data = scalars(3000, order)
    reader = BulkReader()
    in_bulk, one_at_a_time = [], []
    offset = cut = 0
    while offset < len(data):
        cut = min(len(data), cut + 7919)
        decoded = reader.decode(data[offset:cut], 0, cut - offset)
        in_bulk += [(offset + start, *rest) for start, *rest in from_groups(decoded)]
        one_at_a_time += (offset + decoded.others).tolist()
        offset += decoded.end
    rows = list(one_by_one(data))
    assert {row[0] for row in in_bulk} | set(one_at_a_time) == {row[0] for row in rows}
    assert same(in_bulk) == same(row for row in rows if row[0] not in one_at_a_time)
    assert len(one_at_a_time) < len(rows) / 20


def test_many_tags_of_one_length_are_told_apart():
    tags = tuple(f"layer{number:03}/norm" for number in range(300))
    data = scalars(20, "random", tags)
    decoded = BulkReader().decode(data, 0, len(data))
    assert {group.event.summary.value[0].tag for group in decoded.groups} == set(tags)
    others = set(decoded.others.tolist())
    assert len(others) == len(tags)  # those of step 0, one of each tag
    assert same(from_groups(decoded)) == same(row for row in one_by_one(data) if row[0] not in others)


def test_of_tags_that_come_too_rarely_no_groups_are_made_until_they_are_known():
    tags = tuple(f"layer{number:03}/norm" for number in range(500))
    reader = BulkReader()
    once = scalars(1, "regular", tags, first_step=1)
    assert not reader.decode(once, 0, len(once)).groups
    often = scalars(10, "random", tags, first_step=2)
    assert len(reader.decode(often, 0, len(often)).groups) == len(tags)
    again = reader.decode(once, 0, len(once))
    assert not len(again.others)
    assert same(from_groups(again)) == same(one_by_one(once))


@pytest.mark.parametrize("tags", [("loss", "train/accuracy"), ("loss", "gain", "norm")], ids=["lengths", "one_length"])
def test_cycles_are_read_where_they_lie_and_damage_costs_its_record_alone(tags):
    data = bytearray(scalars(1000, "regular", tags))
    intact = list(one_by_one(bytes(data)))
    hurt = intact[1500][0]
    data[hurt + 20] ^= 1
    decoded = BulkReader().decode(bytes(data), 0, len(data))
    others = decoded.others.tolist()
    assert hurt in others
    assert len(others) <= 2 * len(tags)  # with those of step 0 and of the same cycle, which are few
    assert same(from_groups(decoded)) == same(row for row in intact if row[0] not in others)
    largest = {
        group.event.summary.value[0].tag: len(group.starts)
        for group in sorted(decoded.groups, key=lambda g: len(g.starts))
    }
    assert set(largest) == set(tags)
    assert min(largest.values()) > 800  # of 872 that have a step of two bytes


def test_a_cycle_is_known_again_when_its_values_have_changed():
    reader = BulkReader()
    for first_step in (200, 5000):
        data = scalars(300, "regular", first_step=first_step)
        decoded = reader.decode(data, 0, len(data))
        assert len(decoded.groups) == 3
        assert same(from_groups(decoded)) == same(one_by_one(data))


def test_files_of_several_programs_are_told_apart_together():
    files = [
        scalars(count, "regular", tags) for count in (3, 40, 7) for tags in (("a",), ("loss", "gain"), ("norm",) * 3)
    ]
    torn, nothing = files[4][:-3], b""
    whole = [True] * len(files) + [False, True]
    decoded = BulkReader().decode_together([*files, torn, nothing])
    assert decoded.whole.tolist() == whole
    others = decoded.others.tolist()
    assert len(others) <= 3 * len(files)
    wanted = [(base + start, *row) for base, data in zip(decoded.bases, files) for start, *row in one_by_one(data)]
    assert same(from_groups(decoded)) == same(row for row in wanted if row[0] not in others)


def test_records_beyond_stop_are_left_for_the_next_time():
    data = scalars(1000, "regular")
    decoded = BulkReader().decode(data, 0, 5000)
    assert 5000 <= decoded.end < 5100
    assert max(group.starts.max() for group in decoded.groups) < 5000


def test_layout_says_where_the_varying_parts_lie():
    event = messages.Event(wall_time=1.5, step=300)
    event.summary.value.add(tag="a", simple_value=2.0)
    event.summary.value.add(tag="b", tensor=to_proto(np.float64(3.0)))
    data = event.SerializeToString()
    layout = layout_of(data)
    assert layout is not None
    assert struct.unpack_from("<d", data, layout.wall_time.offset) == (1.5,)
    assert data[layout.step[0] : sum(layout.step)] == b"\xac\x02"
    assert [np.frombuffer(data, place.dtype, 1, place.offset).tolist() for place in layout.values] == [[2.0], [3.0]]


@given(st.binary(max_size=60))
def test_no_bytes_whatever_make_the_layout_raise(data):
    layout_of(data)


def repeat_sooner(patch):
    """Has cycles looked for in logs of a few dozen records."""
    patch.setattr(boundaries, "_SAMPLE", 8)
    for module in (boundaries, cycle):
        patch.setattr(module, "LONGEST_PERIOD", 4)
        patch.setattr(module, "MIN_REPEATS", 2)


def all_that_is_known(directory, monkeypatch, in_bulk):
    """Everything a store makes of a directory's one file, in bulk or record by record."""
    store = Store(blobs.read)
    with monkeypatch.context() as patch:
        if in_bulk:
            repeat_sooner(patch)
        else:
            patch.setattr(boundaries, "MIN_REPEATS", 1 << 60)
        patch.setattr(bulk, "_MIN_ROWS", 2 if in_bulk else 1 << 60)
        Loader(str(directory), store).poll()
    series = {}
    for info in store.series():
        columns = store.scalars(info.run, info.tag)
        rows = [column.tobytes() for column in columns] if columns else store.blobs(info.run, info.tag)
        series[info.run, info.tag] = (info.metadata, rows)
    return series, store.runs(), store.damage.entries(), store.damage.count


@given(logs(), st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_log_means_the_same_read_in_bulk_or_record_by_record_with_or_without_damage(
    tmp_path_factory, monkeypatch, events, data
):
    strange_times = data.draw(st.lists(st.integers(0, len(events) - 1), max_size=2))
    for index in strange_times:
        event = messages.Event.FromString(events[index])
        event.wall_time = data.draw(st.sampled_from([float("nan"), 1e300, -1e300]))
        events[index] = event.SerializeToString()
    buffer = bytearray(b"".join(map(frame, events)))
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(buffer) - 1))
        kind = data.draw(st.sampled_from(["flip", "delete", "insert", "zero"]))
        if kind == "flip":
            buffer[place] ^= 0x10
        elif kind == "delete":
            del buffer[place : place + 5]
        elif kind == "insert":
            buffer[place:place] = b"\x55" * 7
        else:
            buffer[place : place + 30] = bytes(len(buffer[place : place + 30]))
    directory = tmp_path_factory.mktemp("logs")
    (directory / "events.out.tfevents.1").write_bytes(buffer)
    assert all_that_is_known(directory, monkeypatch, True) == all_that_is_known(directory, monkeypatch, False)


@given(
    logs(),
    st.lists(st.integers(0, 10**6), max_size=6),
    st.lists(st.tuples(st.integers(0, 10**6), st.booleans()), max_size=2),
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_small_files_mean_the_same_read_together_or_each_by_itself(tmp_path_factory, monkeypatch, events, cuts, hurts):
    framed = list(map(frame, events))
    places = sorted({cut % (len(framed) + 1) for cut in cuts} | {0, len(framed)})
    directory = tmp_path_factory.mktemp("log")
    for number, (begin, end) in enumerate(itertools.pairwise(places)):
        data = bytearray(b"".join(framed[begin:end]))
        for place, torn in hurts if number % 2 else ():
            if torn:
                del data[place % len(data) :]
            elif data:
                data[place % len(data)] ^= 0x10
            if not data:
                break
        run = directory / f"run{number % 3}"
        run.mkdir(exist_ok=True)
        (run / f"events.out.tfevents.{number}").write_bytes(data)
    together = all_that_is_known(directory, monkeypatch, in_bulk=True)
    with monkeypatch.context() as patch:
        patch.setattr(loader, "_SMALL", -1)
        by_themselves = all_that_is_known(directory, monkeypatch, in_bulk=True)
    assert together == by_themselves == all_that_is_known(directory, monkeypatch, in_bulk=False)
