"""A change to what is said of a run, as a line of JSON, and back.

{"time": 1700000000.25, "author": "ada-desk-5f3a", "run": "resnet/seed1", "set": {"starred": true}}
"""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

from board.annotations.annotation import FIELDS, AnnotationError, checked


class Change(NamedTuple):
    """Some fields of a run's annotation take other values.

    Attributes:
        time: seconds since the epoch, by the clock of who made the change.
        author: names the writer; decides between changes of the same time.
    """

    time: float
    author: str
    run: str
    values: dict[str, Any]

    def encode(self) -> bytes:
        """One line, with its end. A run's name may hold what UTF-8 cannot, so everything but ASCII is escaped."""
        line = {"time": self.time, "author": self.author, "run": self.run, "set": self.values}
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Change | None:
    """The change of a line; None if it is none. Fields that are not known, or have values they cannot, are left out:

    a later version may have written them.
    """
    try:
        said = json.loads(line)
        time, author, run, values = (said[name] for name in ("time", "author", "run", "set"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    shapes = ((time, int | float), (author, str), (run, str), (values, dict))
    if not all(isinstance(value, shape) for value, shape in shapes) or not _is_finite(time):
        return None
    known = {}
    for field, value in values.items():
        try:
            if field in FIELDS:
                known[field] = checked(field, value)
        except AnnotationError:
            continue
    return Change(float(time), author, run, known)


def _is_finite(time: float) -> bool:
    try:
        return math.isfinite(time)
    except OverflowError:  # a whole number larger than any float
        return False
