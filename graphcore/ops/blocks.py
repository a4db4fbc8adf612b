"""Blocks of pixels moved into channels, and channels into blocks of pixels."""

from __future__ import annotations

from typing import Any

from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape


def _divided(size: int | None, by: int, what: str) -> int | None:
    if size is not None and size % by:
        raise ValueError(f"The {what}, {size}, must be a multiple of {by}")
    return None if size is None else size // by


def _to_depth_shape(op: Operation) -> list[TensorShape]:
    n, height, width, channels = op.inputs[0].get_shape().with_rank(4).as_list()
    block = _block(op)
    return [
        TensorShape(
            [
                n,
                _divided(height, block, "height"),
                _divided(width, block, "width"),
                None if channels is None else channels * block * block,
            ]
        )
    ]


def _to_space_shape(op: Operation) -> list[TensorShape]:
    n, height, width, channels = op.inputs[0].get_shape().with_rank(4).as_list()
    block = _block(op)
    grown = [None if size is None else size * block for size in (height, width)]
    return [TensorShape([n, *grown, _divided(channels, block * block, "depth")])]


def _block(op: Operation) -> int:
    if op.attrs["block_size"] < 2:
        raise ValueError(f"block_size must be 2 or more, but is {op.attrs['block_size']}")
    return int(op.attrs["block_size"])


def _check(fits: bool, input: Any, block_size: int) -> None:
    if not fits:
        raise InvalidArgumentError(None, None, f"{brackets(input.shape)} cannot be cut into blocks of {block_size}")


def _to_depth_kernel(input: Any, *, block_size: int) -> Any:
    _check(input.ndim == 4 and not any(size % block_size for size in input.shape[1:3]), input, block_size)
    n, height, width, channels = input.shape
    cut = input.reshape(n, height // block_size, block_size, width // block_size, block_size, channels)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(n, height // block_size, width // block_size, -1)


def _to_space_kernel(input: Any, *, block_size: int) -> Any:
    _check(input.ndim == 4 and not input.shape[3] % block_size**2, input, block_size)
    n, height, width, channels = input.shape
    cut = input.reshape(n, height, width, block_size, block_size, channels // block_size**2)
    return cut.transpose(0, 1, 3, 2, 4, 5).reshape(n, height * block_size, width * block_size, -1)


SpaceToDepth = OpType(
    "SpaceToDepth(input:T) -> output:T | T:type; block_size:int",
    shape=_to_depth_shape,
    kernel=_to_depth_kernel,
    gradient=lambda op, grad: depth_to_space(grad, op.attrs["block_size"]),
)
DepthToSpace: OpType = OpType(
    "DepthToSpace(input:T) -> output:T | T:type; block_size:int",
    shape=_to_space_shape,
    kernel=_to_space_kernel,
    gradient=lambda op, grad: space_to_depth(grad, op.attrs["block_size"]),
)


def space_to_depth(input: Any, block_size: int, name: str | None = None) -> Tensor:
    """Each block of pixels as one, with the block's pixels beside each other in its channels.

    ``[n, height, width, channels]`` to ``[n, height / b, width / b, b * b * channels]``.
    """
    return SpaceToDepth(input, block_size=block_size, name=name)


def depth_to_space(input: Any, block_size: int, name: str | None = None) -> Tensor:
    """The inverse of `space_to_depth`.

    ``[n, height, width, b * b * channels]`` to ``[n, height * b, width * b, channels]``.
    """
    return DepthToSpace(input, block_size=block_size, name=name)
