"""The language of the filter box: text in, a test for runs out. ``docs/filter.md`` tells it to users.

`tokens` cuts the text into words, `parser` makes a tree of them, `evaluate` a test of the tree, given the columns it
may ask for. Nothing that is typed is ever executed: names are looked up, values compared, and regular expressions are
`patterns` of an engine whose time is linear.
"""

from __future__ import annotations

from board.query.filter.error import FilterError
from board.query.filter.evaluate import Field, Kind, Value, compiled, mentions
from board.query.filter.parser import Node, parse

__all__ = ["Field", "FilterError", "Kind", "Node", "Value", "compiled", "mentions", "parse"]
