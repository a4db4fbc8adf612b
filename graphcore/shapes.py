"""Static shapes: what is known of a tensor's sizes before anything runs.

In: integers, None for a size that is not known, or None for all of them. Out: `TensorShape`, which merges,
compares and slices with that in mind.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from typing import Any, overload


class Dimension:
    """One size, or None where it is not known. Arithmetic and comparison with an unknown size give None."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value: int | None = _as_size(value)

    @property
    def value(self) -> int | None:
        return self._value

    def is_compatible_with(self, other: Any) -> bool:
        other = as_dimension(other)
        return self._value == other.value or self._value is None or other.value is None

    def assert_is_compatible_with(self, other: Any) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Dimensions {self} and {as_dimension(other)} are not compatible")

    def merge_with(self, other: Any) -> Dimension:
        """The more definite of the two. ValueError when they differ."""
        other = as_dimension(other)
        self.assert_is_compatible_with(other)
        return other if self._value is None else self

    def _combine(self, other: Any, operation: Any) -> Any:
        other = as_dimension(other)
        if self._value is None or other.value is None:
            return Dimension(None)
        return Dimension(operation(self._value, other.value))

    def _compare(self, other: Any, operation: Any) -> Any:
        other = as_dimension(other)
        if self._value is None or other.value is None:
            return None
        return operation(self._value, other.value)

    def __add__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: a + b)

    def __sub__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: a - b)

    def __mul__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: a * b)

    def __floordiv__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: a // b)

    def __mod__(self, other: Any) -> Dimension:
        return self._combine(other, lambda a, b: a % b)

    __radd__ = __add__
    __rmul__ = __mul__

    def __eq__(self, other: object) -> Any:
        try:
            return self._compare(other, lambda a, b: a == b)
        except (TypeError, ValueError):
            return NotImplemented

    def __ne__(self, other: object) -> Any:
        try:
            return self._compare(other, lambda a, b: a != b)
        except (TypeError, ValueError):
            return NotImplemented

    def __lt__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a < b)

    def __le__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a <= b)

    def __gt__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a > b)

    def __ge__(self, other: Any) -> Any:
        return self._compare(other, lambda a, b: a >= b)

    def __hash__(self) -> int:
        return hash(self._value)

    def __int__(self) -> int:
        if self._value is None:
            raise TypeError("__int__ of an unknown Dimension: its size is known only when the graph runs")
        return self._value

    def __index__(self) -> int:
        return int(self)

    def __str__(self) -> str:
        return "?" if self._value is None else str(self._value)

    def __repr__(self) -> str:
        return f"Dimension({self._value})"


def _as_size(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, Dimension):
        return value.value
    try:
        size = operator.index(value)
    except TypeError:
        raise TypeError(f"A size must be a whole number, or None where it is not known, not {value!r}") from None
    if size < 0:
        raise ValueError(f"Dimension {size} must be >= 0")
    return size


def as_dimension(value: Any) -> Dimension:
    """The Dimension of an integer, None or a Dimension."""
    return value if isinstance(value, Dimension) else Dimension(value)


