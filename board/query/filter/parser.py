"""The tokens of a filter in, a tree of conditions out.

filter      =  [ either ]
either      =  all { "or" all }
all         =  one { [ "and" ] one }
one         =  "not" one  |  "(" either ")"  |  comparison  |  name
comparison  =  ( word | text ) operator ( word | text | regex )
name        =  word | text | regex
"""

from __future__ import annotations

from dataclasses import dataclass

from board.query.filter.error import FilterError
from board.query.filter.tokens import Kind, Token, tokens

# Longer ones are nobody's typing. It also bounds what a filter can cost.
_LONGEST = 4000
# Brackets and "not" within one another; a tree as deep as this is still walked without trouble.
_DEEPEST = 50


@dataclass(frozen=True)
class NameMatch:
    """The run's name matches."""

    pattern: Token


@dataclass(frozen=True)
class Comparison:
    """A column of the run compares with a value."""

    column: Token
    operator: Token
    value: Token


@dataclass(frozen=True)
class Not:
    part: Node


@dataclass(frozen=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    parts: tuple[Node, ...]


Node = NameMatch | Comparison | Not | All | Either


def parse(source: str) -> Node:
    """The tree of a filter; an empty one is met by every run.

    Raises:
        FilterError: it is none.
    """
    if len(source) > _LONGEST:
        raise FilterError(f"a filter has at most {_LONGEST} characters", _LONGEST, len(source))
    parser = _Parser(tokens(source))
    if parser.next.kind is Kind.END:
        return All(())
    tree = parser.either()
    if parser.next.kind is not Kind.END:
        raise parser.unexpected("nothing is open that this ) could close")
    return tree


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        return self._tokens[self._at]

    def take(self) -> Token:
        token = self.next
        self._at += token.kind is not Kind.END
        return token

    def unexpected(self, message: str) -> FilterError:
        return FilterError(message, self.next.start, self.next.end)

    def either(self) -> Node:
        parts = [self.all()]
        while self.next.is_word("or"):
            self.take()
            parts.append(self.all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def all(self) -> Node:
        parts = [self.one()]
        while True:
            if self.next.is_word("and"):
                self.take()
            elif self.next.kind in (Kind.END, Kind.CLOSE) or self.next.is_word("or"):
                return parts[0] if len(parts) == 1 else All(tuple(parts))
            parts.append(self.one())

    def one(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.unexpected(f"brackets and “not” can be nested {_DEEPEST} deep")
        node = self._one()
        self._depth -= 1
        return node

    def _one(self) -> Node:
        token = self.next
        following = self._tokens[self._at + 1] if token.kind is not Kind.END else token
        if following.kind is Kind.OPERATOR and token.kind in (Kind.WORD, Kind.TEXT):
            return self.comparison()
        if token.is_word("and", "or"):
            raise self.unexpected(f"a condition is missing in front of “{token.text}”")
        if token.is_word("not"):
            self.take()
            return Not(self.one())
        if token.kind is Kind.OPEN:
            self.take()
            inside = self.either()
            if self.next.kind is not Kind.CLOSE:
                raise FilterError("this ( is never closed", token.start, token.end)
            self.take()
            return inside
        if token.kind is Kind.OPERATOR:
            raise self.unexpected(f"the name of a column is missing in front of {token.text}")
        if token.kind is Kind.CLOSE:
            raise self.unexpected("a condition is missing in front of this )")
        if token.kind is Kind.END:
            raise self.unexpected("a condition is missing here")
        return NameMatch(self.take())

    def comparison(self) -> Node:
        column, operator, value = self.take(), self.take(), self.take()
        if value.kind not in (Kind.WORD, Kind.TEXT, Kind.REGEX):
            raise FilterError(f"a value is missing behind {operator.text}", value.start, value.end)
        if value.kind is Kind.REGEX and operator.text not in ("~", "!~"):
            raise FilterError(
                f"a regular expression is found with ~ or !~, not with {operator.text}", operator.start, operator.end
            )
        if self.next.kind is Kind.OPERATOR:
            raise self.unexpected("one comparison ends here; “and” joins it with another")
        return Comparison(column, operator, value)
