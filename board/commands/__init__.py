"""What ``board`` can do: the name of each command, its module here, and what it does in one sentence."""

from __future__ import annotations

import difflib
import os

# In the order of the help. The first is what ``board DIR`` means. Each module has ``main(arguments) -> exit code``.
COMMANDS = {
    "serve": "show a log directory in a browser",
    "inspect": "list the runs and tags of a log directory: kinds, counts, steps, times, sizes",
    "doctor": "look for damage, restarts, empty runs and odd clocks; copy what can be read",
    "tail": "print new scalars as they are logged",
}

# Of letters that agree in order: "insepct" is at 0.86 of "inspect", "train" at 0.67 of "tail".
_ALIKE = 0.75


def meant(word: str) -> str | None:
    """The command whose name somebody may have mistyped; None for a flag, a path, or what is like no command."""
    if word.startswith("-") or os.path.basename(word) != word or os.path.exists(word):
        return None
    return next(iter(difflib.get_close_matches(word, COMMANDS, 1, _ALIKE)), None)
