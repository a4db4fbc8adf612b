"""The data of one record in; where in it wall time, step and scalars lie, out.

Records of a training loop differ from one another only in those places. Once they are known, `board.logs.bulk` reads
thousands of such records at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from writer.format.messages import DataType

# Field numbers of the messages that a scalar is wrapped in.
_EVENT_WALL_TIME, _EVENT_STEP, _EVENT_FILE_VERSION, _EVENT_SUMMARY, _EVENT_SOURCE = 1, 2, 3, 5, 10
_SUMMARY_VALUE = 1
_VALUE_SIMPLE, _VALUE_TENSOR = 2, 8
_VALUE_OTHER_KINDS = {3, 4, 5, 6}  # old histogram, image, histogram, audio
_TENSOR_DTYPE, _TENSOR_CONTENT, _TENSOR_FLOATS, _TENSOR_DOUBLES = 1, 4, 5, 6

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

# How the elements of a tensor's raw content are stored. The others (half as varints, strings) have no fixed place.
_CONTENT = {
    DataType["DT_FLOAT"]: "<f4",
    DataType["DT_DOUBLE"]: "<f8",
    DataType["DT_HALF"]: "<f2",
    DataType["DT_INT8"]: "<i1",
    DataType["DT_INT16"]: "<i2",
    DataType["DT_INT32"]: "<i4",
    DataType["DT_INT64"]: "<i8",
    DataType["DT_UINT8"]: "<u1",
    DataType["DT_UINT16"]: "<u2",
    DataType["DT_UINT32"]: "<u4",
    DataType["DT_UINT64"]: "<u8",
}
_SIZES = {dtype: int(dtype[2]) for dtype in _CONTENT.values()}


class Place(NamedTuple):
    """A number of fixed size within the data of a record."""

    offset: int
    dtype: str  # numpy's spelling, little-endian

    @property
    def size(self) -> int:
        return _SIZES[self.dtype]


class Layout(NamedTuple):
    """Where the parts lie that vary between like records of ``length`` bytes of data."""

    length: int
    wall_time: Place
    step: tuple[int, int]  # offset and size of the varint; (0, 0) where the step is left out, being 0
    values: tuple[Place, ...]  # one for each value of the summary, in order; none in an event without one
    # Offsets and values of the bytes around wall time and step, the keys of the fields: they tell records of this
    # layout from others of the same length at a glance.
    keys: tuple[tuple[int, int], ...]

    @property
    def varying(self) -> list[int]:
        """Offsets of the bytes of wall time, step and values, in this order."""
        spans = [(self.wall_time.offset, 8), self.step, *((place.offset, place.size) for place in self.values)]
        return [offset + byte for offset, size in spans for byte in range(size)]


def layout_of(data: bytes) -> Layout | None:
    """The layout of a record whose data is an Event with scalars of fixed size; None for any other.

    An event with the version of its file is one with none: every file begins with such a record.
    """
    try:
        return _event(data)
    except (IndexError, KeyError, _OtherKindError):
        return None


class _OtherKindError(Exception):
    """The record holds something that does not lie in a fixed place."""


class _Field(NamedTuple):
    number: int
    wire_type: int
    start: int  # of the payload
    end: int


def _event(data: bytes) -> Layout:
    wall_time: Place | None = None
    step = (0, 0)
    values: tuple[Place, ...] | None = None
    for field in _fields(data, 0, len(data)):
        if field[:2] == (_EVENT_WALL_TIME, _FIXED64) and wall_time is None:
            wall_time = Place(field.start, "<f8")
        elif field[:2] == (_EVENT_STEP, _VARINT) and step == (0, 0):
            step = (field.start, field.end - field.start)
        elif field[:2] == (_EVENT_SUMMARY, _BYTES) and values is None:
            values = tuple(_summary(data, field))
        elif field[:2] == (_EVENT_FILE_VERSION, _BYTES) and values is None:
            values = ()
        elif field.number != _EVENT_SOURCE:
            raise _OtherKindError
    if wall_time is None or values is None:
        raise _OtherKindError
    edges = {wall_time.offset - 1, wall_time.offset + 8}
    if step != (0, 0):
        edges |= {step[0] - 1, sum(step)}
    keys = tuple((offset, data[offset]) for offset in sorted(edges) if offset < len(data))
    return Layout(len(data), wall_time, step, values, keys)


def _summary(data: bytes, summary: _Field) -> Iterator[Place]:
    for field in _fields(data, summary.start, summary.end):
        if field[:2] != (_SUMMARY_VALUE, _BYTES):
            raise _OtherKindError
        yield _value(data, field)


def _value(data: bytes, value: _Field) -> Place:
    place: Place | None = None
    for field in _fields(data, value.start, value.end):
        if field.number in _VALUE_OTHER_KINDS or (place and field.number in (_VALUE_SIMPLE, _VALUE_TENSOR)):
            raise _OtherKindError
        if field[:2] == (_VALUE_SIMPLE, _FIXED32):
            place = Place(field.start, "<f4")
        elif field[:2] == (_VALUE_TENSOR, _BYTES):
            place = _tensor(data, field)
    if place is None:
        raise _OtherKindError
    return place


def _tensor(data: bytes, tensor: _Field) -> Place:
    """The place of a tensor's one element."""
    dtype = 0
    place: Place | None = None
    for field in _fields(data, tensor.start, tensor.end):
        if field[:2] == (_TENSOR_DTYPE, _VARINT):
            dtype = data[field.start]
        elif field.number in (_TENSOR_CONTENT, _TENSOR_FLOATS, _TENSOR_DOUBLES):
            if place is not None:
                raise _OtherKindError
            kinds = {_TENSOR_CONTENT: _CONTENT.get(dtype), _TENSOR_FLOATS: "<f4", _TENSOR_DOUBLES: "<f8"}
            stored = kinds[field.number]
            if stored is None or field.end - field.start != _SIZES[stored]:
                raise _OtherKindError
            place = Place(field.start, stored)
    # An element listed under another type than the tensor's own does not count as its element.
    if place is None or _CONTENT.get(dtype) != place.dtype:
        raise _OtherKindError
    return place


def _fields(data: bytes, start: int, end: int) -> Iterator[_Field]:
    position = start
    while position < end:
        key, position = _varint(data, position)
        number, wire_type = key >> 3, key & 7
        begin = position
        if wire_type == _VARINT:
            _, position = _varint(data, position)
        elif wire_type == _FIXED64:
            position += 8
        elif wire_type == _FIXED32:
            position += 4
        elif wire_type == _BYTES:
            size, begin = _varint(data, position)
            position = begin + size
        else:
            raise _OtherKindError
        if position > end:
            raise _OtherKindError
        yield _Field(number, wire_type, begin, position)


def _varint(data: bytes, position: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, position
        shift += 7
        if shift > 63:
            raise _OtherKindError
