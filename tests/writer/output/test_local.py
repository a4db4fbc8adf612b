import errno
import os
import shutil

import pytest

from writer import event
from writer.format.record import Incomplete, Record, frame, next_record
from writer.output import durable
from writer.output.clock import WallClock
from writer.output.local import FileOptions, LocalFiles, version_record
from writer.summary.scalars import scalar


def record(step: int, payload: bytes = b"") -> bytes:
    return frame(event.encode(1000.0, step, event.SUMMARY, payload or scalar("t", step)))


def steps(events):
    return [item.step for item in events if item.HasField("summary")]


def local(directory, **options):
    return LocalFiles(str(directory), FileOptions(**options), WallClock())


def write_all(sink, records):
    while records:
        try:
            records = records[sink.write(records) :]
        except OSError:
            continue


class FullDisk:
    """Takes ``room`` bytes, then refuses twice, then takes all."""

    def __init__(self, room, truncates):
        self.room, self.truncates, self.failures = room, truncates, 0
        self._write, self._truncate = os.write, os.ftruncate

    def write(self, fd, data):
        if self.room == 0 and self.failures < 2:
            self.failures += 1
            raise OSError(errno.ENOSPC, "No space left on device")
        if self.failures:
            return self._write(fd, data)
        taken = self._write(fd, data[: self.room])
        self.room -= taken
        return taken

    def truncate(self, fd, size):
        if not self.truncates and self.failures < 2:
            raise OSError(errno.EIO, "Input/output error")
        self._truncate(fd, size)


def cut_tails_off(directory):
    """Takes torn records off the ends of files, which is the one place where they do no harm."""
    for path in directory.iterdir():
        data, offset = path.read_bytes(), 0
        while isinstance(found := next_record(data, offset), Record):
            offset = found.end
        assert isinstance(found, Incomplete)
        os.truncate(path, offset)


# A first file, one that has records, and one that has none but its version.
@pytest.mark.parametrize("before", [None, 0, 3])
@pytest.mark.parametrize("truncates", [True, False])
def test_a_write_cut_off_at_any_byte_damages_nothing(before, truncates, tmp_path, monkeypatch, read_events):
    records = [record(step) for step in range(10, 13)]
    for cut in range(len(version_record(0.0)) * (before is None) + sum(map(len, records))):
        directory = tmp_path / f"{cut}"
        sink = local(directory)
        if before is not None:
            sink.write([record(step) for step in range(before + 1)])
        disk = FullDisk(cut, truncates)
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", disk.write)
            patch.setattr(os, "ftruncate", disk.truncate)
            write_all(sink, records)
        sink.release()
        expected = [*([] if before is None else range(before + 1)), 10, 11, 12]
        if not truncates:
            cut_tails_off(directory)
        assert steps(read_events(directory)) == expected, cut
        shutil.rmtree(directory)


def test_a_file_that_is_deleted_or_replaced_is_begun_anew(tmp_path, read_events, monkeypatch):
    monkeypatch.setattr("writer.output.local._LOOK_SECONDS", 0.0)
    sink = local(tmp_path / "run")
    sink.write([record(1)])
    shutil.rmtree(tmp_path / "run")
    sink.write([record(2)])
    assert steps(read_events(tmp_path / "run")) == [2]
    os.rename(tmp_path / "run", tmp_path / "moved")
    sink.write([record(3)])
    assert steps(read_events(tmp_path / "run")) == [3]
    assert steps(read_events(tmp_path / "moved")) == [2]
    (path,) = (tmp_path / "run").iterdir()
    os.truncate(path, 10)
    sink.write([record(4)])
    path.unlink()
    assert steps(read_events(tmp_path / "run")) == [4]


def test_a_file_whose_descriptor_was_given_back_is_gone_on_with(tmp_path, read_events):
    sink = local(tmp_path)
    for step in range(5):
        sink.write([record(step)])
        sink.release()
    assert not sink.is_open()
    assert len(list(tmp_path.iterdir())) == 1
    assert steps(read_events(tmp_path)) == list(range(5))


