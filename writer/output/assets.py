"""Files of a run beside its event files: bytes in, a whole file or none out.

A local file is written under another name and then renamed, so no reader ever sees half of one. Object stores
(``s3://...``, through fsspec) make a file visible when it is complete.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any

from writer.output.destination import is_remote
from writer.output.durable import sync_file

_PIECE_BYTES = 1 << 20


def write(directory: str, path: str, data: bytes, progress: Callable[[], object] = lambda: None) -> None:
    """Writes ``data`` to ``path``, given with "/" between its parts and relative to ``directory``.

    Args:
        progress: called whenever the disk has taken some of it.

    Raises:
        OSError: it cannot be written.
    """
    if is_remote(directory):
        with _remote_faults():
            import fsspec

            with fsspec.open(f"{directory.rstrip('/')}/{path}", "wb") as file:
                file.write(data)
        return
    target = os.path.join(directory, *path.split("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    unfinished = f"{os.path.join(os.path.dirname(target), secrets.token_hex(8))}.tmp"
    try:
        with open(unfinished, "xb", buffering=0) as file, memoryview(data) as view:
            taken = 0
            while taken < len(data):
                taken += file.write(view[taken : taken + _PIECE_BYTES])
                progress()
            sync_file(file.fileno())  # or a loss of power might leave the name without the bytes
        os.replace(unfinished, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise


def read(directory: str, path: str) -> bytes | None:
    """The bytes of such a file; None if there is none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        if is_remote(directory):
            with _remote_faults():
                import fsspec

                with fsspec.open(f"{directory.rstrip('/')}/{path}", "rb") as file:
                    return bytes(file.read())
        with open(os.path.join(directory, *path.split("/")), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def _remote_faults() -> Iterator[Any]:
    """Errors of a store become OSErrors: each file system has its own."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
