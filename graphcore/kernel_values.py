"""What kernels share: values as they come in a run in, arrays and Python integers out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def as_array(value: Any) -> np.ndarray:
    """A kernel's input as an array, strings as objects."""
    if isinstance(value, bytes):
        array = np.empty((), object)
        array[()] = value
        return array
    return np.asarray(value)


def namespace(value: Any) -> Any:
    """The module whose functions suit ``value``: numpy, or that of the library which another engine computes with.

    A kernel that takes its functions from there and changes nothing in place serves all engines.
    """
    return np if isinstance(value, (np.ndarray, np.generic)) else value.__array_namespace__()


def ints(values: Any) -> tuple[int, ...]:
    """A list of sizes or axes out of an integer tensor of rank 0 or 1."""
    return tuple(np.asarray(values).ravel().tolist())


def brackets(sizes: Sequence[int]) -> str:
    """Sizes as the runtime's messages print them: ``[2,3]``."""
    return f"[{','.join(map(str, sizes))}]"
