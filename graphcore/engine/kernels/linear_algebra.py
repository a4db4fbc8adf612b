"""Complex numbers, Fourier transforms, and linear algebra for matrices and stacks of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax

from graphcore.engine.jax_kernel import Check, kernel, shared, table
from graphcore.ops.fourier import TRANSFORMS

shared("Complex")
table(
    {
        "Real": jnp.real,
        "Imag": jnp.imag,
        "Conj": jnp.conj,
        "ComplexAbs": jnp.abs,
        "Cross": jnp.cross,
        "BatchMatrixDiag": lambda diagonal: diagonal[..., None] * jnp.eye(diagonal.shape[-1], dtype=diagonal.dtype),
        "BatchMatrixDiagPart": lambda input: jnp.diagonal(input, axis1=-2, axis2=-1),
    }
)


def _transform(name: str) -> Callable[[Any], Any]:
    axes = next((count for count in (2, 3) if name.endswith(f"{count}D")), 1)
    transform = jnp.fft.ifftn if "IFFT" in name else jnp.fft.fftn

    def compute(value: Any) -> Any:
        if value.ndim != axes and not name.startswith("Batch"):
            raise ValueError(f"the rank must be {axes}")
        return transform(value, axes=range(-axes, 0))

    return compute


table({name: _transform(name) for name in TRANSFORMS})


# Linear algebra. What cannot be solved comes out as no number, and then numpy's kernel says why.


def _both(name: str, check: Callable[..., Check] | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares the kernel for one matrix and for a stack of them."""
    return kernel(name, f"Batch{name}", check=check)


def _square(matrix: Any) -> Any:
    if matrix.shape[-1] != matrix.shape[-2]:
        raise ValueError("square matrices are wanted")
    return matrix


def _found(numpys: Any, result: Any, *inputs: Any) -> Check:
    """There are numbers in the result, unless there are none in what was given."""
    given = jnp.array([jnp.isfinite(value).all() for value in inputs]).all()
    return Check(jnp.isfinite(result).all() | ~given, inputs, numpys)


def _inverse(input: Any) -> Any:
    return jnp.linalg.inv(_square(input))


def _cholesky(input: Any) -> Any:
    # Only the lower half is read.
    lower = jnp.tril(_square(input))
    return jnp.linalg.cholesky(lower + jnp.swapaxes(jnp.tril(lower, -1), -1, -2), symmetrize_input=False)


_both("MatrixInverse", lambda numpys, input: _found(numpys, _inverse(input), input))(_inverse)
kernel("Cholesky", "BatchCholesky", check=lambda numpys, input: _found(numpys, _cholesky(input), input))(_cholesky)


@_both("MatrixDeterminant")
def _determinant(input: Any) -> Any:
    return jnp.linalg.det(_square(input))


@kernel("SelfAdjointEig", "BatchSelfAdjointEig")
def _eig(input: Any) -> Any:
    eigenvalues, vectors = jnp.linalg.eigh(_square(input), symmetrize_input=False)
    return jnp.concatenate([eigenvalues[..., None, :], vectors], axis=-2)


def _fits(matrix: Any, rhs: Any, rows: int) -> None:
    if rhs.ndim != matrix.ndim or rhs.shape[:-2] != matrix.shape[:-2] or rhs.shape[-2] != rows:
        raise ValueError("the right side does not fit")


def _solve(matrix: Any, rhs: Any, *, adjoint: bool) -> Any:
    _fits(_square(matrix), rhs, matrix.shape[-1])
    return jnp.linalg.solve(jnp.swapaxes(matrix, -1, -2) if adjoint else matrix, rhs)


def _solved(numpys: Any, matrix: Any, rhs: Any, *, adjoint: bool) -> Check:
    return _found(numpys, _solve(matrix, rhs, adjoint=adjoint), matrix, rhs)


_both("MatrixSolve", _solved)(_solve)


def _no_zero_on_diagonal(numpys: Any, matrix: Any, rhs: Any) -> Check:
    return Check(jnp.diagonal(_square(matrix), axis1=-2, axis2=-1) != 0, (matrix, rhs), numpys)


@_both("MatrixTriangularSolve", _no_zero_on_diagonal)
def _triangular_solve(matrix: Any, rhs: Any, *, lower: bool, adjoint: bool) -> Any:
    _fits(_square(matrix), rhs, matrix.shape[-1])
    return lax.linalg.triangular_solve(matrix, rhs, left_side=True, lower=lower, transpose_a=adjoint)


def _least_squares(matrix: Any, rhs: Any, l2_regularizer: Any, *, fast: bool) -> Any:
    rows, columns = matrix.shape[-2:]
    _fits(matrix, rhs, rows)
    if not fast:
        return jnp.linalg.pinv(matrix.astype(jnp.float64)) @ rhs
    adjoint = jnp.swapaxes(matrix, -1, -2)
    penalty = l2_regularizer * jnp.eye(min(rows, columns), dtype=matrix.dtype)
    if rows >= columns:
        return jnp.linalg.solve(adjoint @ matrix + penalty.astype(matrix.dtype), adjoint @ rhs)
    return adjoint @ jnp.linalg.solve(matrix @ adjoint + penalty.astype(matrix.dtype), rhs)


def _least_squares_found(numpys: Any, matrix: Any, rhs: Any, l2_regularizer: Any, *, fast: bool) -> Check:
    return _found(numpys, _least_squares(matrix, rhs, l2_regularizer, fast=fast), matrix, rhs, l2_regularizer)


_both("MatrixSolveLs", _least_squares_found)(_least_squares)
