"""Square matrices taken apart: inverse, determinant, Cholesky factor, eigenvalues; and their diagonals.

Each op has two types, one for a matrix ``[n, n]`` and one, whose name begins with Batch, for a stack of them
``[..., n, n]``. The functions choose by the rank.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, comparison, matrix, rearrange
from graphcore.shapes import TensorShape, unknown_shape


def square(shape: TensorShape, batch: bool) -> TensorShape:
    """``shape``, once it is known to be that of square matrices. ValueError when it cannot be."""
    shape = shape.with_rank_at_least(2) if batch else shape.with_rank(2)
    if shape.sizes is None:
        return shape
    side = shape[-1].merge_with(shape[-2])
    return shape[:-2].concatenate([side, side])


def check_square(op_type: str, value: np.ndarray, batch: bool) -> None:
    """InvalidArgumentError unless ``value`` is a square matrix, or a stack of them."""
    if value.ndim < 2 or (value.ndim > 2 and not batch) or value.shape[-1] != value.shape[-2]:
        wanted = "a stack of square matrices" if batch else "a square matrix"
        raise InvalidArgumentError(None, None, f"{op_type} needs {wanted}, but the input is {brackets(value.shape)}")


def pair(
    name: str,
    line: str,
    *,
    shape: Callable[[Operation, bool], TensorShape],
    kernel: Callable[..., Any],
    gradient: Callable[..., Any] | None,
    attrs: Sequence[str] = (),
) -> tuple[OpType, OpType]:
    """Declares an op for one matrix and for a stack.

    Args:
        line: the signature without the name, from its inputs on.
        shape: the shape of the output; told whether a stack is meant.
        kernel: for inputs of which the first has been found to be square matrices.
        attrs: those that the kernel takes.
    """

    def declare(batch: bool) -> OpType:
        full = f"Batch{name}" if batch else name

        def bind(op: Operation, state: Any) -> Callable[..., Any]:
            chosen = {attr: op.attrs[attr] for attr in attrs}

            def checked(value: Any, *rest: Any) -> Any:
                check_square(full, value, batch)
                try:
                    return kernel(value, *rest, **chosen)
                except np.linalg.LinAlgError as error:
                    raise InvalidArgumentError(None, None, f"{full}: {error}") from None

            return checked

        return OpType(f"{full}{line}", shape=lambda op: [shape(op, batch)], bind=bind, gradient=gradient)

    return declare(False), declare(True)


def one_or_stack(declared: tuple[OpType, OpType], first: Any, *rest: Any, name: str | None, **attrs: Any) -> Tensor:
    """Adds the operation for one matrix, or for a stack if ``first`` has more axes than two."""
    tensor = convert_to_tensor(first, name="input")
    return declared[(tensor.get_shape().ndims or 0) > 2](tensor, *rest, name=name, **attrs)


def product(a: Tensor, b: Tensor, adj_a: bool = False, adj_b: bool = False) -> Tensor:
    """The product of two matrices or stacks of them, each transposed if so told."""
    return matrix.matmul(a, b, transpose_a=adj_a, transpose_b=adj_b)


def transposed(a: Tensor) -> Tensor:
    """Matrices with rows and columns exchanged."""
    rank = a.get_shape().ndims
    if rank is None:
        raise ValueError(f"The gradient needs the rank of {a.name}, which is not known")
    return rearrange.transpose(a, [*range(rank - 2), rank - 1, rank - 2])


def _unchanged(op: Operation, batch: bool) -> TensorShape:
    return square(op.inputs[0].get_shape(), batch)


def _inverse_grad(op: Operation, grad: Tensor) -> Tensor:
    inverse = op.outputs[0]
    return -product(inverse, product(grad, inverse, adj_b=True), adj_a=True)


MATRIX_INVERSE = pair(
    "MatrixInverse",
    "(input:T) -> output:T | T:type{float}",
    shape=_unchanged,
    kernel=np.linalg.inv,
    gradient=_inverse_grad,
)


def _determinant_grad(op: Operation, grad: Tensor) -> Tensor:
    # Jacobi's formula.
    cofactors, scale = transposed(matrix_inverse(op.inputs[0])), grad * op.outputs[0]
    if op.type.startswith("Batch"):
        scale = rearrange.expand_dims(rearrange.expand_dims(scale, -1), -1)
    return scale * cofactors


MATRIX_DETERMINANT = pair(
    "MatrixDeterminant",
    "(input:T) -> output:T | T:type{float}",
    shape=lambda op, batch: square(op.inputs[0].get_shape(), batch)[:-2],
    kernel=lambda value: np.linalg.det(value)[()],
    gradient=_determinant_grad,
)


def _lower_half(like: Tensor) -> Tensor:
    """1 below the diagonal, 1/2 on it, 0 above, in the size and type of some square matrices."""
    numbers = array.range(array.shape(like)[-1])
    rows, columns = rearrange.expand_dims(numbers, 1), rearrange.expand_dims(numbers, 0)
    below = arithmetic.cast(comparison.greater(rows, columns), like.dtype)
    return below + 0.5 * arithmetic.cast(comparison.equal(rows, columns), like.dtype)


def _cholesky_grad(op: Operation, grad: Tensor) -> Tensor:
    # Source: I. Murray, "Differentiation of the Cholesky decomposition" (2016), section 3.
    factor = op.outputs[0]
    inverse = matrix_inverse(factor)
    middle = product(factor, grad, adj_a=True) * _lower_half(factor)
    found = product(inverse, product(middle, inverse), adj_a=True)
    return 0.5 * (found + transposed(found))


CHOLESKY = pair(
    "Cholesky",
    "(input:T) -> output:T | T:type{float64 float32}",
    shape=_unchanged,
    kernel=np.linalg.cholesky,
    gradient=_cholesky_grad,
)


def _eig_kernel(value: Any) -> Any:
    eigenvalues, vectors = np.linalg.eigh(value)
    return np.concatenate([eigenvalues[..., None, :], vectors], axis=-2)


def _eig_shape(op: Operation, batch: bool) -> TensorShape:
    shape = square(op.inputs[0].get_shape(), batch)
    return shape[:-2].concatenate([shape[-2] + 1, shape[-1]]) if shape.sizes is not None else unknown_shape()


SELF_ADJOINT_EIG = pair(
    "SelfAdjointEig",
    "(input:T) -> output:T | T:type{float64 float32}",
    shape=_eig_shape,
    kernel=_eig_kernel,
    gradient=None,
)


def matrix_inverse(input: Any, name: str | None = None) -> Tensor:
    """The inverse of a matrix ``[n, n]``, float32 or float64, or of each of a stack ``[..., n, n]``.

    In a run, `InvalidArgumentError` for a matrix that has none.
    """
    return one_or_stack(MATRIX_INVERSE, input, name=name)


def matrix_determinant(input: Any, name: str | None = None) -> Tensor:
    """The determinant of a matrix ``[n, n]``, shape ``()``; of a stack ``[..., n, n]``, shape ``[...]``."""
    return one_or_stack(MATRIX_DETERMINANT, input, name=name)


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The lower triangular L with ``L L^T`` equal to the input, symmetric and positive definite, or a stack of such.

    Only the lower half of the input is read. In a run, `InvalidArgumentError` if a matrix is not positive definite.
    """
    return one_or_stack(CHOLESKY, input, name=name)


