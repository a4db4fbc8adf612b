"""Files beside event files are whole or not there, on disks and on remote stores."""

from __future__ import annotations

import pytest

from writer.output import assets


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    directory = str(tmp_path)
    assert assets.read(directory, "a/b.txt") is None
    assets.write(directory, "a/b.txt", b"first")
    assets.write(directory, "a/b.txt", b"second")
    assert assets.read(directory, "a/b.txt") == b"second"
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b.txt"]


def test_a_failure_leaves_the_old_file_and_no_unfinished_one(tmp_path, monkeypatch):
    assets.write(str(tmp_path), "b.txt", b"first")

    def fail(*_):
        raise OSError("no")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="no"):
        assets.write(str(tmp_path), "b.txt", b"second")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]


def test_a_remote_store_is_reached_through_fsspec():
    pytest.importorskip("fsspec")
    assert assets.read("memory://assets/run", "a/b.txt") is None
    assets.write("memory://assets/run/", "a/b.txt", b"first")
    assert assets.read("memory://assets/run", "a/b.txt") == b"first"
