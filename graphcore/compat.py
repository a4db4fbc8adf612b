"""Bytes and texts into each other, UTF-8: the public namespace ``tf.compat``."""

from __future__ import annotations

from typing import Any

__all__ = ["as_bytes", "as_str", "as_str_any", "as_text"]


def as_bytes(bytes_or_text: str | bytes) -> bytes:
    """``bytes_or_text`` as bytes. TypeError if it is neither."""
    return _checked(bytes_or_text).encode() if isinstance(bytes_or_text, str) else _checked(bytes_or_text)


def as_text(bytes_or_text: str | bytes) -> str:
    """``bytes_or_text`` as text. TypeError if it is neither."""
    return _checked(bytes_or_text).decode() if isinstance(bytes_or_text, bytes) else _checked(bytes_or_text)


as_str = as_text


def as_str_any(value: Any) -> str:
    """Bytes as the text they hold, anything else as ``str`` prints it."""
    return value.decode() if isinstance(value, bytes) else str(value)


def _checked(value: Any) -> Any:
    if not isinstance(value, (str, bytes)):
        raise TypeError(f"Expected binary or unicode string, got {value!r}")
    return value
