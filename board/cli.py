"""The command ``board``: a command line in, the exit code of the command that its first word names out."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from board.commands import COMMANDS, meant


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Without the name of one, ``serve`` is meant: ``board DIR`` is ``board serve DIR``.

    A log directory that has the name of a command, or is still to come and has almost that name, is given as ``./NAME``
    or ``--logdir=NAME``.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    command = meant(arguments[0]) if arguments and arguments[0] not in COMMANDS else None
    if command is not None:
        word = arguments[0]
        print(
            f"board: {word!r} is no command, and no directory. Did you mean 'board {command}'? "
            f"A log directory of that name which is still to come is given as --logdir={word}",
            file=sys.stderr,
        )
        return 2
    name = arguments.pop(0) if arguments and arguments[0] in COMMANDS else next(iter(COMMANDS))
    # Only what is asked for is imported: no other command needs the web server.
    code: int = importlib.import_module(f"board.commands.{name}").main(arguments)
    return code
