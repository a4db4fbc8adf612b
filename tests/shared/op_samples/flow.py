"""Samples of what branches and loops are made of: operations of real ones, for they mean nothing alone."""

from __future__ import annotations

import numpy as np
from op_samples.sample import CUBE, MATRIX, OTHER, Sample

import graphcore as tf
from graphcore.op_type import OP_TYPES
from graphcore.operation import Tensor
from graphcore.ops.tensor_arrays import TensorArray


def powers(x: Tensor) -> Tensor:
    """``x`` to the power of 4, by a loop."""
    return tf.while_loop(lambda i, y: i < 3, lambda i, y: [i + 1, y * x], [0, x])[1]


def part_of_loop(op_type: str) -> Sample:
    def make(x: Tensor) -> Tensor:
        powers(x)
        return next(op for op in x.graph.get_operations() if op.type == op_type).outputs[0]

    return Sample(make, MATRIX, gradient_wrt=())


def choice(x: Tensor, y: Tensor) -> Tensor:
    return tf.cond(tf.reduce_any(x > y), lambda: x * y, lambda: y - x)


def part_of_choice(x: Tensor, y: Tensor) -> list[Tensor]:
    choice(x, y)
    return next(op for op in x.graph.get_operations() if op.type == "Switch").outputs


def reference_in_loop(x: Tensor) -> Tensor:
    total = tf.Variable(MATRIX)
    tf.while_loop(lambda i: i < 3, lambda i: tf.group(total.assign_add(x)) and i + 1, [0])
    return next(op for op in x.graph.get_operations() if op.type == "RefEnter").outputs[0]


def reference_in_choice(x: Tensor) -> list[Tensor]:
    total = tf.Variable(MATRIX)
    tf.cond(tf.constant(True), lambda: total.assign_add(x), lambda: x)
    return next(op for op in x.graph.get_operations() if op.type == "RefSwitch").outputs


def stack() -> Tensor:
    return OP_TYPES["Stack"](elem_type=tf.float64)


def filled(x: Tensor) -> TensorArray:
    return TensorArray(tf.float64, 2, tensor_array_name="rows").unpack(x)


def popped(x: Tensor) -> Tensor:
    handle = stack()
    with tf.control_dependencies([OP_TYPES["StackPush"](handle, x)]):
        return OP_TYPES["StackPop"](handle, elem_type=tf.float64)


SAMPLES: dict[str, list[Sample]] = {
    "Switch": [Sample(part_of_choice, MATRIX, OTHER, gradient_wrt=())],
    "RefSwitch": [Sample(reference_in_choice, OTHER, gradient_wrt=())],
    "Merge": [Sample(choice, MATRIX, OTHER), Sample(choice, OTHER, MATRIX)],
    "Enter": [part_of_loop("Enter")],
    "RefEnter": [Sample(reference_in_loop, OTHER, gradient_wrt=())],
    "NextIteration": [part_of_loop("NextIteration")],
    "LoopCond": [part_of_loop("LoopCond")],
    "Exit": [Sample(powers, MATRIX), Sample(powers, np.float64(1.5))],
    "ControlTrigger": [Sample(lambda: OP_TYPES["ControlTrigger"]())],
    "Stack": [Sample(stack)],
    "StackPush": [Sample(lambda x: OP_TYPES["StackPush"](stack(), x), MATRIX, gradient_wrt=())],
    "StackPop": [Sample(popped, MATRIX, gradient_wrt=())],
    "StackClose": [Sample(lambda: OP_TYPES["StackClose"](stack()))],
    "TensorArray": [Sample(lambda: TensorArray(tf.float64, 3).handle)],
    "TensorArrayGrad": [Sample(lambda x: filled(x).grad("gradients").handle, MATRIX, gradient_wrt=())],
    "TensorArrayWrite": [Sample(lambda x: TensorArray(tf.float64, 1).write(0, x).flow, MATRIX, gradient_wrt=())],
    "TensorArrayRead": [Sample(lambda x: filled(x).read(1), MATRIX)],
    "TensorArrayPack": [Sample(lambda x: filled(x).pack(), MATRIX)],
    "TensorArrayUnpack": [Sample(lambda x: filled(x).flow, MATRIX, gradient_wrt=())],
    "TensorArrayConcat": [Sample(lambda x: filled(x).concat(), CUBE)],
    "TensorArraySplit": [Sample(lambda x: TensorArray(tf.float64, 2).split(x, [1, 2]).flow, MATRIX.T, gradient_wrt=())],
    "TensorArraySize": [Sample(lambda x: filled(x).size(), MATRIX, gradient_wrt=())],
    "TensorArrayClose": [Sample(lambda x: filled(x).close(), MATRIX, gradient_wrt=())],
}
