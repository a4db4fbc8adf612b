"""What ``board`` can do: the name of each command, its module here, and what it does in one sentence."""

from __future__ import annotations

# In the order of the help. The first is what ``board DIR`` means. Each module has ``main(arguments) -> exit code``.
COMMANDS = {
    "serve": "show a log directory in a browser",
    "inspect": "list the runs and tags of a log directory: kinds, counts, steps, times, sizes",
    "doctor": "look for damage, restarts, empty runs and odd clocks; copy what can be read",
    "tail": "print new scalars as they are logged",
}
