"""The path of a checkpoint, or a pattern for its shards, in; its tensors out, by name."""

from __future__ import annotations

import glob
import os
from os import PathLike, fspath
from typing import Any, Protocol

import numpy as np

from graphcore.checkpoint.entries import TensorInfo
from graphcore.checkpoint.tensor_slice import Sizes, TensorSlice, count, overlap, shifted, sizes_of
from graphcore.checkpoint.version_1 import Version1
from graphcore.checkpoint.version_2 import Version2
from graphcore.dtypes import DType
from graphcore.errors import DataLossError, InvalidArgumentError, NotFoundError, UnimplementedError

_INDEX = ".index"


class Source(Protocol):
    """A file of a checkpoint, of one version or the other."""

    path: str
    tensors: dict[str, TensorInfo]

    def elements(self, name: str, part: TensorSlice) -> np.ndarray:
        """The elements of a slice of a tensor. ValueError if they cannot be read."""


def files_of(file_pattern: str | PathLike[str]) -> list[str]:
    """The files of the checkpoint that a path or pattern stands for, sorted; of version 2, its index."""
    return matching_files(file_pattern) or matching_files(fspath(file_pattern) + _INDEX)


def matching_files(file_pattern: str | PathLike[str]) -> list[str]:
    """The files that a path or pattern stands for, sorted. A path of an existing file is taken as it is."""
    pattern = fspath(file_pattern)
    return sorted(glob.glob(pattern) or glob.glob(glob.escape(pattern)))


