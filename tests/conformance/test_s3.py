"""Runs in an object store that speaks S3; runs where moto and s3fs are installed (`make conformance`)."""

from __future__ import annotations

import socket

import pytest

from writer import SummaryWriter
from writer.format.messages import Event
from writer.format.record import Record, next_record

pytest.importorskip("s3fs")
moto_server = pytest.importorskip("moto.server")


@pytest.fixture
def store(monkeypatch):
    """The client of a server of our own, which is found through the environment as any other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = moto_server.ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()  # those of another test's server
    yield s3fs.S3FileSystem(skip_instance_cache=True)
    server.stop()


def steps_of(file_system, directory):
    steps = []
    for path in sorted(file_system.ls(directory, refresh=True)):
        data, offset = file_system.cat_file(path), 0
        while offset < len(data):
            record = next_record(data, offset)
            assert isinstance(record, Record), path
            event = Event.FromString(record.data)
            steps += [event.step] if event.HasField("summary") else []
            offset = record.end
    return steps


def test_a_run_in_a_bucket_is_a_row_of_parts(store):
    store.mkdir("logs")
    with SummaryWriter("s3://logs/group/run") as log:
        for part in range(3):
            for step in range(1000):
                log.add_scalar("loss", 0.5, 1000 * part + step)
            assert log.flush()
    names = [path.rpartition("/")[2] for path in sorted(store.ls("logs/group/run", refresh=True))]
    assert all(name.startswith("events.out.tfevents.") for name in names)
    assert [name.rpartition(".part")[2] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]
    assert steps_of(store, "logs/group/run") == list(range(3000))


def test_a_bucket_that_is_not_there_yet_gets_the_run_once_it_is(store):
    log = SummaryWriter("s3://later/run")
    for step in range(10):
        log.add_scalar("loss", 0.5, step)
    log.flush()
    if not store.exists("later"):
        store.mkdir("later")
    assert log.flush()
    log.close()
    assert steps_of(store, "later/run") == list(range(10))
