"""A log directory that changes while the board is watching it."""

from __future__ import annotations

import os
import shutil
import threading

import pytest

from board.logs import loader, tail
from board.logs.ingest import Ingest
from board.store import Progress
from writer.format.record import HEADER_SIZE


def test_points_appear_as_a_file_grows(log):
    log.write(log.version() + log.scalars(0, 5))
    assert log.poll().steps() == [0, 1, 2, 3, 4]
    log.append(log.scalars(5, 7))
    assert log.poll().steps() == list(range(7))


def test_every_cut_of_a_growing_file_heals(log):
    data = log.version() + log.scalars(0, 3)
    path = log.write(b"")
    for end in range(len(data) + 1):
        path.write_bytes(data[:end])  # as far as it has been written: the same bytes, a few more
        log.poll()
        assert not log.damaged, end
    assert log.steps() == [0, 1, 2]
    assert log.store.damage.entries() == []


def test_a_directory_may_appear_later(log):
    log.poll()
    assert not log.store.progress.logdir_exists
    assert not log.store.progress.loading
    log.write(log.version() + log.scalars(0, 2))
    log.poll()
    assert log.store.progress.logdir_exists
    assert log.steps() == [0, 1]


def test_runs_and_files_may_appear_later_in_any_order(log):
    log.write(log.version() + log.scalars(5, 8), name="events.out.tfevents.2")
    log.poll()
    log.write(log.version() + log.scalars(0, 3), name="events.out.tfevents.1")
    log.write(log.version() + log.scalars(0, 1), run="other/deep")
    log.poll()
    assert log.steps() == [0, 1, 2, 5, 6, 7]
    assert log.steps("other/deep") == [0]


def test_all_files_of_a_run_are_read_while_they_grow(log):
    first, second = ({"name": f"events.out.tfevents.{number}"} for number in (1, 2))
    for step in range(4):
        log.append(log.scalar(step), **first)
        log.append(log.scalar(100 + step), **second)
        log.poll()
    assert log.steps() == [0, 1, 2, 3, 100, 101, 102, 103]


def test_steps_that_go_back_are_kept_in_the_order_of_the_file(log):
    log.write(log.version() + log.scalars(0, 5) + log.scalars(2, 4) + log.scalar(2))
    assert log.poll().steps() == [0, 1, 2, 3, 4, 2, 3, 2]


def test_a_replaced_file_is_read_anew(log, tmp_path):
    log.write(log.version() + log.scalars(0, 50))
    log.poll()
    other = tmp_path / "other"
    other.write_bytes(log.version() + log.scalars(100, 200))
    os.replace(other, log.path())
    assert log.poll().steps() == list(range(100, 200))


def test_a_failure_while_a_replaced_file_is_read_anew_doubles_nothing(log, monkeypatch):
    path = log.write(log.version() + log.scalars(0, 50))
    log.poll()
    path.write_bytes(log.version() + log.scalars(100, 110))
    read = tail._read

    def failing(file, offset, count):
        if count > tail._SAMPLE:  # not the looks at its beginning, but the reading
            raise OSError(5, "Input/output error")
        return read(file, offset, count)

    with monkeypatch.context() as patch:
        patch.setattr(tail, "_read", failing)
        log.poll()
        assert log.store.progress.unreadable == (("run/events.out.tfevents.1", "Input/output error"),)
    assert log.poll().steps() == list(range(100, 110))


@pytest.mark.parametrize("stop", [2, 10, 90], ids=["shorter", "as long", "longer"])
def test_a_file_rewritten_in_place_is_read_anew(stop, log):
    path = log.write(log.event(wall_time=1.0, file_version="brain.Event:2") + log.scalars(10, 20))
    log.poll()
    with path.open("r+b") as file:
        file.write(log.event(wall_time=2.0, file_version="brain.Event:2") + log.scalars(0, stop))
        file.truncate()
    os.utime(path, (1, 1))
    assert log.poll().steps() == list(range(stop))


def test_a_file_rewritten_behind_its_beginning_is_read_anew(log):
    begin = log.version() + log.scalars(0, 5)
    path = log.write(begin + log.scalars(5, 10))
    log.poll()
    with path.open("r+b") as file:
        file.seek(len(begin))
        file.write(log.scalars(50, 70))
    assert log.poll().steps() == [*range(5), *range(50, 70)]


def test_a_truncated_file_keeps_what_is_left(log):
    kept = log.version() + log.scalars(0, 3)
    path = log.write(kept + log.scalars(3, 9))
    log.poll()
    os.truncate(path, len(kept))
    assert log.poll().steps() == [0, 1, 2]


