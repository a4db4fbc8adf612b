"""``board serve``: a command line in, a running server out, and the exit code it ended with."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from board import __version__, config
from board.console import say
from board.errors import BoardError
from board.web import security, server

if TYPE_CHECKING:
    from board.store import Damage

# So many damaged places of one file are named on the console; the page lists the others.
_NAMED_PER_FILE = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns 0 after Ctrl-C or SIGTERM, 1 if the server cannot start."""
    settings = config.parse(arguments)
    try:
        _serve(settings)
    except BoardError as error:
        say(f"board: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _serve(settings: config.Config) -> None:
    if os.path.exists(settings.logdir) and not os.path.isdir(settings.logdir):
        raise BoardError(f"--logdir={settings.logdir} is a file; the directory that holds it is wanted")
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)
    listener = server.listen(settings.host, settings.port)
    port = listener.getsockname()[1]

    # What takes long to import comes after the cheap ways to fail.
    from board.commands.reading_line import ReadingLine
    from board.logs import blobs
    from board.logs.loader import Loader
    from board.store import Store, cache_directory
    from board.web.app import create_app

    report = _DamageReport()
    store = Store(blobs.read, on_damage=report, memory_limit=settings.memory_limit << 20)
    line = ReadingLine(store)
    report.say = line.say
    index = None
    if not settings.no_cache:
        index = cache_directory.open_index(settings.logdir, settings.cache_dir or cache_directory.default(), line.say)
    loader = Loader(settings.logdir, store, say=line.say, index=index)
    running = server.create(create_app(settings, store), listener)
    if settings.port is None and port != config.DEFAULT_PORT:
        say(f"port {config.DEFAULT_PORT} is in use by another program; taking {port} instead")
    say(f"graphboard {__version__} at {server.url(settings.host, port, settings.path_prefix)}")
    if not security.is_loopback(settings.host):
        say(
            f"warning: listening on {settings.host}: everyone who can reach this machine over the network can read "
            "what is shown here",
            sys.stderr,
        )
    loader.start()
    try:
        with line.shown():
            running.run()
    finally:
        running.close()
        loader.stop()  # nobody asks any more: the index can be given up


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _DamageReport:
    """Names each damaged place once."""

    def __init__(self) -> None:
        self.say: Callable[[str, TextIO], None] = say
        self._named: dict[str, int] = {}

    def __call__(self, damage: Damage) -> None:
        named = self._named[damage.file] = self._named.get(damage.file, 0) + 1
        if named <= _NAMED_PER_FILE:
            self.say(f"damage: {damage.file}, byte {damage.offset}, {damage.length} bytes: {damage.reason}", sys.stderr)
        if named == _NAMED_PER_FILE:
            self.say(f"damage: {damage.file}: the page lists what else is damaged in it", sys.stderr)
