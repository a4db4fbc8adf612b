"""What every op type promises, checked on a sample of each: signature, shapes, kernel, gradient, export."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import graphcore as tf
from graphcore import signature
from graphcore.op_type import OP_TYPES, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.shapes import TensorShape
from graphcore.tensor_value import TensorValue
from writer.format import tensors
from writer.format.messages import DataType, NodeDef

# Sizes that all differ: a square matrix hides axes that are mixed up. Values away from kinks and poles.
RNG = np.random.RandomState(0)
MATRIX = RNG.uniform(0.5, 2.0, (2, 3))
OTHER = RNG.uniform(2.1, 3.0, (2, 3))
ROW = RNG.uniform(0.5, 2.0, (3,))
CUBE = RNG.uniform(-2.0, 2.0, (2, 3, 4))
SIGNED = RNG.uniform(-2.0, 2.0, (2, 3))
PROBABILITIES = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
# Pictures [n, height, width, channels], without two values so near that a small step makes the other the largest.
PICTURES = RNG.permutation(2 * 5 * 7 * 3).reshape(2, 5, 7, 3) / 20.0
FILTER = RNG.uniform(-1.0, 1.0, (3, 2, 3, 4))
BOOLS = MATRIX > 1.0
INTS = np.array([[7, -7, 3], [-1, 2, 9]], np.int32)


class Sample:
    """Inputs of an operation: those a gradient may flow to, as float64 arrays, and how to make it from them."""

    def __init__(self, make: Callable[..., Any], *arrays: np.ndarray, gradient_wrt: tuple[int, ...] | None = None):
        self.make = make
        self.arrays = arrays
        floating = tuple(i for i, array in enumerate(arrays) if np.asarray(array).dtype.kind == "f")
        self.gradient_wrt = floating if gradient_wrt is None else gradient_wrt


def op(name: str, *arrays: Any, gradient_wrt: tuple[int, ...] | None = None, **attrs: Any) -> Sample:
    """A sample of an op whose inputs are single tensors."""
    return Sample(lambda *inputs: OP_TYPES[name](*inputs, **attrs), *arrays, gradient_wrt=gradient_wrt)


def int32(*values: Any) -> np.ndarray:
    return np.array(values, np.int32)


def channels_first(pictures: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))


def windows(**more: Any) -> list[dict[str, Any]]:
    """Attrs of ops that move a window: every padding, strides that differ, and both orders of the axes."""
    return [
        {"strides": [1, 1, 1, 1], "padding": "SAME", **more},
        {"strides": [1, 2, 3, 1], "padding": "SAME", **more},
        {"strides": [1, 2, 1, 1], "padding": "VALID", **more},
    ]


def pools(name: str, dtype: Any, make: Callable[..., tuple[Any, ...]], **more: Any) -> list[Sample]:
    """Samples of an op on pooled pictures; ``make`` gives its inputs, given pictures and their pooled sizes."""
    samples = []
    for attrs in windows(ksize=[1, 3, 2, 1]):
        sizes = [-(-n // s) if attrs["padding"] == "SAME" else -(-(n - k + 1) // s)
                 for n, k, s in zip((5, 7), (3, 2), attrs["strides"][1:3])]  # fmt: skip
        pooled = RNG.permutation(2 * sizes[0] * sizes[1] * 3).reshape(2, *sizes, 3) / 20.0
        samples.append(op(name, *make(PICTURES.astype(dtype), pooled.astype(dtype)), **more, **attrs))
    return samples


UNARY = [
    "Neg",
    "Square",
    "Sqrt",
    "Rsqrt",
    "Inv",
    "Exp",
    "Log",
    "Sin",
    "Cos",
    "Tanh",
    "Sigmoid",
    "Abs",
    "Identity",
    "StopGradient",
    "ZerosLike",
    "Relu",
    "Erf",
    "Erfc",
    "Lgamma",
]
SEGMENTS: dict[str, dict[str, Any]] = {
    "SegmentSum": {},
    "SegmentMean": {},
    "SegmentMin": {},
    "SegmentMax": {},
    "SegmentProd": {"gradient_wrt": ()},
}
SCATTERS = ["ScatterUpdate", "ScatterAdd", "ScatterSub"]
ACTIVATIONS = ["Relu6", "Elu", "Softplus", "Softsign"]
STEPS = ["Sign", "Floor", "Ceil", "IsNan", "IsInf", "IsFinite"]
BINARY = ["Add", "Sub", "Mul", "Div", "Pow", "SquaredDifference", "Maximum", "Minimum"]
COMPARISONS = ["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"]
REDUCTIONS = ["Sum", "Mean", "Prod", "Max", "Min"]

SAMPLES: dict[str, list[Sample]] = {
    **{name: [op(name, MATRIX), op(name, np.float64(1.5))] for name in UNARY},
    **{name: [op(name, SIGNED)] for name in STEPS},
    "Digamma": [op("Digamma", SIGNED, gradient_wrt=())],
    **{
        name: [op(name, MATRIX, OTHER), op(name, MATRIX, ROW + 2), op(name, ROW, CUBE[:, :1, :1] + 5)]
        for name in BINARY
    },
    **{name: [op(name, MATRIX, OTHER), op(name, MATRIX, ROW)] for name in COMPARISONS},
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
    "Mod": [op("Mod", INTS, int32(3)), op("Mod", SIGNED, OTHER)],
    "All": [op("All", BOOLS, int32(0)), op("All", BOOLS, int32(0, 1), keep_dims=True)],
    "Any": [op("Any", BOOLS, int32(1))],
    "LogicalAnd": [op("LogicalAnd", BOOLS, BOOLS[0])],
    "LogicalOr": [op("LogicalOr", BOOLS, BOOLS[0])],
    "LogicalNot": [op("LogicalNot", BOOLS)],
    "Select": [op("Select", BOOLS, MATRIX, OTHER), op("Select", BOOLS[:, 0], MATRIX, OTHER)],
    "ArgMax": [op("ArgMax", CUBE, np.int32(1))],
    "ArgMin": [op("ArgMin", CUBE, np.int32(2))],
    "AddN": [Sample(lambda *xs: tf.add_n(list(xs)), MATRIX, OTHER, SIGNED)],
    "Cast": [op("Cast", MATRIX, DstT=tf.int32, gradient_wrt=()), op("Cast", INTS, DstT=tf.bool)],
    "MatMul": [
        op("MatMul", MATRIX, CUBE[0]),
        op("MatMul", MATRIX.T, CUBE[0], transpose_a=True),
        op("MatMul", MATRIX, CUBE[0].T, transpose_b=True),
        op("MatMul", MATRIX.T, CUBE[0].T, transpose_a=True, transpose_b=True),
    ],
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
    "TopKV2": [
        op("TopKV2", PICTURES, np.int32(2)),
        op("TopKV2", ROW, np.int32(3), sorted=False),
    ],
    "BatchMatMul": [
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 4, 5))),
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 5, 4)), adj_y=True),
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 3, 5)), adj_x=True),
        op("BatchMatMul", CUBE, RNG.uniform(-1.0, 1.0, (2, 5, 3)), adj_x=True, adj_y=True),
    ],
    "RandomUniformInt": [op("RandomUniformInt", int32(2, 3), np.int64(-5), np.int64(2**40), seed=1)],
    **{
        name: [
            op(name, np.array([[1, 5], [0, 2], [7, 7]]), num_true=2, num_sampled=4, unique=unique, range_max=9, seed=3)
            for unique in (True, False)
        ]
        for name in ("UniformCandidateSampler", "LogUniformCandidateSampler")
    },
    "ComputeAccidentalHits": [
        op("ComputeAccidentalHits", np.array([[1, 5], [0, 2], [7, 7]]), np.array([7, 3, 1, 8]), num_true=2)
    ],
    "SparseToDense": [
        op("SparseToDense", int32([0, 1], [1, 0]), int32(2, 3), ROW[:2], np.float64(0.5)),
        op("SparseToDense", np.array([[3]]), np.array([4]), np.float64(2.0), np.float64(0.5), validate_indices=False),
    ],
    "RandomShuffle": [op("RandomShuffle", CUBE, seed=1, gradient_wrt=())],
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
    **{
        name: [
            op(name, CUBE[:, :, 0].T, int32(0, 0, 2), **more),
            op(name, CUBE[:, :, 0].T, np.array([1, 1, 1]), **more),
            op(name, ROW, int32(0, 1, 1), **more),
        ]
        for name, more in SEGMENTS.items()
    },
    "UnsortedSegmentSum": [
        op("UnsortedSegmentSum", CUBE, int32([3, 0, 3], [3, 1, 0]), np.int32(5)),
        op("UnsortedSegmentSum", ROW, np.array([0, 0, 1]), np.int32(2)),
    ],
    "BroadcastGradientArgs": [op("BroadcastGradientArgs", int32(2, 3), int32(3))],
    **{name: [op(name, 4 * SIGNED)] for name in ACTIVATIONS},
    "ReluGrad": [op("ReluGrad", MATRIX, SIGNED, gradient_wrt=(0,))],
    "Relu6Grad": [op("Relu6Grad", MATRIX, 4 * SIGNED, gradient_wrt=(0,))],
    **{name: [op(name, MATRIX, SIGNED, gradient_wrt=())] for name in ("EluGrad", "SoftplusGrad", "SoftsignGrad")},
    "Softmax": [op("Softmax", SIGNED)],
    "LogSoftmax": [op("LogSoftmax", SIGNED)],
    "Conv2D": [
        *[op("Conv2D", PICTURES, FILTER, **attrs) for attrs in windows()],
        op(
            "Conv2D",
            channels_first(PICTURES),
            FILTER,
            strides=[1, 1, 2, 3],
            padding="SAME",
            use_cudnn_on_gpu=False,
            data_format="NCHW",
        ),
    ],
    "Conv2DBackpropInput": [
        op(
            "Conv2DBackpropInput",
            int32(2, 5, 7, 3),
            FILTER,
            RNG.uniform(-1.0, 1.0, (2, 3, 3, 4)),
            strides=[1, 2, 3, 1],
            padding="SAME",
        ),
        op(
            "Conv2DBackpropInput",
            int32(2, 3, 5, 7),
            FILTER,
            RNG.uniform(-1.0, 1.0, (2, 4, 3, 3)),
            strides=[1, 1, 1, 2],
            padding="VALID",
            data_format="NCHW",
        ),
    ],
    "Conv2DBackpropFilter": [
        op(
            "Conv2DBackpropFilter",
            PICTURES,
            int32(3, 2, 3, 4),
            RNG.uniform(-1.0, 1.0, (2, 3, 3, 4)),
            strides=[1, 2, 3, 1],
            padding="SAME",
        ),
        op(
            "Conv2DBackpropFilter",
            channels_first(PICTURES),
            int32(3, 2, 3, 4),
            RNG.uniform(-1.0, 1.0, (2, 4, 3, 3)),
            strides=[1, 1, 1, 2],
            padding="VALID",
            data_format="NCHW",
        ),
    ],
    "MaxPool": [
        *pools("MaxPool", np.float32, lambda pictures, pooled: (pictures,)),
        op(
            "MaxPool",
            channels_first(PICTURES).astype(np.float32),
            ksize=[1, 1, 3, 2],
            strides=[1, 1, 2, 1],
            padding="SAME",
            data_format="NCHW",
        ),
    ],
    "AvgPool": [
        *pools("AvgPool", np.float64, lambda pictures, pooled: (pictures,)),
        op(
            "AvgPool",
            channels_first(PICTURES),
            ksize=[1, 1, 3, 2],
            strides=[1, 1, 2, 1],
            padding="SAME",
            data_format="NCHW",
        ),
    ],
    "MaxPoolGrad": [
        Sample(
            lambda pictures, pooled, attrs=attrs: OP_TYPES["MaxPoolGrad"](
                pictures, tf.nn.max_pool(pictures, **attrs), tf.nn.max_pool(pooled, **attrs), **attrs
            ),
            PICTURES.astype(np.float32),
            PICTURES[::-1].astype(np.float32),
            gradient_wrt=(),
        )
        for attrs in windows(ksize=[1, 3, 2, 1])
    ],
    "AvgPoolGrad": pools("AvgPoolGrad", np.float64, lambda pictures, pooled: (int32(2, 5, 7, 3), pooled)),
    "LRN": [
        op("LRN", (PICTURES / 5).astype(np.float32)),
        op("LRN", (PICTURES / 5).astype(np.float32), depth_radius=1, bias=2.0, alpha=0.5, beta=0.75),
    ],
    "LRNGrad": [
        Sample(
            lambda grad, pictures: OP_TYPES["LRNGrad"](grad, pictures, tf.nn.lrn(pictures, 1), depth_radius=1),
            PICTURES[::-1].astype(np.float32),
            PICTURES.astype(np.float32),
            gradient_wrt=(),
        )
    ],
    "InTopK": [op("InTopK", SIGNED.astype(np.float32), int32(2, 0), k=2)],
    "SoftmaxCrossEntropyWithLogits": [
        Sample(tf.nn.softmax_cross_entropy_with_logits, SIGNED, PROBABILITIES, gradient_wrt=(0,))
    ],
    "SparseSoftmaxCrossEntropyWithLogits": [
        Sample(tf.nn.sparse_softmax_cross_entropy_with_logits, SIGNED, int32(2, 0))
    ],
    "BiasAdd": [op("BiasAdd", CUBE, CUBE[0, 0]), op("BiasAdd", CUBE, ROW, data_format="NCHW")],
    "BiasAddGrad": [
        op("BiasAddGrad", CUBE, gradient_wrt=()),
        op("BiasAddGrad", CUBE, data_format="NCHW", gradient_wrt=()),
    ],
    "L2Loss": [op("L2Loss", CUBE)],
    "Const": [Sample(lambda: tf.constant(MATRIX))],
    "Placeholder": [Sample(lambda: tf.placeholder(tf.float64, [2, None, 3]))],
    "NoOp": [Sample(lambda: tf.no_op())],
    "RandomUniform": [op("RandomUniform", int32(2, 3), dtype=tf.float32, seed=1)],
    "RandomStandardNormal": [op("RandomStandardNormal", int32(2, 3), dtype=tf.float64, seed2=1)],
    "TruncatedNormal": [op("TruncatedNormal", int32(5), dtype=tf.float32)],
    "ScalarSummary": [op("ScalarSummary", np.array([b"a", b"b"], object), MATRIX[0, :2])],
    "MergeSummary": [Sample(lambda x: tf.merge_summary([tf.scalar_summary("a", x)]), np.float64(2.0))],
    "Variable": [Sample(lambda: tf.Variable(MATRIX).ref())],
    "Assign": [Sample(lambda x: tf.assign(tf.Variable(MATRIX), x), OTHER)],
    "AssignAdd": [Sample(lambda x: tf.assign_add(tf.Variable(MATRIX), x), OTHER)],
    "AssignSub": [Sample(lambda x: tf.assign_sub(tf.Variable(MATRIX), x), OTHER)],
    **{
        name: [
            Sample(lambda x, name=name: OP_TYPES[name](tf.Variable(MATRIX.T), [[2, 0], [0, 1]], x), CUBE[:, :2, :2]),
        ]
        for name in SCATTERS
    },
    "IsVariableInitialized": [Sample(lambda: tf.is_variable_initialized(tf.Variable(MATRIX)))],
    "ApplyGradientDescent": [
        Sample(lambda x: OP_TYPES["ApplyGradientDescent"](tf.Variable(MATRIX), np.float64(0.1), x), OTHER)
    ],
}
# What update rules take behind the variable: slots, numbers, and x, the gradient.
UPDATES: dict[str, Callable[[Any, Any, Any], tuple[Any, ...]]] = {
    "ApplyMomentum": lambda slot, x, number: (slot(), number, x, number),
    "ApplyAdagrad": lambda slot, x, number: (slot(), number, x),
    "ApplyAdadelta": lambda slot, x, number: (slot(), slot(), number, number, number, x),
    "ApplyAdam": lambda slot, x, number: (slot(), slot(), *[number] * 6, x),
    "ApplyRMSProp": lambda slot, x, number: (slot(), slot(), *[number] * 4, x),
    "ApplyFtrl": lambda slot, x, number: (slot(), slot(), x, *[number] * 4),
    "SparseApplyMomentum": lambda slot, x, number: (slot(), number, x, [0, 0], number),
    "SparseApplyAdagrad": lambda slot, x, number: (slot(), number, x, [1, 0]),
    "SparseApplyAdadelta": lambda slot, x, number: (slot(), slot(), number, number, number, x, [1, 1]),
    "SparseApplyFtrl": lambda slot, x, number: (slot(), slot(), x, [0, 1], *[number] * 4),
}


def update(name: str) -> Sample:
    return Sample(
        lambda x: OP_TYPES[name](
            tf.Variable(MATRIX), *UPDATES[name](lambda: tf.Variable(OTHER), x, np.float64(0.1)), use_locking=True
        ),
        OTHER,
    )


SAMPLES.update({name: [update(name)] for name in UPDATES})
CANNOT_RUN_ALONE = {"Placeholder": "it needs a feed"}

CASES = [pytest.param(name, sample, id=f"{name}-{i}") for name in SAMPLES for i, sample in enumerate(SAMPLES[name])]


def operation_of(made: Any) -> Operation:
    first = made[0] if isinstance(made, list) else made
    return first if isinstance(first, Operation) else first.op


def test_every_op_type_has_a_sample_of_its_own():
    assert set(SAMPLES) == set(OP_TYPES)
    for name, samples in SAMPLES.items():
        for sample in samples:
            assert operation_of(sample.make(*map(tf.constant, sample.arrays))).type == name


def in_our_notation(line: str) -> str:
    """A line of TensorFlow's list of ops as `graphcore.signature` writes it."""
    line = line.removesuffix(" | ").replace("-> - | ", "-> -")
    names = {f"DT_{name.upper()}": name for name in tf.__all__} | {"DT_FLOAT": "float32", "DT_DOUBLE": "float64"}
    line = re.sub(r"DT_\w+", lambda match: names[match[0]], line)
    types = {"FLOAT": "float32", "DOUBLE": "float64", "HALF": "float16"}
    line = re.sub(
        r"type\{([A-Z0-9,]+)\}",
        lambda match: f"type{{{' '.join(types.get(word, word.lower()) for word in match[1].split(','))}}}",
        line,
    )
    line = re.sub(r"=b: ", "=", line)
    line = re.sub(r"=[if]: ", "=", line)
    line = re.sub(r'=s: "(\w*)"', r"=\1", line)
    line = re.sub(r"=type: ", "=", line)
    return line.replace("=list { }", "=[]").replace("=shape { }", "=()")


