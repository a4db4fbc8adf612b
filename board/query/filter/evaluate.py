"""A tree of conditions in, a test for runs out.

A value that a run does not have meets no comparison, not even one with ``!=``; `none` asks for it.
"""

from __future__ import annotations

import enum
import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from board.query.filter import patterns
from board.query.filter.error import FilterError
from board.query.filter.parser import All, Comparison, Either, NameMatch, Node, Not
from board.query.filter.tokens import Kind as TokenKind
from board.query.filter.tokens import Token

Row = TypeVar("Row")
Value = float | str | bool | None | tuple[str, ...]  # several texts: any of them may meet a comparison
Test = Callable[[Row], bool]


class Kind(enum.Enum):
    """What the values of a column are."""

    NUMBER = "number"
    TEXT = "text"
    MIXED = "mixed"  # either, and bools: hyperparameters are whatever a script called so
    TIME = "time"  # seconds since the epoch
    DURATION = "duration"  # seconds


@dataclass(frozen=True)
class Field(Generic[Row]):
    """What a filter can ask of a row."""

    kind: Kind
    value: Callable[[Row], Value]


# Numbers count as equal within this: what was logged as float32 should be found by what is read on screen.
_EQUAL = 1e-6
_UNITS = {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION = re.compile(r"(?P<number>[0-9.]+(?:e[+-]?[0-9]+)?)\s*(?P<unit>ms|s|min|h|d|w)", re.IGNORECASE)
_TIMES = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")

_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def compiled(tree: Node, field: Callable[[str], Field[Row]], names: Callable[[Row], Sequence[str]]) -> Test[Row]:
    """The test that a tree stands for.

    Args:
        field: what a column's name stands for; raises LookupError, with a message for who typed it, if there is none.
        names: of a row; what is looked for may be found in any of them.

    Raises:
        FilterError: a column, value or regular expression makes no sense.
    """
    if isinstance(tree, NameMatch):
        found = _search(tree.pattern)
        return lambda row: any(map(found, names(row)))
    if isinstance(tree, Comparison):
        return _comparison(tree, field)
    if isinstance(tree, Not):
        inside = compiled(tree.part, field, names)
        return lambda row: not inside(row)
    parts = [compiled(part, field, names) for part in tree.parts]
    if isinstance(tree, Either):
        return lambda row: any(part(row) for part in parts)
    assert isinstance(tree, All)
    return lambda row: all(part(row) for part in parts)


def mentions(tree: Node, column: str) -> bool:
    """Whether a column is compared anywhere in a tree."""
    if isinstance(tree, Comparison):
        return tree.column.text.lower() == column
    if isinstance(tree, Not):
        return mentions(tree.part, column)
    return isinstance(tree, All | Either) and any(mentions(part, column) for part in tree.parts)


def _comparison(tree: Comparison, field: Callable[[str], Field[Row]]) -> Test[Row]:
    try:
        column = field(tree.column.text)
    except LookupError as error:
        hint = "to look for it in names, put all of it in quotes"
        raise FilterError(f"{error.args[0]}; {hint}", tree.column.start, tree.column.end) from None
    value = column.value
    operator = tree.operator.text
    if operator in ("~", "!~"):
        found, wanted = _search(tree.value), operator == "~"
        return lambda row: (texts := _as_texts(value(row))) is not None and any(map(found, texts)) is wanted
    if operator in ("=", "==", "!="):
        equal, wanted = _equality(tree.value, column.kind), operator != "!="
        if equal is None:
            return lambda row: (value(row) is None) is wanted
        return lambda row: (one := value(row)) is not None and equal(one) is wanted
    if column.kind is Kind.TEXT:
        message = f"{tree.column.text!r} is text, which = and ~ compare, not {operator}"
        raise FilterError(message, tree.operator.start, tree.operator.end)
    limit, holds = _number(tree.value, column.kind), _ORDER[operator]
    if limit is None:
        raise FilterError(_wanted(column.kind, tree.value), tree.value.start, tree.value.end)
    return lambda row: isinstance(one := value(row), int | float) and not isinstance(one, bool) and holds(one, limit)


def _search(token: Token) -> Callable[[str], bool]:
    """Text in quotes stands for itself; a word is a regular expression, as what stands between slashes is."""
    if token.kind is TokenKind.TEXT:
        return patterns.contains(token.text)
    try:
        return patterns.search(token.text)
    except patterns.PatternError as error:
        hint = "; in quotes it is looked for as it stands" if token.kind is TokenKind.WORD else ""
        raise FilterError(f"{error}{hint}", token.start, token.end) from None


def _equality(token: Token, kind: Kind) -> Callable[[Value], bool] | None:
    """Whether a value equals what was typed; None if that says there is no value."""
    text = token.text.casefold()
    if token.kind is TokenKind.WORD and text == "none":
        return None
    number = _number(token, kind)
    if number is None and kind not in (Kind.TEXT, Kind.MIXED):
        raise FilterError(_wanted(kind, token), token.start, token.end)
    span = 86400.0 if kind is Kind.TIME and "T" not in _time_text(token.text) else 0.0  # a day is all of it

    def equal(value: Value) -> bool:
        if isinstance(value, bool):
            return text == ("true" if value else "false")
        if isinstance(value, str):
            return value.casefold() == text
        if isinstance(value, tuple):
            return any(one.casefold() == text for one in value)
        if number is None or value is None:
            return False
        if math.isnan(number):
            return math.isnan(value)
        return number <= value < number + span if span else math.isclose(value, number, rel_tol=_EQUAL)

    return equal


def _number(token: Token, kind: Kind) -> float | None:
    text = token.text.strip().replace("−", "-").replace("∞", "inf")
    if kind is Kind.TIME:
        for pattern in _TIMES:
            try:
                return time.mktime(time.strptime(_time_text(text), pattern))
            except (ValueError, OverflowError):
                continue
    duration = _DURATION.fullmatch(text)
    try:
        if kind is Kind.DURATION and duration:
            return float(duration["number"]) * _UNITS[duration["unit"].lower()]
        return float(text)
    except ValueError:
        return None


def _time_text(text: str) -> str:
    return text.strip().replace(" ", "T")


def _wanted(kind: Kind, token: Token) -> str:
    wanted = {
        Kind.TIME: "a date like 2026-03-05, or 2026-03-05T14:00",
        Kind.DURATION: "a time span like 90s, 30min, 2h or 1d",
    }.get(kind, "a number")
    return f"{wanted} is wanted here, not {token.text!r}"


def _as_texts(value: Value) -> tuple[str, ...] | None:
    if value is None or isinstance(value, tuple):
        return value
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (value if isinstance(value, str) else f"{value:g}",)
