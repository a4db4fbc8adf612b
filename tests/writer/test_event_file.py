import errno
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest

from writer import EventFileWriter, SummaryWriter, event
from writer.summary.scalars import scalar


def scalar_event(step: int, tag: str = "t") -> bytes:
    return event.encode(1000.0 + step, step, event.SUMMARY, scalar(tag, step))


def steps(events):
    return [item.step for item in events if item.HasField("summary")]


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited 20 s"
        time.sleep(0.01)


def test_directory_is_made_at_once_and_the_file_with_the_first_event(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path / "a" / "b"))
    assert list((tmp_path / "a" / "b").iterdir()) == []
    writer.write(scalar_event(1))
    writer.flush()
    first, second = read_events(tmp_path / "a" / "b")
    assert first.file_version == "brain.Event:2"
    assert first.source_metadata.writer == "graphboard.writer"
    assert second.step == 1


def test_flush_returns_when_everything_is_in_the_file(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path), flush_secs=3600)
    for step in range(2000):
        writer.write(scalar_event(step))
    writer.flush()
    assert steps(read_events(tmp_path)) == list(range(2000))


def test_events_reach_the_file_without_flush(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path), flush_secs=0.1)
    for step in range(3):
        writer.write(scalar_event(step))
        wait_for(lambda: steps(read_events(tmp_path)) == list(range(step + 1)))  # noqa: B023 called at once


def test_a_full_queue_does_not_wait_for_the_time_to_pass(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path), max_queue=10, flush_secs=3600)
    for step in range(100):
        writer.write(scalar_event(step))
    wait_for(lambda: len(steps(read_events(tmp_path))) >= 90)


def test_closing_twice_is_harmless_and_writing_after_close_begins_a_new_file(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path))
    writer.write(scalar_event(1))
    writer.close()
    writer.close()
    writer.flush()
    writer.write(scalar_event(2))
    writer.close()
    assert len(list(tmp_path.iterdir())) == 2
    assert sorted(steps(read_events(tmp_path))) == [1, 2]


