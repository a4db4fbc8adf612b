"""Systems of linear equations solved: with square, triangular and other matrices.

As in `graphcore.ops.linear_algebra`, each op has a type for one matrix and one for a stack of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float64
from graphcore.errors import InvalidArgumentError
from graphcore.kernel_values import brackets
from graphcore.op_type import OpType
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, comparison, rearrange
from graphcore.ops.linear_algebra import one_or_stack, pair, product, square
from graphcore.shapes import TensorShape


def _solution_shape(op: Operation, batch: bool) -> TensorShape:
    matrix, rhs = square(op.inputs[0].get_shape(), batch), op.inputs[1].get_shape()
    rhs = rhs.with_rank_at_least(2) if batch else rhs.with_rank(2)
    if matrix.sizes is None or rhs.sizes is None:
        return rhs
    return matrix[:-1].merge_with(rhs[:-1]).concatenate(rhs[-1:])


def _check_right_side(matrix: np.ndarray, rhs: np.ndarray, rows: int) -> None:
    if rhs.ndim != matrix.ndim or rhs.shape[:-2] != matrix.shape[:-2] or rhs.shape[-2] != rows:
        raise InvalidArgumentError(
            None,
            None,
            f"Input matrix and rhs are incompatible: {brackets(matrix.shape)} and {brackets(rhs.shape)}, "
            f"but rhs needs {rows} rows",
        )


def _solve_kernel(matrix: Any, rhs: Any, *, adjoint: bool) -> Any:
    _check_right_side(matrix, rhs, matrix.shape[-1])
    return np.linalg.solve(np.swapaxes(matrix, -1, -2) if adjoint else matrix, rhs)


def _solve_grad(op: Operation, grad: Tensor) -> Any:
    matrix, solution, adjoint = op.inputs[0], op.outputs[0], op.attrs["adjoint"]
    rhs_grad = matrix_solve(matrix, grad, adjoint=not adjoint)
    return -_outer(rhs_grad, solution, adjoint), rhs_grad


def _outer(rhs_grad: Tensor, solution: Tensor, adjoint: bool) -> Tensor:
    """What the gradient of the right side says of the matrix's, but for the sign."""
    return product(solution, rhs_grad, adj_b=True) if adjoint else product(rhs_grad, solution, adj_b=True)


MATRIX_SOLVE = pair(
    "MatrixSolve",
    "(matrix:T, rhs:T) -> output:T | adjoint:bool=false; T:type{float}",
    shape=_solution_shape,
    kernel=_solve_kernel,
    gradient=_solve_grad,
    attrs=["adjoint"],
)


