"""Samples of sums, extremes and products: along axes, over segments, of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
from op_samples.sample import BOOLS, COMPLEX, CUBE, MATRIX, PICTURES, RNG, ROW, Sample, int32, op

SEGMENTS: dict[str, dict[str, Any]] = {
    "SegmentSum": {},
    "SegmentMean": {},
    "SegmentMin": {},
    "SegmentMax": {},
    "SegmentProd": {"gradient_wrt": ()},
}
# Places, values and sizes of a sparse matrix.
SPARSE = np.array([[0, 1], [1, 0], [1, 2]]), ROW, np.array([2, 3])
SPARSE_SEGMENTS = ["SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"]
REDUCTIONS = ["Sum", "Mean", "Prod", "Max", "Min"]

SAMPLES: dict[str, list[Sample]] = {
    **{
        name: [
            op(name, CUBE, int32(1)),
            op(name, CUBE, int32(2, 0)),
            op(name, CUBE, int32(1), keep_dims=True),
            op(name, CUBE, np.zeros(0, np.int32)),
            op(name, CUBE, int32(0, 1, 2)),
        ]
        for name in REDUCTIONS
    },
    "All": [op("All", BOOLS, int32(0)), op("All", BOOLS, int32(0, 1), keep_dims=True)],
    "Any": [op("Any", BOOLS, int32(1))],
    "ArgMax": [op("ArgMax", CUBE, np.int32(1))],
    "ArgMin": [op("ArgMin", CUBE, np.int32(2))],
    "MatMul": [
        op("MatMul", MATRIX, CUBE[0]),
        op("MatMul", MATRIX.T, CUBE[0], transpose_a=True),
        op("MatMul", MATRIX, CUBE[0].T, transpose_b=True),
        op("MatMul", MATRIX.T, CUBE[0].T, transpose_a=True, transpose_b=True),
        op("MatMul", COMPLEX, CUBE[0].astype(np.complex64)),
    ],
    "TopKV2": [
        op("TopKV2", PICTURES, np.int32(2)),
        op("TopKV2", ROW, np.int32(3), sorted=False),
    ],
    "BatchMatMul": [
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 4, 5))),
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 5, 4)), adj_y=True),
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 3, 5)), adj_x=True),
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 5, 3)), adj_x=True, adj_y=True),
        op("BatchMatMul", COMPLEX, COMPLEX, adj_y=True),
    ],
    **{
        name: [
            op(name, CUBE[:, :, 0].T, int32(0, 0, 2), **more),
            op(name, CUBE[:, :, 0].T, np.array([1, 1, 1]), **more),
            op(name, ROW, int32(0, 1, 1), **more),
        ]
        for name, more in SEGMENTS.items()
    },
    **{
        name: [
            op(name, CUBE.T, int32(3, 0, 3, 1), int32(0, 0, 2, 2)),
            op(name, MATRIX, int32(1, 1), int32(0, 0)),
        ]
        for name in SPARSE_SEGMENTS
    },
    **{
        f"{name}Grad": [
            op(f"{name}Grad", CUBE.T[:3], int32(3, 0, 3, 1), int32(0, 0, 2, 2), np.int32(5), gradient_wrt=())
        ]
        for name in SPARSE_SEGMENTS[1:]
    },
    "SparseTensorDenseMatMul": [
        op("SparseTensorDenseMatMul", *SPARSE, CUBE[0]),
        op("SparseTensorDenseMatMul", *SPARSE, CUBE[0, :2], adjoint_a=True),
        op("SparseTensorDenseMatMul", *SPARSE, CUBE[0].T, adjoint_b=True),
        op("SparseTensorDenseMatMul", *SPARSE, CUBE[0, :2].T, adjoint_a=True, adjoint_b=True),
    ],
    "Cross": [op("Cross", RNG.uniform(-1.0, 1.0, (2, 4, 3)), RNG.uniform(-1.0, 1.0, (2, 4, 3)))],
    "UnsortedSegmentSum": [
        op("UnsortedSegmentSum", CUBE, int32([3, 0, 3], [3, 1, 0]), np.int32(5)),
        op("UnsortedSegmentSum", ROW, np.array([0, 0, 1]), np.int32(2)),
    ],
    "BroadcastGradientArgs": [op("BroadcastGradientArgs", int32(2, 3), int32(3))],
}
