"""The path of an event file in, the Event messages in it out."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from typing import Any


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
    from graphcore.python_io import tf_record_iterator
    from writer.format.messages import Event

    return map(Event.FromString, tf_record_iterator(path))