class CheckpointReader:
    """The tensors of a checkpoint. Only lists of what there is are in memory; elements are read when asked for.

    ::

        reader = tf.train.NewCheckpointReader(tf.train.latest_checkpoint("logs"))
        for name, shape in reader.get_variable_to_shape_map().items():
            print(name, shape, reader.get_tensor(name))

    Attributes:
        file_pattern: what it was made with.
    """

    def __init__(self, file_pattern: str | PathLike[str]) -> None:
        """
        Raises:
            NotFoundError: there is no such file. DataLossError: a file is damaged, or no checkpoint.
        """
        self.file_pattern = fspath(file_pattern)
        self._tensors: dict[str, TensorInfo] = {}
        # For each tensor, and each slice of it, where it is.
        self._places: dict[str, list[tuple[TensorSlice, Source]]] = {}
        self._unknown: dict[str, str] = {}
        paths = files_of(file_pattern)
        if not paths:
            raise NotFoundError(None, None, f"Failed to find any matching files for {self.file_pattern}")
        for path in paths:
            self._open(path)

    def _open(self, path: str) -> None:
        try:
            source: Source = Version2(path) if path.endswith(_INDEX) else Version1(path)
        except IsADirectoryError:
            hint = "tf.train.latest_checkpoint gives the latest in it"
            raise NotFoundError(None, None, f"{path} is a directory, not a checkpoint; {hint}") from None
        except ValueError as error:
            raise DataLossError(None, None, f"{path} cannot be read as a checkpoint: {error}") from None
        self._unknown |= getattr(source, "unknown", {})
        for name, info in source.tensors.items():
            known = self._tensors.setdefault(name, info)
            if (known.dtype, known.shape) != (info.dtype, info.shape):
                raise DataLossError(
                    None,
                    None,
                    f"Tensor '{name}' is {info.dtype.name} of shape {list(info.shape)} in {path}, but elsewhere "
                    f"{known.dtype.name} of shape {list(known.shape)}",
                )
            self._places.setdefault(name, []).extend((part, source) for part in info.parts)

    def has_tensor(self, name: str) -> bool:
        """Whether there is a tensor of this name."""
        return name in self._tensors

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """All names, each with a list of sizes."""
        return {name: list(info.shape) for name, info in self._tensors.items()}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """All names, each with the type of its elements."""
        return {name: info.dtype for name, info in self._tensors.items()}

    def debug_string(self) -> bytes:
        """A line for each tensor: name, type, sizes."""
        lines = [f"{name} ({info.dtype.name}) {list(info.shape)}" for name, info in sorted(self._tensors.items())]
        return "".join(f"{line}\n" for line in lines).encode()

    def get_tensor(self, name: str) -> Any:
        """The value of a tensor: an array, or a numpy scalar (bytes for a string) for shape ``()``.

        Raises:
            NotFoundError: there is none of this name. DataLossError: its part of the file is damaged.
        """
        value = self.read(name)
        return value.copy() if isinstance(value, np.ndarray) and not value.flags.writeable else value

    def read(
        self, name: str, dtype: DType | None = None, shape_and_part: tuple[Sizes, TensorSlice] | None = None
    ) -> Any:
        """The value of a tensor or of a part of it; an array may be one that cannot be written to.

        Args:
            dtype: the type it must have.
            shape_and_part: the shape it must have as a whole, and which part of that is wanted.

        Raises:
            NotFoundError: there is none of this name, or not all of the part. DataLossError: the file is damaged.
            InvalidArgumentError: the tensor has another type or shape.
        """
        info = self._info(name)
        if dtype is not None and dtype != info.dtype:
            raise InvalidArgumentError(
                None,
                None,
                f"tensor_name = {name}; expected dtype {dtype.name} does not equal original dtype {info.dtype.name}",
            )
        part = TensorSlice.whole(len(info.shape))
        if shape_and_part is not None:
            shape, part = shape_and_part
            if shape != info.shape:
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Shape in shape_and_slice spec {list(shape)} does not match the shape stored in checkpoint: "
                    f"{list(info.shape)} (tensor '{name}' in {self.file_pattern})",
                )
        wanted = part.within(info.shape)
        pieces = self._pieces(name, info, wanted)
        filled = sum(count(place) for place, _ in pieces)
        if filled != count(wanted):
            raise NotFoundError(
                None,
                None,
                f"Of tensor '{name}', {filled} of the {count(wanted)} elements asked for are in {self.file_pattern}",
            )
        if len(pieces) == 1 and pieces[0][1].shape == sizes_of(wanted):
            return pieces[0][1][()]
        # Only now, for a size that the file merely tells of is not to be believed.
        value = np.zeros(sizes_of(wanted), np.dtype(info.dtype.as_numpy_dtype))
        for place, elements in pieces:
            value[place] = elements
        return value

    def _pieces(
        self, name: str, info: TensorInfo, wanted: tuple[slice, ...]
    ) -> list[tuple[tuple[slice, ...], np.ndarray]]:
        """What there is of a part of a tensor: places in the part, and the elements for them."""
        pieces = []
        for saved, source in self._places[name]:
            try:
                here = saved.within(info.shape)
                common = here if here == wanted else overlap(wanted, here)
                if common is not None:
                    elements = source.elements(name, saved)
                    pieces.append((shifted(common, wanted), elements[shifted(common, here)]))
            except ValueError as error:
                raise DataLossError(None, None, f"{source.path}: tensor '{name}': {error}") from None
        return pieces

    def _info(self, name: str) -> TensorInfo:
        if name in self._unknown:
            raise UnimplementedError(None, None, f"{self.file_pattern}: {self._unknown[name]}")
        if name not in self._tensors:
            raise NotFoundError(None, None, f'Tensor name "{name}" not found in checkpoint files {self.file_pattern}')
        return self._tensors[name]


_latest: tuple[Any, CheckpointReader] | None = None


def reader_of(file_pattern: str) -> CheckpointReader:
    """A reader; the same as before if the files are, for a run that restores reads many tensors from one checkpoint.

    Raises:
        NotFoundError, DataLossError: as `CheckpointReader`.
    """
    global _latest
    files = tuple((path, *_identity(path)) for path in files_of(file_pattern))
    found = _latest
    if found is None or found[0] != (file_pattern, files):
        _latest = found = (file_pattern, files), CheckpointReader(file_pattern)
    return found[1]


def _identity(path: str) -> tuple[int, int, int]:
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns
