"""A Python function in, an operation that calls it when the graph runs out."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore.dtypes import DType, as_dtype
from graphcore.errors import InvalidArgumentError, OpError, UnknownError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.scopes import get_default_graph
from graphcore.tensor_value import tensor_value

_functions: weakref.WeakValueDictionary[str, _Called] = weakref.WeakValueDictionary()
_numbers = itertools.count()


class _Called:
    """A function that operations of a graph call. The graph keeps it, and a graph that is forgotten takes it along."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function


def _bind(op: Operation, state: Any) -> Callable[..., Any]:
    token, dtypes = op.attrs["token"], op.attrs["Tout"]

    def kernel(*inputs: Any) -> tuple[Any, ...]:
        called = _functions.get(token)
        if called is None:
            raise InvalidArgumentError(None, None, f"callback {token} is not found: it was made in another program")
        try:
            # Copies, for the function may change what it is given.
            result = called.function(*[value.copy() if isinstance(value, np.ndarray) else value for value in inputs])
        except OpError:
            raise
        except Exception as error:
            raise UnknownError(None, None, f"{type(error).__name__}: {error}") from error
        results = _results(result, len(dtypes))
        if len(results) != len(dtypes):
            message = f"{token} returns {len(results)} values, but expects to see {len(dtypes)} values."
            raise InvalidArgumentError(None, None, message)
        return tuple(_converted(token, i, value, dtype) for i, (value, dtype) in enumerate(zip(results, dtypes)))

    return kernel


def _results(result: Any, wanted: int) -> list[Any]:
    if wanted == 1 and not (isinstance(result, (list, tuple)) and len(result) == 1):
        return [result]  # a list of numbers is one array
    if result is None:
        return []
    return list(result) if isinstance(result, (list, tuple)) else [result]


def _converted(token: str, place: int, value: Any, dtype: DType) -> Any:
    try:
        found = tensor_value(value, None if isinstance(value, (np.ndarray, np.generic)) else dtype)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(None, None, f"{place}-th value returned by {token}: {error}") from None
    if found.dtype != dtype:
        message = f"{place}-th value returned by {token} is {found.dtype.name}, but expects {dtype.name}"
        raise InvalidArgumentError(None, None, message)
    return found.array


PyFunc = OpType(
    "PyFunc(input:Tin) -> output:Tout | token:string; Tin:list(type); Tout:list(type)",
    bind=_bind,
    gradient=no_gradient,
    stateful=True,
)


def py_func(func: Callable[..., Any], inp: Sequence[Any], Tout: Any, name: str | None = None) -> Any:  # noqa: N803
    """What a Python function makes of tensors; it is called each time that is needed.

    Args:
        func: given the values of ``inp`` as arrays (numpy scalars for shape ``()``, bytes for strings), which it may
            change. Gives one array, or a list of them. Arrays must have the types ``Tout``; numbers of Python's, and
            lists of them, are converted.
        Tout: the type of the result; or a list, for functions that give a list.

    Returns: one tensor, or a list of them, of unknown shape (`Tensor.set_shape` tells it); the Operation for an empty
    list of types. No gradient flows
    through it. A graph with such an operation runs in the program that made it only.

    Raises:
        errors.UnknownError: when the function fails; the error is its ``__cause__``.
        errors.InvalidArgumentError: when it gives something else than ``Tout``.
    """
    several = isinstance(Tout, (list, tuple))
    dtypes = [as_dtype(dtype) for dtype in (Tout if several else [Tout])]
    token, called = f"pyfunc_{next(_numbers)}", _Called(func)
    _functions[token] = called
    made: list[Tensor] | Operation = PyFunc(list(inp), token=token, Tout=dtypes, name=name)
    get_default_graph().keep(called)
    return made if several or isinstance(made, Operation) else made[0]
