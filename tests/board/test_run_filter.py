"""The language of the filter box: what it finds, and what it says of what it cannot read."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.query import filter
from board.query.filter import Field, FilterError, Kind

RUNS = [
    {"name": "exp/lr=0.1,seed1", "lr": 0.1, "opt": "adam", "amp": True, "status": "running", "acc": 0.95},
    {"name": "exp/(baseline)", "lr": 0.01, "opt": "SGD", "amp": False, "status": "finished", "acc": 0.5},
    {"name": "C++ port", "status": "finished", "acc": float("nan")},
]
START = time.mktime(time.strptime("2026-03-05T14:30", "%Y-%m-%dT%H:%M"))
FIELDS = {
    "lr": Field(Kind.MIXED, lambda run: run.get("lr")),
    "opt": Field(Kind.MIXED, lambda run: run.get("opt")),
    "amp": Field(Kind.MIXED, lambda run: run.get("amp")),
    "status": Field(Kind.TEXT, lambda run: run["status"]),
    "val/acc.max": Field(Kind.NUMBER, lambda run: run["acc"]),
    "a column": Field(Kind.NUMBER, lambda run: 1.0),
    "duration": Field(Kind.DURATION, lambda run: 5400.0),
    "start": Field(Kind.TIME, lambda run: START),
}


def field(name):
    try:
        return FIELDS[name]
    except KeyError:
        raise LookupError(f"no column {name!r}") from None


def found(text):
    """Positions of the runs that a filter finds."""
    test = filter.compiled(filter.parse(text), field, lambda run: [run["name"]])
    return [position for position, run in enumerate(RUNS) if test(run)]


@pytest.mark.parametrize(
    ("text", "positions"),
    [
        ("", [0, 1, 2]),
        ("   ", [0, 1, 2]),
        ("exp", [0, 1]),
        ("EXP seed", [0]),
        ("seed|port", [0, 2]),
        ("^exp/", [0, 1]),
        (r"seed\d$", [0]),
        (r"\(base", [1]),
        ("e(x|y)p", [0, 1]),
        ("[cC][+]{2}", [2]),
        ("/[cC] ?[+]/", [2]),
        (r"/exp\/l/", [0]),
        ('"lr=0.1"', [0]),
        ("'(baseline)'", [1]),
        ('"c++"', [2]),
        ("not exp", [2]),
        ("not not exp", [0, 1]),
        ("lr=0.1", [0]),
        ("lr = 0.1000000001", [0]),
        ("lr < 0.05", [1]),
        ("lr <= 0.1", [0, 1]),
        ("lr != 0.1", [1]),
        ("lr = none", [2]),
        ("lr != none", [0, 1]),
        ("not lr = 0.1", [1, 2]),
        ("opt = sgd", [1]),
        ("opt != sgd", [0]),
        ("opt ~ ^a", [0]),
        ("opt !~ ^a", [1]),
        ("opt ~ /d.m|x/", [0]),
        ("lr ~ 0.0", [1]),
        ("amp = true", [0]),
        ("amp = false", [1]),
        ("amp > 0", []),
        ("opt > 0", []),
        ("lr < 0.5 and val/acc.max > 0.9 and status = running", [0]),
        ("lr < 0.5 val/acc.max>0.9", [0]),
        ("val/acc.max = nan", [2]),
        ("val/acc.max != nan", [0, 1]),
        ("val/acc.max < inf", [0, 1]),
        ("port or seed and lr = 0.1", [0, 2]),
        ("(port or seed) and lr = 0.1", [0]),
        ("PORT OR (not exp)", [2]),
        ('"a column" = 1', [0, 1, 2]),
        ("duration > 1h", [0, 1, 2]),
        ("duration = 90min", [0, 1, 2]),
        ("duration < 5000", []),
        ("start = 2026-03-05", [0, 1, 2]),
        ("start = 2026-03-06", []),
        ("start > 2026-03-05T14:00 and start < '2026-03-05 15:00'", [0, 1, 2]),
    ],
)
def test_a_filter_finds(text, positions):
    assert found(text) == positions


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("lr <", "    ^", "a value is missing behind <"),
        ("lr < abc", "     ^^^", "a number is wanted here, not 'abc'"),
        ("lr < 1 < 2", "       ^", "one comparison ends here"),
        ("< 2", "^", "the name of a column is missing"),
        ("exp and", "       ^", "a condition is missing here"),
        ("and exp", "^^^", "a condition is missing in front of “and”"),
        ("exp or or", "       ^^", "a condition is missing in front of “or”"),
        ("(exp", "^", "this ( is never closed"),
        ("exp)", "   ^", "nothing is open"),
        ("()", " ^", "a condition is missing in front of this )"),
        ("ex(p", "  ^", "this ( is never closed"),
        ("e[x", " ^", "this [ is never closed"),
        ('say "exp', "    ^", 'this " is never closed'),
        ("/exp", "^", "this / is never closed"),
        ("c++", "^^^", "in quotes it is looked for as it stands"),
        ("lr ~ c++", "     ^^^", "no regular expression: bad repetition operator: ++"),
        ("exp ^(?!x)", "    ^^^^^^", "looks ahead or behind"),
        ("rl < 2", "^^", "no column 'rl'"),
        ("status < 3", "       ^", "'status' is text"),
        ("lr = /x/", "   ^", "found with ~ or !~"),
        ("duration > 2 parsec", None, None),
        ("duration > 2parsec", "           ^^^^^^^", "a time span like 90s"),
        ("start > yesterday", "        ^^^^^^^^^", "a date like 2026-03-05"),
        ("(" * 60, None, None),
        ("x" * 5000, None, "at most 4000 characters"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(text, place, message):
    if message is None and place is None and "parsec" in text:
        assert found(text) == []  # "parsec" is looked for in the names
        return
    with pytest.raises(FilterError) as raised:
        found(text)
    assert message is None or message in str(raised.value)
    error = raised.value
    assert 0 <= error.start <= error.end <= len(text)
    if place is not None:
        assert " " * error.start + "^" * max(1, error.end - error.start) == place


def test_a_filter_as_deep_as_is_allowed_is_answered():
    assert found("(" * 49 + "exp" + ")" * 49) == [0, 1]


@given(st.text(alphabet="ab01 ()[]\"'/\\<>=!~.*+?|{}-^$,exp", max_size=60))
def test_any_text_is_a_filter_or_an_error_with_a_place(text):
    with contextlib.suppress(FilterError):
        found(text)
        return
    with pytest.raises(FilterError) as raised:
        found(text)
    assert 0 <= raised.value.start <= raised.value.end <= len(text)


@given(st.text(max_size=40))
def test_a_quoted_text_finds_what_holds_it(text):
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    expected = [position for position, run in enumerate(RUNS) if text.casefold() in run["name"].casefold()]
    assert found(quoted) == expected


@pytest.mark.parametrize(
    "source", ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a{0,30}){0,30}b", "(x+x+)+y", "((a{1000}){1000}){1000}"]
)
def test_expressions_that_occupy_other_engines_for_hours_are_refused_or_soon_done(source):
    """With one that tries, each of these takes longer than any test run."""
    name = "a" * 4000 + "x" * 4000 + "!"
    try:
        test = filter.compiled(filter.parse(f"/{source}/"), field, lambda run: [name])
    except FilterError:
        return
    test({})
