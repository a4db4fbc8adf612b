"""The path of a checkpoint file of version 1 in; its tensors, slice by slice, out."""

from __future__ import annotations

import numpy as np

from graphcore.checkpoint.entries import META_KEY, key_of, parse_elements, parse_meta
from graphcore.checkpoint.table import Table
from graphcore.checkpoint.tensor_slice import TensorSlice


class Version1:
    """One file: a table with the list of all tensors, and the elements of each slice.

    Attributes:
        path: of the file.
        tensors: what there is, by name.

    Raises:
        ValueError: the file holds something else. DataLossError: it is damaged.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._table = Table(path)
        meta = self._table.get(META_KEY)
        if meta is None:
            raise ValueError("it has no list of tensors")
        self.tensors = parse_meta(meta)

    def elements(self, name: str, part: TensorSlice) -> np.ndarray:
        """The elements of a slice. ValueError if they cannot be read; DataLossError if the file is damaged."""
        entry = self._table.get(key_of(name, part))
        if entry is None:
            raise ValueError(f"it is listed, but slice {part} has no entry")
        return parse_elements(entry, self.tensors[name], part)
