"""The path of the index of a checkpoint of version 2 in; its tensors, slice by slice, out.

::

    model.index                    a table: "" -> header, name -> type, shape, place of the elements
    model.data-00000-of-00001      the elements, one tensor after the other, as they lie in memory
    text elements                  lengths (varints)  masked CRC-32C of the lengths u32  the texts

A tensor in slices has an entry that lists them, and one for each slice under the key of version 1.
tensorflow/core/util/tensor_bundle/tensor_bundle.h.
"""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np

from graphcore.checkpoint import varint
from graphcore.checkpoint.entries import META_KEY, TensorInfo, key_of, tensor_info
from graphcore.checkpoint.table import Table
from graphcore.checkpoint.tensor_slice import TensorSlice, sizes_of
from graphcore.dtypes import string
from graphcore.errors import NotFoundError, UnimplementedError
from writer.format.checksum import masked_crc


class Version2:
    """An index, and files with the elements, which TensorFlow has written since 1.0. They are read, never written.

    Attributes:
        path: of the index.
        tensors: what there is, by name.
        unknown: why others cannot be read, by name.

    Raises:
        ValueError: the file holds something else. DataLossError: it is damaged.
    """

    def __init__(self, path: str) -> None:
        from writer.format.messages import BundleHeaderProto

        self.path = path
        self._prefix = path.removesuffix(".index")
        self._table = Table(path)
        header = self._table.get(META_KEY)
        if header is None:
            raise ValueError("it has no header")
        parsed = _parsed(BundleHeaderProto, header, "the header")
        if parsed.endianness != BundleHeaderProto.LITTLE:
            raise UnimplementedError(None, None, f"{path}: its numbers have the most significant byte first")
        self._shards = parsed.num_shards
        self.tensors: dict[str, TensorInfo] = {}
        self.unknown: dict[str, str] = {}
        for key, value in self._table:
            # Keys of slices begin with a byte of zero, names do not.
            if key and not key.startswith(b"\0"):
                self._note(key.decode("utf-8", "replace"), value)

    def _note(self, name: str, value: memoryview) -> None:
        from writer.format.messages import BundleEntryProto

        entry = _parsed(BundleEntryProto, value, f"the entry of tensor '{name}'")
        try:
            self.tensors[name] = tensor_info(name, entry.dtype, entry.shape, entry.slices)
        except ValueError as error:
            self.unknown[name] = str(error)

    def elements(self, name: str, part: TensorSlice) -> np.ndarray:
        """The elements of a slice. ValueError if they cannot be read, NotFoundError if their file is not there."""
        from writer.format.messages import BundleEntryProto

        info = self.tensors[name]
        sliced = any(extent is not None for extent in part.extents) or len(info.parts) > 1
        value = self._table.get(key_of(name, part) if sliced else name.encode())
        if value is None:
            raise ValueError(f"it is listed, but slice {part} has no entry")
        entry = _parsed(BundleEntryProto, value, "its entry")
        sizes = sizes_of(part.within(info.shape))
        data = self._data(entry)
        if info.dtype == string:
            flat = _texts(data, math.prod(sizes), entry.crc32c)
        else:
            dtype = np.dtype(info.dtype.as_numpy_dtype)
            if len(data) != math.prod(sizes) * dtype.itemsize:
                raise ValueError(
                    f"{len(data)} bytes are kept, but {info.dtype.name} of shape {list(sizes)} takes others"
                )
            if masked_crc(data) != entry.crc32c:
                raise ValueError(f"bad checksum of its elements in {self._shard(entry)}")
            flat = np.frombuffer(data, dtype.newbyteorder("<")).astype(dtype, copy=False)
        return flat.reshape(sizes)

    def _shard(self, entry: Any) -> str:
        return f"{self._prefix}.data-{entry.shard_id:05d}-of-{self._shards:05d}"

    def _data(self, entry: Any) -> bytes:
        path = self._shard(entry)
        try:
            with open(path, "rb") as file:
                size = file.seek(0, 2)
                if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > size:
                    raise ValueError(
                        f"its elements should end at byte {entry.offset + entry.size} of {path}, which ends before"
                    )
                file.seek(entry.offset)
                return file.read(entry.size)
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{path} is not there, which {self.path} tells of") from None


def _parsed(message: Any, value: memoryview, what: str) -> Any:
    try:
        return message.FromString(value)
    except Exception as error:  # of protobuf's own kinds, which differ between its versions
        raise ValueError(f"{what} cannot be read: {error}") from None


def _texts(data: bytes, count: int, checksum: int) -> np.ndarray:
    """``count`` texts. The checksum counts lengths as u32, or u64 if they are larger, however they are kept."""
    lengths, at = [], 0
    for _ in range(min(count, len(data))):
        length, at = varint.decoded(data, at)
        lengths.append(length)
    plain = b"".join(struct.pack("<I" if length < 1 << 32 else "<Q", length) for length in lengths)
    begin = at + 4
    if len(lengths) != count or begin + sum(lengths) != len(data):
        raise ValueError(f"{len(data)} bytes do not hold {count} texts")
    if struct.pack("<I", masked_crc(plain)) != data[at:begin] or masked_crc(plain + data[at:]) != checksum:
        raise ValueError("bad checksum of its texts")
    flat = np.empty(count, object)
    for i, length in enumerate(lengths):
        flat[i] = data[begin : begin + length]
        begin += length
    return flat
