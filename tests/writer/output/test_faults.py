import errno
import os
import threading
import time

import pytest

from writer import EventFileWriter, event
from writer.format import gap
from writer.summary.scalars import scalar


def scalar_event(step: int) -> bytes:
    return event.encode(1000.0 + step, step, event.SUMMARY, scalar("t", step))


def steps(events):
    return [item.step for item in events if item.HasField("summary")]


def gaps(events):
    told = [gap.decode(item.log_message.message) for item in events if item.HasField("log_message")]
    return [found._asdict() for found in told]


class Disk:
    """`os.write` and its kin, with faults to switch on: an errno; or writes that do not come back."""

    def __init__(self, monkeypatch):
        self.error: int | None = None
        self.hangs = threading.Event()
        self.hangs.set()
        self.slowness = 0.0
        for name in ("write", "open", "stat", "ftruncate"):
            monkeypatch.setattr(os, name, self._faulty(getattr(os, name), name))

    def _faulty(self, call, name):
        def faulty(*arguments, **keywords):
            if threading.current_thread().name == "graphboard writer":
                self.hangs.wait()
                if name == "write":
                    time.sleep(self.slowness)
                if self.error is not None and name != "stat":
                    raise OSError(self.error, os.strerror(self.error))
            return call(*arguments, **keywords)

        return faulty


@pytest.fixture
def disk(monkeypatch):
    disk = Disk(monkeypatch)
    yield disk
    disk.error, disk.slowness = None, 0.0
    disk.hangs.set()


@pytest.fixture(autouse=True)
def _retries_soon(monkeypatch):
    monkeypatch.setattr("writer.output.outlet._RETRY_SECONDS", 0.02)


FAULTS = ["ENOSPC", "EIO", "EROFS", "ENOENT", "ESTALE", "EDQUOT", "EMFILE"]


