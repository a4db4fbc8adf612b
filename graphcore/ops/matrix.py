"""Products of matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore import shapes
from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType, Sizes
from graphcore.operation import Operation, Tensor
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
    a, b = op.inputs
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


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two matrices, ``[n, k]`` and ``[k, m]`` to ``[n, m]``.

    Args:
        transpose_a: ``a`` is given as ``[k, n]``. transpose_b: ``b`` is given as ``[m, k]``.
        a_is_sparse, b_is_sparse: a hint that many elements are zero; it changes nothing here.
    """
    with op_scope([a, b], name, "MatMul") as scope:
        a, b = convert_to_tensor(a, name="a"), convert_to_tensor(b, name="b")
        return MatMul(a, b, transpose_a=transpose_a, transpose_b=transpose_b, name=scope)
