"""How programs begin: the public namespace ``tf.app``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from graphcore import flags

__all__ = ["flags", "run"]


def run(main: Callable[[list[str]], Any] | None = None, argv: Sequence[str] | None = None) -> NoReturn:
    """Reads the flags, calls ``main``, and ends the program with what that returns.

    Args:
        main: takes the program's name and what else is on the command line but no flag (see `graphcore.flags`). By
            default the function ``main`` of the program.
        argv: the command line, with the program's name; by default the one there is.
    """
    line = list(sys.argv if argv is None else argv)
    others = flags.FLAGS._parse(line[1:])
    sys.exit((main or sys.modules["__main__"].main)([*line[:1], *others]))
