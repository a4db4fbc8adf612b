"""The command ``board``: a command line in, the exit code of the command that its first word names out."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from board.commands import COMMANDS


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command. Without the name of one, ``serve`` is meant: ``board DIR`` is ``board serve DIR``.

    A log directory that has the name of a command is given as ``./NAME`` or ``--logdir=NAME``.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    name = arguments.pop(0) if arguments and arguments[0] in COMMANDS else next(iter(COMMANDS))
    # Only what is asked for is imported: no other command needs the web server.
    code: int = importlib.import_module(f"board.commands.{name}").main(arguments)
    return code