def test_threads_may_share_a_writer(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path), max_queue=7)

    def log(thread: int) -> None:
        for step in range(500):
            writer.write(scalar_event(thread * 500 + step))

    threads = [threading.Thread(target=log, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()
    assert sorted(steps(read_events(tmp_path))) == list(range(4000))


SCRIPT = """
import os, sys, time
from writer import EventFileWriter, event
from writer.summary.scalars import scalar
writer = EventFileWriter(sys.argv[1], flush_secs=3600)
for step in range(100):
    writer.write(event.encode(1.0, step, event.SUMMARY, scalar("t", step)))
"""


DROP = """
import gc, threading
del writer
gc.collect()
print(threading.active_count(), flush=True)
os._exit(0)
"""


def test_a_writer_that_is_dropped_writes_what_it_has_and_ends_its_thread(tmp_path, read_events):
    # In a process of its own: writers of other tests may share the thread.
    done = subprocess.run([sys.executable, "-c", SCRIPT + DROP, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
    assert steps(read_events(tmp_path)) == list(range(100))


@pytest.mark.parametrize("end", ["", "sys.exit(3)", "raise RuntimeError('training failed')"])
def test_all_is_on_disk_when_the_interpreter_ends_without_close(end, tmp_path, read_events):
    subprocess.run([sys.executable, "-c", SCRIPT + end, tmp_path], check=False, stderr=subprocess.DEVNULL)
    assert steps(read_events(tmp_path)) == list(range(100))


def test_what_was_flushed_survives_kill_9(tmp_path, read_events):
    script = SCRIPT + "writer.flush(); print('flushed', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script, tmp_path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"flushed\n"
        process.send_signal(signal.SIGKILL)
    assert steps(read_events(tmp_path)) == list(range(100))


def test_a_forked_child_writes_a_file_of_its_own(tmp_path):
    script = SCRIPT + (
        "writer.flush()\n"
        "writer.write(event.encode(1.0, 100, event.SUMMARY, scalar('t', 0)))\n"  # waits in the parent's memory
        "child = os.fork()\n"
        "writer.write(event.encode(1.0, 1000 if child else 2000, event.SUMMARY, scalar('t', 0)))\n"
        "writer.close()\n"
        "if child: os.waitpid(child, 0)\n"
        "else: os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", script, tmp_path], check=True)
    from writer.format.messages import Event
    from writer.format.record import next_record

    found = {}
    for path in tmp_path.iterdir():
        data, offset, seen = path.read_bytes(), 0, []
        while offset < len(data):
            record = next_record(data, offset)
            seen += steps([Event.FromString(record.data)])
            offset = record.end
        found[path.name.split(".")[5]] = seen
    assert sorted(found.values()) == [[*range(101), 1000], [2000]]


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot fork here")
def test_a_process_of_multiprocessing_may_end_without_close(method, tmp_path, read_events):
    # The writer is a global, so that nothing but the end of the process can drain it.
    program = tmp_path / "program.py"
    program.write_text(
        "import multiprocessing, sys\n"
        "from writer import SummaryWriter\n"
        "def train(directory):\n"
        "    global log\n"
        "    log = SummaryWriter(directory, flush_secs=600)\n"
        "    log.add_scalar('t', 0.0, 0)\n"
        "    log.flush()\n"
        "    log.add_scalar('t', 0.0, 1)\n"
        "if __name__ == '__main__':\n"
        "    process = multiprocessing.get_context(sys.argv[1]).Process(target=train, args=(sys.argv[2],))\n"
        "    process.start()\n"
        "    process.join()\n"
    )
    subprocess.run([sys.executable, str(program), method, str(tmp_path / "run")], check=True, timeout=120)
    assert steps(read_events(tmp_path / "run")) == [0, 1]


def test_a_disk_that_refuses_is_reported_once_and_written_on_when_it_takes_again(
    tmp_path, read_events, monkeypatch, caplog
):
    writer = EventFileWriter(str(tmp_path), flush_secs=0)
    writer.write(scalar_event(0))
    writer.flush()
    real_write = os.write
    full = threading.Event()
    full.set()

    def write(fd, data):
        if full.is_set():
            # What a full disk does: it takes a part of the data, then nothing.
            taken = real_write(fd, data[:5]) if len(data) > 100 else 0
            if taken:
                return taken
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_write(fd, data)

    monkeypatch.setattr(os, "write", write)
    writer.write(scalar_event(1))
    writer.write(scalar_event(2))
    assert writer.flush() is False
    assert writer.flush() is False
    assert steps(read_events(tmp_path)) == [0]  # no torn record is left at the end
    writer.write(scalar_event(3))
    full.clear()
    assert writer.flush() is True
    assert steps(read_events(tmp_path)) == [0, 1, 2, 3]
    assert len([entry for entry in caplog.records if "No space left" in entry.message]) == 1
    assert len([entry for entry in caplog.records if "writing goes on" in entry.message]) == 1
    writer.close()


def test_two_writers_in_one_directory_and_second_never_share_a_file(tmp_path, read_events):
    writers = [EventFileWriter(str(tmp_path)) for _ in range(20)]
    for step, writer in enumerate(writers):
        writer.write(scalar_event(step))
    for writer in writers:
        writer.close()
    assert len(list(tmp_path.iterdir())) == 20
    assert sorted(steps(read_events(tmp_path))) == list(range(20))


def test_a_directory_that_cannot_be_made_is_an_error_at_once(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        EventFileWriter(str(tmp_path / "file" / "run"))


@pytest.mark.parametrize("kind", [EventFileWriter, SummaryWriter])
def test_a_pickled_writer_begins_a_file_of_its_own(kind, tmp_path, read_events):
    def log(writer, step):
        (writer if kind is EventFileWriter else writer._file).write(scalar_event(step))

    writer = kind(str(tmp_path), flush_secs=0.5, filename_suffix=".x")
    log(writer, 1)
    copy = pickle.loads(pickle.dumps(writer))
    log(copy, 2)
    writer.close()
    copy.close()
    paths = list(tmp_path.iterdir())
    assert len(paths) == 2
    assert all(path.name.endswith(".x") for path in paths)
    assert sorted(steps(read_events(tmp_path))) == [1, 2]


def test_closing_and_logging_at_once_loses_nothing(tmp_path, read_events):
    writer = EventFileWriter(str(tmp_path))

    def log(thread: int) -> None:
        for step in range(2000):
            writer.write(scalar_event(thread * 2000 + step))

    threads = [threading.Thread(target=log, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        writer.close()
    for thread in threads:
        thread.join()
    writer.close()
    assert sorted(steps(read_events(tmp_path))) == list(range(8000))


def test_a_clock_that_is_set_back_reorders_nothing(tmp_path, monkeypatch):
    writer = EventFileWriter(str(tmp_path))
    day = 86400.0
    real_time, shift = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real_time() + shift[0])
    times = []
    for shift[0] in (0.0, day, 0.0, -10 * 365 * day, 0.0, 10 * 365 * day, 0.0):
        times += [writer.now() for _ in range(3)]
    assert times == sorted(times)
    assert times[-1] - times[0] < 10 * 366 * day


def test_fsync_reaches_the_disk_before_flush_returns(tmp_path, monkeypatch, read_events):
    synced = []
    real_fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.fstat(fd)), real_fsync(fd)))
    writer = EventFileWriter(str(tmp_path / "a"), sync="fsync")
    writer.write(scalar_event(1))
    assert writer.flush()
    (path,) = (tmp_path / "a").iterdir()
    inodes = [found.st_ino for found in synced]
    assert inodes[:3] == [path.stat().st_ino, (tmp_path / "a").stat().st_ino, tmp_path.stat().st_ino]
    writer.close()

    synced.clear()
    writer = EventFileWriter(str(tmp_path / "b"))
    writer.write(scalar_event(1))
    assert writer.flush()
    assert not synced
    assert writer.flush(durable=True)
    assert synced
    writer.close()
