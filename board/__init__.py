"""A dashboard for event files: ``board --logdir=DIR`` shows everything logged under DIR in a browser.

Bytes travel one way: ``logs`` finds and reads event files into ``store``; ``query`` turns what is stored into
answers; ``dashboards`` declares which page shows what; ``web`` speaks HTTP; ``cli`` puts them together.
``board.open`` hands the same values to Python programs.
"""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from board.reading import LogDirectory

try:
    __version__ = metadata.version("graphboard")
except metadata.PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"


def open(
    directory: str | os.PathLike[str], *, cache_dir: str | os.PathLike[str] | None = None, cache: bool = True
) -> LogDirectory:
    """Reads a log directory: ``board.open("runs").scalars("train", "loss").values``.

    Args:
        directory: the log directory.
        cache_dir: where what was read is kept for the next time; the user's cache directory unless told otherwise.
        cache: False keeps nothing: all files are read, and all scalars held in memory.

    Raises:
        FileNotFoundError: there is no such directory.
        NotADirectoryError: it is a file.
    """
    from board.reading import LogDirectory  # numpy and protobuf are loaded only when something is read

    return LogDirectory(directory, cache_dir=cache_dir, cache=cache)
