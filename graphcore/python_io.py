"""Files of records, read and written outside of a graph: the public namespace ``tf.python_io``."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike

from graphcore.errors import DataLossError
from writer.format import record

__all__ = ["TFRecordWriter", "tf_record_iterator"]

_BLOCK = 1 << 20


class TFRecordWriter:
    """Writes a file of records, each any bytes, with checksums.

    ::

        with tf.python_io.TFRecordWriter("train.tfrecords") as file:
            file.write(b"...")
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        """OSError if the file cannot be made. One that is there is written anew."""
        self._file = open(path, "wb")  # noqa: SIM115 - close() closes it

    def write(self, data: bytes) -> None:
        """Adds a record."""
        self._file.write(record.frame(data))

    def close(self) -> None:
        """Brings everything into the file and closes it."""
        self._file.close()

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def tf_record_iterator(path: str | PathLike[str]) -> Iterator[bytes]:
    """The records of a file, in the order in which they were written.

    A record that is cut off ends the iteration: so the end of a file looks while it is being written.

    Raises:
        DataLossError: bytes in the middle of the file are no record that can be read.
    """
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
                yield found.data
            buffer, dropped = buffer[offset:], dropped + offset
