"""Build a graph of operations, let a session run it: TensorFlow 0.8 on numpy, ``import graphcore as tf``.

A program has two halves. The first only *describes* a computation. Each call adds an `Operation` to the default
`Graph` and gives its output, a `Tensor`: a place where a value will be, not the value::

    x = tf.constant(1.0, name="input")
    w = tf.Variable(0.8, name="weight")
    y = tf.mul(w, x, name="output")

The second half runs parts of it. A `Session` computes what it is asked for and whatever that needs, and keeps the
values of the variables between runs::

    sess = tf.Session()
    sess.run(tf.initialize_all_variables())
    sess.run(y)                                    # 0.80000001

Because the computation is data, it can be derived. `gradients` adds operations for the gradient, and an optimizer adds
those that follow it downhill::

    loss = (y - 0.0) ** 2
    train_step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)
    for step in range(100):
        sess.run(train_step)

And it can be looked at: `train.SummaryWriter` writes the graph and the summaries of a run into event files, and
``board --logdir=DIR`` shows them.

How the package is built. An op (`op_type.OpType`) is one declaration: signature, rule for static shapes, numpy kernel,
gradient. The declarations of a family and the public functions on top of them are one module of `graphcore.ops`. Names,
attrs and the order of operations follow from the rules of TensorFlow 0.8, so graphs are equal to its graphs node by
node, and run in it. `executor` compiles what a fetch needs into a plan once and then only runs it.

Where TensorFlow 0.8 had a limit that users met, there is none: fetches may be nested lists and dicts, ``axis=`` and
``keepdims=`` and the names of TensorFlow 1.x are understood, optimizers take float64, integer ``//`` and ``%`` round as
Python's do. Numbers that a session gives back print as they did in 2016; `set_printoptions` changes that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphcore import errors, image, nn, summary, train
from graphcore.config import ConfigProto, GPUOptions, GraphOptions, OptimizerOptions, RunOptions
from graphcore.conversion import convert_to_tensor, register_tensor_conversion_function
from graphcore.device import DeviceSpec
from graphcore.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    string,
    uint8,
    uint16,
)
from graphcore.dtypes import bool_ as bool
from graphcore.errors import OpError
from graphcore.gradients import AggregationMethod, gradients
from graphcore.graph import (
    GRAPH_DEF_VERSION,
    GRAPH_DEF_VERSION_MIN_CONSUMER,
    GRAPH_DEF_VERSION_MIN_PRODUCER,
    Graph,
    GraphKeys,
)
from graphcore.indexed_slices import IndexedSlices, IndexedSlicesValue, convert_to_tensor_or_indexed_slices
from graphcore.operation import Operation, Tensor
from graphcore.ops.arithmetic import (
    accumulate_n,
    add,
    add_n,
    cast,
    div,
    floordiv,
    maximum,
    minimum,
    mod,
    mul,
    pow,
    scalar_mul,
    squared_difference,
    sub,
    truediv,
)
from graphcore.ops.array import (
    fill,
    identity,
    linspace,
    ones,
    ones_like,
    range,
    rank,
    shape,
    shape_n,
    size,
    stop_gradient,
    zeros,
    zeros_like,
)
from graphcore.ops.assignment import assign, assign_add, assign_sub, count_up_to, is_variable_initialized
from graphcore.ops.audio_summary import audio_summary
from graphcore.ops.blocks import depth_to_space, space_to_depth
from graphcore.ops.casting import (
    bitcast,
    saturate_cast,
    to_bfloat16,
    to_double,
    to_float,
    to_int32,
    to_int64,
)
from graphcore.ops.checks import Assert, Print, add_check_numerics_ops, check_numerics, verify_tensor_all_finite
from graphcore.ops.choosing import boolean_mask, gather_nd, listdiff, one_hot, unique, unique_with_counts
from graphcore.ops.clipping import clip_by_average_norm, clip_by_global_norm, clip_by_norm, clip_by_value, global_norm
from graphcore.ops.comparison import (
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    not_equal,
    select,
    where,
)
from graphcore.ops.complex_numbers import complex, complex_abs, conj, imag, real
from graphcore.ops.conditional import case, cond
from graphcore.ops.constant import constant
from graphcore.ops.control_flow import group, no_op, tuple
from graphcore.ops.counting import histogram_fixed_width
from graphcore.ops.decoding import decode_csv, decode_raw, string_to_hash_bucket, string_to_number
from graphcore.ops.diagonal import diag, diag_part, trace
from graphcore.ops.files import matching_files, read_file
from graphcore.ops.fourier import (
    batch_fft,
    batch_fft2d,
    batch_fft3d,
    batch_ifft,
    batch_ifft2d,
    batch_ifft3d,
    fft,
    fft2d,
    fft3d,
    ifft,
    ifft2d,
    ifft3d,
)
from graphcore.ops.functional import foldl, foldr, map_fn, scan
from graphcore.ops.gathering import gather
from graphcore.ops.histogram_summary import histogram_summary
from graphcore.ops.image_summary import image_summary
from graphcore.ops.initializers import (
    constant_initializer,
    ones_initializer,
    random_normal_initializer,
    random_uniform_initializer,
    truncated_normal_initializer,
    uniform_unit_scaling_initializer,
    zeros_initializer,
)
from graphcore.ops.joining import concat, pack, pad, slice, unpack
from graphcore.ops.linear_algebra import (
    batch_matrix_diag,
    batch_matrix_diag_part,
    cholesky,
    matrix_determinant,
    matrix_inverse,
    self_adjoint_eig,
)
from graphcore.ops.linear_systems import matrix_solve, matrix_solve_ls, matrix_triangular_solve
from graphcore.ops.loops import while_loop
from graphcore.ops.math import (
    abs,
    ceil,
    cos,
    exp,
    floor,
    inv,
    is_finite,
    is_inf,
    is_nan,
    log,
    neg,
    round,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sqrt,
    square,
    tanh,
)
from graphcore.ops.matrix import batch_matmul, cross, matmul
from graphcore.ops.partition import dynamic_partition, dynamic_stitch
from graphcore.ops.placeholders import placeholder, placeholder_with_default
from graphcore.ops.py_func import py_func
from graphcore.ops.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from graphcore.ops.random import random_normal, random_uniform, truncated_normal
from graphcore.ops.random_integers import random_crop, random_shuffle
from graphcore.ops.readers import (
    FixedLengthRecordReader,
    IdentityReader,
    ReaderBase,
    TextLineReader,
    TFRecordReader,
    WholeFileReader,
)
from graphcore.ops.rearrange import expand_dims, invert_permutation, reshape, squeeze, tile, transpose
from graphcore.ops.reduction import (
    argmax,
    argmin,
    reduce_all,
    reduce_any,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
)
from graphcore.ops.reversal import reverse, reverse_sequence
from graphcore.ops.scatter import scatter_add, scatter_sub, scatter_update
from graphcore.ops.segment import (
    segment_max,
    segment_mean,
    segment_min,
    segment_prod,
    segment_sum,
    unsorted_segment_sum,
)
from graphcore.ops.sparse import sparse_mask, sparse_retain, sparse_tensor_dense_matmul, sparse_tensor_to_dense
from graphcore.ops.sparse_segment import (
    sparse_segment_mean,
    sparse_segment_mean_grad,
    sparse_segment_sqrt_n,
    sparse_segment_sqrt_n_grad,
    sparse_segment_sum,
)
from graphcore.ops.sparse_to_dense import sparse_to_dense
from graphcore.ops.special import digamma, erf, erfc, igamma, igammac, lbeta, lgamma
from graphcore.ops.splitting import split
from graphcore.ops.summary import merge_all_summaries, merge_summary, scalar_summary
from graphcore.ops.tensor_arrays import TensorArray
from graphcore.ops.variables import (
    Variable,
    all_variables,
    assert_variables_initialized,
    initialize_all_variables,
    initialize_local_variables,
    initialize_variables,
    local_variables,
    moving_average_variables,
    report_uninitialized_variables,
    trainable_variables,
)
from graphcore.partitioned_variables import create_partitioned_variables
from graphcore.random_seed import get_seed, set_random_seed
from graphcore.registration import NoGradient, RegisterGradient, RegisterShape
from graphcore.scalars import set_printoptions
from graphcore.scopes import (
    add_to_collection,
    colocate_with,
    container,
    control_dependencies,
    device,
    get_collection,
    get_collection_ref,
    get_default_graph,
    name_scope,
    op_scope,
    reset_default_graph,
)
from graphcore.session import InteractiveSession, Session, get_default_session
from graphcore.shapes import Dimension, TensorShape
from graphcore.sparse_tensor import SparseTensor, SparseTensorValue
from graphcore.template import make_template
from graphcore.variable_scope import (
    AUTO_REUSE,
    VariableScope,
    get_variable,
    get_variable_scope,
    no_regularizer,
    variable_op_scope,
    variable_scope,
)

if TYPE_CHECKING:
    from graphcore import app, compat, flags, gfile, graph_util, logging, python_io, test
    from graphcore.graph_import import import_graph_def
    from writer.format.messages import (
        AttrValue,
        Event,
        GraphDef,
        HistogramProto,
        MetaGraphDef,
        NodeDef,
        RunMetadata,
        SessionLog,
        Summary,
    )

_ON_DEMAND = {
    **{name: f"graphcore.{name}" for name in ("graph_util", "test", "app", "flags", "gfile", "logging", "python_io")},
    "compat": "graphcore.compat",
    "import_graph_def": "graphcore.graph_import",
    **dict.fromkeys(("GraphDef", "NodeDef", "AttrValue", "MetaGraphDef", "RunMetadata"), "writer.format.messages"),
    **dict.fromkeys(("Summary", "HistogramProto", "Event", "SessionLog"), "writer.format.messages"),
}
"""Name -> the module it comes from when it is asked for: programs that only compute need not wait for protobuf."""

if not TYPE_CHECKING:  # a checker is to see what there is, not that anything may be asked for

    def __getattr__(name):
        if name in _ON_DEMAND:
            import importlib

            found = importlib.import_module(_ON_DEMAND[name])
            return found if found.__name__ == f"graphcore.{name}" else getattr(found, name)
        from graphcore.absent import absent

        raise absent("tf", name, __all__)


# The names of TensorFlow 1.x.
multiply, subtract, negative, reciprocal = mul, sub, neg, inv
stack, unstack = pack, unpack
list_diff = setdiff1d = listdiff
lin_space = linspace
newaxis = None
# The types of references, such as variables are.
float16_ref, half_ref, float32_ref, float64_ref = float16.as_ref, half.as_ref, float32.as_ref, float64.as_ref
double_ref, bfloat16_ref, int8_ref, int16_ref = double.as_ref, bfloat16.as_ref, int8.as_ref, int16.as_ref
int32_ref, int64_ref, uint8_ref, uint16_ref = int32.as_ref, int64.as_ref, uint8.as_ref, uint16.as_ref
bool_ref, string_ref, complex64_ref, complex128_ref = bool.as_ref, string.as_ref, complex64.as_ref, complex128.as_ref
qint8_ref, qint16_ref, qint32_ref, quint8_ref = qint8.as_ref, qint16.as_ref, qint32.as_ref, quint8.as_ref
quint16_ref = quint16.as_ref
QUANTIZED_DTYPES = frozenset((qint8, quint8, qint16, quint16, qint32))
NotDifferentiable = NoGradient
matrix_diag, matrix_diag_part = batch_matrix_diag, batch_matrix_diag_part
# Functions of one matrix take stacks of them as well.
batch_cholesky, batch_self_adjoint_eig = cholesky, self_adjoint_eig
batch_matrix_determinant, batch_matrix_inverse = matrix_determinant, matrix_inverse
batch_matrix_solve, batch_matrix_triangular_solve = matrix_solve, matrix_triangular_solve
batch_matrix_solve_ls = matrix_solve_ls
arg_max, arg_min = argmax, argmin
global_variables = all_variables
variables_initializer = initialize_variables
global_variables_initializer = initialize_all_variables
local_variables_initializer = initialize_local_variables

__all__ = [  # noqa: RUF022 - a table of contents
    # The graph
    "Graph", "Operation", "Tensor", "IndexedSlices", "IndexedSlicesValue", "get_default_graph", "reset_default_graph",
    "name_scope", "op_scope", "control_dependencies", "colocate_with", "device", "DeviceSpec", "container",
    "GraphDef", "NodeDef", "AttrValue", "MetaGraphDef", "import_graph_def", "graph_util",
    "GraphKeys", "add_to_collection", "get_collection", "get_collection_ref",
    "GRAPH_DEF_VERSION", "GRAPH_DEF_VERSION_MIN_CONSUMER", "GRAPH_DEF_VERSION_MIN_PRODUCER",
    # Running it
    "Session", "InteractiveSession", "get_default_session", "errors", "OpError", "set_printoptions",
    "ConfigProto", "GPUOptions", "GraphOptions", "OptimizerOptions", "RunOptions", "RunMetadata",
    # Element types and shapes
    "DType", "as_dtype", "float16", "half", "float32", "float64", "double", "bfloat16",
    "int8", "int16", "int32", "int64", "uint8", "uint16", "bool", "string", "complex64", "complex128",
    "qint8", "qint16", "qint32", "quint8", "quint16", "QUANTIZED_DTYPES", "TensorShape", "Dimension",
    "float16_ref", "half_ref", "float32_ref", "float64_ref", "double_ref", "bfloat16_ref", "int8_ref",
    "int16_ref", "int32_ref", "int64_ref", "uint8_ref", "uint16_ref", "bool_ref", "string_ref",
    "complex64_ref", "complex128_ref", "qint8_ref", "qint16_ref", "qint32_ref", "quint8_ref", "quint16_ref",
    # Values from outside
    "constant", "placeholder", "placeholder_with_default", "convert_to_tensor", "register_tensor_conversion_function",
    "convert_to_tensor_or_indexed_slices",
    "zeros", "ones", "fill", "range", "linspace", "lin_space", "zeros_like", "ones_like",
    "random_uniform", "random_normal", "truncated_normal", "random_shuffle", "random_crop",
    "set_random_seed", "get_seed",
    # Variables
    "Variable", "assign", "assign_add", "assign_sub", "count_up_to", "is_variable_initialized",
    "assert_variables_initialized", "report_uninitialized_variables",
    "get_variable", "variable_scope", "variable_op_scope", "get_variable_scope", "VariableScope", "AUTO_REUSE",
    "make_template", "create_partitioned_variables", "no_regularizer",
    "constant_initializer", "zeros_initializer", "ones_initializer",
    "random_uniform_initializer", "random_normal_initializer", "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "scatter_update", "scatter_add", "scatter_sub",
    "all_variables", "global_variables", "trainable_variables", "local_variables",
    "moving_average_variables",
    "initialize_all_variables", "global_variables_initializer", "initialize_variables", "variables_initializer",
    "initialize_local_variables", "local_variables_initializer",
    # Arithmetic
    "add", "sub", "subtract", "mul", "multiply", "div", "truediv", "floordiv", "mod", "pow", "add_n",
    "neg", "negative", "abs", "sign", "inv", "reciprocal", "square", "sqrt", "rsqrt", "exp", "log",
    "sin", "cos", "tanh", "sigmoid", "floor", "ceil", "round", "maximum", "minimum", "squared_difference",
    "erf", "erfc", "lgamma", "digamma", "is_nan", "is_inf", "is_finite",
    "cast", "to_float", "to_double", "to_int32", "to_int64", "to_bfloat16", "saturate_cast", "bitcast",
    "accumulate_n", "scalar_mul", "matmul", "batch_matmul", "cross", "igamma", "igammac", "lbeta",
    # Matrices
    "matrix_inverse", "matrix_determinant", "cholesky", "self_adjoint_eig",
    "matrix_solve", "matrix_triangular_solve", "matrix_solve_ls", "matrix_diag", "matrix_diag_part",
    "batch_matrix_inverse", "batch_matrix_determinant", "batch_cholesky", "batch_self_adjoint_eig",
    "batch_matrix_solve", "batch_matrix_triangular_solve", "batch_matrix_solve_ls",
    "batch_matrix_diag", "batch_matrix_diag_part",
    # Complex numbers, Fourier transforms
    "complex", "real", "imag", "conj", "complex_abs",
    "fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d",
    "batch_fft", "batch_fft2d", "batch_fft3d", "batch_ifft", "batch_ifft2d", "batch_ifft3d",
    # Comparison, logic, choice
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_not", "logical_xor", "select", "where",
    # Sums, means, extremes
    "reduce_sum", "reduce_mean", "reduce_prod", "reduce_max", "reduce_min", "reduce_all", "reduce_any",
    "argmax", "argmin", "arg_max", "arg_min",
    "histogram_fixed_width",
    "segment_sum", "segment_mean", "segment_prod", "segment_min", "segment_max", "unsorted_segment_sum",
    "sparse_segment_sum", "sparse_segment_mean", "sparse_segment_sqrt_n",
    "sparse_segment_mean_grad", "sparse_segment_sqrt_n_grad",
    # Tensors inspected, rearranged, joined, cut
    "shape", "shape_n", "rank", "size", "identity",
    "reshape", "expand_dims", "squeeze", "transpose", "invert_permutation", "tile",
    "pack", "stack", "unpack", "unstack", "concat", "slice", "pad", "gather", "dynamic_partition", "dynamic_stitch",
    "newaxis", "split", "reverse", "reverse_sequence", "one_hot", "boolean_mask", "gather_nd", "sparse_to_dense",
    "SparseTensor", "SparseTensorValue", "sparse_tensor_to_dense", "sparse_tensor_dense_matmul",
    "sparse_retain", "sparse_mask", "space_to_depth", "depth_to_space",
    "unique", "unique_with_counts", "listdiff", "list_diff", "setdiff1d", "diag", "diag_part", "trace",
    # Order
    "group", "tuple", "no_op",
    # Branches and loops
    "cond", "case", "while_loop", "TensorArray", "map_fn", "scan", "foldl", "foldr",
    # Input by threads of its own
    "FIFOQueue", "PaddingFIFOQueue", "RandomShuffleQueue", "QueueBase",
    "TextLineReader", "FixedLengthRecordReader", "WholeFileReader", "TFRecordReader", "IdentityReader", "ReaderBase",
    "decode_raw", "decode_csv", "string_to_number", "string_to_hash_bucket",
    # Looking at values, and into Python
    "Print", "Assert", "check_numerics", "verify_tensor_all_finite", "add_check_numerics_ops", "py_func", "test",
    # Learning
    "RegisterGradient", "NoGradient", "NotDifferentiable", "RegisterShape",
    "gradients", "AggregationMethod", "stop_gradient",
    "clip_by_value", "clip_by_norm", "clip_by_average_norm", "clip_by_global_norm", "global_norm",
    "nn", "image", "train",
    # Files
    "matching_files", "read_file",
    # Around the graph
    "app", "flags", "gfile", "logging", "python_io", "compat",
    # Summaries
    "Summary", "HistogramProto", "Event", "SessionLog",
    "scalar_summary", "histogram_summary", "image_summary", "audio_summary", "merge_summary", "merge_all_summaries",
    "summary",
]  # fmt: skip
