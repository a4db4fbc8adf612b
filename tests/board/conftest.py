from __future__ import annotations

import contextlib
import json
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from board.config import Config
from board.logs import blobs
from board.logs.loader import Loader
from board.store import DEFAULT_MEMORY_LIMIT, Damage, Store, cache_directory
from board.web.app import create_app
from writer.format import plugins
from writer.format.messages import Event
from writer.format.record import frame


class Log:
    """A log directory under test, and what the board makes of it."""

    def __init__(self, directory: Path, cache: Path | None = None, memory_limit: int = DEFAULT_MEMORY_LIMIT) -> None:
        self.directory = directory
        self.said: list[str] = []
        self.damaged: list[Damage] = []
        self.store = Store(blobs.read, self.damaged.append, memory_limit)
        index = None if cache is None else cache_directory.open_index(str(directory), str(cache), self.said.append)
        self.loader = Loader(str(directory), self.store, self.said.append, index=index)

    @staticmethod
    def event(**fields: Any) -> bytes:
        """One framed event."""
        return frame(Event(**fields).SerializeToString())

    @classmethod
    def version(cls) -> bytes:
        return cls.event(wall_time=1000.0, file_version=plugins.FILE_VERSION)

    @staticmethod
    def scalar(step: int, value: float | None = None, tag: str = "loss", wall_time: float | None = None) -> bytes:
        """One framed scalar; its value is the step unless told otherwise."""
        event = Event(wall_time=1000.0 + step if wall_time is None else wall_time, step=step)
        event.summary.value.add(tag=tag, simple_value=step if value is None else value)
        return frame(event.SerializeToString())

    @classmethod
    def scalars(cls, start: int, stop: int, tag: str = "loss") -> bytes:
        return b"".join(cls.scalar(step, tag=tag) for step in range(start, stop))

    def path(self, run: str = "run", name: str = "events.out.tfevents.1") -> Path:
        directory = self.directory / run
        directory.mkdir(parents=True, exist_ok=True)
        return directory / name

    def write(self, data: bytes, run: str = "run", name: str = "events.out.tfevents.1") -> Path:
        path = self.path(run, name)
        path.write_bytes(data)
        return path

    def append(self, data: bytes, run: str = "run", name: str = "events.out.tfevents.1") -> Path:
        path = self.path(run, name)
        with path.open("ab") as file:
            file.write(data)
        return path

    def poll(self, times: int = 1) -> Log:
        for _ in range(times):
            self.loader.poll()
        return self

    def steps(self, run: str = "run", tag: str = "loss") -> list[int] | None:
        columns = self.store.scalars(run, tag)
        return None if columns is None else columns.steps.tolist()

    def values(self, run: str = "run", tag: str = "loss") -> list[float] | None:
        columns = self.store.scalars(run, tag)
        return None if columns is None else columns.values.tolist()

    def client(self, **settings: Any) -> Any:
        """A client of the application that shows this log."""
        return create_app(Config(logdir=str(self.directory), **settings), self.store).test_client()


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "logs")


@pytest.fixture
def open_log() -> Callable[[Path], Log]:
    """The board's view of a directory that is there already, read to its end."""
    return lambda directory: Log(directory).poll()


@pytest.fixture
def read_parts() -> Callable[[Any], list[tuple[dict[str, Any], np.ndarray]]]:
    """Header and columns of each part of a binary answer; columns as the bytes they are, uint8 [n]."""

    def read(response: Any) -> list[tuple[dict[str, Any], np.ndarray]]:
        assert response.content_type == "application/octet-stream"
        data = response.get_data()
        found, at = [], 0
        while at < len(data):
            lengths = struct.unpack_from("<II", data, at)
            assert [length % 8 for length in lengths] == [0, 0]
            begin = at + 8 + lengths[0]
            header = json.loads(data[at + 8 : begin], parse_constant=pytest.fail)
            at = begin + lengths[1]
            found.append((header, np.frombuffer(data, np.uint8, lengths[1], begin)))
        assert at == len(data)
        return found

    return read


@pytest.fixture
def aged() -> Callable[..., None]:
    """Sets a file's time stamp back, as if nothing had been written to it for some time."""

    def set_back(path: Path, seconds: float = 3600.0) -> None:
        now = path.stat().st_mtime
        os.utime(path, (now - seconds, now - seconds))

    return set_back


@pytest.fixture
def denied(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], contextlib.AbstractContextManager[None]]:
    """Makes a path unreadable, also for a user whom permissions do not bind."""

    @contextlib.contextmanager
    def deny(path: Path) -> Iterator[None]:
        def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
            def call(target: Any = ".", *rest: Any, **named: Any) -> Any:
                if not isinstance(target, int) and os.fspath(target) == str(path):
                    raise PermissionError(13, "Permission denied", str(path))
                return original(target, *rest, **named)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", guarded(os.scandir))
            patch.setattr(os, "open", guarded(os.open))
            yield

    return deny
