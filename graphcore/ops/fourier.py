"""Discrete Fourier transforms of complex64 tensors, over one, two or three axes, and their inverses.

``output[k] = sum(input[n] * exp(-2 pi i k n / N))`` over n; the inverse has the other sign and divides by N.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.dtypes import float32
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, complex_numbers, reduction
from graphcore.shapes import TensorShape


def _transform(name: str, axes: int, inverse: bool, batch: bool) -> OpType:
    """Declares the transform over the last ``axes`` axes; those before are a batch, if there may be one."""
    transform = np.fft.ifftn if inverse else np.fft.fftn

    def shape(op: Operation) -> list[TensorShape]:
        given = op.inputs[0].get_shape()
        return [given.with_rank_at_least(axes) if batch else given.with_rank(axes)]

    def kernel(value: Any) -> Any:
        if value.ndim < axes or (value.ndim > axes and not batch):
            raise InvalidArgumentError(
                None, None, f"Input must be of rank {axes}{' or more' if batch else ''}, but is {brackets(value.shape)}"
            )
        return transform(value, axes=range(-axes, 0)).astype(np.complex64)

    def gradient(op: Operation, grad: Tensor) -> Tensor:
        # The adjoint of the transform is the inverse but for the factor, the number of elements transformed.
        count = arithmetic.cast(reduction.reduce_prod(array.shape(grad)[-axes:]), float32)
        scale = complex_numbers.complex(count, array.zeros_like(count))
        back = TRANSFORMS[_name(axes, not inverse, batch)](grad)
        return back / scale if inverse else back * scale

    return OpType(
        f"{name}(in:complex64) -> out:complex64 | ",
        shape=shape,
        kernel=kernel,
        gradient=gradient,
        total=lambda op, sizes: sizes[0] is not None and (len(sizes[0]) == axes or (batch and len(sizes[0]) > axes)),
    )


def _name(axes: int, inverse: bool, batch: bool) -> str:
    return f"{'Batch' if batch else ''}{'I' if inverse else ''}FFT{f'{axes}D' if axes > 1 else ''}"


TRANSFORMS: dict[str, OpType] = {
    name: _transform(name, axes, inverse, batch)
    for batch in (False, True)
    for inverse in (False, True)
    for axes in (1, 2, 3)
    for name in [_name(axes, inverse, batch)]
}


def _function(axes: int, inverse: bool, batch: bool) -> Callable[..., Tensor]:
    """The public function of a transform."""
    declared = TRANSFORMS[_name(axes, inverse, batch)]

    def transform(in_: Any, name: str | None = None) -> Tensor:
        # A batch in the plain transform: what TensorFlow 1.x calls so.
        rank = in_.get_shape().ndims if isinstance(in_, Tensor) else np.ndim(in_)
        chosen = TRANSFORMS[_name(axes, inverse, True)] if rank is not None and rank > axes else declared
        return chosen(in_, name=name)

    over = "the last axis" if axes == 1 else f"the last {axes} axes"
    transform.__name__ = transform.__qualname__ = _name(axes, inverse, batch).lower().replace("batch", "batch_")
    transform.__doc__ = (
        f"The {'inverse ' if inverse else ''}discrete Fourier transform over {over}, complex64; "
        f"axes before are a batch.{' The same as without batch.' if batch else ''}"
    )
    return transform


fft, fft2d, fft3d = (_function(axes, False, False) for axes in (1, 2, 3))
ifft, ifft2d, ifft3d = (_function(axes, True, False) for axes in (1, 2, 3))
batch_fft, batch_fft2d, batch_fft3d = (_function(axes, False, True) for axes in (1, 2, 3))
batch_ifft, batch_ifft2d, batch_ifft3d = (_function(axes, True, True) for axes in (1, 2, 3))
