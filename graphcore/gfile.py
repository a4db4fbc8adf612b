"""Files and directories by their paths: the public namespace ``tf.gfile``, on Python's own functions.

Errors are Python's, too: `OSError` and its kinds.
"""

# ruff: noqa: N802 - the names are TensorFlow's
from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator

__all__ = [
    "Copy",
    "DeleteRecursively",
    "Exists",
    "FastGFile",
    "GFile",
    "Glob",
    "IsDirectory",
    "ListDirectory",
    "MakeDirs",
    "MkDir",
    "Open",
    "Remove",
    "Rename",
    "Stat",
    "Walk",
]

GFile = FastGFile = Open = open


def Exists(path: str) -> bool:
    """Whether there is a file or directory."""
    return os.path.exists(path)


def IsDirectory(path: str) -> bool:
    """Whether there is a directory of this path."""
    return os.path.isdir(path)


def Glob(pattern: str) -> list[str]:
    """The paths that a pattern with ``*``, ``?`` and ``[...]`` stands for, sorted."""
    return sorted(glob.glob(pattern))


def ListDirectory(path: str) -> list[str]:
    """The names of what is in a directory, sorted."""
    return sorted(os.listdir(path))


def Walk(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """For a directory and all below: its path, the names of directories in it, and those of files."""
    return os.walk(top)


def Stat(path: str) -> os.stat_result:
    """What the system says of a file: ``st_size``, ``st_mtime``, ..."""
    return os.stat(path)


def MkDir(path: str, mode: int = 0o755) -> None:
    """Makes a directory in one that is there."""
    os.mkdir(path, mode)


def MakeDirs(path: str, mode: int = 0o755) -> None:
    """Makes a directory and those above it, unless they are there."""
    os.makedirs(path, mode, exist_ok=True)


def Remove(path: str) -> None:
    """Deletes a file."""
    os.remove(path)


def DeleteRecursively(path: str) -> None:
    """Deletes a directory and all that is in it."""
    shutil.rmtree(path)


def Rename(oldpath: str, newpath: str, overwrite: bool = False) -> None:
    """Gives a file another path. FileExistsError if that is taken and ``overwrite`` is false."""
    _check_free(newpath, overwrite)
    os.replace(oldpath, newpath)


def Copy(oldpath: str, newpath: str, overwrite: bool = False) -> None:
    """Copies a file. FileExistsError if the other path is taken and ``overwrite`` is false."""
    _check_free(newpath, overwrite)
    shutil.copyfile(oldpath, newpath)


def _check_free(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} is there already")
