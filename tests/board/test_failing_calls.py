"""Whatever call to the operating system fails while a log directory is read: all is read once it succeeds again."""

from __future__ import annotations

import errno
import itertools
import os

import pytest

from board.logs import tail

ERRORS = [errno.ENOENT, errno.EACCES, errno.ESTALE, errno.EIO, errno.EMFILE, errno.ELOOP, errno.ENAMETOOLONG]
ERRORS += [errno.EINTR, errno.ETIMEDOUT, errno.ENOTDIR]


@pytest.fixture
def fail(monkeypatch):
    """Has the call of that number fail with an error; the number of calls that have been made since."""
    calls = itertools.count()
    chosen = [-1, 0]

    def failing(function):
        def call(*args, **kwargs):
            if next(calls) == chosen[0]:
                raise OSError(chosen[1], os.strerror(chosen[1]))
            return function(*args, **kwargs)

        return call

    for name in ("scandir", "stat", "lstat", "open", "fstat"):
        monkeypatch.setattr(os, name, failing(getattr(os, name)))
    monkeypatch.setattr(tail, "_read", failing(tail._read))

    def at(number, error):
        nonlocal calls
        made = next(calls)
        calls = itertools.count()
        chosen[:] = number, error
        return made

    return at


def contents(log):
    store = log.store
    names = sorted((info.run, info.tag) for info in store.series())
    points = {name: [column.tolist() for column in store.scalars(*name)] for name in names}
    return points, sorted(store.runs()), store.damage.entries()


@pytest.mark.parametrize("known", [False, True], ids=["first_read", "later"])
def test_a_failing_call_costs_no_more_than_the_turns_until_it_succeeds(log, fail, tmp_path, known):
    for run in ("a", "b/c", "b/d"):
        log.write(log.version() + log.scalars(0, 3), run=run)
    log.write(log.version() + log.scalars(3, 5), run="a", name="events.out.tfevents.2")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "events.out.tfevents.1").write_bytes(log.version() + log.scalars(0, 2))
    (log.directory / "link").symlink_to(tmp_path / "elsewhere")

    log_of = type(log)
    fail(-1, 0)
    healthy = contents(log_of(log.directory).poll())
    calls = fail(-1, 0)
    assert calls > 30
    told = 0
    for number, error in zip(range(calls), itertools.cycle(ERRORS)):
        other = log_of(log.directory)
        if known:
            fail(-1, 0)
            other.poll()
        fail(number, error)
        other.poll()
        fail(-1, 0)
        told += len(other.store.progress.unreadable)
        other.poll(3)
        assert contents(other) == healthy, (number, errno.errorcode[error])
        assert not other.store.progress.unreadable, (number, errno.errorcode[error])
    assert told > calls / 4
