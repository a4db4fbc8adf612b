import time
import uuid

import pytest

fsspec = pytest.importorskip("fsspec")

from writer import SummaryWriter  # noqa: E402
from writer.format.messages import Event  # noqa: E402
from writer.format.record import Record, next_record  # noqa: E402


@pytest.fixture
def store(monkeypatch):
    """A directory in memory that notes what is sent, and fails on request."""
    return Store(monkeypatch)


class Store:
    def __init__(self, monkeypatch):
        self.url = f"memory://{uuid.uuid4().hex}/run"
        self.file_system = fsspec.filesystem("memory")
        self.sent: list[tuple[str, int]] = []
        self.error: Exception | None = None
        real = type(self.file_system).pipe_file

        def pipe_file(file_system, path, value, **options):
            if self.error is not None:
                raise self.error
            self.sent.append((path, len(value)))
            return real(file_system, path, value, **options)

        monkeypatch.setattr(type(self.file_system), "pipe_file", pipe_file)

    def files(self):
        return {path: self.file_system.cat_file(path) for path in sorted(self.file_system.ls(self.url, detail=False))}

    def steps(self):
        found = []
        for path, data in self.files().items():
            offset, events = 0, []
            while offset < len(data):
                record = next_record(data, offset)
                assert isinstance(record, Record), path
                events.append(Event.FromString(record.data))
                offset = record.end
            assert events[0].file_version == "brain.Event:2"
            found += [item.step for item in events if item.HasField("summary")]
        return found


def test_a_url_is_written_in_numbered_parts_that_are_sent_once(store):
    with SummaryWriter(store.url, filename_suffix=".x") as log:
        for part in range(5):
            for step in range(10_000):
                log.add_scalar("t", 0.5, 10_000 * part + step)
            assert log.flush()
    assert store.steps() == list(range(50_000))
    paths = [path for path, _ in store.sent]
    assert len(set(paths)) == len(paths) == len(store.files())
    assert paths[0].endswith(".part0001.x")
    assert paths == sorted(paths)
    assert all("tfevents" in path for path in paths)
    assert sum(size for _, size in store.sent) < 1.01 * 50_000 * 43


def test_parts_are_sent_when_they_are_full_and_seldom_otherwise(store, monkeypatch):
    monkeypatch.setattr("writer.output.remote.PART_BYTES", 100_000)
    log = SummaryWriter(store.url, flush_secs=0)
    for step in range(10_000):
        log.add_scalar("t", 0.5, step)
    deadline = time.monotonic() + 20
    while sum(size for _, size in store.sent) < 300_000 and time.monotonic() < deadline:
        time.sleep(0.01)
    log.close()
    assert store.steps() == list(range(10_000))
    assert len(store.sent) < 15
    assert max(size for _, size in store.sent) < 101_000


@pytest.mark.parametrize(
    "error", [OSError("503 Slow Down"), RuntimeError("connection reset"), TimeoutError("timed out")]
)
def test_what_the_store_refuses_is_kept_and_sent_when_it_takes_it(error, store, monkeypatch):
    monkeypatch.setattr("writer.output.outlet._RETRY_SECONDS", 0.02)
    log = SummaryWriter(store.url)
    store.error = error
    for step in range(100):
        log.add_scalar("t", 0.5, step)
    assert log.flush() is False
    store.error = None
    assert log.flush() is True
    log.close()
    assert store.steps() == list(range(100))


def test_protocols_that_are_not_there_are_refused_at_once():
    with pytest.raises(ValueError, match="nosuch"):
        SummaryWriter("nosuch://bucket/run")


def test_a_remote_run_cannot_look_up_its_last_step(store):
    with pytest.raises(ValueError, match="resume reads local directories"):
        SummaryWriter(store.url, resume=True)
    SummaryWriter(store.url, purge_step=5).close()