def test_signatures_are_those_of_tensorflow(data):
    lines = (data / "ops_0.8.txt").read_text().splitlines()
    of_tensorflow = {line.partition("(")[0]: line for line in lines if not line.startswith("#")}
    for name, declared in OP_TYPES.items():
        expected = signature.parse(in_our_notation(of_tensorflow[name]))
        assert declared.signature.inputs == expected.inputs
        assert declared.signature.outputs == expected.outputs
        assert set(declared.signature.attrs) == set(expected.attrs)
        for attr in declared.signature.attrs.values():
            other = expected.attrs[attr.name]
            assert (attr.kind, attr.allowed, attr.has_default) == (other.kind, other.allowed, other.has_default), name
            assert attr.default == other.default, name


def run(sess, made: Any, feed_dict: Any = None) -> list[Any]:
    sess.run(tf.initialize_all_variables())
    outputs = operation_of(made).outputs
    return sess.run(outputs, feed_dict)


@pytest.mark.parametrize(("name", "sample"), [case for case in CASES if case.values[0] not in CANNOT_RUN_ALONE])
def test_what_runs_has_the_shapes_and_types_that_were_inferred(name, sample, sess):
    made = sample.make(*map(tf.constant, sample.arrays))
    for tensor, value in zip(operation_of(made).outputs, run(sess, made)):
        assert tensor.get_shape().is_compatible_with(np.shape(value))
        if tensor.dtype.base_dtype != tf.string:
            assert value.dtype == tensor.dtype.base_dtype.as_numpy_dtype
        if np.shape(value) == ():
            assert not isinstance(value, np.ndarray)
        # Nothing but the gradient's own helper leaves the rank open when all its inputs are constants.
        assert tensor.get_shape().ndims is not None


