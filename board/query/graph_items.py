"""The items of a graph's tree of scopes: operations, scopes, and boxes around siblings."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Item:
    """An operation (``operation`` is its index) or a scope (``operation`` is None) of the tree."""

    index: int
    path: str
    """Where it lies in the tree: the labels from the top down, with ``/`` between them."""
    name: str
    """The path without boxes that are none of the graph's scopes."""
    label: str
    parent: int
    operation: int | None = None
    own: int | None = None
    """For a scope, the index of the operation of the same name, which lies in it as ``(label)``."""
    children: list[int] = field(default_factory=list)
    first: int = 0
    """Operations are numbered in the order of the tree; those of an item are first <= position < end."""
    end: int = 0
    scopes: int = 0
    """How many scopes lie in this one, at any depth."""
    repeats: int = 0
    """How many children a scope has, if all are built alike and counted; else 0."""
    is_box: bool = False
    """A scope that was put around others, and whose name is that of the scope around it."""

    @property
    def is_scope(self) -> bool:
        return self.operation is None
