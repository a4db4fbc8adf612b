"""Pillow, for the few things that need it."""

from __future__ import annotations

import importlib
from typing import Any


def pillow(module: str, purpose: str) -> Any:
    """A module of Pillow, such as "Image".

    Raises:
        ImportError: it is not installed; the error says for what ``purpose`` it is needed.
    """
    try:
        return importlib.import_module(f"PIL.{module}")
    except ImportError as error:
        raise ImportError(f"{purpose} needs Pillow, which comes with graphboard[media]") from error
