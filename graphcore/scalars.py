"""Numbers a session gives back: numpy scalars in, numpy scalars that print as they did in 2016 out.

numpy 2 shows ``np.float32(0.8)`` where TensorFlow 0.8's readers saw ``0.80000001``, and where ``str.format``
wrote ``0.800000011921``. With the classes here a tutorial of that time prints what it says it prints. Each is a
numpy scalar in every other way; arithmetic gives plain numpy scalars. `set_printoptions` turns them off.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

_WHOLE = re.compile(r"-?\d+")


def _with_point(text: str) -> str:
    """A float that looks like an integer gets a point."""
    return text + ".0" if _WHOLE.fullmatch(text) else text


class Float32(np.float32):
    """A float32 that prints 8 digits, 6 as a string, 12 when formatted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _with_point(f"{float(self):.8g}")

    def __str__(self) -> str:
        return _with_point(f"{float(self):.6g}")

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else _with_point(f"{float(self):.12g}")


class Float64(np.float64):
    """A float64 that prints 17 digits, 12 as a string or when formatted."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _with_point(f"{float(self):.17g}")

    def __str__(self) -> str:
        return _with_point(f"{float(self):.12g}")

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)


class Int32(np.int32):
    """An int32 that prints its digits."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(int(self))


class Int64(np.int64):
    """An int64 that prints its digits."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(int(self))


_CLASSIC: dict[type, Any] = {np.float32: Float32, np.float64: Float64, np.int32: Int32, np.int64: Int64}
_shown_as: dict[type, Any] = dict(_CLASSIC)


def set_printoptions(scalars: str = "classic") -> None:
    """How numbers that `Session.run` gives back print from now on.

    Args:
        scalars: ``"classic"``, as TensorFlow 0.8 on Python 2 printed them (``0.80000001``), or ``"numpy"``, as the
            installed numpy does (``np.float32(0.8)``).
    """
    if scalars not in ("classic", "numpy"):
        raise ValueError(f"scalars must be 'classic' or 'numpy', not {scalars!r}")
    _shown_as.clear()
    if scalars == "classic":
        _shown_as.update(_CLASSIC)


def returned(value: Any) -> Any:
    """A fetched value as the caller gets it: a scalar that prints well, or an array that is the caller's own."""
    shown_as = _shown_as.get(type(value))
    if shown_as is not None:
        return shown_as(value)
    # A copy, for it may share memory with a variable or a constant.
    return value.copy() if isinstance(value, np.ndarray) else value
