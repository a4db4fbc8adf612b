"""Sorted keys and values in, the bytes of a table out, block by block; a table's file in, values out by key.

::

    table    data block ...  metaindex block (empty)  index block  footer
    block    entries  restart offset u32 ...  number of restarts u32  |  compression u8  masked CRC-32C u32
    entry    bytes shared with the key before, other bytes, bytes of the value (varints), the other bytes, the value
    index    for each data block: a key not less than its last and less than the next one's first -> its handle
    handle   offset, size (varints)
    footer   handle of the metaindex, handle of the index, filled up to 40 bytes, magic number u64

At a restart, every sixteenth entry, a key is whole. All numbers are little-endian.
"""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterable, Iterator

from graphcore.checkpoint import varint
from graphcore.errors import DataLossError, UnimplementedError
from writer.format.checksum import masked_crc

MAGIC = 0xDB4775248B80FB57
BLOCK_SIZE = 1 << 18
_RESTART_INTERVAL = 16
_NO_COMPRESSION, _SNAPPY = 0, 1
_TRAILER = struct.Struct("<BI")
_FOOTER_SIZE = 48


class _BlockBuilder:
    """Entries in, the contents of a block out."""

    def __init__(self, restart_interval: int) -> None:
        self._interval = restart_interval
        self._parts: list[bytes] = []
        self._size = 0
        self._restarts = [0]
        self._since_restart = 0
        self._last = b""

    @property
    def size(self) -> int:
        """How many bytes the block would have now."""
        return self._size + 4 * len(self._restarts) + 4

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._since_restart < self._interval:
            shared = _shared(self._last, key)
        else:
            self._restarts.append(self._size)
            self._since_restart = 0
        sizes = b"".join(map(varint.encoded, (shared, len(key) - shared, len(value))))
        entry = (sizes, key[shared:], value)
        self._parts += entry
        self._size += sum(map(len, entry))
        self._since_restart += 1
        self._last = key

    def contents(self) -> bytes:
        return b"".join(
            [*self._parts, struct.pack(f"<{len(self._restarts) + 1}I", *self._restarts, len(self._restarts))]
        )


def _shared(first: bytes, second: bytes) -> int:
    """How many bytes two keys begin with in common."""
    most = min(len(first), len(second))
    return next((i for i in range(most) if first[i] != second[i]), most)


def _separator(last: bytes, following: bytes) -> bytes:
    """A short key from ``last`` on and before ``following``."""
    at = _shared(last, following)
    if at < min(len(last), len(following)) and last[at] < 0xFF and last[at] + 1 < following[at]:
        return last[:at] + bytes([last[at] + 1])
    return last


def _successor(last: bytes) -> bytes:
    """A short key from ``last`` on."""
    at = next((i for i, byte in enumerate(last) if byte != 0xFF), None)
    return last if at is None else last[:at] + bytes([last[at] + 1])


