"""Products of matrices, and of vectors in space."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from graphcore import shapes
from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, Sizes
from graphcore.operation import Operation, Tensor
from graphcore.ops import complex_numbers
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape


def _matmul_sides(op: Operation, a: Sizes, b: Sizes) -> tuple[Any, Any, Any, Any]:
    """Rows and columns of both factors, transposed as the attrs say."""
    rows_a, columns_a = (a or (None, None))[:: -1 if op.attrs["transpose_a"] else 1]
    rows_b, columns_b = (b or (None, None))[:: -1 if op.attrs["transpose_b"] else 1]
    return rows_a, columns_a, rows_b, columns_b


def _matmul_shape(op: Operation) -> list[TensorShape]:
    a, b = (tensor.get_shape().with_rank(2) for tensor in op.inputs)
    rows, inner_a, inner_b, columns = _matmul_sides(op, a.sizes, b.sizes)
    shapes.Dimension(inner_a).assert_is_compatible_with(inner_b)
    return [TensorShape([rows, columns])]


def _matmul_kernel(a: Any, b: Any, *, transpose_a: bool, transpose_b: bool) -> Any:
    left, right = a.T if transpose_a else a, b.T if transpose_b else b
    if a.ndim != 2 or b.ndim != 2 or left.shape[1] != right.shape[0]:
        what = "Matrix size-compatible" if a.ndim == b.ndim == 2 else "Both inputs must be matrices"
        raise InvalidArgumentError(None, None, f"{what}: In[0]: {brackets(a.shape)}, In[1]: {brackets(b.shape)}")
    return left @ right


def _matmul_total(op: Operation, sizes: Sequence[Sizes]) -> bool:
    if any(size is None or len(size) != 2 for size in sizes):
        return False
    _, inner_a, inner_b, _ = _matmul_sides(op, *sizes)
    return inner_a is not None and inner_a == inner_b


def _matmul_grad(op: Operation, grad: Tensor) -> Any:
    a, b = map(complex_numbers.conj, op.inputs)
    match op.attrs["transpose_a"], op.attrs["transpose_b"]:
        case False, False:
            return matmul(grad, b, transpose_b=True), matmul(a, grad, transpose_a=True)
        case False, True:
            return matmul(grad, b), matmul(grad, a, transpose_a=True)
        case True, False:
            return matmul(b, grad, transpose_b=True), matmul(a, grad)
        case _:
            return (
                matmul(b, grad, transpose_a=True, transpose_b=True),
                matmul(grad, a, transpose_a=True, transpose_b=True),
            )


MatMul = OpType(
    "MatMul(a:T, b:T) -> product:T | transpose_a:bool=false; transpose_b:bool=false; "
    "T:type{float32 float64 int32 complex64}",
    shape=_matmul_shape,
    kernel=_matmul_kernel,
    gradient=_matmul_grad,
    total=_matmul_total,
)


def _stack_shape(op: Operation) -> list[TensorShape]:
    x, y = (tensor.get_shape().with_rank_at_least(2) for tensor in op.inputs)
    if x.sizes is None or y.sizes is None:
        return [shapes.unknown_shape(x.ndims if y.ndims is None else y.ndims)]
    stacks = x[:-2].merge_with(y[:-2])
    rows, inner_x = x.sizes[-2:][:: -1 if op.attrs["adj_x"] else 1]
    inner_y, columns = y.sizes[-2:][:: -1 if op.attrs["adj_y"] else 1]
    shapes.Dimension(inner_x).assert_is_compatible_with(inner_y)
    return [stacks.concatenate([rows, columns])]


def _adjoint(matrices: Any) -> Any:
    return np.conj(np.swapaxes(matrices, -1, -2)) if matrices.dtype.kind == "c" else np.swapaxes(matrices, -1, -2)


def _batch_matmul_kernel(x: Any, y: Any, *, adj_x: bool, adj_y: bool) -> Any:
    if min(x.ndim, y.ndim) < 2 or x.shape[:-2] != y.shape[:-2]:
        raise InvalidArgumentError(
            None,
            None,
            f"In[0] and In[1] must be stacks of equally many matrices: {brackets(x.shape)} vs. {brackets(y.shape)}",
        )
    left, right = _adjoint(x) if adj_x else x, _adjoint(y) if adj_y else y
    if left.shape[-1] != right.shape[-2]:
        raise InvalidArgumentError(
            None, None, f"Matrix size-compatible: In[0]: {brackets(x.shape)}, In[1]: {brackets(y.shape)}"
        )
    return left @ right


def _batch_matmul_grad(op: Operation, grad: Tensor) -> Any:
    x, y = op.inputs
    match op.attrs["adj_x"], op.attrs["adj_y"]:
        case False, False:
            return batch_matmul(grad, y, adj_y=True), batch_matmul(x, grad, adj_x=True)
        case False, True:
            return batch_matmul(grad, y), batch_matmul(grad, x, adj_x=True)
        case True, False:
            return batch_matmul(y, grad, adj_y=True), batch_matmul(x, grad)
        case _:
            return batch_matmul(y, grad, adj_x=True, adj_y=True), batch_matmul(grad, x, adj_x=True, adj_y=True)


BatchMatMul = OpType(
    "BatchMatMul(x:T, y:T) -> out:T | T:type{float32 float64 int32 complex64}; adj_x:bool=false; adj_y:bool=false",
    shape=_stack_shape,
    kernel=_batch_matmul_kernel,
    gradient=_batch_matmul_grad,
)


def batch_matmul(
    x: Any, y: Any, adj_x: bool | None = None, adj_y: bool | None = None, name: str | None = None
) -> Tensor:
    """The products of matrices one by one, ``[..., n, k]`` and ``[..., k, m]`` to ``[..., n, m]``.

    Args:
        adj_x, adj_y: those matrices are given transposed, and conjugated if they are complex.
    """
    return BatchMatMul(x, y, adj_x=adj_x, adj_y=adj_y, name=name)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two matrices, ``[n, k]`` and ``[k, m]`` to ``[n, m]``; of stacks of matrices, one by one.

    Args:
        transpose_a: ``a`` is given as ``[k, n]``. transpose_b: ``b`` is given as ``[m, k]``.
        a_is_sparse, b_is_sparse: a hint that many elements are zero; it changes nothing here.
    """
    with op_scope([a, b], name, "MatMul") as scope:
        a, b = convert_to_tensor(a, name="a"), convert_to_tensor(b, name="b")
        if (a.get_shape().ndims or 0) > 2:
            return BatchMatMul(a, b, adj_x=transpose_a, adj_y=transpose_b, name=scope)
        return MatMul(a, b, transpose_a=transpose_a, transpose_b=transpose_b, name=scope)


def _cross_shape(op: Operation) -> list[TensorShape]:
    shape = op.inputs[0].get_shape().merge_with(op.inputs[1].get_shape()).with_rank_at_least(1)
    shape[-1:].assert_is_compatible_with([3])
    return [shape]


def _cross_kernel(a: Any, b: Any) -> Any:
    if a.shape != b.shape or a.shape[-1:] != (3,):
        raise InvalidArgumentError(
            None,
            None,
            f"a and b must be vectors of 3 numbers in one shape, but are {brackets(a.shape)}, {brackets(b.shape)}",
        )
    return np.cross(a, b)


Cross = OpType(
    "Cross(a:T, b:T) -> product:T | T:type{real}",
    shape=_cross_shape,
    kernel=_cross_kernel,
    gradient=lambda op, grad: (cross(op.inputs[1], grad), cross(grad, op.inputs[0])),
)


def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """The cross product of vectors of three numbers, ``[..., 3]``: at right angles to both."""
    return Cross(a, b, name=name)
