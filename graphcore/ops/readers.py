"""Files read record by record, each run the next one: names of files in a queue in, keys and records out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError, NotFoundError, OpError, PermissionDeniedError, UnknownError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops.queues import QueueBase
from graphcore.shapes import TensorShape
from graphcore.state import Resource
from graphcore.waiting_line import WaitingLine

Records = Callable[[bytes], Iterator[tuple[bytes, bytes]]]
"""Given the name of a file, the keys and values of its records."""


class ReaderState(Resource):
    """A reader in a session: the file it is in, and how far it has come."""

    def __init__(self, name: str, records: Records) -> None:
        self.name = name
        self._records = records
        self._lock = threading.Lock()
        self._open: Iterator[tuple[bytes, bytes]] | None = None
        self._file = b""
        self.records_produced = 0
        self.files_completed = 0

    def read(self, queue: WaitingLine) -> tuple[bytes, bytes]:
        """The next record; of the next file in ``queue``, when one is at its end."""
        with self._lock:  # threads that share a reader get the records one after another
            while True:
                if self._open is None:
                    (self._file,) = queue.take(1)[0]
                    self._open = self._records(self._file)
                try:
                    found = next(self._open)
                except StopIteration:
                    self._open = None
                    self.files_completed += 1
                    continue
                except Exception as error:
                    self._open = None
                    raise _told(self._file, error) from error
                self.records_produced += 1
                return found

    def reset(self) -> None:
        """Forgets the file it is in, and all counts."""
        with self._lock:
            self._open = None
            self.records_produced = self.files_completed = 0


def _told(file: bytes, error: Exception) -> OpError:
    name = file.decode("utf-8", "replace")
    if isinstance(error, OpError):
        return error
    if isinstance(error, FileNotFoundError):
        return NotFoundError(None, None, f"{name}: there is no such file")
    if isinstance(error, PermissionError):
        return PermissionDeniedError(None, None, f"{name} cannot be read: {error}")
    return UnknownError(None, None, f"{name} cannot be read: {error}")


# What the readers differ in


def _lines(op: Operation) -> Records:
    def records(file: bytes) -> Iterator[tuple[bytes, bytes]]:
        with open(file, "rb") as opened:
            for number, line in enumerate(opened, 1):
                if number > op.attrs["skip_header_lines"]:
                    yield file + b":%d" % number, line.removesuffix(b"\n").removesuffix(b"\r")

    return records


def _fixed_length(op: Operation) -> Records:
    header, length, footer = (op.attrs[name] for name in ("header_bytes", "record_bytes", "footer_bytes"))

    def records(file: bytes) -> Iterator[tuple[bytes, bytes]]:
        with open(file, "rb") as opened:
            end = opened.seek(0, 2) - footer
            opened.seek(header)
            for number in range(max(0, end - header) // length):
                yield file + b":%d" % number, opened.read(length)

    return records


def _whole(op: Operation) -> Records:
    def records(file: bytes) -> Iterator[tuple[bytes, bytes]]:
        with open(file, "rb") as opened:
            yield file, opened.read()

    return records


def _tf_records(op: Operation) -> Records:
    def records(file: bytes) -> Iterator[tuple[bytes, bytes]]:
        from graphcore.python_io import tf_record_iterator

        offset = 0
        for record in tf_record_iterator(file.decode()):
            yield file + b":%d" % offset, record
            offset += len(record) + 16  # length and two checksums

    return records


def _names(op: Operation) -> Records:
    return lambda file: iter([(file, file)])


def _reader(line: str, records: Callable[[Operation], Records]) -> OpType:
    return OpType(
        f"{line}container:string=; shared_name:string=",
        shape=lambda op: [TensorShape([2])],
        holds=lambda op, state: state.entry(op, lambda: ReaderState(op.name, records(op)), op.attrs["shared_name"]),
        gradient=no_gradient,
    )


TextLineReaderOp = _reader("TextLineReader() -> Ref reader_handle:string | skip_header_lines:int=0; ", _lines)
FixedLengthRecordReaderOp = _reader(
    "FixedLengthRecordReader() -> Ref reader_handle:string | "
    "header_bytes:int=0; record_bytes:int; footer_bytes:int=0; ",
    _fixed_length,
)
WholeFileReaderOp = _reader("WholeFileReader() -> Ref reader_handle:string | ", _whole)
TFRecordReaderOp = _reader("TFRecordReader() -> Ref reader_handle:string | ", _tf_records)
IdentityReaderOp = _reader("IdentityReader() -> Ref reader_handle:string | ", _names)


def _reset(reader_handle: ReaderState) -> tuple[()]:
    reader_handle.reset()
    return ()


ReaderRead = OpType(
    "ReaderRead(Ref reader_handle:string, Ref queue_handle:string) -> key:string, value:string",
    shape=common_shapes.scalar,
    kernel=lambda reader_handle, queue_handle: reader_handle.read(queue_handle),
    gradient=no_gradient,
    stateful=True,
)
ReaderNumRecordsProduced = OpType(
    "ReaderNumRecordsProduced(Ref reader_handle:string) -> records_produced:int64",
    shape=common_shapes.scalar,
    kernel=lambda reader_handle: np.int64(reader_handle.records_produced),
    gradient=no_gradient,
    stateful=True,
)
ReaderNumWorkUnitsCompleted = OpType(
    "ReaderNumWorkUnitsCompleted(Ref reader_handle:string) -> units_completed:int64",
    shape=common_shapes.scalar,
    kernel=lambda reader_handle: np.int64(reader_handle.files_completed),
    gradient=no_gradient,
    stateful=True,
)
ReaderReset = OpType(
    "ReaderReset(Ref reader_handle:string) -> -",
    shape=common_shapes.none,
    kernel=_reset,
    gradient=no_gradient,
    stateful=True,
)


class ReaderBase:
    """Reads the files named in a queue, a record in each run."""

    def __init__(self, reader_ref: Tensor) -> None:
        self._reader_ref = reader_ref

    @property
    def reader_ref(self) -> Tensor:
        """The reference to the reader."""
        return self._reader_ref

    def read(self, queue: QueueBase | Tensor, name: str | None = None) -> tuple[Tensor, Tensor]:
        """The next record: its key, ``<file>:<where>``, and its value, both string scalars.

        Args:
            queue: of names of files, such as `graphcore.train.string_input_producer` gives.

        Raises:
            errors.OutOfRangeError: when it runs, the last file has been read, and the queue is closed.
            errors.NotFoundError: a file is not there; the next run goes on with the next one.
        """
        ref = queue if isinstance(queue, Tensor) else queue.queue_ref
        key, value = ReaderRead(self._reader_ref, ref, name=name)
        return key, value

    def num_records_produced(self, name: str | None = None) -> Tensor:
        """How many records have been read, int64."""
        return ReaderNumRecordsProduced(self._reader_ref, name=name)

    def num_work_units_completed(self, name: str | None = None) -> Tensor:
        """How many files have been read to their end, int64."""
        return ReaderNumWorkUnitsCompleted(self._reader_ref, name=name)

    def reset(self, name: str | None = None) -> Operation:
        """An operation that forgets the file that is being read, and all counts."""
        return ReaderReset(self._reader_ref, name=name)


class TextLineReader(ReaderBase):
    """Reads lines, without what ends them; the first ``skip_header_lines`` of each file are left out."""

    def __init__(self, skip_header_lines: int | None = None, name: str | None = None) -> None:
        super().__init__(TextLineReaderOp(skip_header_lines=skip_header_lines, name=name))


class FixedLengthRecordReader(ReaderBase):
    """Reads ``record_bytes`` bytes at a time, behind a header and up to a footer; what is less at the end is left out.

    Raises:
        InvalidArgumentError: ``record_bytes`` is not positive, or another number negative.
    """

    def __init__(
        self,
        record_bytes: int,
        header_bytes: int | None = None,
        footer_bytes: int | None = None,
        name: str | None = None,
    ) -> None:
        if record_bytes <= 0 or (header_bytes or 0) < 0 or (footer_bytes or 0) < 0:
            message = (
                f"record_bytes must be positive, header_bytes and footer_bytes not negative, but got {record_bytes}"
            )
            raise InvalidArgumentError(None, None, f"{message}, {header_bytes} and {footer_bytes}")
        super().__init__(
            FixedLengthRecordReaderOp(
                record_bytes=record_bytes, header_bytes=header_bytes, footer_bytes=footer_bytes, name=name
            )
        )


class WholeFileReader(ReaderBase):
    """Reads whole files; the key is the name."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(WholeFileReaderOp(name=name))


class TFRecordReader(ReaderBase):
    """Reads the records of files that `graphcore.python_io.TFRecordWriter` writes."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(TFRecordReaderOp(name=name))


class IdentityReader(ReaderBase):
    """Gives the names of the files themselves, as keys and as values."""

    def __init__(self, name: str | None = None) -> None:
        super().__init__(IdentityReaderOp(name=name))