def test_a_deleted_run_goes_after_two_listings_and_comes_back(log):
    log.write(log.version() + log.scalars(0, 3))
    log.poll()
    shutil.rmtree(log.directory / "run")
    assert log.poll().steps() == [0, 1, 2]
    assert log.poll().steps() is None
    assert log.store.totals == (0, 0, 0)
    log.write(log.version() + log.scalars(7, 9))
    assert log.poll().steps() == [7, 8]


def test_a_deleted_file_takes_only_its_own_points(log):
    for number, steps in ((1, (0, 3)), (2, (3, 6))):
        log.write(log.version() + log.scalars(*steps), name=f"events.out.tfevents.{number}")
    log.poll()
    log.path(name="events.out.tfevents.1").unlink()
    assert log.poll(2).steps() == [3, 4, 5]
    assert log.store.totals == (1, 1, 3)


def test_a_directory_that_turns_unreadable_keeps_its_points(log, denied):
    log.write(log.version() + log.scalars(0, 3))
    cursor = log.poll().store.cursor
    with denied(log.directory / "run"):
        log.poll(3)
    log.poll()
    assert log.steps() == [0, 1, 2]
    assert log.store.cursor == cursor


def test_an_unreadable_file_is_named_and_read_once_it_can_be(log, denied):
    log.write(log.version() + log.scalars(0, 3), run="good")
    secret = log.write(log.version() + log.scalars(0, 3), run="secret")
    with denied(secret):
        log.poll()
        assert log.steps("good") == [0, 1, 2]
        assert log.steps("secret") is None
        assert log.store.progress.unreadable == (("secret/events.out.tfevents.1", "Permission denied"),)
    log.poll()
    assert log.steps("secret") == [0, 1, 2]
    assert log.store.progress.unreadable == ()
    assert sum("secret" in line for line in log.said) == 1


def test_an_unreadable_directory_is_named_and_the_rest_is_shown(log, denied):
    log.write(log.version() + log.scalars(0, 3), run="good")
    log.write(log.version() + log.scalars(0, 3), run="secret")
    with denied(log.directory / "secret"):
        log.poll()
        assert log.steps("good") == [0, 1, 2]
        assert log.store.progress.unreadable == (("secret", "Permission denied"),)
    log.poll()
    assert log.steps("secret") == [0, 1, 2]


def test_a_failure_in_one_file_costs_only_that_file(log, monkeypatch):
    for run in ("a", "b", "c"):
        log.write(log.version() + log.scalars(0, 3), run=run)
    look = Ingest.look

    def failing(self):
        if self.source.run == "b":
            raise RuntimeError("no luck")
        return look(self)

    with monkeypatch.context() as patch:
        patch.setattr(Ingest, "look", failing)
        log.poll(2)
    assert [log.steps(run) for run in "abc"] == [[0, 1, 2], None, [0, 1, 2]]
    assert log.store.progress.unreadable == (("b/events.out.tfevents.1", "RuntimeError: no luck"),)
    assert log.poll().steps("b") == [0, 1, 2]


def test_files_longer_than_a_stretch_are_read_in_turns(log, monkeypatch):
    monkeypatch.setattr(tail, "STRETCH", 1000)
    log.write(log.version() + log.scalars(0, 500))
    log.write(log.version() + log.scalars(0, 10), run="short")
    order = []
    look = Ingest.look
    monkeypatch.setattr(Ingest, "look", lambda self: (order.append(self.source.run), look(self))[1])
    log.poll()
    assert log.steps() == list(range(500))
    assert order.index("short") == 1
    assert log.store.progress.bytes_read == log.store.progress.bytes_known


def test_a_long_record_that_is_being_written_is_not_read_from_its_start_again_and_again(log, monkeypatch):
    monkeypatch.setattr(tail, "STRETCH", 1000)
    record = log.event(wall_time=1.0, graph_def=os.urandom(100_000))
    log.write(log.version() + record[:2000])
    log.poll()
    read, counts = tail._read, []
    monkeypatch.setattr(tail, "_read", lambda *asked: (counts.append(asked[2]), read(*asked))[1])
    for start in range(2000, len(record), 2000):
        log.append(record[start : start + 2000])
        log.poll()
    log.append(log.scalars(0, 3))
    assert log.poll().steps() == [0, 1, 2]
    assert len(log.store.blobs("run", "__run_graph__")) == 1
    assert sum(counts) < 5 * len(record)


