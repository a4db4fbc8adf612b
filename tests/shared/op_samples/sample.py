"""A sample of an op type, and the arrays samples are made of: what tests of every op type build operations from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.op_type import OP_TYPES
from graphcore.operation import Tensor

# Sizes that all differ: a square matrix hides axes that are mixed up. Values away from kinks and poles.
RNG = np.random.RandomState(0)
MATRIX = RNG.uniform(0.5, 2.0, (2, 3))
OTHER = RNG.uniform(2.1, 3.0, (2, 3))
ROW = RNG.uniform(0.5, 2.0, (3,))
CUBE = RNG.uniform(-2.0, 2.0, (2, 3, 4))
SIGNED = RNG.uniform(-2.0, 2.0, (2, 3))
COMPLEX = (MATRIX + 1j * SIGNED).astype(np.complex64)
PROBABILITIES = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
# Pictures [n, height, width, channels], without two values so near that a small step makes the other the largest.
PICTURES = RNG.permutation(2 * 5 * 7 * 3).reshape(2, 5, 7, 3) / 20.0
FILTER = RNG.uniform(-1.0, 1.0, (3, 2, 3, 4))
BOOLS = MATRIX > 1.0
INTS = np.array([[7, -7, 3], [-1, 2, 9]], np.int32)


class Sample:
    """Inputs of an operation and how to make it from them.

    A gradient may flow to those that are floating or complex, unless ``gradient_wrt`` names others.
    """

    def __init__(self, make: Callable[..., Any], *arrays: np.ndarray, gradient_wrt: tuple[int, ...] | None = None):
        self.make = make
        self.arrays = arrays
        floating = tuple(i for i, array in enumerate(arrays) if np.asarray(array).dtype.kind in "fc")
        self.gradient_wrt = floating if gradient_wrt is None else gradient_wrt


def op(name: str, *arrays: Any, gradient_wrt: tuple[int, ...] | None = None, **attrs: Any) -> Sample:
    """A sample of an op whose inputs are single tensors."""
    return Sample(lambda *inputs: OP_TYPES[name](*inputs, **attrs), *arrays, gradient_wrt=gradient_wrt)


def int32(*values: Any) -> np.ndarray:
    return np.array(values, np.int32)


def continuous(tensor: Tensor) -> bool:
    """Whether derivatives of it make sense: it holds floating or complex numbers."""
    return tensor.dtype.is_floating or tensor.dtype.is_complex


def direction_like(value: Any, rng: np.random.RandomState) -> np.ndarray:
    """A random array in the shape and type of ``value``."""
    value = np.asarray(value)
    parts = [rng.randn(*value.shape) for _ in range(2 if value.dtype.kind == "c" else 1)]
    return np.asarray(parts[0] + 1j * parts[1] if len(parts) > 1 else parts[0], value.dtype)
