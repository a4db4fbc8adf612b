"""Samples of ops that make, inspect, rearrange, cut, join and look up."""

from __future__ import annotations

import numpy as np
from op_samples.sample import BOOLS, CUBE, INTS, MATRIX, OTHER, RNG, ROW, Sample, int32, op

import graphcore as tf
from graphcore.op_type import OP_TYPES

SAMPLES: dict[str, list[Sample]] = {
    "Shape": [op("Shape", CUBE)],
    "ShapeN": [Sample(lambda x, y: tf.shape_n([x, y]), MATRIX, OTHER)],
    "Rank": [op("Rank", CUBE)],
    "Size": [op("Size", CUBE)],
    "Fill": [op("Fill", int32(2, 3), np.float64(1.5)), op("Fill", np.zeros(0, np.int32), np.float64(1.5))],
    "Range": [op("Range", np.int32(2), np.int32(9), np.int32(3))],
    "Reshape": [op("Reshape", CUBE, int32(4, -1)), op("Reshape", MATRIX, int32(6))],
    "ExpandDims": [op("ExpandDims", MATRIX, np.int32(1)), op("ExpandDims", MATRIX, np.int32(-1))],
    "Squeeze": [
        op("Squeeze", CUBE[:1, :, :1]),
        op("Squeeze", CUBE[:1, :, :1], squeeze_dims=[2]),
        op("Squeeze", CUBE[:1, :, :1], squeeze_dims=[-1]),
    ],
    "Transpose": [op("Transpose", CUBE, int32(2, 0, 1))],
    "InvertPermutation": [op("InvertPermutation", int32(2, 0, 1))],
    "Tile": [op("Tile", MATRIX, int32(2, 3)), op("Tile", MATRIX, int32(1, 1))],
    "Split": [
        Sample(lambda x: tf.split(2, 2, x), CUBE),
        Sample(lambda x: tf.split(0, 1, x), MATRIX),
    ],
    "Reverse": [op("Reverse", CUBE, np.array([True, False, True])), op("Reverse", ROW, np.array([False]))],
    "ReverseSequence": [
        op("ReverseSequence", CUBE, np.array([2, 3]), seq_dim=1),
        op("ReverseSequence", CUBE, np.array([0, 4, 1]), seq_dim=2, batch_dim=1),
    ],
    "OneHot": [
        op("OneHot", np.array([[2, 0], [7, -1]]), np.int32(3), np.float64(2.0), np.float64(0.5), gradient_wrt=()),
        op("OneHot", np.array([1, 0]), np.int32(3), np.int32(1), np.int32(0), axis=0),
    ],
    "Where": [op("Where", BOOLS), op("Where", CUBE > 0)],
    "GatherNd": [
        op("GatherNd", CUBE, int32([[1, 0, 3], [0, 2, 1]], [[1, 1, 1], [1, 1, 1]]), gradient_wrt=()),
        op("GatherNd", ROW, np.array([2]), gradient_wrt=()),
    ],
    "Unique": [op("Unique", np.array([3.0, 1.0, 3.0, 2.0]))],
    "UniqueWithCounts": [op("UniqueWithCounts", int32(3, 1, 3, 2))],
    "ListDiff": [op("ListDiff", int32(3, 1, 3, 2), int32(1, 5))],
    "Diag": [op("Diag", ROW), op("Diag", MATRIX)],
    "DiagPart": [op("DiagPart", CUBE[:, :2, 0]), op("DiagPart", RNG.uniform(1, 2, (2, 3, 2, 3)))],
    "LinSpace": [op("LinSpace", np.float64(1.0), np.float64(3.0), np.int32(5), gradient_wrt=())],
    "SparseToDense": [
        op("SparseToDense", int32([0, 1], [1, 0]), int32(2, 3), ROW[:2], np.float64(0.5)),
        op("SparseToDense", np.array([[3]]), np.array([4]), np.float64(2.0), np.float64(0.5), validate_indices=False),
    ],
    "PlaceholderWithDefault": [op("PlaceholderWithDefault", MATRIX, shape=[2, 3])],
    "Pack": [Sample(lambda *xs: tf.pack(list(xs)), MATRIX, OTHER)],
    "Unpack": [Sample(lambda x: tf.unpack(x), CUBE)],
    "Concat": [
        Sample(lambda x, y: tf.concat(1, [x, y]), MATRIX, CUBE[:, :2, 0]),
        Sample(lambda x, y: tf.concat(0, [x, y]), MATRIX, CUBE[0].T),
    ],
    "ConcatOffset": [Sample(lambda s, t: OP_TYPES["ConcatOffset"](1, [s, t]), int32(2, 3), int32(2, 5))],
    "Slice": [op("Slice", CUBE, int32(0, 1, 2), int32(2, -1, 1))],
    "Pad": [op("Pad", MATRIX, int32([1, 2], [0, 3]))],
    "SpaceToDepth": [op("SpaceToDepth", RNG.uniform(-1.0, 1.0, (2, 4, 6, 3)), block_size=2)],
    "DepthToSpace": [op("DepthToSpace", RNG.uniform(-1.0, 1.0, (2, 1, 3, 18)), block_size=3)],
    "MirrorPad": [op("MirrorPad", CUBE, int32([0, 1], [2, 0], [1, 2]), mode=mode) for mode in ("REFLECT", "SYMMETRIC")],
    "MirrorPadGrad": [
        op("MirrorPadGrad", RNG.uniform(-1.0, 1.0, (3, 5, 7)), int32([0, 1], [2, 0], [1, 2]), mode=mode)
        for mode in ("REFLECT", "SYMMETRIC")
    ],
    "Bitcast": [
        op("Bitcast", CUBE, type=tf.int32),
        op("Bitcast", int32([1, 2], [3, -4]), type=tf.float64),
        op("Bitcast", INTS, type=tf.float32),
    ],
    "DynamicStitch": [
        Sample(lambda x, y: tf.dynamic_stitch([[0, 2], [1, 3]], [x, y]), MATRIX, OTHER),
        Sample(lambda x, y: tf.dynamic_stitch([[[4, 2], [1, 3]], 0], [x, y]), CUBE[:, :2], CUBE[0, 0]),
    ],
    "DynamicPartition": [
        Sample(lambda x: tf.dynamic_partition(x, [2, 0], 4), CUBE),
        Sample(lambda x: tf.dynamic_partition(x, [[1, 0, 1], [1, 1, 0]], 2), CUBE),
    ],
    "Gather": [
        op("Gather", CUBE, int32([1, 0, 1, 1], [0, 0, 0, 1])),
        op("Gather", ROW, np.int64(2), validate_indices=False),
    ],
    "Const": [Sample(lambda: tf.constant(MATRIX))],
    "Placeholder": [Sample(lambda: tf.placeholder(tf.float64, [2, None, 3]))],
}