def test_the_thread_finds_new_runs_and_growth_of_files_silent_for_long(log, aged, monkeypatch):
    monkeypatch.setattr("board.logs.loader._MAX_POLL_SECONDS", 0.05)
    aged(log.write(log.version() + log.scalars(0, 3)))
    aged(log.directory / "run")
    log.poll()
    log.loader.start()

    def awaited(run, steps):
        for _ in range(500):
            if log.steps(run) == steps:
                return True
            threading.Event().wait(0.02)
        return False

    try:
        assert awaited("run", [0, 1, 2])
        log.append(log.scalars(3, 5))
        assert awaited("run", [0, 1, 2, 3, 4])
        log.write(log.version() + log.scalars(0, 2), run="deep/new")
        assert awaited("deep/new", [0, 1])
        shutil.rmtree(log.directory / "run")
        assert awaited("run", None)
    finally:
        log.loader.stop()


def test_a_record_longer_than_a_stretch_is_read(log, monkeypatch):
    monkeypatch.setattr(tail, "STRETCH", 100)
    graph = os.urandom(5000)
    log.write(log.version() + log.event(wall_time=1.0, graph_def=graph) + log.scalars(0, 5))
    assert log.poll().steps() == list(range(5))
    (place,) = log.store.blobs("run", "__run_graph__")
    assert log.store.read(place).tolist() == [graph]


def test_a_torn_tail_is_waited_for_then_completed(log):
    record = log.scalar(3)
    path = log.write(log.version() + log.scalars(0, 3) + record[:-5])
    log.poll()
    (tail_entry,) = log.store.damage.entries()
    assert tail_entry.pending
    assert tail_entry.offset == path.stat().st_size - len(record) + 5
    assert log.store.damage.count == 0
    assert log.damaged == []
    log.append(record[-5:])
    assert log.poll().steps() == [0, 1, 2, 3]
    assert log.store.damage.entries() == []


def test_a_torn_tail_of_an_old_file_is_damage(log, aged):
    path = log.write(log.version() + log.scalars(0, 3) + log.scalar(3)[:-5])
    aged(path)
    log.poll()
    (entry,) = log.store.damage.entries()
    assert (entry.file, entry.pending, entry.reason) == ("run/events.out.tfevents.1", False, "record cut off")
    assert log.store.damage.count == 1
    log.poll(2)
    assert log.damaged == [entry]
    log.append(log.scalar(3)[-5:])
    assert log.poll().steps() == [0, 1, 2, 3]
    assert log.store.damage.count == 0


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_resumed_writer_behind_a_torn_record_loses_that_record_only(cut, log):
    log.write(log.version() + log.scalars(0, 3) + log.scalar(99)[:cut])
    log.poll()
    log.append(log.scalars(3, 9))
    assert log.poll().steps() == list(range(9))
    assert log.store.damage.count == 1


def test_a_torn_record_that_promised_more_than_ever_comes_is_given_up(log, aged):
    large = log.event(wall_time=1.0, graph_def=bytes(100_000))
    torn_at = len(log.version() + log.scalars(0, 3))
    path = log.write(log.version() + log.scalars(0, 3) + large[: HEADER_SIZE + 20] + log.scalars(3, 6))
    assert log.poll().steps() == [0, 1, 2]
    aged(path)
    assert log.poll().steps() == [0, 1, 2, 3, 4, 5]
    (entry,) = log.store.damage.entries()
    assert (entry.offset, entry.length, entry.pending) == (torn_at, HEADER_SIZE + 20, False)
    log.append(log.scalars(6, 8))
    assert log.poll().steps() == list(range(8))


@pytest.mark.parametrize("size", [1, 11, 12, 13, 4096, 100_000])
def test_a_hole_at_the_end_is_waited_for_and_fills_in(size, log):
    begin, rest = log.version() + log.scalars(0, 3), log.scalars(3, 4000)
    path = log.write(begin + bytes(size))
    log.poll()
    assert log.store.damage.count == 0
    with path.open("r+b") as file:
        file.seek(len(begin))
        file.write(rest)
    assert log.poll().steps() == list(range(4000))
    assert log.store.damage.entries() == []


def test_a_hole_with_records_behind_it_is_skipped_and_heals_when_it_fills_in(log):
    begin, middle, end = log.version() + log.scalars(0, 3), log.scalars(3, 100), log.scalars(100, 103)
    path = log.write(begin + bytes(len(middle)) + end)
    assert log.poll().steps() == [0, 1, 2, 100, 101, 102]
    assert log.store.damage.count == 1
    with path.open("r+b") as file:
        file.seek(len(begin))
        file.write(middle)
    assert log.poll().steps() == list(range(103))
    assert log.store.damage.count == 0


