"""Sums, means, products, extremes and the places of extremes, over some or all axes of a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, comparison, partition, rearrange
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.static_value import constant_value


def _reduced_shape(op: Operation) -> list[TensorShape]:
    old, indices, keep_dims = op.inputs[0].get_shape(), constant_value(op.inputs[1]), op.attrs["keep_dims"]
    if old.sizes is None or indices is None:
        return [unknown_shape(old.ndims) if keep_dims else unknown_shape()]
    axes = set(np.ravel(indices).tolist())
    for axis in sorted(axes):
        if not 0 <= axis < len(old):
            raise ValueError(f"Invalid reduction dimension {axis} for input with {len(old)} dimensions")
    if keep_dims:
        return [TensorShape(1 if axis in axes else n for axis, n in enumerate(old.sizes))]
    return [TensorShape(n for axis, n in enumerate(old.sizes) if axis not in axes)]


def _kernel(reduce: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel of a reduction: ``reduce(array, axis, keepdims)`` over checked axes."""

    def kernel(input: Any, reduction_indices: Any, *, keep_dims: bool) -> Any:
        axes = tuple(np.ravel(reduction_indices).tolist())
        if not axes:
            return input
        rank = np.ndim(input)
        for axis in axes:
            if not 0 <= axis < rank:
                raise InvalidArgumentError(
                    None, None, f"Invalid reduction dimension ({axis} for input with {rank} dimension(s)"
                )
        # All at once is faster than axis by axis, and numpy sums it more exactly.
        return reduce(input, None if len(axes) == rank else axes, keep_dims)

    return kernel


def _reduction(name: str, reduce: Callable[..., Any], gradient: Any) -> OpType:
    types = "bool" if name in ("All", "Any") else "T"
    attrs = "keep_dims:bool=false" + ("; T:type{number}" if types == "T" else "")
    return OpType(
        f"{name}(input:{types}, reduction_indices:int32) -> output:{types} | {attrs}",
        shape=_reduced_shape,
        kernel=_kernel(reduce),
        gradient=gradient,
        passes=lambda op, inputs: inputs[1].value is not None and np.size(inputs[1].value) == 0,
    )


def _sum(x: Any, axes: tuple[int, ...] | None, keep_dims: bool) -> Any:
    # In the type it has: numpy alone would widen small integers.
    return np.add.reduce(x, axis=axes, dtype=x.dtype, keepdims=keep_dims)  # type: ignore[call-overload]


def _mean(x: Any, axes: tuple[int, ...] | None, keep_dims: bool) -> Any:
    total = _sum(x, axes, keep_dims)
    count = x.dtype.type(np.prod(x.shape if axes is None else [x.shape[axis] for axis in axes]))
    return total // count if x.dtype.kind in "iu" else total / count


# Gradients


def _kept_dims(op: Operation, input_shape: Tensor) -> Tensor:
    """The shape of the output, had the axes summed over been kept with size 1."""
    input_rank = array.rank(op.inputs[0])
    axes, axes_shape = op.inputs[1], array.shape(op.inputs[1])
    return partition.dynamic_stitch([array.range(0, input_rank), axes], [input_shape, array.fill(axes_shape, 1)])


def _sum_grad(op: Operation, grad: Tensor) -> Any:
    input_shape = array.shape(op.inputs[0])
    kept = _kept_dims(op, input_shape)
    copies = input_shape // kept
    return rearrange.tile(rearrange.reshape(grad, kept), copies), None


def _mean_grad(op: Operation, grad: Tensor) -> Any:
    sum_grad = _sum_grad(op, grad)[0]
    input_shape, output_shape = array.shape(op.inputs[0]), array.shape(op.outputs[0])
    count = reduce_prod(input_shape) // reduce_prod(output_shape)
    return sum_grad / arithmetic.cast(count, sum_grad.dtype), None


def _prod_grad(op: Operation, grad: Tensor) -> Any:
    # Not a number where the input is zero: the product is divided by it.
    input_shape = array.shape(op.inputs[0])
    kept = _kept_dims(op, input_shape)
    copies = input_shape // kept
    product_grad = rearrange.reshape(grad * op.outputs[0], kept)
    return arithmetic.div(rearrange.tile(product_grad, copies), op.inputs[0]), None


def _extremum_grad(op: Operation, grad: Tensor) -> Any:
    # All elements that are the extreme share the gradient.
    input_shape = array.shape(op.inputs[0])
    kept = _kept_dims(op, input_shape)
    extreme, grad = rearrange.reshape(op.outputs[0], kept), rearrange.reshape(grad, kept)
    chosen = arithmetic.cast(comparison.equal(extreme, op.inputs[0]), grad.dtype)
    count = rearrange.reshape(reduce_sum(chosen, op.inputs[1]), kept)
    return arithmetic.div(chosen, count) * grad, None


Sum = _reduction("Sum", _sum, _sum_grad)
Mean = _reduction("Mean", _mean, _mean_grad)
Prod = _reduction(
    "Prod", lambda x, axes, keep: np.multiply.reduce(x, axis=axes, dtype=x.dtype, keepdims=keep), _prod_grad
)
Max = _reduction("Max", lambda x, axes, keep: np.maximum.reduce(x, axis=axes, keepdims=keep), _extremum_grad)
Min = _reduction("Min", lambda x, axes, keep: np.minimum.reduce(x, axis=axes, keepdims=keep), _extremum_grad)
All = _reduction("All", lambda x, axes, keep: np.logical_and.reduce(x, axis=axes, keepdims=keep), no_gradient)
Any_ = _reduction("Any", lambda x, axes, keep: np.logical_or.reduce(x, axis=axes, keepdims=keep), no_gradient)


