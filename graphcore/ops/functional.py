"""Functions applied to a tensor item by item, along its first axis, by a loop that runs with the graph.

Where a tensor is taken or given there may also be lists, tuples or dicts of them, whose items then go together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphcore import nest
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import as_dtype
from graphcore.operation import Tensor
from graphcore.ops import array
from graphcore.ops.loops import while_loop
from graphcore.ops.tensor_arrays import TensorArray
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape


class _Items:
    """Tensors ``[n, ...]``, to be read item by item."""

    def __init__(self, elems: Any) -> None:
        self._structure = elems
        self._tensors = [convert_to_tensor(tensor, name="elems") for tensor in nest.flatten(elems)]
        if not self._tensors:
            raise ValueError("elems must hold at least one tensor")
        self.count = array.shape(self._tensors[0])[0]
        self._arrays = [
            TensorArray(t.dtype, self.count, clear_after_read=False, tensor_array_name="elems").unpack(t)
            for t in self._tensors
        ]

    @property
    def tensors(self) -> list[Tensor]:
        return self._tensors

    def read(self, index: Any) -> Any:
        return nest.pack_like(self._structure, [items.read(index) for items in self._arrays])

    def stacked(self, results: Sequence[TensorArray]) -> list[Tensor]:
        """The results, one for each item, as tensors whose first size is that of the items."""
        sizes = self._tensors[0].get_shape().sizes
        packed = [items.pack() for items in results]
        for tensor in packed:
            if sizes is not None and tensor.get_shape().ndims is not None:
                tensor.set_shape(TensorShape([sizes[0]]).concatenate(tensor.get_shape()[1:]))
        return packed


def _checked(fn: Any) -> Callable[..., Any]:
    if not callable(fn):
        raise TypeError("fn must be callable.")
    return fn


def _results(count: Any, dtypes: Sequence[Any]) -> list[TensorArray]:
    return [TensorArray(dtype, count, clear_after_read=False, tensor_array_name="results") for dtype in dtypes]


def _tensors(values: Any, like: Sequence[Any]) -> list[Tensor]:
    """The values a function gave, as many as wanted and of their types."""
    flat = nest.flatten(values)
    if len(flat) != len(like):
        raise ValueError(f"fn must give {len(like)} tensors, not {len(flat)}")
    return [convert_to_tensor(value, dtype) for value, dtype in zip(flat, like)]


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """``fn`` of each item of ``elems``, ``[n, ...]``, along a new first axis: ``[n, ...]``.

    Args:
        fn: given an item, its result.
        dtype: of the result, if it is not that of ``elems``; in the structure of the result.
        parallel_iterations, back_prop, swap_memory: see `while_loop`.

    Raises:
        TypeError: ``fn`` is no function, or gives another type.
    """
    _checked(fn)
    with op_scope(nest.flatten(elems), name, "map"):
        items = _Items(elems)
        structure = elems if dtype is None else dtype
        dtypes = [t.dtype for t in items.tensors] if dtype is None else [as_dtype(d) for d in nest.flatten(dtype)]

        def turn(i: Tensor, results: list[TensorArray]) -> Any:
            values = _tensors(fn(items.read(i)), dtypes)
            return i + 1, [result.write(i, value) for result, value in zip(results, values)]

        _, results = while_loop(
            lambda i, _: i < items.count,
            turn,
            (0, _results(items.count, dtypes)),
            parallel_iterations,
            back_prop,
            swap_memory,
        )
        return nest.pack_like(structure, items.stacked(results))


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """All the values on the way of `foldl`, ``[n, ...]``: the running sums, for a sum.

    Args: as for `foldl`.
    """
    _checked(fn)
    with op_scope([*nest.flatten(elems), *nest.flatten(initializer)], name, "scan"):
        items = _Items(elems)
        start, first = _beginning(items, elems, initializer, 0)
        dtypes = [value.dtype for value in start]
        structure = elems if initializer is None else initializer
        results = _results(items.count, dtypes)
        if initializer is None:
            results = [result.write(0, value) for result, value in zip(results, start)]

        def turn(i: Tensor, so_far: list[Tensor], results: list[TensorArray]) -> Any:
            values = _tensors(fn(nest.pack_like(structure, so_far), items.read(i)), dtypes)
            return i + 1, values, [result.write(i, value) for result, value in zip(results, values)]

        _, _, results = while_loop(
            lambda i, *_: i < items.count,
            turn,
            (first, start, results),
            parallel_iterations,
            back_prop,
            swap_memory,
        )
        return nest.pack_like(structure, items.stacked(results))


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """``fn`` of what came out so far and of each item of ``elems``, ``[n, ...]``, from the first to the last.

    Args:
        fn: given what came out so far and an item, what comes out now.
        initializer: what to begin with; the first item if not given.
        parallel_iterations, back_prop, swap_memory: see `while_loop`.
    """
    _checked(fn)
    with op_scope([*nest.flatten(elems), *nest.flatten(initializer)], name, "foldl"):
        items = _Items(elems)
        start, first = _beginning(items, elems, initializer, 0)
        options = (parallel_iterations, back_prop, swap_memory)
        structure = elems if initializer is None else initializer
        return _folded(fn, items, structure, start, (first, lambda i: i < items.count, 1), options)


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The same as `foldl`, from the last item to the first."""
    _checked(fn)
    with op_scope([*nest.flatten(elems), *nest.flatten(initializer)], name, "foldr"):
        items = _Items(elems)
        last = items.count - 1
        start, behind = _beginning(items, elems, initializer, last)
        options = (parallel_iterations, back_prop, swap_memory)
        structure = elems if initializer is None else initializer
        first = last if initializer is not None else behind - 2
        return _folded(fn, items, structure, start, (first, lambda i: i >= 0, -1), options)


def _beginning(items: _Items, elems: Any, initializer: Any, place: Any) -> tuple[list[Tensor], Any]:
    """What a fold begins with, and the place of the first item that is not used for that."""
    if initializer is None:
        return nest.flatten(items.read(place)), place + 1
    return [convert_to_tensor(value) for value in nest.flatten(initializer)], place


def _folded(
    fn: Callable[[Any, Any], Any],
    items: _Items,
    structure: Any,
    start: list[Tensor],
    places: tuple[Any, Callable[[Tensor], Tensor], int],
    options: tuple[int, bool, bool],
) -> Any:
    first, goes_on, step = places
    dtypes = [value.dtype for value in start]

    def turn(i: Tensor, so_far: list[Tensor]) -> Any:
        return i + step, _tensors(fn(nest.pack_like(structure, so_far), items.read(i)), dtypes)

    _, result = while_loop(lambda i, _: goes_on(i), turn, (first, start), *options)
    return nest.pack_like(structure, result)