def _triangular_kernel(matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    _check_right_side(matrix, rhs, matrix.shape[-1])
    half = np.tril(matrix) if lower else np.triu(matrix)
    if not np.diagonal(half, axis1=-2, axis2=-1).all():
        raise np.linalg.LinAlgError("Input matrix is not invertible.")
    if adjoint:
        half, lower = np.swapaxes(half, -1, -2), not lower
    solution = np.zeros_like(rhs)
    for row in range(half.shape[-1]) if lower else reversed(range(half.shape[-1])):
        known = half[..., row, None, :] @ solution  # the rows that are not solved yet are zero
        solution[..., row, :] = (rhs[..., row, :] - known[..., 0, :]) / half[..., row, row, None]
    return solution


def _triangular_grad(op: Operation, grad: Tensor) -> Any:
    matrix, solution = op.inputs[0], op.outputs[0]
    lower, adjoint = op.attrs["lower"], op.attrs["adjoint"]
    rhs_grad = matrix_triangular_solve(matrix, grad, lower=lower, adjoint=not adjoint)
    numbers = array.range(array.shape(matrix)[-1])
    rows, columns = rearrange.expand_dims(numbers, 1), rearrange.expand_dims(numbers, 0)
    read = comparison.greater_equal(rows, columns) if lower else comparison.less_equal(rows, columns)
    return -_outer(rhs_grad, solution, adjoint) * arithmetic.cast(read, grad.dtype), rhs_grad


MATRIX_TRIANGULAR_SOLVE = pair(
    "MatrixTriangularSolve",
    "(matrix:T, rhs:T) -> output:T | lower:bool=true; adjoint:bool=false; T:type{float}",
    shape=_solution_shape,
    kernel=_triangular_kernel,
    gradient=_triangular_grad,
    attrs=["lower", "adjoint"],
)


def _least_squares_shape(batch: bool) -> Any:
    def shape(op: Operation) -> list[TensorShape]:
        matrix, rhs = (tensor.get_shape() for tensor in op.inputs[:2])
        matrix, rhs = (s.with_rank_at_least(2) if batch else s.with_rank(2) for s in (matrix, rhs))
        if matrix.sizes is None or rhs.sizes is None:
            return [rhs]
        matrix[:-1].merge_with(rhs[:-1])
        return [matrix[:-2].concatenate([matrix[-1], rhs[-1]])]

    return shape


def _least_squares_kernel(matrix: Any, rhs: Any, l2_regularizer: Any, *, fast: bool) -> Any:
    _check_right_side(matrix, rhs, matrix.shape[-2])
    rows, columns = matrix.shape[-2:]
    if not fast:
        inverse = np.linalg.pinv(matrix.astype(np.float64))
        return (inverse @ rhs).astype(matrix.dtype)
    adjoint = np.swapaxes(matrix, -1, -2)
    penalty = l2_regularizer.astype(matrix.dtype) * np.eye(min(rows, columns), dtype=matrix.dtype)
    try:
        if rows >= columns:
            return np.linalg.solve(adjoint @ matrix + penalty, adjoint @ rhs)
        return adjoint @ np.linalg.solve(matrix @ adjoint + penalty, rhs)
    except np.linalg.LinAlgError:
        raise InvalidArgumentError(
            None, None, "Input matrix was rank deficient or ill-conditioned. Try setting fast=False or l2_regularizer."
        ) from None


def _declare_least_squares(name: str, batch: bool) -> OpType:
    return OpType(
        f"{name}(matrix:T, rhs:T, l2_regularizer:float64) -> output:T | T:type{{float}}; fast:bool=true",
        shape=_least_squares_shape(batch),
        kernel=_least_squares_kernel,
        gradient=None,
    )


MATRIX_SOLVE_LS = (_declare_least_squares("MatrixSolveLs", False), _declare_least_squares("BatchMatrixSolveLs", True))


def matrix_solve(matrix: Any, rhs: Any, adjoint: bool | None = None, name: str | None = None) -> Tensor:
    """X with ``matrix X = rhs``: of ``[n, n]`` and ``[n, k]``, or stacks of them.

    Args:
        adjoint: solve with the matrix transposed.
    """
    return one_or_stack(MATRIX_SOLVE, matrix, rhs, adjoint=adjoint, name=name)


def matrix_triangular_solve(
    matrix: Any, rhs: Any, lower: bool | None = None, adjoint: bool | None = None, name: str | None = None
) -> Tensor:
    """`matrix_solve` for a triangular matrix, by substitution.

    Args:
        lower: the lower half is read, by default; the upper one if False.
    """
    return one_or_stack(MATRIX_TRIANGULAR_SOLVE, matrix, rhs, lower=lower, adjoint=adjoint, name=name)


def matrix_solve_ls(
    matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: str | None = None
) -> Tensor:
    """X for which ``|matrix X - rhs|^2 + l2_regularizer |X|^2`` is least: ``[m, n]`` and ``[m, k]`` to ``[n, k]``.

    With fewer equations than unknowns, the least X that solves them.

    Args:
        fast: by the normal equations; else by a singular value decomposition, which is slower, bears any matrix, and
            takes no regularizer. It has no gradient either way.
    """
    return one_or_stack(MATRIX_SOLVE_LS, matrix, rhs, convert_to_tensor(l2_regularizer, float64), fast=fast, name=name)
