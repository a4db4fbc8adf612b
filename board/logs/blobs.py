"""A reference into an event file in, the value it points at out."""

from __future__ import annotations

import numpy as np
from google.protobuf.message import DecodeError

from board.logs import migrate
from board.logs.tail import read_at
from board.store import BlobReference
from writer.format.messages import Event
from writer.format.record import Record, next_record


def read(reference: BlobReference) -> np.ndarray:
    """The value of a series that is not one of scalars (see `board.logs.migrate.array`).

    Raises:
        LookupError: the file is gone or unreadable, or no longer holds that value there.
        ValueError: the value itself is damaged.
    """
    where = f"{reference.source.name}, byte {reference.offset}"
    try:
        data = read_at(reference.source.path, reference.offset, reference.length)
    except OSError as error:
        raise LookupError(f"{where}: {error.strerror or error}") from error
    found = next_record(data, 0)
    if not isinstance(found, Record):
        raise LookupError(f"{where}: the record is no longer there: {found.reason}")
    try:
        return migrate.array(Event.FromString(found.data), reference.value_index)
    except DecodeError as error:
        raise LookupError(f"{where}: the record does not hold an event") from error
