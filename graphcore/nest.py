"""Values in nested lists, tuples and dicts in, a flat list of them out, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def flatten(structure: Any) -> list[Any]:
    """The values, depth first; dicts by their sorted keys."""
    return list(_leaves(structure))


def _leaves(structure: Any) -> Iterator[Any]:
    if isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from _leaves(structure[key])
    elif isinstance(structure, (list, tuple)):
        for item in structure:
            yield from _leaves(item)
    else:
        yield structure


def pack_like(structure: Any, values: Sequence[Any]) -> Any:
    """``values``, in the form of ``structure``. ValueError when they are too few or too many."""
    remaining = iter(values)
    packed = _packed(structure, remaining)
    if next(remaining, None) is not None or len(values) != len(flatten(structure)):
        raise ValueError(f"{len(values)} values do not fit {structure!r}")
    return packed


def _packed(structure: Any, values: Iterator[Any]) -> Any:
    if isinstance(structure, Mapping):
        found = {key: _packed(structure[key], values) for key in sorted(structure)}
        return type(structure)((key, found[key]) for key in structure)  # type: ignore[call-arg]
    if isinstance(structure, tuple) and hasattr(structure, "_fields"):
        return type(structure)(*[_packed(item, values) for item in structure])
    if isinstance(structure, (list, tuple)):
        return type(structure)(_packed(item, values) for item in structure)
    return next(values, None)