def test_a_system_that_numbers_open_files_differently_does_not_get_new_ones(tmp_path, read_events, monkeypatch):
    monkeypatch.setattr("writer.output.local._LOOK_SECONDS", 0.0)
    monkeypatch.setattr(os, "fstat", lambda fd: os.stat_result([0] * 10))
    sink = local(tmp_path)
    for step in range(5):
        sink.write([record(step)])
        if step % 2:
            sink.release()
    assert len(list(tmp_path.iterdir())) == 1
    assert steps(read_events(tmp_path)) == list(range(5))


def test_a_file_of_full_size_is_followed_by_one_whose_name_sorts_behind(tmp_path, read_events):
    sink = local(tmp_path, max_bytes=1000)
    for step in range(200):
        sink.write([record(step)])
    files = sorted(tmp_path.iterdir())
    assert len(files) > 5
    assert all(path.stat().st_size < 1100 for path in files)
    events = read_events(tmp_path)
    assert steps(events) == list(range(200))
    assert sum(item.file_version != "" for item in events) == len(files)


def test_a_failed_fsync_has_all_it_was_to_save_written_to_a_new_file(tmp_path, read_events, monkeypatch):
    sink = local(tmp_path, fsync=True)
    sink.write([record(1)])
    real_fsync = os.fsync
    calls = []

    def fsync(fd):
        calls.append(fd)
        if len(calls) == 1:
            raise OSError(errno.EIO, "Input/output error")
        real_fsync(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Input/output"):
        sink.write([record(2)])
    sink.write([record(2), record(3)])
    assert len(list(tmp_path.iterdir())) == 2
    assert steps(read_events(tmp_path)) == [1, 2, 3]
    assert len(calls) > 2  # the last ones: the new file, its directory, and those above


def test_a_disk_that_goes_on_failing_to_sync_is_not_filled_with_files(tmp_path, read_events, monkeypatch):
    sink = local(tmp_path, fsync=True)
    with monkeypatch.context() as patch:
        patch.setattr("writer.output.local.sync_file", lambda fd: os.close(99_999))
        for _ in range(5):
            with pytest.raises(OSError, match="Bad file descriptor"):
                sink.write([record(1)])
    assert list(tmp_path.iterdir()) == []
    sink.write([record(1)])
    assert steps(read_events(tmp_path)) == [1]


def test_a_directory_that_cannot_be_synced_is_told_of_once_and_no_fault(tmp_path, read_events, monkeypatch, caplog):
    monkeypatch.setattr(durable, "_told", set())
    real_open = os.open

    def refuse_directories(path, *arguments):
        if os.path.isdir(path):
            raise OSError(errno.EINVAL, "Invalid argument")
        return real_open(path, *arguments)

    monkeypatch.setattr(os, "open", refuse_directories)
    for name in "ab":
        sink = local(tmp_path / name, fsync=True)
        sink.write([record(1)])
        assert steps(read_events(tmp_path / name)) == [1]
    assert len([entry for entry in caplog.records if "cannot be synced" in entry.message]) == 1


@pytest.mark.parametrize(
    ("answer", "synced_by"),
    [(None, ["full"]), (errno.ENOTSUP, ["full", "fsync"]), (errno.EIO, ["full"])],
    ids=["a local disk", "a network file system", "a disk that fails"],
)
def test_on_macos_the_drives_own_cache_is_emptied_too(tmp_path, monkeypatch, answer, synced_by):
    calls = []

    def fcntl(fd, command):
        calls.append("full")
        assert command == 51
        if answer is not None:
            raise OSError(answer, os.strerror(answer))

    monkeypatch.setattr(durable, "F_FULLFSYNC", 51)
    monkeypatch.setattr(durable, "fcntl", fcntl, raising=False)
    monkeypatch.setattr(os, "fsync", lambda fd: calls.append("fsync"))
    with open(tmp_path / "file", "wb") as file:
        if answer == errno.EIO:
            with pytest.raises(OSError, match="Input/output"):
                durable.sync_file(file.fileno())
        else:
            durable.sync_file(file.fileno())
    assert calls == synced_by


def test_the_names_of_two_writers_that_are_alike_in_everything_never_share_a_file(tmp_path, monkeypatch, read_events):
    names = iter(["events.out.tfevents.1.a"] * 3 + ["events.out.tfevents.1.b"])
    monkeypatch.setattr("writer.format.file_names.make", lambda seconds, suffix: next(names))
    for step in range(2):
        local(tmp_path).write([record(step)])
    assert steps(read_events(tmp_path)) == [0, 1]
