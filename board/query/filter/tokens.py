"""A filter as it was typed in, its tokens out, each with its place."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

from board.query.filter.error import FilterError


class Kind(enum.Enum):
    WORD = "word"
    TEXT = "text"  # between quotes
    REGEX = "regular expression"  # between slashes
    OPERATOR = "operator"
    OPEN = "("
    CLOSE = ")"
    END = "end"


class Token(NamedTuple):
    """One token.

    Attributes:
        text: what it says: without quotes or slashes, and without the backslashes that those needed.
        start, end: its characters in the filter, quotes and slashes included.
    """

    kind: Kind
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        return self.kind is Kind.WORD and self.text.lower() in words


_SPACE = re.compile(r"\s+")
_OPERATOR = re.compile(r"!=|!~|<=|>=|==|[<>=~]")
_CLOSING = {"(": ")", "[": "]"}


def tokens(source: str) -> list[Token]:
    """All tokens, and one of the kind END behind them.

    Raises:
        FilterError: a quote, slash or bracket is never closed.
    """
    found: list[Token] = []
    at = 0
    while True:
        space = _SPACE.match(source, at)
        at = space.end() if space else at
        if at == len(source):
            return [*found, Token(Kind.END, "", at, at)]
        token = _token(source, at)
        found.append(token)
        at = token.end


def _token(source: str, at: int) -> Token:
    letter = source[at]
    operator = _OPERATOR.match(source, at)
    if operator:
        return Token(Kind.OPERATOR, operator[0], at, operator.end())
    if letter in "\"'":
        return _delimited(Kind.TEXT, source, at)
    if letter == "/":
        return _delimited(Kind.REGEX, source, at)
    if letter == ")":
        return Token(Kind.CLOSE, letter, at, at + 1)
    if letter == "(" and not source.startswith("(?", at):  # which begins a regular expression
        return Token(Kind.OPEN, letter, at, at + 1)
    return _word(source, at)


def _delimited(kind: Kind, source: str, start: int) -> Token:
    """What stands between two quotes or slashes. A backslash keeps one from ending it."""
    mark = source[start]
    said: list[str] = []
    at = start + 1
    while at < len(source):
        letter = source[at]
        if letter == mark:
            return Token(kind, "".join(said), start, at + 1)
        # In a regular expression a backslash has meanings of its own.
        escaped = letter == "\\" and at + 1 < len(source) and (source[at + 1] == mark or kind is Kind.TEXT)
        at += escaped
        said.append(source[at])
        at += 1
    raise FilterError(f"this {mark} is never closed", start, start + 1)


def _word(source: str, start: int) -> Token:
    """As far as the next space, operator or closing bracket; what stands in brackets belongs to it, whatever it is."""
    at = start
    while at < len(source):
        letter = source[at]
        if letter == "\\":
            at += 2
        elif letter in _CLOSING:
            at = _behind_brackets(source, at)
        elif letter.isspace() or letter in ")\"'" or _OPERATOR.match(source, at):
            break
        else:
            at += 1
    at = min(at, len(source))
    return Token(Kind.WORD, source[start:at], start, at)


def _behind_brackets(source: str, start: int) -> int:
    waiting: list[tuple[str, int]] = []
    at = start
    while at < len(source):
        letter = source[at]
        if letter == "\\":
            at += 1
        elif waiting and letter == waiting[-1][0]:
            waiting.pop()
            if not waiting:
                return at + 1
        # Between square brackets, round ones are letters like others.
        elif letter in _CLOSING and not (waiting and waiting[-1][0] == "]"):
            waiting.append((_CLOSING[letter], at))
        at += 1
    place = waiting[-1][1]
    raise FilterError(f"this {source[place]} is never closed", place, place + 1)
