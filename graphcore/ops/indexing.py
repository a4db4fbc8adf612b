"""``tensor[...]``: an index in, the part it names out, as numpy understands the index.

The part is one Slice. Steps other than 1 look the rest up, numbers leave out their axis, and ``tf.newaxis`` adds one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphcore.dtypes import int32
from graphcore.operation import Tensor
from graphcore.operators import Operators
from graphcore.ops import arithmetic, array, gathering, joining, rearrange


@dataclass
class _Cut:
    """What an index says, axis by axis of the tensor."""

    begin: list[Any] = field(default_factory=list)  # numbers, or scalar tensors
    extent: list[Any] = field(default_factory=list)  # -1 goes to the end
    numbered: list[int] = field(default_factory=list)  # axes indexed by a number
    stepped: list[tuple[int, slice]] = field(default_factory=list)


def getitem(tensor: Tensor, key: Any) -> Tensor:
    """The part of ``tensor`` that ``key`` names: integers, scalar integer tensors, slices, ``...``, `newaxis`.

    Raises:
        ValueError: ``...`` stands for axes that are not known, or a step for an axis of a tensor of unknown rank.
        IndexError: more indices than axes, or an index that is not below the size of its axis.
        TypeError: an index of another kind; `graphcore.gather` and `graphcore.boolean_mask` take lists of them.
    """
    items = _written_out(tensor, list(key) if isinstance(key, tuple) else [key])
    new_axes = _new_axes(items)
    cut = _Cut()
    for axis, item in enumerate(item for item in items if item is not None):
        _add(cut, tensor, axis, item)
    part, axes = tensor, len(cut.begin)
    all_of_it = cut.begin == [0] * axes and cut.extent == [-1] * axes
    if not all_of_it or not (cut.stepped or new_axes):
        part = joining.slice(tensor, _vector(cut.begin), _vector(cut.extent))
    for axis, steps in cut.stepped:
        part = _every(part, axis, steps)
    if cut.numbered:
        part = rearrange.squeeze(part, squeeze_dims=cut.numbered)
    for place in new_axes:
        part = rearrange.expand_dims(part, place)
    return part


def _new_axes(items: list[Any]) -> list[int]:
    """Where in the result axes of size 1 are new, in order."""
    kept = [item for item in items if not _is_number(item)]
    return [place for place, item in enumerate(kept) if item is None]


def _is_number(item: Any) -> bool:
    return isinstance(item, (int, np.integer, Operators)) and not isinstance(item, bool)


def _written_out(tensor: Tensor, items: list[Any]) -> list[Any]:
    """The items of an index with ``...`` and what is missing at the end as slices: one for each axis, and new axes."""
    rank = tensor.get_shape().ndims
    ellipses = [place for place, item in enumerate(items) if item is Ellipsis]
    if len(ellipses) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    given = sum(item is not None and item is not Ellipsis for item in items)
    if rank is None:
        if ellipses:
            raise ValueError(f"'...' needs the rank of {tensor.name}, which is not known")
        return items
    if given > rank:
        raise IndexError(f"{given} indices for {tensor.name}, which has {rank} axes")
    place = ellipses[0] if ellipses else len(items)
    return [*items[:place], *[slice(None)] * (rank - given), *items[place + 1 :]]


def _add(cut: _Cut, tensor: Tensor, axis: int, item: Any) -> None:
    sizes = tensor.get_shape().sizes
    size = None if sizes is None else sizes[axis]
    if isinstance(item, slice) and item.step not in (None, 1):
        cut.begin.append(0)
        cut.extent.append(-1)
        cut.stepped.append((axis, item))
    elif isinstance(item, slice):
        start = _from_the_front(tensor, 0 if item.start is None else item.start, axis, size)
        stop = None if item.stop is None else _from_the_front(tensor, item.stop, axis, size)
        if isinstance(start, int) and size is not None:
            start = min(start, size)
        if isinstance(stop, int) and size is not None:
            stop = min(stop, size)
        cut.begin.append(start)
        cut.extent.append(-1 if stop is None else _not_below_zero(stop - start))
    elif _is_number(item):
        if isinstance(item, (int, np.integer)) and size is not None and not -size <= item < size:
            raise IndexError(f"index {item} is out of bounds for axis {axis} of {tensor.name}, which has size {size}")
        cut.begin.append(_from_the_front(tensor, item, axis, size))
        cut.extent.append(1)
        cut.numbered.append(axis)
    else:
        raise TypeError(
            f"{tensor.name} takes whole numbers, scalar tensors, slices, '...' and tf.newaxis as index, not {item!r}"
        )


def _not_below_zero(count: Any) -> Any:
    return max(count, 0) if isinstance(count, int) else arithmetic.maximum(count, 0)


def _from_the_front(tensor: Tensor, index: Any, axis: int, size: int | None) -> Any:
    """``index`` counted from the first element: a number, or a tensor where only a run can tell."""
    if isinstance(index, Operators):
        return arithmetic.cast(index, int32)
    index = int(index)
    if index >= 0:
        return index
    if size is not None:
        return max(index + size, 0)
    return arithmetic.maximum(array.shape(tensor)[axis] + index, 0)


def _vector(items: list[Any]) -> Any:
    """A list of numbers as it is; with tensors in it, one tensor."""
    return items if all(isinstance(item, int) for item in items) else joining.pack(items)


def _every(tensor: Tensor, axis: int, steps: slice) -> Tensor:
    """The elements along ``axis`` that a slice with a step names, in its order."""
    shape = tensor.get_shape()
    if shape.sizes is None:
        raise ValueError(f"A step along axis {axis} needs the rank of {tensor.name}, which is not known")
    bounds = (steps.start, steps.stop, steps.step)
    if any(isinstance(bound, Operators) for bound in bounds):
        raise TypeError(f"The bounds and the step of {tensor.name}[{steps}] must be numbers where there is a step")
    size = shape.sizes[axis]
    if size is None:
        raise ValueError(f"A step needs the size of axis {axis} of {tensor.name}, which is not known")
    places = np.arange(size, dtype=np.int32)[steps]
    if axis == 0:
        return gathering.gather(tensor, places)
    # Looking up works along the first axis.
    order = [axis, *[other for other in range(len(shape.sizes)) if other != axis]]
    back = np.argsort(order).tolist()
    return rearrange.transpose(gathering.gather(rearrange.transpose(tensor, order), places), back)
