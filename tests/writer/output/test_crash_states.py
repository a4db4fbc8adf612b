"""Every state in which a crash can leave the files, made from a record of what the writer asked of the system.

When a process dies, the system keeps all that was asked of it, and the last write may have come to any byte. When the
power fails, it keeps what was synced; of the rest, any part may be there, and blocks may come in another order, with
zeros in place of those that did not. A file whose name was not synced may be missing.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from writer import event
from writer.format.messages import Event
from writer.format.record import Record, frame, next_record
from writer.output.clock import WallClock
from writer.output.local import FileOptions, LocalFiles
from writer.summary.scalars import scalar


class Step(NamedTuple):
    """One thing that the writer asked for. ``name``: of the file, if it is about one."""

    what: str  # create, write, truncate, sync, sync names, unlink; or returned: a call of the writer's
    name: str = ""
    data: bytes = b""
    size: int = 0
    durable: int = 0  # so many records are said to survive the loss of power from here on
    written: int = 0  # so many are with the system


class Recorder:
    """`os` with a memory for what is done below ``directory``, and faults to order."""

    def __init__(self, directory: str, patch: pytest.MonkeyPatch) -> None:
        self.trace: list[Step] = []
        self.durable = self.written = 0
        self.room: int | None = None  # bytes that the disk takes before it is full
        self.sync_fails = False
        self._directory = directory
        self._names: dict[int, str] = {}
        self._real = {name: getattr(os, name) for name in ("open", "write", "ftruncate", "fsync", "unlink", "close")}
        for name in self._real:
            patch.setattr(os, name, getattr(self, f"_{name}"))

    def note(self, what: str, name: str = "", **details: Any) -> None:
        self.trace.append(Step(what, name, durable=self.durable, written=self.written, **details))

    def _open(self, path, flags, *mode):
        fd = self._real["open"](path, flags, *mode)
        if str(path).startswith(self._directory):
            self._names[fd] = os.path.basename(path) if "tfevents" in str(path) else ""
            if flags & os.O_CREAT:
                self.note("create", self._names[fd])
        return fd

    def _close(self, fd):
        self._names.pop(fd, None)
        self._real["close"](fd)

    def _write(self, fd, data):
        if fd not in self._names:
            return self._real["write"](fd, data)
        if self.room is not None:
            data = bytes(data)[: self.room]
            self.room -= len(data)
            if not data:
                self.room = None
                raise OSError(errno.ENOSPC, "No space left on device")
        self.note("write", self._names[fd], data=bytes(data))
        return self._real["write"](fd, data)

    def _ftruncate(self, fd, size):
        self._real["ftruncate"](fd, size)
        self.note("truncate", self._names[fd], size=size)

    def _fsync(self, fd):
        if fd in self._names:
            if self.sync_fails:
                self.sync_fails = False
                raise OSError(errno.EIO, "Input/output error")
            self.note("sync" if self._names[fd] else "sync names", self._names[fd])

    def _unlink(self, path):
        self._real["unlink"](path)
        self.note("unlink", os.path.basename(path))


def after(content: bytes, step: Step) -> bytes:
    if step.what == "write":
        return content + step.data
    return content[: step.size].ljust(step.size, b"\0") if step.what == "truncate" else content


def states_of_file(steps: list[Step]) -> list[bytes]:
    """The contents that one file may have after the power failed: nothing behind its last sync is certain."""
    synced = b""
    open_steps: list[Step] = []
    for step in steps:
        if step.what == "sync":
            for one in open_steps:
                synced = after(synced, one)
            open_steps = []
        else:
            open_steps.append(step)
    found = [synced]
    content = synced
    for step in open_steps:
        if step.what == "write":
            data = step.data
            for cut in {1, len(data) // 2, len(data) - 1} - {0}:
                found.append(content + data[:cut])
                found.append(content + bytes(cut) + data[cut:])  # the later block came first
            found.append(content + bytes(len(data)))
        content = after(content, step)
        found.append(content)
    return found


def power_losses(trace: list[Step]) -> list[dict[str, bytes]]:
    """Directories that may be left if the power fails when all of ``trace`` was asked for."""
    named: set[str] = set()
    steps: dict[str, list[Step]] = {}
    created: set[str] = set()
    for step in trace:
        if step.what == "sync names":
            named |= created
        elif step.what == "create":
            created.add(step.name)
            steps[step.name] = []
        elif step.what == "unlink":  # it may be there still, which does no harm
            steps.pop(step.name)
        elif step.name:
            steps[step.name].append(step)
    choices = {name: states_of_file(of_file) for name, of_file in steps.items()}
    everything = {name: states[-1] for name, states in choices.items()}
    certain = {name: states[0] for name, states in choices.items() if name in named}
    losses = [everything, certain]
    for name, states in choices.items():
        losses += [{**certain, name: state} for state in states]
    return losses


def deaths(trace: list[Step]) -> list[dict[str, bytes]]:
    """Directories that may be left if the process dies while the last of ``trace`` was being done."""
    files: dict[str, bytes] = {}
    for step in trace[:-1]:
        if step.what == "unlink":
            files.pop(step.name)
        elif step.name:
            files[step.name] = after(files.get(step.name, b""), step)
    last = trace[-1]
    if last.what != "write":
        return [{name: after(data, last) if name == last.name else data for name, data in files.items()}]
    return [{**files, last.name: files[last.name] + last.data[:cut]} for cut in range(len(last.data) + 1)]


def steps_read(data: bytes) -> list[int]:
    """Up to the first damage, as a reader does that cannot go around it."""
    found, offset = [], 0
    while isinstance(record := next_record(data, offset), Record):
        item = Event.FromString(record.data)
        found += [item.step] if item.HasField("summary") else []
        offset = record.end
    return found


def peer_reads(data: bytes) -> list[int]:
    with tempfile.NamedTemporaryFile(suffix=".tfevents") as file:
        file.write(data)
        file.flush()
        return [item.step for item in EventFileLoader(file.name).Load() if item.HasField("summary")]


# What a run goes through: records are written, some writes are cut off, syncs are asked for, and some fail.
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(1, 4)),
        st.tuples(st.just("cut off"), st.integers(0, 150)),
        st.tuples(st.just("sync"), st.none()),
        st.tuples(st.just("sync fails"), st.none()),
        st.tuples(st.just("give back"), st.none()),
    ),
    min_size=1,
    max_size=10,
)


def run(actions: list[tuple[str, Any]], options: FileOptions) -> list[Step]:
    """What the writer asks of the system."""
    directory = tempfile.mkdtemp()
    step, waiting = 0, []
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(directory, patch)
        sink = LocalFiles(directory, options, WallClock())
        lost_sync = False
        for action, argument in actions:
            if action == "give back":
                sink.release()
                continue
            if action in ("write", "cut off"):
                recorder.room = argument if action == "cut off" else None
                for _ in range(argument if action == "write" else 3):
                    step += 1
                    waiting.append(frame(event.encode(1.0, step, event.SUMMARY, scalar("t" * (1 + step % 7), step))))
            recorder.sync_fails = action == "sync fails"
            try:
                while waiting:
                    count = sink.write(waiting)
                    del waiting[:count]
                    recorder.written += count
                    if options.fsync:
                        recorder.durable = recorder.written
                if action.startswith("sync"):
                    sink.sync()
                    if not lost_sync:  # what a failed sync lost stays lost, and the caller was told
                        recorder.durable = recorder.written
            except OSError:
                lost_sync |= action == "sync fails" and not options.fsync
            recorder.sync_fails, recorder.room = False, None
            recorder.note("returned")
        sink.release()
    shutil.rmtree(directory)
    return recorder.trace


@pytest.mark.parametrize("options", [FileOptions(), FileOptions(fsync=True), FileOptions(max_bytes=150)], ids=str)
@settings(max_examples=25)
@given(actions=ACTIONS)
def test_no_crash_loses_what_was_promised_nor_a_good_record_before_a_tear(options, actions):
    trace = run(actions, options)
    known: dict[bytes, list[int]] = {}
    for end in range(1, len(trace) + 1):
        last = trace[end - 1]
        for promised, states in ((last.durable, power_losses(trace[:end])), (last.written, deaths(trace[:end]))):
            for files in states:
                found = []
                for data in files.values():
                    if data not in known:
                        known[data] = steps_read(data)
                    found += known[data]
                assert set(found) >= set(range(1, promised + 1)), (actions, end)
                assert set(found) <= set(range(1, 100))
    # TensorBoard's reader finds the same in each of these files.
    for data in sorted(known, key=len)[:: max(1, len(known) // 20)]:
        assert peer_reads(data) == known[data]


def test_the_enumeration_would_notice_a_sync_that_is_left_out():
    record = frame(event.encode(1.0, 1, event.SUMMARY, scalar("t", 1)))
    trace = [Step("create", "a"), Step("write", "a", record), Step("sync names")]
    assert {"a": b""} in power_losses(trace)
    assert {"a": record[:1]} in power_losses(trace)
    assert power_losses([*trace, Step("sync", "a")]) == [{"a": record}] * 3
    assert {} in power_losses([step for step in trace if step.what != "sync names"])


def test_files_that_were_gone_on_from_are_synced_with_the_present_one(tmp_path, monkeypatch):
    synced = []
    real_fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.fstat(fd).st_ino), real_fsync(fd)))
    sink = LocalFiles(str(tmp_path), FileOptions(max_bytes=100), WallClock())
    for step in range(5):
        sink.write([frame(event.encode(1.0, step, event.SUMMARY, scalar("t", step)))])
    sink.sync()
    assert {path.stat().st_ino for path in Path(tmp_path).iterdir()} <= set(synced)
    assert len(list(tmp_path.iterdir())) > 1
