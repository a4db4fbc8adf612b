"""What a reader has of a series in, the rows it lacks out.

A reader is told a mark with each answer: how many rows it has now, and checksums of them. As long as the series begins
with those rows, only what follows is new. If it does not (a file was replaced or truncated, or a file that sorts
before another has grown), the reader has to start over. As a mark says what the rows are and not who counted them, it
holds across restarts of the server, too.
"""

from __future__ import annotations

import re

import numpy as np
from crc32c import crc32c

from board.store import Columns

# Three checksums of 32 bits: of steps, wall times and values.
_MARK = re.compile(r"([0-9]{1,18})-([0-9a-f]{24})")


def mark(columns: Columns) -> str:
    """What a reader that has all these rows gives back to be told what is new."""
    return f"{len(columns.steps)}-{_checksums(columns, len(columns.steps))}"


def first_new_row(columns: Columns, known: str) -> int | None:
    """The number of rows that a reader with a mark has already; None if it has to start over.

    Raises:
        ValueError: ``known`` is no mark.
    """
    match = _MARK.fullmatch(known)
    if match is None:
        raise ValueError(f"{known[:50]!r} is no mark out of an earlier answer")
    count = int(match[1])
    return count if count <= len(columns.steps) and _checksums(columns, count) == match[2] else None


def _checksums(columns: Columns, count: int) -> str:
    return "".join(f"{crc32c(np.ascontiguousarray(column[:count]).data):08x}" for column in columns)
