"""A rectangular part of a tensor: from messages and texts in, to keys, messages and numpy's slices out."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

Sizes = tuple[int, ...]


class TensorSlice(NamedTuple):
    """Where a part begins in each dimension, and how long it is there; None for all of a dimension."""

    extents: tuple[tuple[int, int] | None, ...]

    @classmethod
    def whole(cls, rank: int) -> TensorSlice:
        """All of a tensor."""
        return cls((None,) * rank)

    @classmethod
    def from_proto(cls, message: Any) -> TensorSlice:
        """What a TensorSliceProto says."""
        return cls(tuple((e.start, e.length) if e.HasField("length") else None for e in message.extent))

    def to_proto(self) -> Any:
        """The TensorSliceProto."""
        from writer.format.messages import TensorSliceProto

        message = TensorSliceProto()
        for extent in self.extents:
            added = message.extent.add()
            if extent is not None:
                added.start, added.length = extent
        return message

    def within(self, shape: Sizes) -> tuple[slice, ...]:
        """The part of an array of this shape.

        Raises:
            ValueError: it does not lie in there.
        """
        if len(shape) != len(self.extents):
            raise ValueError(f"slice {self} has {len(self.extents)} dimensions, but the tensor has shape {list(shape)}")
        found = []
        for size, extent in zip(shape, self.extents):
            start, length = (0, size) if extent is None else extent
            if start < 0 or length < 0 or start + length > size:
                raise ValueError(f"slice {self} does not lie in a tensor of shape {list(shape)}")
            found.append(slice(start, start + length))
        return tuple(found)

    def __str__(self) -> str:
        return ":".join("-" if extent is None else f"{extent[0]},{extent[1]}" for extent in self.extents)


def sizes_of(part: tuple[slice, ...]) -> Sizes:
    """The shape of a part of an array."""
    return tuple(axis.stop - axis.start for axis in part)


def overlap(first: tuple[slice, ...], second: tuple[slice, ...]) -> tuple[slice, ...] | None:
    """What two parts of an array have in common; None if that is nothing."""
    common = tuple(slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(first, second))
    return common if all(axis.start < axis.stop for axis in common) else None


def shifted(part: tuple[slice, ...], origin: tuple[slice, ...]) -> tuple[slice, ...]:
    """``part`` as seen from where ``origin`` begins."""
    return tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(part, origin))


def count(part: tuple[slice, ...]) -> int:
    """How many elements a part has."""
    return math.prod(sizes_of(part))


_SPEC = re.compile(r"((?:\d+ )*)((?:-|\d+,\d+)(?::(?:-|\d+,\d+))*)?")


def parse_shape_and_slice(text: str) -> tuple[Sizes, TensorSlice] | None:
    """What ``"7 2 0,3:-"`` says: of a tensor of shape [7, 2], rows 0, 1 and 2. None for an empty text: all of it.

    Raises:
        ValueError: it says nothing of the kind.
    """
    if not text:
        return None
    match = _SPEC.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is no shape and slice, such as '7 2 0,3:-'")
    shape = tuple(int(size) for size in match[1].split())
    extents = [] if match[2] is None else match[2].split(":")
    part = TensorSlice(tuple(None if e == "-" else _pair(e) for e in extents))
    part.within(shape)
    return shape, part


def _pair(text: str) -> tuple[int, int]:
    start, length = text.split(",")
    return int(start), int(length)
