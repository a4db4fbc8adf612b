"""What a run is asked for in, the tensors and operations to compute out; and their values, built up to the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphcore.graph import Graph
from graphcore.indexed_slices import IndexedSlices, IndexedSlicesValue
from graphcore.operation import Operation, Tensor
from graphcore.scalars import returned
from graphcore.sparse_tensor import SparseTensor, SparseTensorValue

Rebuild = Callable[[Sequence[Any]], Any]


class Fetches:
    """What one call of `Session.run` asks for: tensors, operations, and how to build the answer from values."""

    def __init__(self, graph: Graph, fetches: Any) -> None:
        self._graph = graph
        self._places: dict[Tensor, int] = {}
        self._operations: dict[Operation, None] = {}
        self.rebuild = self._parse(fetches)
        self.tensors = tuple(self._places)
        self.operations = tuple(self._operations)

    def _parse(self, fetch: Any) -> Rebuild:
        if isinstance(fetch, Mapping):
            keys = list(fetch)
            make: Any = type(fetch)
            parts = [self._parse(fetch[key]) for key in keys]
            return lambda values: make((key, part(values)) for key, part in zip(keys, parts))
        if isinstance(fetch, IndexedSlices):
            found = [self._parse(item) for item in (fetch.values, fetch.indices)]
            shape = (lambda values: None) if fetch.dense_shape is None else self._parse(fetch.dense_shape)
            return lambda values: IndexedSlicesValue(found[0](values), found[1](values), shape(values))
        if isinstance(fetch, SparseTensor):
            return self._parse(SparseTensorValue(*fetch.parts()))
        if isinstance(fetch, tuple) and hasattr(fetch, "_fields"):
            parts, named = [self._parse(item) for item in fetch], type(fetch)
            return lambda values: named(*[part(values) for part in parts])
        if isinstance(fetch, (list, tuple)):
            parts = [self._parse(item) for item in fetch]
            if isinstance(fetch, tuple):
                return lambda values: tuple(part(values) for part in parts)
            return lambda values: [part(values) for part in parts]
        element = self._element(fetch)
        if isinstance(element, Operation):
            self._operations[element] = None
            return lambda values: None
        place = self._places.setdefault(element, len(self._places))
        return lambda values: returned(values[place])

    def _element(self, fetch: Any) -> Tensor | Operation:
        try:
            element = self._graph.as_graph_element(fetch)
            if not self._graph.is_fetchable(element):
                raise ValueError(f"Operation {element.name!r} has been marked as not fetchable.")
            return element
        except TypeError as error:
            raise TypeError(
                f"Fetch argument {fetch!r} of {fetch!r} has invalid type {type(fetch)!r}, must be a string or Tensor. "
                f"({error})"
            ) from None
        except (ValueError, KeyError) as error:
            raise ValueError(
                f"Fetch argument {fetch!r} of {fetch!r} cannot be interpreted as a Tensor. ({error.args[0]})"
            ) from None
