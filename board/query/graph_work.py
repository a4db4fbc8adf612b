"""Operations with the shapes of their tensors in; how many parameters they hold and what they compute, out.

Work is counted in floating-point operations for one run of the graph, a multiplication and an addition as two: of
products and convolutions by their shapes, of operations that go over their outputs, or reduce their inputs, element by
element one for each. What only moves or names values is free. Everything else, and everything whose shapes the graph
does not tell, is *uncounted* and told as such. A size that is not known, as of the batch, counts as 1.

The products are those of the definitions: a matrix product of m×k and k×n takes 2·m·k·n, a convolution twice the number
of its outputs times the elements of the filter that each of them sees.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from board.query.graph_hierarchy import Hierarchy, Item
from board.query.graph_operations import Operation

Sizes = tuple[int, ...]

_VARIABLES = frozenset({"Variable", "VariableV2", "VarHandleOp", "Parameter"})
_MATRIX = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "SparseMatMul", "Gemm"})
_CONVOLUTIONS = frozenset({"Conv2D", "Conv3D", "DepthwiseConv2dNative", "Conv"})
_CONVOLUTION_GRADIENTS = frozenset({"Conv2DBackpropInput", "Conv2DBackpropFilter"})
# PyTorch's names, without "aten::" and without what follows a dot: aten.mm.default.
_TORCH_MATRIX = frozenset({"mm", "bmm", "matmul", "linear", "addmm", "baddbmm"})
_TORCH_CONVOLUTIONS = frozenset({"conv1d", "conv2d", "conv3d", "convolution", "_convolution"})
_ELEMENTWISE = frozenset(
    {
        *("add", "addv2", "sub", "mul", "div", "realdiv", "neg", "abs", "square", "sqrt", "rsqrt", "exp", "log", "pow"),
        *("tanh", "sigmoid", "relu", "relu6", "elu", "gelu", "silu", "softplus", "softsign", "softmax", "logsoftmax"),
        *("biasadd", "maximum", "minimum", "squareddifference", "reciprocal", "inv", "sign", "floor", "ceil", "round"),
        *("sin", "cos", "erf", "greater", "less", "greaterequal", "lessequal", "equal", "notequal", "select", "where"),
        *("log_softmax", "hardtanh", "leaky_relu", "leakyrelu", "dropout", "rsub", "true_divide"),
        *("tanhgrad", "sigmoidgrad", "relugrad", "relu6grad", "elugrad", "softplusgrad", "addn"),
        *("batch_norm", "layer_norm", "fusedbatchnorm", "fusedbatchnormv2", "fusedbatchnormv3", "batchnormalization"),
    }
)
_REDUCTIONS = frozenset({"sum", "mean", "prod", "max", "min", "all", "any", "argmax", "argmin", "l2loss", "logsumexp"})
_FREE = frozenset(
    {
        *("const", "constant", "placeholder", "placeholderv2", "placeholderwithdefault", "identity", "noop", "reshape"),
        *(
            "transpose",
            "shape",
            "rank",
            "size",
            "squeeze",
            "expanddims",
            "pack",
            "unpack",
            "concat",
            "concatv2",
            "split",
        ),
        *(
            "slice",
            "stridedslice",
            "gather",
            "gatherv2",
            "tile",
            "pad",
            "cast",
            "stopgradient",
            "zeroslike",
            "oneslike",
        ),
        *("fill", "assign", "readvariableop", "assignvariableop", "enter", "exit", "switch", "merge", "nextiteration"),
        *(
            "input",
            "output",
            "buffer",
            "io node",
            "getattr",
            "input_arg",
            "output_arg",
            "_arg",
            "_retval",
            "inputlayer",
        ),
        *("flatten", "view", "permute", "t", "contiguous", "detach", "clone", "size", "cat", "stack", "unsqueeze"),
        *("listconstruct", "tupleconstruct", "numtotensor", "int", "expand", "chunk", "select", "embedding", "dropout"),
        *(
            "mergesummary",
            "scalarsummary",
            "histogramsummary",
            "imagesummary",
            "audiosummary",
            "variable",
            "variablev2",
        ),
        *(
            "varhandleop",
            "parameter",
            "restore",
            "save",
            "restorev2",
            "savev2",
            "broadcastgradientargs",
            "randomuniform",
        ),
    }
)


@dataclass(slots=True)
class Work:
    """What an item holds and does."""

    parameters: int = 0
    flops: int = 0
    uncounted: int = 0
    """Operations whose work is not known."""
    shapeless: int = 0
    """Variables whose size is not known."""

    def add(self, other: Work) -> None:
        self.parameters += other.parameters
        self.flops += other.flops
        self.uncounted += other.uncounted
        self.shapeless += other.shapeless


def work_of(hierarchy: Hierarchy, item: Item) -> Work:
    """The work of all operations of an item."""
    total = Work()
    operations = hierarchy.graph.operations
    for index in hierarchy.operation_at[item.first : item.end]:
        total.add(_work(operations[index], operations))
    return total


def _work(operation: Operation, operations: list[Operation]) -> Work:
    name = _plain_name(operation.op)
    if operation.op in _VARIABLES:
        sizes = _sizes(operation.output_shape(0)) or _shape_attribute(operation)
        return Work(shapeless=1) if sizes is None else Work(parameters=math.prod(sizes))
    output = _sizes(operation.output_shape(0))
    inputs = [
        _sizes(operations[edge.source].output_shape(edge.output)) for edge in operation.incoming if not edge.control
    ]
    flops = _flops(operation, name, output, inputs)
    if flops is not None:
        return Work(flops=flops)
    if name in _FREE or operation.op.endswith(("Summary", "SummaryV2")):
        return Work(shapeless=int(operation.op == "prim::GetAttr" and output is None))
    return Work(uncounted=1)


def _flops(operation: Operation, name: str, output: Sizes | None, inputs: list[Sizes | None]) -> int | None:
    op = operation.op
    if op in _MATRIX or (name in _TORCH_MATRIX and op.startswith("aten")):
        first = inputs[1 if name in ("addmm", "baddbmm") and len(inputs) > 1 else 0] if inputs else None
        if output is None or not first:
            return None
        turned = any(operation.node.attr[key].b for key in ("transpose_a", "adj_x") if key in operation.node.attr)
        return 2 * math.prod(output) * first[-2 if turned and len(first) > 1 else -1]
    is_torch = name in _TORCH_CONVOLUTIONS and op.startswith("aten")
    if op in _CONVOLUTIONS or is_torch:
        kernel = inputs[1] if len(inputs) > 1 else None
        if output is None or not kernel:
            return None
        return 2 * math.prod(output) * _seen(kernel, op, channels_first=is_torch or op == "Conv")
    if op in _CONVOLUTION_GRADIENTS:
        return _gradient_flops(op, output, inputs)
    over = output if name in _ELEMENTWISE else inputs[0] if name in _REDUCTIONS and inputs else None
    return None if over is None else math.prod(over)


def _seen(kernel: Sizes, op: str, *, channels_first: bool) -> int:
    """How many elements of the filter each output of a convolution sees."""
    if channels_first:  # [out, in / groups, height, width]
        return math.prod(kernel[1:])
    if op == "DepthwiseConv2dNative":  # [height, width, in, multiplier]
        return math.prod(kernel[:-2])
    return math.prod(kernel[:-1])  # [height, width, in, out]


def _gradient_flops(op: str, output: Sizes | None, inputs: list[Sizes | None]) -> int | None:
    """Gradients of a convolution take as much as the convolution: twice its outputs times what each sees."""
    gradient = inputs[2] if len(inputs) > 2 else None
    kernel = output if op == "Conv2DBackpropFilter" else inputs[1] if len(inputs) > 1 else None
    if not gradient or not kernel:
        return None
    return 2 * math.prod(gradient) * math.prod(kernel[:-1])


def _plain_name(op: str) -> str:
    """``aten::conv2d``, ``aten.conv2d.default`` and ``Conv2D`` are all conv2d."""
    return re.sub(r"^(aten|prim|onnx)(::|\.)", "", op).partition(".")[0].lower()


def _sizes(shape: Any) -> Sizes | None:
    if shape is None or shape.unknown_rank:
        return None
    return tuple(max(1, dim.size) if dim.size else 0 for dim in shape.dim)


def _shape_attribute(operation: Operation) -> Sizes | None:
    return _sizes(operation.node.attr["shape"].shape) if "shape" in operation.node.attr else None
