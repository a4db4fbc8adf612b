"""A name in, a sort key out by which people would order names: ``a2 < a10``, ``a/b < a+/b``, ``lr0.05 < lr0.1``."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")

Key = tuple[tuple[tuple[int, float, str], ...], str]


def natural_key(name: str) -> Key:
    """Numbers inside a name count by their value, and "/" comes before every other character.

    The name itself ends the key, so that two names never tie.
    """
    parts = []
    for position, text in enumerate(_NUMBER.split(name)):
        if position % 2:
            parts.append((1, float(text), ""))
        else:
            parts.extend((0 if character == "/" else 2, 0.0, character) for character in text)
    return tuple(parts), name
