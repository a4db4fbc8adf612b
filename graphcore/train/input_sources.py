"""Patterns of file names in, names out; a tensor in, the same for some epochs out: what input pipelines begin with."""

from __future__ import annotations

from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import int64
from graphcore.operation import Tensor
from graphcore.ops import array
from graphcore.ops.constant import constant
from graphcore.ops.files import matching_files
from graphcore.ops.variables import Variable
from graphcore.scopes import control_dependencies, op_scope


def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """A variable with the names of the files that a pattern stands for when it is initialised, string ``[n]``, sorted.

    Args:
        pattern: a string with ``*``, ``?`` and ``[...]``, or several.
    """
    with op_scope([pattern], name, "matching_filenames") as scope:
        return Variable(matching_files(pattern), trainable=False, name=scope, validate_shape=False)


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Tensor:
    """``tensor``, for ``num_epochs`` runs; a run after that raises OutOfRangeError.

    A variable ``epochs`` counts; it is among all variables.

    Args:
        num_epochs: how often; without it ``tensor`` itself is returned.

    Raises:
        ValueError: ``num_epochs`` is not positive.
    """
    if num_epochs is None:
        return convert_to_tensor(tensor)
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}.")
    with op_scope([tensor], name, "limit_epochs") as scope:
        epochs = Variable(constant(0, dtype=int64), name="epochs", trainable=False)
        with control_dependencies([epochs.count_up_to(num_epochs)]):
            return array.identity(tensor, name=scope)