def test_readers_see_whole_rows_while_the_loader_writes(log):
    log.write(log.version() + log.scalars(0, 1))
    log.poll()
    wrong = []
    done = threading.Event()

    def look():
        while not done.is_set():
            steps, wall_times, values = log.store.scalars("run", "loss")
            if not (len(steps) == len(wall_times) == len(values) and (steps == values).all()):
                wrong.append(len(steps))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(1, 2000, 50):
        log.append(log.scalars(start, start + 50))
        log.poll()
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert log.steps() == list(range(2001))


def test_columns_handed_out_never_change(log):
    log.write(log.version() + log.scalars(0, 10))
    early = log.poll().store.scalars("run", "loss")
    copy = early.values.copy()
    with pytest.raises(ValueError, match="read-only"):
        early.values[0] = 1
    for start in range(10, 200, 10):
        log.append(log.scalars(start, start + 10))
        log.poll()
    assert early.values.tolist() == copy.tolist()


def test_the_thread_reads_what_comes_and_stops(log):
    log.write(log.version() + log.scalars(0, 3))
    log.loader.start()
    try:
        for _ in range(500):
            if log.steps() == [0, 1, 2]:
                break
            threading.Event().wait(0.02)
        log.append(log.scalars(3, 5))
        for _ in range(500):
            if log.steps() == [0, 1, 2, 3, 4]:
                break
            threading.Event().wait(0.02)
    finally:
        log.loader.stop()
    assert log.steps() == [0, 1, 2, 3, 4]
    assert any("1 run, 1 series, 3 points read in" in line for line in log.said)


def test_the_thread_survives_a_failing_walk(log, monkeypatch):
    walks = []

    def walk(survey, **how):
        walks.append(survey)
        raise MemoryError("out of luck")

    monkeypatch.setattr("board.logs.loader.discovery.Survey.find", walk)
    monkeypatch.setattr("board.logs.loader.POLL_SECONDS", 0.01)
    log.loader.start()
    try:
        for _ in range(500):
            if len(walks) > 2:
                break
            threading.Event().wait(0.02)
    finally:
        log.loader.stop()
    assert len(walks) > 2
    assert any("MemoryError: out of luck" in line for line in log.said)


def test_the_thread_goes_on_with_every_file_after_a_failing_pass(log, monkeypatch):
    log.write(log.version() + log.scalars(0, 3))
    failed = []

    def progress(**fields):
        if fields["bytes_read"] and not failed:  # the file has had its turn
            failed.append(fields)
            raise MemoryError("out of luck")
        return Progress(**fields)

    monkeypatch.setattr("board.logs.loader.Progress", progress)
    log.loader.start()
    try:
        for _ in range(500):
            if failed and not log.store.progress.loading:
                break
            threading.Event().wait(0.02)
        log.append(log.scalars(3, 5))
        for _ in range(200):
            if log.steps() == [0, 1, 2, 3, 4]:
                break
            threading.Event().wait(0.02)
    finally:
        log.loader.stop()
    assert failed
    assert log.steps() == [0, 1, 2, 3, 4]


def test_a_file_of_many_stretches_loses_nothing_where_they_meet(log, aged, monkeypatch):
    monkeypatch.setattr(tail, "STRETCH", 1000)
    aged(log.write(log.version() + log.scalars(0, 500)))
    log.poll()
    assert log.steps() == list(range(500))
    assert log.store.damage.count == 0


def test_runs_that_appear_during_a_long_first_pass_are_read_in_it(log, monkeypatch):
    monkeypatch.setattr(loader, "_WALK_REST", 0)
    monkeypatch.setattr(loader, "POLL_SECONDS", 0.0)
    for number in range(3):
        log.write(log.version() + log.scalars(0, 3), run=f"run{number}")
    look = Ingest.look

    def slow(self):
        if self.source.run == "run1":
            log.write(log.version() + log.scalars(0, 5), run="late")
        return look(self)

    monkeypatch.setattr(Ingest, "look", slow)
    log.poll()
    assert log.steps("late") == [0, 1, 2, 3, 4]


def test_what_there_is_to_read_is_known_before_it_is_read(log, monkeypatch):
    sizes = [len(log.write(log.version() + log.scalars(0, 3), run=f"run{number}").read_bytes()) for number in range(3)]
    seen = []
    look = Ingest.look

    def noting(self):
        log.loader._publish(loading=True)
        seen.append(log.store.progress)
        return look(self)

    monkeypatch.setattr(Ingest, "look", noting)
    log.poll()
    assert [progress.bytes_known for progress in seen] == [sum(sizes)] * 3
    assert log.store.progress.bytes_read == sum(sizes)
