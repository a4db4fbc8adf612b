"""Looking at values while a graph runs: printed, or checked, with an error for those that should not be."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float32, float64
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import control_flow
from graphcore.scopes import colocate_with, control_dependencies, get_default_graph, op_scope


def summarized(value: Any, count: int) -> str:
    """The first elements of a value, as the runtime's messages print them: ``1 2 0.5...``."""
    elements = as_array(value).ravel()
    shown = elements if count < 0 else elements[:count]
    return " ".join(map(_element, shown)) + ("..." if len(shown) < len(elements) else "")


def _element(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, np.bool_):
        return str(int(value))
    if isinstance(value, np.floating):
        short = f"{float(value):.6g}"
        digits = 8 if value.dtype.itemsize <= 4 else 17
        return short if not np.isfinite(value) or type(value)(short) == value else f"{float(value):.{digits}g}"
    return str(value)


class _Printed:
    """How often an operation came to print."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self._count += 1
            return self._count


def _print(op: Operation, state: Any) -> Callable[..., Any]:
    message, summarize, first = op.attrs["message"], op.attrs["summarize"], op.attrs["first_n"]
    printed = state.entry(op, _Printed)

    def kernel(input: Any, *data: Any) -> Any:
        if first < 0 or printed.next() <= first:
            print(message + "".join(f"[{summarized(value, summarize)}]" for value in data), file=sys.stderr, flush=True)
        return input

    return kernel


PrintOp = OpType(
    "Print(input:T, data:U) -> output:T | T:type; U:list(type); message:string=; first_n:int=-1; summarize:int=3",
    shape=common_shapes.unchanged,
    bind=_print,
    gradient=lambda op, grad: [grad] + [None] * (len(op.inputs) - 1),
    stateful=True,
)


def Print(  # noqa: N802 - TensorFlow's name
    input_: Any,
    data: Sequence[Any],
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """``input_`` as it is; each time it is computed, ``data`` are printed to standard error.

    Use what this gives in place of ``input_``, for nothing is printed for a tensor that nobody needs.

    Args:
        data: tensors to print, ``[1 2 3...]`` each.
        message: printed before them.
        first_n: print this often in a session, then no more; always if not given.
        summarize: this many elements of each tensor, 3 if not given; -1 for all.
    """
    return PrintOp(input_, list(data), message=message, first_n=first_n, summarize=summarize, name=name)


def _assert_kernel(condition: Any, *data: Any, summarize: int) -> tuple[()]:
    if not condition:
        shown = "".join(f" [{summarized(value, summarize)}]" for value in data)
        raise InvalidArgumentError(None, None, f"assertion failed:{shown}")
    return ()


def _assert_shape(op: Operation) -> list[Any]:
    op.inputs[0].get_shape().with_rank(0)
    return []


AssertOp = OpType(
    "Assert(condition:bool, data:T) -> - | T:list(type); summarize:int=3",
    shape=_assert_shape,
    kernel=_assert_kernel,
    gradient=no_gradient,
    stateful=True,
)


def Assert(  # noqa: N802 - TensorFlow's name
    condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None
) -> Operation:
    """An operation that fails unless ``condition`` holds. Let others depend on it, or it will not run::

        with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), [x])]):
            y = tf.log(x)

    Args:
        condition: bool, a scalar.
        data: tensors for the message, of which each shows ``summarize`` elements (3 if not given).

    Raises:
        errors.InvalidArgumentError: when it runs and ``condition`` does not hold.
    """
    return AssertOp(condition, list(data), summarize=summarize, name=name)


def _check_numerics_kernel(tensor: Any, *, message: str) -> Any:
    if not np.isfinite(tensor).all():
        found = [word for word, test in (("Inf", np.isinf), ("NaN", np.isnan)) if test(tensor).any()]
        raise InvalidArgumentError(None, None, f"{message} : Tensor had {' and '.join(found)} values")
    return tensor


CheckNumerics = OpType(
    "CheckNumerics(tensor:T) -> output:T | T:type{float}; message:string",
    shape=common_shapes.unchanged,
    kernel=_check_numerics_kernel,
    gradient=lambda op, grad: check_numerics(grad, f"In the gradient of {op.name}"),
)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """``tensor`` as it is, unless it holds an infinity or a NaN: then an error that begins with ``message``.

    Gradients that pass through it are checked likewise.

    Raises:
        errors.InvalidArgumentError: when it runs and finds one.
    """
    return CheckNumerics(tensor, message=message, name=name)


def verify_tensor_all_finite(t: Any, msg: str, name: str | None = None) -> Tensor:
    """The value of ``t``, once `check_numerics` has found it free of infinities and NaNs."""
    with op_scope([t], name, "VerifyFinite"):
        tensor = convert_to_tensor(t, name="t")
        with colocate_with(tensor):
            return control_flow.with_dependencies([check_numerics(tensor, msg)], tensor)


def add_check_numerics_ops() -> Operation:
    """An operation that checks every floating point tensor made so far, in the order they were made.

    Run beside what computes them, it fails at the first that holds an infinity or a NaN, and names it.

    Raises:
        ValueError: some are computed inside a `cond` or a `while_loop`, where they may have no value, or many.
    """
    checked: list[Any] = []
    for op in get_default_graph().get_operations():
        for output in op.outputs:
            if output.dtype not in (float32, float64):
                continue
            if op.context is not None:
                raise ValueError(f"add_check_numerics_ops: '{op.name}' is inside a cond or a while_loop")
            with control_dependencies(checked):
                checked = [check_numerics(output, message=f"{op.name}:{output.value_index}")]
    return control_flow.group(*checked)
