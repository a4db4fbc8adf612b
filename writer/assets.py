"""Files of a run beside its event files: bytes in, a whole file or none out.

A local file is written under another name and then renamed, so no reader ever sees half of one. Object stores
(``s3://...``, through fsspec) make a file visible when it is complete.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import Any

from writer.output.destination import is_remote


def write(directory: str, path: str, data: bytes) -> None:
    """Writes ``data`` to ``path``, given with "/" between its parts and relative to ``directory``.

    Raises:
        OSError: it cannot be written.
        ImportError: the directory is remote, and fsspec is not installed.
    """
    if is_remote(directory):
        with _open_remote(f"{directory.rstrip('/')}/{path}", "wb") as file:
            file.write(data)
        return
    target = os.path.join(directory, *path.split("/"))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    unfinished = f"{target}.{secrets.token_hex(4)}.tmp"
    try:
        with open(unfinished, "xb") as file:
            file.write(data)
        os.replace(unfinished, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise


def read(directory: str, path: str) -> bytes | None:
    """The bytes of such a file; None if there is none.

    Raises:
        OSError: it cannot be read.
        ImportError: the directory is remote, and fsspec is not installed.
    """
    try:
        if is_remote(directory):
            with _open_remote(f"{directory.rstrip('/')}/{path}", "rb") as file:
                return bytes(file.read())
        with open(os.path.join(directory, *path.split("/")), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _open_remote(url: str, mode: str) -> Any:
    import fsspec

    return fsspec.open(url, mode)
