"""A regular expression as somebody typed it in, a search in names out that takes no longer than the names are long.

Whoever can open the page can send one, so it must not be able to occupy the server. Python's `re` and its like look for
a match by trying; what they try can grow exponentially. RE2 walks an automaton instead, and bounds its memory, too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

Search = Callable[[str], bool]

# Bytes that a compiled expression may take. RE2's own limit is 8 MB, more than any name is worth.
_MEMORY = 1 << 20


class PatternError(ValueError):
    """It is no regular expression, or none that is taken here."""


@functools.lru_cache(256)
def contains(text: str) -> Search:
    """Whether a text stands in a name; upper and lower case are alike."""
    wanted = text.casefold()
    return lambda name: wanted in name.casefold()


@functools.lru_cache(256)
def search(source: str) -> Search:
    """Whether a regular expression is found in a name; upper and lower case are alike.

    Raises:
        PatternError: see there.
    """
    if not re.search(r"[\\^$.|?*+()\[\]{}]", source):
        return contains(source)
    found = compiled(source)
    return lambda name: found.search(_encodable(name)) is not None


@functools.lru_cache(256)
def compiled(source: str) -> Any:
    """An expression of the module re2, for what more is wanted of it than whether it is found.

    Raises:
        PatternError: see there.
    """
    try:
        import re2
    except ImportError as error:
        raise PatternError("regular expressions need the package google-re2, which is not installed") from error
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(_encodable(source), options)
    except re2.error as error:
        raise PatternError(_reason(error, source)) from None


def _reason(error: Exception, source: str) -> str:
    said = error.args[0] if error.args else ""
    reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if re.search(r"\(\?<?[=!]", source):
        return "this regular expression looks ahead or behind, which is not possible here; “not” can say the same"
    return f"no regular expression: {reason}"


def _encodable(text: str) -> str:
    """RE2 takes UTF-8, which lone surrogates (bytes of a name that were no UTF-8) do not have."""
    return text.encode("utf-8", "replace").decode("utf-8")