class TensorShape:
    """The sizes of a tensor as far as they are known: ``TensorShape([None, 3])``, or ``TensorShape(None)`` for
    a tensor of which not even the rank is known."""

    __slots__ = ("_sizes",)

    def __init__(self, dims: Any) -> None:
        self._sizes: tuple[int | None, ...] | None
        if dims is None:
            self._sizes = None
        elif isinstance(dims, TensorShape):
            self._sizes = dims._sizes
        elif hasattr(dims, "unknown_rank"):  # a TensorShapeProto
            self._sizes = None if dims.unknown_rank else tuple(None if d.size < 0 else d.size for d in dims.dim)
        elif isinstance(dims, Iterable) and not isinstance(dims, (str, bytes)):
            self._sizes = tuple(_as_size(dim) for dim in dims)
        else:
            self._sizes = (_as_size(dims),)

    @property
    def dims(self) -> list[Dimension] | None:
        """One `Dimension` a size, or None when the rank is not known."""
        return None if self._sizes is None else [Dimension(size) for size in self._sizes]

    @property
    def ndims(self) -> int | None:
        """The rank, or None."""
        return None if self._sizes is None else len(self._sizes)

    @property
    def sizes(self) -> tuple[int | None, ...] | None:
        """The sizes as plain integers, None for each that is not known; None when the rank is not."""
        return self._sizes

    def as_list(self) -> list[int | None]:
        """The sizes as a list. ValueError when the rank is not known."""
        return list(self._known("as_list() is not defined on an unknown TensorShape."))

    def _known(self, otherwise: str) -> tuple[int | None, ...]:
        if self._sizes is None:
            raise ValueError(otherwise)
        return self._sizes

    def num_elements(self) -> int | None:
        """The product of the sizes, or None where one is not known."""
        if self._sizes is None or None in self._sizes:
            return None
        return math.prod(size for size in self._sizes if size is not None)

    def is_fully_defined(self) -> bool:
        return self._sizes is not None and None not in self._sizes

    def assert_is_fully_defined(self) -> None:
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether a tensor could have both shapes."""
        other = as_shape(other)
        if self._sizes is None or other._sizes is None:
            return True
        return len(self._sizes) == len(other._sizes) and all(
            a is None or b is None or a == b for a, b in zip(self._sizes, other._sizes)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {as_shape(other)} are not compatible")

    def merge_with(self, other: Any) -> TensorShape:
        """What both shapes together say. ValueError when they contradict each other."""
        other = as_shape(other)
        if self._sizes is None:
            return other
        if other._sizes is None:
            return self
        self.assert_is_compatible_with(other)
        return TensorShape(b if a is None else a for a, b in zip(self._sizes, other._sizes))

    def concatenate(self, other: Any) -> TensorShape:
        other = as_shape(other)
        if self._sizes is None or other._sizes is None:
            return unknown_shape()
        return TensorShape(self._sizes + other._sizes)

    def assert_same_rank(self, other: Any) -> None:
        other = as_shape(other)
        if self._sizes is not None and other._sizes is not None and len(self._sizes) != len(other._sizes):
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_has_rank(self, rank: int) -> None:
        if self.ndims not in (None, rank):
            raise ValueError(f"Shape {self} must have rank {rank}")

    def with_rank(self, rank: int) -> TensorShape:
        """This shape, once it is known to have the rank. ValueError when it cannot have."""
        self.assert_has_rank(rank)
        return unknown_shape(rank) if self._sizes is None else self

    def with_rank_at_least(self, rank: int) -> TensorShape:
        if self._sizes is not None and len(self._sizes) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        if self._sizes is not None and len(self._sizes) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def as_proto(self) -> Any:
        """A TensorShapeProto; a size that is not known is written as -1."""
        from graphcore.graph_def import shape_to_proto

        return shape_to_proto(self)

    def __len__(self) -> int:
        return len(self._known("Cannot take the length of Shape with unknown rank."))

    def __bool__(self) -> bool:
        return self._sizes is not None

    def __iter__(self) -> Iterator[Dimension]:
        return iter([Dimension(size) for size in self._known("Cannot iterate over a shape with unknown rank.")])

    @overload
    def __getitem__(self, key: int) -> Dimension: ...

    @overload
    def __getitem__(self, key: slice) -> TensorShape: ...

    def __getitem__(self, key: int | slice) -> Dimension | TensorShape:
        if self._sizes is None:
            # A slice of unknown rank: how many sizes it has may still follow from its bounds.
            if not isinstance(key, slice):
                return Dimension(None)
            start, stop = key.start or 0, key.stop
            if key.step is not None or stop is None or start < 0 or stop < start:
                return unknown_shape()
            return unknown_shape(stop - start)
        return TensorShape(self._sizes[key]) if isinstance(key, slice) else Dimension(self._sizes[key])

    def __eq__(self, other: object) -> bool:
        try:
            return self._sizes == as_shape(other)._sizes
        except (TypeError, ValueError):
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._sizes)

    def __str__(self) -> str:
        if self._sizes is None:
            return "<unknown>"
        inner = ", ".join("?" if size is None else str(size) for size in self._sizes)
        return f"({inner},)" if len(self._sizes) == 1 else f"({inner})"

    def __repr__(self) -> str:
        return f"TensorShape({self.dims})"


def as_shape(shape: Any) -> TensorShape:
    """The TensorShape of anything its constructor takes."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape(ndims: int | None = None) -> TensorShape:
    """A shape of which at most the rank is known."""
    return TensorShape(None if ndims is None else [None] * ndims)


def scalar() -> TensorShape:
    """The shape of a scalar, ``()``."""
    return TensorShape(())


def broadcast(x: TensorShape, y: TensorShape) -> TensorShape:
    """The shape of an element-wise operation on two tensors, numpy's rule on shapes half known.

    Where one size is not known and the other is above 1, the result has the other: anything else could not
    run.

    Raises:
        ValueError: no sizes that agree with what is known could be combined.
    """
    if x.sizes is None or y.sizes is None:
        return unknown_shape()
    rank = max(len(x.sizes), len(y.sizes))
    padded_x = (1,) * (rank - len(x.sizes)) + x.sizes
    padded_y = (1,) * (rank - len(y.sizes)) + y.sizes
    sizes: list[int | None] = []
    for a, b in zip(padded_x, padded_y):
        if a is None or b is None:
            known = b if a is None else a
            sizes.append(known if known is not None and known > 1 else None)
        elif a == b or b == 1:
            sizes.append(a)
        elif a == 1:
            sizes.append(b)
        else:
            raise ValueError(f"Incompatible shapes for broadcasting: {x} and {y}")
    return TensorShape(sizes)