def self_adjoint_eig(input: Any, name: str | None = None) -> Tensor:
    """Eigenvalues and eigenvectors of a symmetric matrix ``[n, n]``, or of each of a stack.

    Returns: ``[n + 1, n]``: the eigenvalues in ascending order, and below each its vector, of length 1. It has no
    gradient.
    """
    return one_or_stack(SELF_ADJOINT_EIG, input, name=name)


# Diagonals of stacks

BatchMatrixDiag = OpType(
    "BatchMatrixDiag(diagonal:T) -> output:T | T:type",
    shape=lambda op: [_with_diagonal(op.inputs[0].get_shape().with_rank_at_least(1))],
    kernel=lambda diagonal: diagonal[..., None] * np.eye(diagonal.shape[-1], dtype=diagonal.dtype),
    gradient=lambda op, grad: batch_matrix_diag_part(grad),
)
BatchMatrixDiagPart: OpType = OpType(
    "BatchMatrixDiagPart(input:T) -> diagonal:T | T:type",
    shape=lambda op: [square(op.inputs[0].get_shape(), True)[:-1]],
    kernel=lambda input: np.diagonal(input, axis1=-2, axis2=-1),
    gradient=lambda op, grad: batch_matrix_diag(grad),
)


def _with_diagonal(shape: TensorShape) -> TensorShape:
    return shape.concatenate(shape[-1:]) if shape.sizes is not None else unknown_shape()


def batch_matrix_diag(diagonal: Any, name: str | None = None) -> Tensor:
    """For each vector of ``[..., n]`` the matrix with it on the diagonal, ``[..., n, n]``."""
    return BatchMatrixDiag(diagonal, name=name)


def batch_matrix_diag_part(input: Any, name: str | None = None) -> Tensor:
    """The diagonals of a stack of square matrices, ``[..., n, n]`` to ``[..., n]``."""
    return BatchMatrixDiagPart(input, name=name)