@pytest.mark.parametrize(("name", "sample"), [case for case in CASES if len(case.values[1].arrays)])
def test_shapes_are_inferred_without_error_from_inputs_of_unknown_shape(name, sample, sess):
    inputs = [
        tf.placeholder(tf.as_dtype(np.asarray(a).dtype if a.dtype != object else tf.string)) for a in sample.arrays
    ]
    if name == "Unpack":
        pytest.skip("how many outputs there are is told by the shape")
    if name in ("Assign", "AssignAdd", "AssignSub"):
        pytest.skip("the variable's shape is known")
    made = sample.make(*inputs)
    values = run(sess, made, dict(zip(inputs, sample.arrays)))
    for tensor, value in zip(operation_of(made).outputs, values):
        assert tensor.get_shape().is_compatible_with(np.shape(value))


def not_numbers(made: Any) -> bool:
    return any(output.dtype.base_dtype in (tf.bool, tf.string) for output in operation_of(made).outputs)


@pytest.mark.parametrize(("name", "sample"), [case for case in CASES if case.values[1].gradient_wrt])
def test_gradients_are_those_of_numerical_differentiation(name, sample, sess):
    inputs = [tf.constant(array) for array in sample.arrays]
    made = sample.make(*inputs)
    outputs = [made] if isinstance(made, Tensor) else made
    if not_numbers(made):
        pytest.skip("the output has no numbers")
    if OP_TYPES[name].gradient is no_gradient or not outputs[0].dtype.is_floating:
        assert tf.gradients(outputs[0], inputs[0]) == [None]
        return
    outputs = [output for output in outputs if output.dtype.is_floating]
    wanted = [inputs[i] for i in sample.gradient_wrt]
    # A random direction for each output and each input: one number tells whether the whole Jacobian is right.
    rng = np.random.RandomState(1)
    out_directions = [rng.randn(*np.shape(value)) for value in sess.run(outputs)]
    in_directions = [rng.randn(*sample.arrays[i].shape) for i in sample.gradient_wrt]
    dtype = outputs[0].dtype.base_dtype.as_numpy_dtype
    grads = tf.gradients(outputs, wanted, [np.asarray(direction, dtype) for direction in out_directions])
    values = sess.run([tf.convert_to_tensor(grad) for grad in grads])
    analytic = sum(np.sum(value * direction) for value, direction in zip(values, in_directions))

    def projected(step: float) -> float:
        moved = {
            tensor: sample.arrays[i] + step * direction
            for tensor, i, direction in zip(wanted, sample.gradient_wrt, in_directions)
        }
        values = sess.run(outputs, moved)
        return sum(np.sum(value.astype(np.float64) * direction) for value, direction in zip(values, out_directions))

    # The ops that know float32 only need a step that is large against their rounding.
    step, tolerance = (1e-5, 1e-6) if outputs[0].dtype.base_dtype == tf.float64 else (1e-3, 1e-3)
    numeric = (projected(step) - projected(-step)) / (2 * step)
    np.testing.assert_allclose(analytic, numeric, rtol=tolerance, atol=tolerance / 100)


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_gradients_have_the_shape_of_what_they_are_gradients_for(name, sample, sess):
    inputs = [tf.constant(array) for array in sample.arrays]
    made = sample.make(*inputs)
    if not_numbers(made):
        with pytest.raises(TypeError, match="Gradients need numbers"):
            tf.gradients(made, inputs)
        return
    if OP_TYPES[name].gradient is None:
        with pytest.raises(LookupError, match=f"No gradient defined for operation '.*' \\(op type: {name}\\)"):
            tf.gradients(made, inputs)
        return
    if isinstance(made, Operation):
        return
    for tensor, found in zip(inputs, tf.gradients(made, inputs)):
        if found is not None:
            grad = tf.convert_to_tensor(found)
            assert grad.get_shape().is_compatible_with(tensor.get_shape())
            assert np.shape(sess.run(grad)) == tuple(tensor.get_shape().as_list())


