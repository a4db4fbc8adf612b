"""Of which larger variable a variable is which part: what a checkpoint keeps under one name for all parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple


class SaveSliceInfo(NamedTuple):
    """A part of a larger variable.

    Attributes:
        full_name: of the larger variable, under which it is saved.
        full_shape: its sizes.
        var_offset: where the part begins in each dimension.
        var_shape: the sizes of the part.
    """

    full_name: str
    full_shape: Sequence[int]
    var_offset: Sequence[int]
    var_shape: Sequence[int]

    @property
    def spec(self) -> str:
        """The part as the op SaveSlices takes it: ``"7 2 0,3:0,2"`` for rows 0, 1 and 2 of a variable of [7, 2]."""
        extents = ":".join(f"{start},{length}" for start, length in zip(self.var_offset, self.var_shape))
        return " ".join(map(str, self.full_shape)) + " " + extents

    def to_proto(self) -> Any:
        """The SaveSliceInfoDef message."""
        from writer.format.messages import SaveSliceInfoDef

        return SaveSliceInfoDef(**self._asdict())

    @classmethod
    def from_proto(cls, message: Any) -> SaveSliceInfo:
        """What a SaveSliceInfoDef message says."""
        return cls(message.full_name, list(message.full_shape), list(message.var_offset), list(message.var_shape))
