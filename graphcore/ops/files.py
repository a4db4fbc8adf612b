"""Patterns and names of files in, names and contents out: reading files from inside of a graph."""

from __future__ import annotations

import glob
from typing import Any

import numpy as np

from graphcore.errors import NotFoundError, PermissionDeniedError, UnknownError
from graphcore.kernel_values import as_array
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape


def _matching_files(pattern: Any) -> np.ndarray:
    found = sorted({path for text in as_array(pattern).ravel().tolist() for path in glob.glob(text)})
    names = np.empty(len(found), object)
    names[:] = found
    return names


def _read_file(filename: bytes) -> bytes:
    name = filename.decode("utf-8", "replace")
    try:
        with open(filename, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise NotFoundError(None, None, f"{name}: there is no such file") from None
    except PermissionError as error:
        raise PermissionDeniedError(None, None, f"{name} cannot be read: {error}") from None
    except OSError as error:
        raise UnknownError(None, None, f"{name} cannot be read: {error}") from None


def _of_one_name(op: Operation) -> list[TensorShape]:
    op.inputs[0].get_shape().assert_is_compatible_with([])
    return [TensorShape([])]


MatchingFiles = OpType(
    "MatchingFiles(pattern:string) -> filenames:string",
    shape=lambda op: [TensorShape([None])],
    kernel=_matching_files,
    gradient=no_gradient,
    stateful=True,
)
ReadFile = OpType(
    "ReadFile(filename:string) -> contents:string",
    shape=_of_one_name,
    kernel=_read_file,
    gradient=no_gradient,
    stateful=True,
)


def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """The names of the files that a pattern with ``*``, ``?`` and ``[...]`` stands for, sorted; string ``[n]``.

    Args:
        pattern: a string, or several, whose files are one list.
    """
    return MatchingFiles(pattern, name=name)


def read_file(filename: Any, name: str | None = None) -> Tensor:
    """The contents of a file, a string scalar. A run raises NotFoundError if there is none of this name."""
    return ReadFile(filename, name=name)