@pytest.mark.parametrize("when", ["before the file", "in the file"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_reaches_no_caller_and_nothing_within_the_limit_is_lost(name, when, tmp_path, disk, read_events):
    writer = EventFileWriter(str(tmp_path), flush_secs=0, max_queue=5)
    if when == "in the file":
        writer.write(scalar_event(0))
        assert writer.flush()
    disk.error = getattr(errno, name)
    for step in range(1, 100):
        writer.write(scalar_event(step))
        if step % 20 == 0:
            assert writer.flush() is False
    disk.error = None
    time.sleep(0.1)
    writer.write(scalar_event(100))
    assert writer.flush()
    assert steps(read_events(tmp_path)) == list(range(when == "before the file", 101))
    writer.close()


def test_beyond_the_limit_events_are_dropped_counted_and_told_in_their_place(tmp_path, disk, read_events, caplog):
    writer = EventFileWriter(str(tmp_path), flush_secs=0, memory_limit=20_000)
    writer.write(scalar_event(0))
    assert writer.flush()
    disk.error = errno.ENOSPC
    for step in range(1, 1000):
        writer.write(scalar_event(step))
    assert writer.flush() is False
    assert writer.dropped > 500
    assert not any(writer.flush() for _ in range(100))  # the gap is told once, however often
    disk.error = None
    assert writer.flush()
    writer.write(scalar_event(1000))
    writer.close()
    events = read_events(tmp_path)
    (told,) = gaps(events)
    written = steps(events)
    assert written == [*range(len(written) - 1), 1000]
    assert len(written) + told["events"] == 1001
    assert told["bytes"] >= 40 * told["events"]
    assert told["first"] <= told["last"] <= time.time()
    assert "No space left" in told["reason"]
    place = next(index for index, item in enumerate(events) if item.HasField("log_message"))
    assert events[place - 1].step == len(written) - 2
    assert len([entry for entry in caplog.records if "dropped" in entry.message]) == 1


def test_a_write_that_hangs_blocks_neither_logging_nor_flush_nor_close(tmp_path, disk, read_events, monkeypatch):
    monkeypatch.setattr("writer.output.open_file._PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("writer.output.queue.STUCK_SECONDS", 0.05)
    writer = EventFileWriter(str(tmp_path), flush_secs=0, memory_limit=20_000)
    writer.write(scalar_event(0))
    assert writer.flush()
    disk.hangs.clear()
    writer.write(scalar_event(1))
    assert writer.flush() is False
    slowest = 0.0
    for step in range(2, 1000):
        begin = time.monotonic()
        writer.write(scalar_event(step))
        slowest = max(slowest, time.monotonic() - begin)
    writer.close()
    disk.hangs.set()
    deadline = time.monotonic() + 20
    while not gaps(read_events(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.01)
    events = read_events(tmp_path)
    assert len(steps(events)) + gaps(events)[0]["events"] == 1000
    assert "does not answer" in gaps(events)[0]["reason"]
    assert slowest < 5


def test_nor_do_other_writers_on_the_file_system_that_hangs_wait(tmp_path, disk, read_events, monkeypatch):
    monkeypatch.setattr("writer.output.open_file._PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr("writer.output.queue.STUCK_SECONDS", 0.05)
    first, second = (EventFileWriter(str(tmp_path / name), flush_secs=0, memory_limit=20_000) for name in "ab")
    second.write(scalar_event(0))
    assert second.flush()
    disk.hangs.clear()
    first.write(scalar_event(0))
    assert first.flush() is False  # what hangs is a write of this one
    for step in range(1, 1000):
        second.write(scalar_event(step))
    assert second.flush() is False
    assert second.dropped > 500
    disk.hangs.set()
    assert first.flush()
    assert second.flush()
    assert len(steps(read_events(tmp_path / "b"))) + second.dropped == 1000


def test_a_file_system_that_hangs_keeps_up_no_other(tmp_path, disk, read_events, monkeypatch):
    monkeypatch.setattr(EventFileWriter, "_prepare", lambda self, path: (os.makedirs(path), path)[1])
    monkeypatch.setattr("writer.output.open_file._PATIENCE_SECONDS", 0.1)
    hung, healthy = (EventFileWriter(str(tmp_path / name)) for name in "ab")
    real_wait = disk.hangs.wait
    disk.hangs.clear()
    first_thread: list[int] = []

    def only_the_first():
        if not first_thread:
            first_thread.append(threading.get_ident())
        if threading.get_ident() == first_thread[0]:
            real_wait()

    disk.hangs.wait = only_the_first
    hung.write(scalar_event(1))
    assert hung.flush() is False
    healthy.write(scalar_event(2))
    assert healthy.flush() is True
    assert steps(read_events(tmp_path / "b")) == [2]
    disk.hangs.set()


def test_a_queue_that_is_full_waits_for_a_slow_disk(tmp_path, disk, read_events):
    disk.slowness = 0.01
    writer = EventFileWriter(str(tmp_path), memory_limit=5_000)
    for step in range(1000):
        writer.write(scalar_event(step))
    writer.close()
    assert steps(read_events(tmp_path)) == list(range(1000))


def test_or_drops_if_told_to(tmp_path, disk, read_events):
    disk.slowness = 0.05
    writer = EventFileWriter(str(tmp_path), memory_limit=5_000, on_full="drop")
    for step in range(1000):
        writer.write(scalar_event(step))
    writer.close()
    events = read_events(tmp_path)
    assert len(steps(events)) + sum(told["events"] for told in gaps(events)) == 1000
    assert gaps(events)[0]["reason"] == "the queue is full"


def test_those_who_want_the_exception_get_it_and_lose_nothing(tmp_path, disk, read_events):
    writer = EventFileWriter(str(tmp_path), flush_secs=0, on_error="raise")
    writer.write(scalar_event(0))
    writer.flush()
    disk.error = errno.ENOSPC
    writer.write(scalar_event(1))
    with pytest.raises(OSError, match="No space"):
        writer.flush()
    with pytest.raises(OSError, match="No space"):
        writer.write(scalar_event(2))
    disk.error = None
    writer.flush()
    writer.write(scalar_event(3))
    writer.close()
    assert steps(read_events(tmp_path)) == [0, 1, 2, 3]


def test_what_the_disk_does_not_take_at_close_is_written_when_it_does(tmp_path, disk, read_events):
    writer = EventFileWriter(str(tmp_path), flush_secs=0)
    disk.error = errno.ENOSPC
    writer.write(scalar_event(1))
    writer.close()
    disk.error = None
    deadline = time.monotonic() + 20
    while not steps(read_events(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert steps(read_events(tmp_path)) == [1]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"on_full": "block"}, "on_full is one of 'wait', 'drop', but got 'block'"),
        ({"on_error": "ignore"}, "on_error is one of"),
        ({"sync": "always"}, "sync is one of"),
        ({"memory_limit": 0}, "memory_limit is a number of bytes above 0"),
        ({"max_file_bytes": -1}, "max_file_bytes is a number of bytes above 0"),
    ],
)
def test_an_option_that_does_not_exist_is_refused(option, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        EventFileWriter(str(tmp_path), **option)


def test_an_event_larger_than_readers_accept_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("writer.event_file.MAX_DATA_SIZE", 100)
    with pytest.raises(ValueError, match="it takes 101 bytes in the event file"):
        EventFileWriter(str(tmp_path)).write(bytes(101))
