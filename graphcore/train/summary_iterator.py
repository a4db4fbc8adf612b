"""The path of an event file in, the Event messages in it out."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import Any

from graphcore.errors import DataLossError

_BLOCK = 1 << 20


def summary_iterator(path: str | PathLike[str]) -> Iterator[Any]:
    """The Event messages of an event file, in the order in which they were written.

    ::

        for event in tf.train.summary_iterator(path):
            for value in event.summary.value:
                if value.tag == "loss":
                    print(event.step, value.simple_value)

    A record that is cut off ends the iteration: so the end of a file looks while it is being written.

    Raises:
        DataLossError: bytes in the middle of the file are no record that can be read. `board.open` reads around
            such damage.
    """
    from writer.format import record
    from writer.format.messages import Event

    with open(path, "rb") as file:
        buffer, dropped, more = b"", 0, True  # dropped: bytes of the file before the buffer
        while more:
            block = file.read(_BLOCK)
            buffer, more, offset = buffer + block, bool(block), 0
            while True:
                found = record.next_record(buffer, offset, more_follows=more)
                if isinstance(found, record.Damage) or (
                    isinstance(found, record.Incomplete) and not more and "cut off" not in found.reason
                ):
                    raise DataLossError(None, None, f"{path}: {found.reason} at byte {dropped + found.start}")
                if isinstance(found, record.Incomplete):
                    break
                offset = found.end
                yield Event.FromString(found.data)
            buffer, dropped = buffer[offset:], dropped + offset
