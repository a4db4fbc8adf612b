"""Rows of a table chosen by indices, some perhaps several times: checked, and put in an order to work on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets


def check_in_range(name: str, indices: Any, count: int) -> None:
    """InvalidArgumentError, with the first that is not, unless all indices are in ``[0, count)``."""
    array = np.asarray(indices)
    wrong = (array < 0) | (array >= count)
    if wrong.any():
        place = np.unravel_index(int(np.argmax(wrong)), array.shape)
        at = brackets([int(axis) for axis in place]) if array.ndim else ""
        raise InvalidArgumentError(None, None, f"{name}{at} = {array[place]} is not in [0, {count})")


def in_turns(indices: np.ndarray) -> Iterator[np.ndarray]:
    """The places of ``indices`` (``[n]``) in groups: the first use of each row, then the second uses, and so on.

    No row is in a group twice, so a group can be worked on at once; and each row meets its uses in their order, as
    if they came one after another.
    """
    order = np.argsort(indices, kind="stable")
    in_order = indices[order]
    first = np.flatnonzero(np.concatenate([[True], in_order[1:] != in_order[:-1]]))[: len(order)]
    uses = np.diff(np.append(first, len(order)))
    turn = np.arange(len(order)) - np.repeat(first, uses)
    by_turn = np.argsort(turn, kind="stable")
    return iter(np.split(order[by_turn], np.cumsum(np.bincount(turn))[:-1]) if len(order) else [])


def add_rows(table: np.ndarray, indices: np.ndarray, rows: np.ndarray) -> None:
    """``table[indices[i]] += rows[i]`` for each i, in order, in place."""
    for places in in_turns(indices):
        table[indices[places]] += rows[places]
