"""A log directory in, a copy of every readable record of it out. The original is only read."""

from __future__ import annotations

import os
from typing import NamedTuple

from board.errors import BoardError
from board.logs import discovery, records
from board.logs.bulk import BulkReader
from board.logs.event_stream import EventStream


class Copied(NamedTuple):
    """What a repair did."""

    files: int
    left_out: int  # bytes that held no readable record


def repair(directory: str, out: str) -> Copied:
    """Copies the records, byte by byte, to files of the same names below ``out``.

    Raises:
        BoardError: ``out`` lies inside of ``directory`` or around it, or is there already and not empty.
        OSError: a file cannot be read or written.
    """
    inside, outside = os.path.realpath(directory), os.path.realpath(out)
    if os.path.commonpath([inside, outside]) in (inside, outside):
        raise BoardError(f"--repair={out}: the copy must lie outside of {directory}, and not around it")
    if os.path.exists(out) and (not os.path.isdir(out) or os.listdir(out)):
        raise BoardError(f"--repair={out} is there already; a new directory is wanted")
    bulk = BulkReader()
    files = left_out = 0
    for source in discovery.find(directory).files:
        target = os.path.join(out, os.path.relpath(source.path, directory))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        kept = 0
        with open(target, "xb") as file:
            stream = EventStream(source.path, bulk)
            reading = True
            while reading:
                for stretch, found in stream.read():
                    if isinstance(found, records.Passage):
                        file.write(stretch.data[found.start : found.end])
                        kept += found.end - found.start
                reading = stream.skip_torn()
        files += 1
        left_out += max(0, os.path.getsize(source.path) - kept)
    return Copied(files, left_out)
