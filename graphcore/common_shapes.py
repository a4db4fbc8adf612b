"""Rules for static shapes that many op types share: an operation in, the shape of each output out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphcore import shapes
from graphcore.kernel_values import ints
from graphcore.op_type import Sizes
from graphcore.operation import Operation
from graphcore.shapes import TensorShape
from graphcore.static_value import constant_value


def unchanged(op: Operation) -> Sequence[TensorShape]:
    """Each output has the shape of the first input."""
    return [op.inputs[0].get_shape()] * len(op.outputs)


def scalar(op: Operation) -> Sequence[TensorShape]:
    """Each output is a scalar."""
    return [shapes.scalar()] * len(op.outputs)


def none(op: Operation) -> Sequence[TensorShape]:
    """There are no outputs."""
    return []


def broadcast(op: Operation) -> Sequence[TensorShape]:
    """The two inputs are broadcast against each other, as numpy does."""
    return [shapes.broadcast(op.inputs[0].get_shape(), op.inputs[1].get_shape())]


def merged(op: Operation) -> Sequence[TensorShape]:
    """All inputs and outputs have one shape."""
    shape = op.inputs[0].get_shape()
    for tensor in op.inputs[1:]:
        shape = shape.merge_with(tensor.get_shape())
    return [shape] * len(op.outputs)


def of_rank(rank: int) -> Callable[[Operation], Sequence[TensorShape]]:
    """The shape of the first input, which must have this rank."""
    return lambda op: [op.inputs[0].get_shape().with_rank(rank)] * len(op.outputs)


def of_value(op: Operation) -> Sequence[TensorShape]:
    """The shape is the value of the first input, a list of sizes."""
    sizes = constant_value(op.inputs[0])
    if sizes is None:
        return [shapes.unknown_shape(op.inputs[0].get_shape().with_rank(1)[0].value)]
    return [TensorShape(ints(sizes))]


def fit_together(sizes: Sequence[Sizes]) -> bool:
    """Whether tensors of these sizes are sure to be broadcastable against each other."""
    if any(size is None for size in sizes):
        return False
    known = [size for size in sizes if size is not None]
    for axis in range(1, max(map(len, known), default=0) + 1):
        others = {size[-axis] for size in known if len(size) >= axis} - {1}
        # Two sizes that are not known need not be equal; one goes with nothing but ones.
        if len(others) > 1 or (None in others and sum(len(s) >= axis and s[-axis] != 1 for s in known) > 1):
            return False
    return True
