"""Samples of matrices taken apart, and of linear systems."""

from __future__ import annotations

from typing import Any

import numpy as np
from op_samples.sample import CUBE, MATRIX, RNG, ROW, Sample, op

from graphcore.op_type import OP_TYPES

# Stacks [2, 3, 4, 4], far from singular; a right side for each, and equations more and fewer than unknowns.
SQUARES = RNG.uniform(-1.0, 1.0, (2, 3, 4, 4)) + 3 * np.eye(4)
SIDES = RNG.uniform(-1.0, 1.0, (2, 3, 4, 2))
TALL = RNG.uniform(-1.0, 1.0, (3, 5, 4))


def one_and_stack(name: str, *arrays: Any, **attrs: Any) -> dict[str, list[Sample]]:
    """Samples of an op for matrices and of its twin for stacks."""
    first = [array[(0,) * (array.ndim - 2)] if array.ndim > 2 else array for array in arrays]
    return {name: [op(name, *first, **attrs)], f"Batch{name}": [op(f"Batch{name}", *arrays, **attrs)]}


def symmetric(name: str, x: np.ndarray, **more: Any) -> Sample:
    """A sample on a product of a matrix and itself transposed: what changes it keeps it symmetric and definite."""
    batch = name.startswith("Batch")

    def make(x: Any) -> Any:
        square = OP_TYPES["BatchMatMul"](x, x, adj_y=True) if batch else OP_TYPES["MatMul"](x, x, transpose_b=True)
        return OP_TYPES[name](square)

    return Sample(make, x, **more)


def solves(name: str, *attrs: dict[str, Any]) -> dict[str, list[Sample]]:
    both = [one_and_stack(name, SQUARES, SIDES, **some) for some in attrs]
    return {key: [sample for one in both for sample in one[key]] for key in both[0]}


SAMPLES: dict[str, list[Sample]] = {
    **one_and_stack("MatrixInverse", SQUARES),
    **one_and_stack("MatrixDeterminant", SQUARES),
    "Cholesky": [symmetric("Cholesky", MATRIX)],
    "BatchCholesky": [symmetric("BatchCholesky", CUBE)],
    "SelfAdjointEig": [symmetric("SelfAdjointEig", MATRIX, gradient_wrt=())],
    "BatchSelfAdjointEig": [symmetric("BatchSelfAdjointEig", CUBE, gradient_wrt=())],
    **solves("MatrixSolve", {}, {"adjoint": True}),
    **solves("MatrixTriangularSolve", {}, {"lower": False}, {"adjoint": True}, {"lower": False, "adjoint": True}),
    "MatrixSolveLs": [
        op("MatrixSolveLs", TALL[0], SIDES[0, 0, :1].repeat(5, 0), np.float64(0.5), gradient_wrt=()),
        op("MatrixSolveLs", TALL[0].T, SIDES[0, 0], np.float64(0.5), gradient_wrt=()),
        op("MatrixSolveLs", TALL[0], SIDES[0, 0, :1].repeat(5, 0), np.float64(0.0), fast=False, gradient_wrt=()),
    ],
    "BatchMatrixSolveLs": [
        op("BatchMatrixSolveLs", TALL, RNG.uniform(-1.0, 1.0, (3, 5, 2)), np.float64(0.5), gradient_wrt=())
    ],
    "BatchMatrixDiag": [op("BatchMatrixDiag", MATRIX), op("BatchMatrixDiag", ROW)],
    "BatchMatrixDiagPart": [op("BatchMatrixDiagPart", SQUARES)],
}
