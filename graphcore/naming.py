"""Names wished for in, names that are free out; and the scopes that prefix them.

Case matters: ``a`` and ``A`` are two names.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

_VALID_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\-/]*")


def check_valid(name: str) -> str:
    """The name, if an operation may have it.

    Raises:
        ValueError: it holds other characters than letters, digits, ``_ . - /``, or begins with one of
            ``_ - /``.
    """
    if not _VALID_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid node name")
    return name


def check_string(name: object) -> None:
    """TypeError unless ``name`` is a string: a tensor, say, that an argument too many has made a name."""
    if not isinstance(name, str):
        raise TypeError(f"The name of an operation or scope must be a string, not {name!r}")


class Namespace:
    """The names taken in one graph, and the scope that is open in it."""

    def __init__(self) -> None:
        self._uses: dict[str, int] = {}
        self._scope = ""

    @property
    def scope(self) -> str:
        """The open scope without the trailing slash; empty at the root."""
        return self._scope

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """``name`` inside the open scope, with ``_1``, ``_2``, ... behind it if it is taken.

        It is taken from now on, unless ``mark_as_used`` is false: then it is what the next caller will get, too.
        """
        if self._scope:
            name = f"{self._scope}/{name}"
        count = self._uses.get(name, 0)
        if mark_as_used:
            self._uses[name] = count + 1
        unique = name
        if count:
            while unique in self._uses:
                unique = f"{name}_{count}"
                count += 1
            if mark_as_used:
                self._uses[unique] = 1
        return unique

    def name_of(self, wished: str) -> str:
        """The name of a new operation: a scope, known by its trailing slash, stands for itself."""
        check_string(wished)
        return wished[:-1] if wished.endswith("/") else self.unique_name(wished)

    @contextlib.contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """Prefixes names made in the block; gives the prefix, such as ``layer_1/``.

        A new scope gets a unique name; one that ends in a slash is re-entered as it is; None or ``""`` is
        the root.
        """
        before = self._scope
        if name is not None:
            check_string(name)
        if not name:
            self._scope = ""
        elif name.endswith("/"):
            self._scope = name[:-1]
        else:
            self._scope = self.unique_name(name)
        try:
            yield f"{self._scope}/" if self._scope else ""
        finally:
            self._scope = before
