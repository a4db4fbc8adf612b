"""A day of logging to an object store that fails now and then, in a few seconds: clock, thread and store are ours."""

from __future__ import annotations

import random
import time
import uuid

import pytest

from writer import EventFileWriter, event
from writer.format.messages import Event
from writer.format.record import FOOTER_SIZE, HEADER_SIZE, Record, next_record
from writer.output.drain import Drain
from writer.output.remote import PART_SECONDS
from writer.summary.scalars import scalar

fsspec = pytest.importorskip("fsspec")

DAY = 24 * 3600
BYTES_PER_SECOND = 100_000 // 60


class DrainByHand(Drain):
    """The writing thread's work, done where the test says so."""

    def wake(self, outlet, now, request=None):
        super().wake(outlet, now, request)
        if request is not None:
            self._step(0.0)

    def _start(self):
        pass

    def turn(self):
        self._step(0.0)


class Store:
    """Takes objects, as S3 and Google's do; one request in twenty fails, before or after the object was kept."""

    def __init__(self, seed):
        self.objects: dict[str, list[int]] = {}
        self.requests = self.bytes = 0
        self.kept = -1  # the last step that is here
        self._random = random.Random(seed)

    def pipe_file(self, path, data):
        self.requests += 1
        self.bytes += len(data)
        fault = self._random.random()
        if fault < 0.02:
            raise OSError("429 Too Many Requests")
        if fault < 0.035:
            raise RuntimeError("500 Internal Error")
        steps = steps_of(data)
        assert set(self.objects.get(path, [])) <= set(steps), "an object was replaced by one that holds less"
        self.objects[path] = steps
        if fault < 0.05:
            raise TimeoutError("the answer did not come")
        self.kept = steps[-1]


def steps_of(data):
    steps, offset = [], 0
    while isinstance(record := next_record(data, offset), Record):
        item = Event.FromString(record.data)
        steps += [item.step] if item.HasField("summary") else []
        offset = record.end
    assert offset == len(data)
    return steps


def test_a_day_costs_a_tenth_more_than_it_logs_and_little_is_ever_unsent(monkeypatch):
    store, drain, now = Store(seed=1), DrainByHand("by hand"), [0.0]
    memory = type(fsspec.filesystem("memory"))
    monkeypatch.setattr(memory, "pipe_file", lambda _, path, data: store.pipe_file(path, data))
    monkeypatch.setattr("writer.output.open_file.drain_of", lambda _: drain)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    log = EventFileWriter(f"memory://{uuid.uuid4().hex}/run")
    payload = scalar("t" * (BYTES_PER_SECOND - 50), 0.5)
    logged = 0
    oldest_unsent = 0.0
    for second in range(DAY):
        now[0] = float(second)
        data = event.encode(1e9 + second, second, event.SUMMARY, payload)
        logged += len(data) + HEADER_SIZE + FOOTER_SIZE
        log.write(data)
        drain.turn()
        oldest_unsent = max(oldest_unsent, second - (store.kept + 1))
    while not log.flush():
        now[0] += 1
    log.close()
    assert logged == pytest.approx(100_000 * DAY / 60, rel=0.03)
    assert store.bytes <= 1.1 * logged
    assert store.requests <= 1.1 * DAY / PART_SECONDS
    assert oldest_unsent <= PART_SECONDS + 5  # a few attempts, a second apart
    # In the order of their names, which is how readers join them: each step once.
    assert [step for path in sorted(store.objects) for step in store.objects[path]] == list(range(DAY))