def build(entries: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The bytes of a table, in parts.

    Args:
        entries: keys and values, in increasing order of the keys.
    """
    written = 0
    index = _BlockBuilder(restart_interval=1)
    block = _BlockBuilder(_RESTART_INTERVAL)
    handle: bytes | None = None  # of the block before, until it is known what key follows
    last = b""
    for key, value in entries:
        if handle is not None:
            index.add(_separator(last, key), handle)
            handle = None
        block.add(key, value)
        last = key
        if block.size >= BLOCK_SIZE:
            data = _framed(block)
            yield data
            handle, written = _handle(written, data), written + len(data)
            block = _BlockBuilder(_RESTART_INTERVAL)
    if handle is None:
        data = _framed(block)
        yield data
        handle, written = _handle(written, data), written + len(data)
    metaindex = _framed(_BlockBuilder(_RESTART_INTERVAL))
    yield metaindex
    index.add(_successor(last), handle)
    indexed = _framed(index)
    yield indexed
    handles = _handle(written, metaindex) + _handle(written + len(metaindex), indexed)
    yield handles.ljust(_FOOTER_SIZE - 8, b"\0") + struct.pack("<Q", MAGIC)


def _framed(block: _BlockBuilder) -> bytes:
    contents = block.contents() + bytes([_NO_COMPRESSION])
    return contents + struct.pack("<I", masked_crc(contents))


def _handle(offset: int, framed: bytes) -> bytes:
    return varint.encoded(offset) + varint.encoded(len(framed) - _TRAILER.size)


class Table:
    """A table in a file, of which the index and the block that was read last are in memory.

    Raises:
        OSError: there is no such file.
        DataLossError: the file is no table, or damaged; so does `get` for the block that it reads.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        with open(path, "rb") as file:
            self._size = file.seek(0, 2)
            if self._size < _FOOTER_SIZE:
                raise self._damage(f"it has {self._size} bytes, fewer than the end of every checkpoint")
            file.seek(self._size - _FOOTER_SIZE)
            footer = file.read(_FOOTER_SIZE)
        if struct.unpack("<Q", footer[-8:])[0] != MAGIC:
            raise self._damage("its last bytes are not those of a checkpoint (version 1)")
        try:
            _, end = self._parse_handle(footer, 0)
            (offset, size), _ = self._parse_handle(footer, end)
        except ValueError as error:
            raise self._damage(f"its last bytes cannot be read: {error}") from None
        index = list(self._entries(offset, size))
        self._last_keys = [key for key, _ in index]
        self._handles = [value for _, value in index]
        # The block read last, if it is of usual size: small tensors lie in it by the hundred.
        self._recent: tuple[int, dict[bytes, memoryview]] = (-1, {})

    def get(self, key: bytes) -> memoryview | None:
        """The value of a key, or None."""
        at = bisect.bisect_left(self._last_keys, key)
        if at == len(self._handles):
            return None
        offset, size = self._place(at)
        if size > 2 * BLOCK_SIZE:
            return next((value for found, value in self._entries(offset, size) if found == key), None)
        if self._recent[0] != offset:
            self._recent = offset, dict(self._entries(offset, size))
        return self._recent[1].get(key)

    def __iter__(self) -> Iterator[tuple[bytes, memoryview]]:
        """All entries, in order of their keys."""
        for at in range(len(self._handles)):
            yield from self._entries(*self._place(at))

    def _place(self, at: int) -> tuple[int, int]:
        """Offset and size of a block."""
        try:
            return self._parse_handle(self._handles[at], 0)[0]
        except ValueError as error:
            raise self._damage(f"its index cannot be read: {error}") from None

    def _parse_handle(self, data: bytes | memoryview, offset: int) -> tuple[tuple[int, int], int]:
        place, end = varint.decoded(data, offset)
        size, end = varint.decoded(data, end)
        return (place, size), end

    def _entries(self, offset: int, size: int) -> Iterator[tuple[bytes, memoryview]]:
        """The entries of a block."""
        block = self._block(offset, size)
        try:
            yield from _parsed(block)
        except (ValueError, struct.error) as error:
            raise self._damage(f"the block at byte {offset} cannot be read: {error}") from None

    def _block(self, offset: int, size: int) -> memoryview:
        end = offset + size + _TRAILER.size
        if end > self._size - _FOOTER_SIZE:
            raise self._damage(f"a block should reach from byte {offset} to byte {end}, but the file ends before")
        # Opened for each block: whoever keeps a table keeps no file open, and it may be deleted on every system.
        with open(self._path, "rb") as file:
            file.seek(offset)
            data = memoryview(file.read(size + _TRAILER.size))
        if len(data) < size + _TRAILER.size:
            raise self._damage(f"the block at byte {offset} is cut off")
        compression, checksum = _TRAILER.unpack_from(data, size)
        if masked_crc(data[: size + 1]) != checksum:
            raise self._damage(f"bad checksum of the block at byte {offset}")
        if compression == _SNAPPY:
            raise UnimplementedError(None, None, f"{self._path}: its blocks are compressed, which cannot be read")
        if compression != _NO_COMPRESSION:
            raise self._damage(f"the block at byte {offset} has the unknown compression {compression}")
        return data[:size]

    def _damage(self, what: str) -> DataLossError:
        return DataLossError(None, None, f"{self._path} cannot be read as a checkpoint: {what}")


def _parsed(block: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The entries in the contents of a block. ValueError or struct.error when they do not fit together."""
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    end = len(block) - 4 - 4 * restarts
    if end < 0:
        raise ValueError(f"it tells of {restarts} restarts, more than it has room for")
    key, at = b"", 0
    while at < end:
        shared, at = varint.decoded(block, at)
        own, at = varint.decoded(block, at)
        length, at = varint.decoded(block, at)
        if shared > len(key) or at + own + length > end:
            raise ValueError(f"an entry reaches beyond its end, byte {end}")
        key = key[:shared] + bytes(block[at : at + own])
        yield key, block[at + own : at + own + length]
        at += own + length