@pytest.mark.parametrize(("name", "sample"), CASES)
def test_exported_attrs_say_all_there_is(name, sample):
    made = operation_of(sample.make(*map(tf.constant, sample.arrays)))
    node = NodeDef.FromString(made.node_def.SerializeToString())
    assert set(OP_TYPES[name].signature.attrs) <= set(node.attr)
    for attr, value in made.attrs.items():
        assert python_value(node.attr[attr]) == comparable(value), attr


def comparable(value: Any) -> Any:
    if isinstance(value, TensorValue):
        return value.dtype.name, value.shape, np.asarray(value.array).tolist()
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, TensorShape):
        return value.sizes
    return value


def python_value(attr: Any) -> Any:
    """What an AttrValue holds, read without the code that wrote it."""
    kind = attr.WhichOneof("value")
    value = getattr(attr, kind)
    if kind == "type":
        return tf.as_dtype(value)
    if kind == "shape":
        return None if value.unknown_rank else tuple(None if d.size == -1 else d.size for d in value.dim)
    if kind == "tensor":
        assert value.dtype in DataType.values()
        return (
            tf.as_dtype(value.dtype).name,
            tuple(d.size for d in value.tensor_shape.dim),
            tensors.to_ndarray(value).tolist(),
        )
    if kind == "list":
        return [item for _, items in value.ListFields() for item in items]
    return value


def test_a_signature_that_does_not_follow_the_notation_is_refused():
    for line in ("Add", "Add(x) -> y:T", "Add(x:T) -> y:T | T:colour", "Add(x:T) y:T"):
        with pytest.raises(ValueError, match="signature"):
            signature.parse(line)
