"""What was read is kept on disk from one start to the next, and never trusted."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board.logs import persistence, tail
from board.store import IndexDamagedError
from writer.format.messages import SessionLog


@pytest.fixture
def begin(tmp_path, log):
    """The board, begun anew on the log directory of `log`, with an index."""
    running = []

    def start(**options):
        for other in running:
            other.loader.stop()
        running.append(type(log)(log.directory, tmp_path / "cache", **options))
        return running[-1]

    yield start
    for other in running:
        other.loader.stop()


@pytest.fixture
def bytes_read(monkeypatch):
    """How many bytes of event files have been read to be decoded, since it was last asked."""
    counted = [0]
    take = tail.Tail.take

    def counting(self, stretch, count):
        counted[0] += len(stretch.data)
        take(self, stretch, count)

    monkeypatch.setattr(tail.Tail, "take", counting)

    def since():
        found, counted[0] = counted[0], 0
        return found

    return since


def contents(log):
    """All that the store knows, in a form that can be compared."""
    store = log.store
    series = sorted(store.series(), key=lambda info: (info.run, info.tag))
    return {
        "runs": sorted(store.runs()),
        "series": series,
        "totals": store.totals,
        "damage": sorted((place.file, place.offset, place.length, place.reason) for place in store.damage.entries()),
        "damaged": store.damage.count,
        "rows": [
            [column.tobytes() for column in columns] if (columns := store.scalars(info.run, info.tag)) else None
            for info in series
        ],
        "blobs": [store.blobs(info.run, info.tag) for info in series],
        "restarts": [store.restarts(info.run, info.tag) for info in series],
        "statistics": [repr(store.statistics(info.run, info.tag)) for info in series],
    }


def indexes(tmp_path):
    return sorted((tmp_path / "cache").glob("*.sqlite"))


def test_a_second_start_reads_nothing_and_knows_everything(log, begin, bytes_read, foreign_logs):
    os.symlink(foreign_logs, log.path().parent / "foreign")
    data = log.scalars(0, 300)
    broken = bytearray(log.scalars(300, 303))
    broken[40] ^= 1
    start = log.event(step=100, session_log=SessionLog(status=SessionLog.START))
    log.write(log.version() + data + bytes(broken) + start + log.scalars(100, 200) + log.scalar(7, float("nan"), "nan"))
    first = begin().poll()
    assert bytes_read() > 0
    assert first.store.damage.count >= 1
    known = contents(first)
    second = begin().poll()
    assert bytes_read() == 0
    assert contents(second) == known
    assert second.damaged == first.damaged
    assert contents(type(log)(log.directory).poll()) == known


def test_only_what_was_added_meanwhile_is_read(log, begin, bytes_read):
    log.write(log.version() + log.scalars(0, 1000))
    begin().poll()
    bytes_read()
    more = log.scalars(1000, 1010)
    log.append(more)
    log.write(log.version() + log.scalars(0, 3), run="new")
    second = begin().poll()
    assert second.steps() == list(range(1010))
    assert second.steps("new") == [0, 1, 2]
    assert bytes_read() < 2 * len(more)


@pytest.mark.parametrize("what", ["replaced", "truncated", "rewritten in place", "deleted", "moved"])
def test_what_happened_to_files_between_two_starts_is_seen(log, begin, what):
    path = log.write(log.version() + log.scalars(0, 50))
    log.write(log.version() + log.scalars(0, 5), run="other")
    begin().poll()
    if what == "replaced":
        new = path.with_name("new")
        new.write_bytes(log.version() + log.scalars(100, 200))
        new.replace(path)
    elif what == "truncated":
        os.truncate(path, len(log.version() + log.scalars(0, 20)))
    elif what == "rewritten in place":
        path.write_bytes(log.version() + log.scalars(500, 600))
    elif what == "deleted":
        path.unlink()
    else:
        path.parent.rename(path.parent.with_name("renamed"))
    assert contents(begin().poll()) == contents(type(log)(log.directory).poll())
    assert contents(begin().poll()) == contents(type(log)(log.directory).poll())


def test_a_torn_end_is_judged_again(log, begin, aged):
    whole = log.scalar(3)
    path = log.write(log.version() + log.scalars(0, 3) + whole[:-3])
    begin().poll()
    aged(path)
    second = begin().poll()
    assert [place.reason for place in second.store.damage.entries()]
    log.append(whole[-3:])
    third = begin().poll()
    assert third.steps() == [0, 1, 2, 3]
    assert third.store.damage.entries() == []


def test_a_process_goes_on_where_an_earlier_one_was_with_a_file_that_keeps_growing(log, begin):
    wanted = 0
    log.write(log.version())
    for _ in range(12):
        count = random.Random(wanted).randint(1, 400)
        log.append(log.scalars(wanted, wanted + count))
        wanted += count
        running = begin().poll()
        assert running.steps() == list(range(wanted))
    # Small pieces are joined as they come.
    with contextlib.closing(sqlite3.connect(indexes(running.directory.parent)[0], timeout=0)) as connection:
        running.loader.stop()
        assert connection.execute("SELECT count(*) FROM chunks").fetchone()[0] < 12


def test_rows_leave_memory_while_they_are_read(log, begin, monkeypatch):
    monkeypatch.setattr(tail, "STRETCH", 1 << 14)
    log.write(log.version() + b"".join(log.scalar(step, tag=tag) for step in range(3000) for tag in "abc"))
    running = begin(memory_limit=24 * 4 * 1000)
    held = []
    commit = running.store.commit

    def watched(batch):
        commit(batch)
        held.append(running.store.unsaved_rows)

    running.store.commit = watched
    running.poll()
    assert max(held) < 2500
    for tag in "abc":
        assert running.steps(tag=tag) == list(range(3000))
    assert running.store._unpacked.nbytes <= 24 * 4 * 1000


def test_a_directory_of_large_values_needs_no_memory_for_them(log, begin, bytes_read):
    log.write(log.version() + b"".join(_image(log, step) for step in range(40)))
    first = begin().poll()
    places = first.store.blobs("run", "image")
    assert len(places) == 40
    assert first.store.unsaved_rows == 0
    second = begin().poll()
    bytes_read()
    assert second.store.blobs("run", "image") == places
    assert second.store.read(places[7]).tolist()[:2] == [b"4", b"2"]


def _image(log, step):
    from writer.format.messages import Event
    from writer.format.record import frame

    event = Event(wall_time=1000.0 + step, step=step)
    value = event.summary.value.add(tag="image")
    value.image.height, value.image.width, value.image.encoded_image_string = 2, 4, b"\x89PNG" + bytes(3000)
    return frame(event.SerializeToString())


def damage_index(path, spots):
    data = bytearray(path.read_bytes())
    for position, flip in spots:
        data[int(position * len(data)) % len(data)] ^= flip
    path.write_bytes(data)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_whatever_bytes_of_the_index_change_the_answers_are_those_of_the_files(log, tmp_path, spots):
    if not log.path().exists():
        log.write(log.version() + log.scalars(0, 700) + b"".join(_image(log, step) for step in range(5)))
        log.write(log.version() + log.scalars(0, 9, tag="b"), run="other")
    for path in indexes(tmp_path):
        path.unlink()
    log_of = type(log)
    first = log_of(log.directory, tmp_path / "cache").poll()
    first.loader.stop()
    known = contents(log_of(log.directory).poll())
    (path,) = indexes(tmp_path)
    damage_index(path, spots)
    second = log_of(log.directory, tmp_path / "cache").poll()
    try:
        try:
            found = contents(second)
        except IndexDamagedError:
            found = contents(second.poll())
    finally:
        second.loader.stop()
    assert found == known


def test_an_index_whose_schema_is_not_even_text_is_made_anew(log, begin, tmp_path):
    log.write(log.version() + log.scalars(0, 9))
    begin().poll().loader.stop()
    (path,) = indexes(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE files (id", b"CREATE \xccABLE files (id"))
    second = begin().poll()
    assert any("set aside" in line for line in second.said)
    assert second.steps() == list(range(9))


def test_a_chunk_that_turns_out_damaged_has_everything_read_anew(log, begin, tmp_path):
    log.write(log.version() + log.scalars(0, 500))
    begin().poll().loader.stop()
    (path,) = indexes(tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE chunks SET data = zeroblob(length(data))")
    second = begin().poll()
    client = second.client()
    with pytest.raises(IndexDamagedError):
        second.store.scalars("run", "loss")
    assert client.get("/data/plugin/scalars/scalars?run=run&tag=loss").status_code == 503
    assert second.poll().steps() == list(range(500))
    assert any("set aside" in line for line in second.said)
    assert begin().poll().steps() == list(range(500))


@pytest.mark.parametrize("content", [b"", b"no database" * 500, b"SQLite format 3\0" + bytes(4000)])
def test_what_is_no_index_is_replaced(log, begin, tmp_path, content):
    log.write(log.version() + log.scalars(0, 5))
    begin().poll().loader.stop()
    (path,) = indexes(tmp_path)
    path.write_bytes(content)
    assert begin().poll().steps() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "statement",
    ["PRAGMA user_version = 0", "UPDATE directory SET path = x'00'", "DROP TABLE series", "DELETE FROM series"],
)
def test_an_index_of_an_older_format_or_another_directory_is_replaced(log, begin, tmp_path, statement, bytes_read):
    log.write(log.version() + log.scalars(0, 5))
    begin().poll().loader.stop()
    (path,) = indexes(tmp_path)
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)
    bytes_read()
    assert begin().poll().steps() == [0, 1, 2, 3, 4]
    assert bytes_read() > 0
    begin().poll()
    assert bytes_read() == 0


def test_two_at_once_have_an_index_each(log, tmp_path, bytes_read):
    log.write(log.version() + log.scalars(0, 5))
    for _ in range(2):
        both = [type(log)(log.directory, tmp_path / "cache").poll() for _ in range(2)]
        assert [one.steps() for one in both] == [[0, 1, 2, 3, 4]] * 2
        for one in both:
            one.loader.stop()
    assert len(indexes(tmp_path)) == 2
    bytes_read()
    type(log)(log.directory, tmp_path / "cache").poll().loader.stop()
    assert bytes_read() == 0


def test_where_no_index_can_be_kept_all_works_without(log, tmp_path):
    log.write(log.version() + log.scalars(0, 5))
    (tmp_path / "cache").write_text("a file")
    running = type(log)(log.directory, tmp_path / "cache").poll()
    assert running.steps() == [0, 1, 2, 3, 4]
    assert any("no index" in line for line in running.said)


def test_an_index_that_can_no_longer_be_written_costs_nothing(log, begin, monkeypatch):
    log.write(log.version() + log.scalars(0, 5))
    running = begin().poll()
    index = running.store._index
    write, full = index.write, [True]

    def refusing(changes):
        if full[0]:
            raise OSError(28, "No space left on device")
        write(changes)

    monkeypatch.setattr(index, "write", refusing)
    for stop in (6, 7):
        log.append(log.scalars(stop - 1, stop))
        assert running.poll().steps() == list(range(stop))
    assert sum("No space left" in line for line in running.said) == 1
    full[0] = False
    monkeypatch.setattr(persistence.time, "monotonic", lambda now=time.monotonic: now() + 100)
    running.poll()
    assert running.store.unsaved_rows == 0
    assert begin().poll().steps() == list(range(7))


def test_indexes_that_nobody_has_used_for_long_are_removed(log, begin, tmp_path):
    log.write(log.version() + log.scalars(0, 5))
    begin().poll().loader.stop()
    old = tmp_path / "cache" / "forgotten-1.sqlite"
    old.write_bytes(b"")
    os.utime(old, (time.time() - 100 * 86400,) * 2)
    begin()
    assert not old.exists()
    assert len(indexes(tmp_path)) == 1


def test_an_index_is_the_users_alone(log, begin, tmp_path):
    log.write(log.version())
    begin().poll()
    if os.name == "posix":
        assert (tmp_path / "cache").stat().st_mode & 0o77 == 0


_READER = """
import sys, time
from board.logs import blobs, persistence
from board.logs.loader import Loader
from board.store import Store, cache_directory
persistence._SECONDS = 0.0
persistence._REST_PER_WRITE = 0
store = Store(blobs.read)
loader = Loader(sys.argv[1], store, index=cache_directory.open_index(sys.argv[1], sys.argv[2]))
print("begun", flush=True)
while True:
    loader.poll()
