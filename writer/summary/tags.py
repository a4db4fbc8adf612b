"""What a caller names a series, checked."""

from __future__ import annotations

from typing import Any

MAX_BYTES = 1 << 16


def checked_tag(tag: Any, method: str) -> str:
    """``tag``, if it can name a series.

    Raises:
        TypeError: it is no string.
        ValueError: it is empty, longer than 64 KiB, or cannot be stored: lone surrogates have no UTF-8.
    """
    if not isinstance(tag, str):
        raise TypeError(f"{method}: a tag is a string, but got {tag!r} of type {type(tag).__name__}")
    if not tag:
        raise ValueError(f"{method}: the tag is empty; a series needs a name")
    try:
        size = len(tag.encode())
    except UnicodeEncodeError:
        raise ValueError(f"{method}: tag {tag!r} holds a lone surrogate, which has no UTF-8") from None
    if size > MAX_BYTES:
        raise ValueError(f"{method}: tag {tag[:40] + '...'!r} takes {size} bytes; a tag takes no more than {MAX_BYTES}")
    return tag
