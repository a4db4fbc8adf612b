"""A log directory in, where what is said of its runs is kept, and under whose name, out."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import re
import secrets
import socket

import platformdirs

# In the log directory.
FOLDER = ".graphboard"
_AUTHOR = "author"


def directories(logdir: str, own: str = "") -> list[str]:
    """Where files of changes are: beside the logs; in the user's own directory for those that cannot be written to.

    Args:
        own: the user's own directory for this program; the system's unless told.
    """
    digest = hashlib.sha256(os.fsencode(os.path.realpath(logdir))).hexdigest()[:24]
    return [os.path.join(logdir, FOLDER), os.path.join(own or _own(), "annotations", digest)]


def author(own: str = "") -> str:
    """The user, the machine, and a number of their own that is drawn once: no two writers share a file."""
    own = own or _own()
    path = os.path.join(own, _AUTHOR)
    number = ""
    with contextlib.suppress(OSError, UnicodeDecodeError), open(path, encoding="utf-8") as file:
        number = file.read(100).strip()
    if not re.fullmatch(r"[0-9a-f]{8}", number):
        number = secrets.token_hex(4)
        with contextlib.suppress(OSError):
            os.makedirs(own, exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(number)
    return f"{_plain(_user())}-{_plain(socket.gethostname())}-{number}"


def _own() -> str:
    return platformdirs.user_data_dir("graphboard", appauthor=False)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a number without a name, as in containers
        return "user"


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.]+", "_", name)[:40].strip(".") or "unknown"