"""


def test_a_process_killed_at_any_moment_leaves_an_index_that_tells_the_truth(log, tmp_path):
    chance = random.Random(7)
    cache = tmp_path / "cache"
    written = 0
    log.write(log.version())
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", _READER, str(log.directory), str(cache)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        until = time.monotonic() + chance.uniform(0.0, 0.3)
        while time.monotonic() < until:
            log.append(log.scalars(written, written + 50) + log.scalar(written, tag=f"tag {written % 7}"))
            written += 50
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        running = type(log)(log.directory, cache).poll()
        assert running.steps() == list(range(written))
        assert contents(running) == contents(type(log)(log.directory).poll())
        running.loader.stop()
    assert len(indexes(Path(cache).parent)) == 1


def test_statistics_say_what_all_points_say(log, begin):
    values = [3.0, float("nan"), -2.0, float("inf"), 8.0, float("-inf"), 1.0]
    log.write(log.version() + b"".join(log.scalar(step, value) for step, value in enumerate(values[:4])))
    begin().poll()
    log.append(b"".join(log.scalar(4 + step, value) for step, value in enumerate(values[4:])))
    for _ in range(2):
        running = begin().poll()
        found = running.store.statistics("run", "loss")
        columns = running.store.scalars("run", "loss")
        finite = columns.values[np.isfinite(columns.values)]
        assert (found.rows, found.first_step, found.last_step) == (7, 0, 6)
        assert (found.first_wall_time, found.last_wall_time) == (1000.0, 1006.0)
        assert (found.first, found.last) == (3.0, 1.0)
        assert (found.minimum, found.maximum, found.non_finite) == (finite.min(), finite.max(), 3)
        assert (found.minimum_step, found.maximum_step, found.mean) == (2, 4, finite.mean())
        assert found.ascending
    log.append(log.scalar(3, 9.0))
    found = begin().poll().store.statistics("run", "loss")
    assert (found.maximum_step, found.ascending) == (3, False)
