"""What people say of runs: titles, stars, tags, notes, colours, and which are hidden; kept beside the logs.

Each change is a line of JSON in a file of its writer's own below ``.graphboard/`` in the log directory. Lines are only
ever appended, so files of several people merge by being in one directory, in whatever order they come; of several
changes to one thing, the latest holds. ``docs/annotations.md`` tells the format to who wants to read or write it.
"""

from __future__ import annotations

from board.annotations.annotation import NOTHING, Annotation, AnnotationError
from board.annotations.journal import Journal, JournalError

__all__ = ["NOTHING", "Annotation", "AnnotationError", "Journal", "JournalError"]