def _reduce(
    declared: OpType,
    input_tensor: Any,
    reduction_indices: Any,
    keep_dims: bool,
    name: str | None,
    axis: Any,
    keepdims: bool | None,
) -> Tensor:
    indices = axis if reduction_indices is None else reduction_indices
    if indices is None:
        indices = array.range(0, array.rank(input_tensor))
    elif isinstance(indices, (int, list, tuple)):
        indices = _from_the_front(input_tensor, indices)
    return declared(input_tensor, indices, keep_dims=keep_dims if keepdims is None else keepdims, name=name)


def _from_the_front(input_tensor: Any, indices: Any) -> Any:
    """Axes counted from the back (-1 is the last) as the op counts them. The graph's op knows only those from 0."""
    if isinstance(indices, (list, tuple)):
        return [_from_the_front(input_tensor, index) for index in indices]
    if not isinstance(indices, int) or indices >= 0:
        return indices
    shape = input_tensor.get_shape() if hasattr(input_tensor, "get_shape") else TensorShape(np.shape(input_tensor))
    if shape.ndims is None or indices < -shape.ndims:
        known = "unknown" if shape.ndims is None else shape.ndims
        raise ValueError(f"Invalid reduction dimension {indices} for input with {known} dimensions")
    return indices + shape.ndims


def reduce_sum(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The sum over some axes, or over all.

    Args:
        reduction_indices: an axis or a list of axes, also spelled ``axis``; -1 is the last. None: all.
        keep_dims: keep those axes with size 1; also spelled ``keepdims``.
    """
    return _reduce(Sum, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


def reduce_mean(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The mean over some axes, or over all; parameters as for `reduce_sum`. Of integers, rounded down."""
    return _reduce(Mean, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


def reduce_prod(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The product over some axes, or over all; parameters as for `reduce_sum`.

    The gradient is not a number where an element is zero.
    """
    return _reduce(Prod, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


def reduce_max(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The largest element over some axes, or over all; parameters as for `reduce_sum`.

    Where several are the largest they share the gradient equally.
    """
    return _reduce(Max, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


def reduce_min(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """The smallest element over some axes, or over all; parameters as for `reduce_sum`.

    Where several are the smallest they share the gradient equally.
    """
    return _reduce(Min, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


def reduce_all(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """Whether all elements are true, over some axes or over all; parameters as for `reduce_sum`."""
    return _reduce(All, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


def reduce_any(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
    axis: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """Whether any element is true, over some axes or over all; parameters as for `reduce_sum`."""
    return _reduce(Any_, input_tensor, reduction_indices, keep_dims, name, axis, keepdims)


# Places of extremes


def _arg_shape(op: Operation) -> list[TensorShape]:
    old, dimension = op.inputs[0].get_shape(), constant_value(op.inputs[1])
    if old.sizes is None:
        return [unknown_shape()]
    if dimension is None:
        return [unknown_shape(max(len(old) - 1, 0))]
    axis = int(np.ravel(dimension)[0])
    if not 0 <= axis < len(old):
        raise ValueError(f"dimension {axis} is not in [0, {len(old)})")
    return [TensorShape(n for i, n in enumerate(old.sizes) if i != axis)]


def _arg_kernel(find: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(input: Any, dimension: Any) -> Any:
        axis = int(np.ravel(dimension)[0])
        if not 0 <= axis < np.ndim(input):
            raise InvalidArgumentError(None, None, f"dim must be in [0, {np.ndim(input)}), but got {axis}")
        return np.asarray(find(input, axis)).astype(np.int64)[()]

    return kernel


ArgMax = OpType(
    "ArgMax(input:T, dimension:int32) -> output:int64 | T:type{number}",
    shape=_arg_shape,
    kernel=_arg_kernel(np.argmax),
    gradient=no_gradient,
)
ArgMin = OpType(
    "ArgMin(input:T, dimension:int32) -> output:int64 | T:type{number}",
    shape=_arg_shape,
    kernel=_arg_kernel(np.argmin),
    gradient=no_gradient,
)


def argmax(input: Any, dimension: Any = None, name: str | None = None, axis: Any = None) -> Tensor:
    """Where along axis ``dimension`` (or ``axis``) the largest element is, int64; the first of equals."""
    return _arg(ArgMax, input, dimension, name, axis)


def argmin(input: Any, dimension: Any = None, name: str | None = None, axis: Any = None) -> Tensor:
    """Where along axis ``dimension`` (or ``axis``) the smallest element is, int64; the first of equals."""
    return _arg(ArgMin, input, dimension, name, axis)


def _arg(declared: OpType, input: Any, dimension: Any, name: str | None, axis: Any) -> Tensor:
    wanted = axis if dimension is None else dimension
    if wanted is None:
        wanted = 0
    tensor = convert_to_tensor(input, name="input")
    return declared(tensor, _from_the_front(tensor, wanted), name=name)
