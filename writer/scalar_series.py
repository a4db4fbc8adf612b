"""A series of numbers in arrays to framed records, all at once.

The records differ only in wall time, step and value, so they are the rows of a matrix, one matrix for each length of a
step's varint. CRC-32C is affine: a row's checksum is that of the row with zeros in those places, XOR one table look-up
for each byte there (see `writer.format.checksum`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np

from writer import event
from writer.format.checksum import byte_effects, crc, mask
from writer.format.record import FOOTER_SIZE, HEADER_SIZE, frame
from writer.summary.scalars import scalar, scalar_tensor

# Points a block: its arrays stay in the processor's cache.
_BLOCK = 8192
# Tables of checksums reach so far; records are longer only with tags of a kilobyte.
_MAX_DATA = 1 << 12


def series_records(
    tag: str,
    steps: np.ndarray,
    values: np.ndarray,
    wall_times: np.ndarray,
    *,
    float64: bool = False,
    tensors: bool = False,
) -> Iterator[tuple[bytes, int]]:
    """Blocks of framed records with the number of points in each, in the order given.

    Args:
        steps: int64 [n].
        values: float32 [n], or float64 [n] with ``float64``.
        wall_times: float64 [n], seconds since the epoch; may be broadcast from one.
        tensors: store tensors, as ``float64`` does in any case, not the compact form.

    Raises:
        TypeError, ValueError: the tag cannot name a series.
    """
    summary, place = _template(tag, float64, tensors)
    stored = values.astype("<f8" if float64 else "<f4")
    for begin in range(0, len(steps), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        if len(summary) > _MAX_DATA:
            yield _one_by_one(summary, place, steps[block], stored[block], wall_times[block]), len(steps[block])
        else:
            yield _block(summary, place, steps[block], stored[block], wall_times[block]), len(steps[block])


def _template(tag: str, float64: bool, tensors: bool) -> tuple[bytes, int]:
    """A Summary with zeros for its value, and where that is."""
    if not float64 and not tensors:
        summary = scalar(tag, 0.0)
        return summary, len(summary) - 4
    (marked,) = struct.unpack("<d", b"\x01" * 8) if float64 else struct.unpack("<f", b"\x01" * 4)
    ones, zeros = (scalar_tensor(tag, number, double_precision=float64) for number in (marked, 0.0))
    return zeros, next(index for index, (one, zero) in enumerate(zip(ones, zeros)) if one != zero)


def _block(summary: bytes, place: int, steps: np.ndarray, values: np.ndarray, wall_times: np.ndarray) -> bytes:
    numbers = steps.view(np.uint64)
    # Bytes of the step's varint: 7 bits each; a step of 0 is left out, as proto3 does.
    sizes = np.zeros(len(steps), np.int64)
    for bits in range(0, 64, 7):
        sizes += numbers >= np.uint64(1 << bits)
    lengths = np.unique(sizes)
    matrices = {}
    for size in lengths.tolist():
        chosen = slice(None) if len(lengths) == 1 else np.flatnonzero(sizes == size)
        matrices[size] = chosen, _rows(summary, place, size, numbers[chosen], values[chosen], wall_times[chosen])
    if len(matrices) == 1:
        ((_, matrix),) = matrices.values()
        return matrix.tobytes()
    widths = np.zeros(len(steps), np.int64)
    for chosen, matrix in matrices.values():
        widths[chosen] = matrix.shape[1]
    ends = np.cumsum(widths)
    out = np.empty(int(ends[-1]), np.uint8)
    for chosen, matrix in matrices.values():
        out[(ends - widths)[chosen][:, None] + np.arange(matrix.shape[1])] = matrix
    return out.tobytes()


def _rows(
    summary: bytes, place: int, step_size: int, numbers: np.ndarray, values: np.ndarray, wall_times: np.ndarray
) -> np.ndarray:
    """Framed records of one length, uint8 [n, length]."""
    # A step of the right length, and zeros in all places that vary.
    step = 0 if not step_size else 1 << 7 * (step_size - 1)
    data = bytearray(event.encode(0.0, event.as_step(_signed(step)), event.SUMMARY, summary))
    step_at = 10 if step_size else 9
    data[step_at : step_at + step_size] = bytes(step_size)
    value_at = len(data) - len(summary) + place
    size = values.dtype.itemsize
    framed = np.frombuffer(frame(bytes(data)), np.uint8)
    rows = np.empty((len(numbers), len(framed)), np.uint8)
    rows[:] = framed
    body = rows[:, HEADER_SIZE:-FOOTER_SIZE]
    body[:, 1:9] = np.ascontiguousarray(wall_times, "<f8")[:, None].view(np.uint8)
    for index in range(step_size):
        septet = (numbers >> np.uint64(7 * index)).astype(np.uint8) & np.uint8(0x7F)
        body[:, step_at + index] = septet if index == step_size - 1 else septet | np.uint8(0x80)
    body[:, value_at : value_at + size] = np.ascontiguousarray(values)[:, None].view(np.uint8)
    crcs = np.full(len(numbers), crc(bytes(data)), np.uint32)
    for at in (*range(1, 9), *range(step_at, step_at + step_size), *range(value_at, value_at + size)):
        crcs ^= np.take(byte_effects(len(data) - 1 - at), body[:, at])
    rows[:, -FOOTER_SIZE:] = mask(crcs).astype("<u4")[:, None].view(np.uint8)
    return rows


def _one_by_one(summary: bytes, place: int, steps: np.ndarray, values: np.ndarray, wall_times: np.ndarray) -> bytes:
    size = values.dtype.itemsize
    head, tail, stored = summary[:place], summary[place + size :], values.tobytes()
    return b"".join(
        frame(event.encode(time, step, event.SUMMARY, head + stored[size * index : size * (index + 1)] + tail))
        for index, (time, step) in enumerate(zip(wall_times.tolist(), steps.tolist()))
    )


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number
