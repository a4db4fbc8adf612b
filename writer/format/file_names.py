"""Event file names: made by the writer, recognised by the board.

``events.out.tfevents.<seconds>.<host>.<pid>.<microseconds>-<random><suffix>``. Readers sort the files of a run by name,
so the seconds have ten digits, and the microseconds within them order the files of one process; the rest keeps two
writers from sharing a file.
"""

from __future__ import annotations

import os
import re
import secrets
import socket

_MARK = "tfevents"
_PREFIX = "events.out." + _MARK
_MAX_HOST = 64


def make(seconds: float, suffix: str = "") -> str:
    """A new name for a file begun at ``seconds`` since the epoch.

    The process id alone does not tell writers apart (containers on one volume may share id and host name),
    so 32 random bits follow it.
    """
    host = re.sub(r"[^A-Za-z0-9_-]", "-", socket.gethostname())[:_MAX_HOST] or "localhost"
    whole, microseconds = divmod(int(seconds * 1_000_000), 1_000_000)
    return f"{_PREFIX}.{whole:010d}.{host}.{os.getpid()}.{microseconds:06d}-{secrets.token_hex(4)}{suffix}"


def is_event_file(name: str) -> bool:
    """Whether a base name is an event file's, whoever wrote it."""
    return _MARK in name and not name.endswith(".profile-empty")
