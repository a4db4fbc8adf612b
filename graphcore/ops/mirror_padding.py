"""Padding with what lies inside, mirrored at the border."""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import as_array, brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation
from graphcore.ops import joining
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value

# Whether the border itself is mirrored (SYMMETRIC) or what lies behind it (REFLECT): how far in the mirror starts.
_SKIPPED = {"SYMMETRIC": 0, "REFLECT": 1}


def _check(paddings: Any, sizes: tuple[int, ...], mode: str) -> None:
    if np.shape(paddings) != (len(sizes), 2):
        raise InvalidArgumentError(
            None, None, f"paddings must be [{len(sizes)},2] for this input, but are {brackets(np.shape(paddings))}"
        )
    for axis, (size, pair) in enumerate(zip(sizes, paddings)):
        if min(pair) < 0 or max(pair) > size - _SKIPPED[mode]:
            raise InvalidArgumentError(
                None,
                None,
                f"paddings must be between 0 and {size - _SKIPPED[mode]} for axis {axis} of size {size} with mode "
                f"{mode}, but are {brackets(list(pair))}",
            )


def _kernel(input: Any, paddings: Any, *, mode: str) -> Any:
    array = as_array(input)
    _check(paddings, array.shape, mode)
    return np.pad(array, paddings, mode=mode.lower())[()] if array.ndim else array[()]  # type: ignore[call-overload]


def _shrunk_shape(op: Operation) -> list[TensorShape]:
    grown, paddings = op.inputs[0].get_shape(), constant_value(op.inputs[1])
    if paddings is None or grown.sizes is None:
        return [unknown_shape(grown.ndims)]
    return [TensorShape(None if n is None else n - int(sum(pair)) for n, pair in zip(grown.sizes, paddings))]


def _grad_kernel(input: Any, paddings: Any, *, mode: str) -> Any:
    """What was given to each mirror image is added to what was mirrored."""
    total, skipped = np.array(input), _SKIPPED[mode]
    _check(paddings, tuple(n - int(sum(pair)) for n, pair in zip(total.shape, paddings)), mode)
    for axis, (before, after) in enumerate(paddings):
        along = np.moveaxis(total, axis, 0)
        end = len(along) - after
        inside = along[before:end].copy()
        inside[skipped : skipped + before] += along[:before][::-1]
        inside[len(inside) - skipped - after : len(inside) - skipped] += along[end:][::-1]
        total = np.moveaxis(inside, 0, axis)
    return total[()]


MirrorPad = OpType(
    "MirrorPad(input:T, paddings:int32) -> output:T | T:type; mode:string{REFLECT,SYMMETRIC}",
    shape=lambda op: joining.pad_shape(op),  # not yet there when this is declared
    kernel=_kernel,
    gradient=lambda op, grad: (MirrorPadGrad(grad, op.inputs[1], mode=op.attrs["mode"]), None),
)
MirrorPadGrad: OpType = OpType(
    "MirrorPadGrad(input:T, paddings:int32) -> output:T | T:type; mode:string{REFLECT,SYMMETRIC}",
    shape=_shrunk_shape,
    kernel=_grad_kernel,
    gradient=lambda op, grad: (MirrorPad(grad, op.inputs[1], mode=op.attrs["mode"]), None),
)
