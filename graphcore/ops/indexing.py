"""``tensor[...]``: an index in, a slice out, without the axes that are indexed by a number."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.operation import Tensor
from graphcore.ops import joining, rearrange


def getitem(tensor: Tensor, key: Any) -> Tensor:
    """The part of ``tensor`` that ``key`` names: integers, slices of step 1, and one ``...``.

    Raises:
        ValueError: a negative index or bound counts from an end that is not known before a run, or ``...`` or a
            missing index stands for axes that are not.
        IndexError: more indices than axes, or an index that is not below the size of its axis.
        NotImplementedError: a step, a new axis, or a tensor as index.
    """
    sizes = tensor.get_shape().sizes
    spec = _one_for_each_axis(tensor, list(key) if isinstance(key, tuple) else [key])
    begin, extent, indexed = [], [], []
    for axis, item in enumerate(spec):
        size = None if sizes is None else sizes[axis]
        if isinstance(item, slice):
            if item.step not in (None, 1):
                raise NotImplementedError(f"Steps other than 1 are currently unsupported: {item}")
            start = _from_the_front(tensor, item.start or 0, axis, size)
            stop = None if item.stop is None else _from_the_front(tensor, item.stop, axis, size)
            if size is not None:
                start, stop = min(start, size), None if stop is None else min(stop, size)
            begin.append(start)
            extent.append(-1 if stop is None else max(stop - start, 0))
        elif isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            if size is not None and not -size <= item < size:
                raise IndexError(
                    f"index {item} is out of bounds for axis {axis} of {tensor.name}, which has size {size}"
                )
            begin.append(_from_the_front(tensor, int(item), axis, size))
            extent.append(1)
            indexed.append(axis)
        else:
            raise NotImplementedError(f"Bad slice index {item} of type {type(item)}")
    part = joining.slice(tensor, begin, extent)
    return rearrange.squeeze(part, squeeze_dims=indexed) if indexed else part


def _one_for_each_axis(tensor: Tensor, spec: list[Any]) -> list[Any]:
    """The items of an index with ``...`` and what is missing at the end written out."""
    rank = tensor.get_shape().ndims
    ellipses = [place for place, item in enumerate(spec) if item is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    given = len(spec) - len(ellipses)
    if rank is None:
        if ellipses:
            raise ValueError(f"'...' needs the rank of {tensor.name}, which is not known")
        return spec
    if given > rank:
        raise IndexError(f"{given} indices for {tensor.name}, which has {rank} axes")
    place = ellipses[0] if ellipses else len(spec)
    return [*spec[:place], *[slice(None)] * (rank - given), *spec[place + 1 :]]


def _from_the_front(tensor: Tensor, index: int, axis: int, size: int | None) -> int:
    if index >= 0:
        return index
    if size is None:
        raise ValueError(f"Negative index {index} needs the size of axis {axis} of {tensor.name}, which is not known")
    return max(index + size, 0)
