"""Activations: the functions of one tensor that make a layer of a neural network more than a matrix product.

Their gradients are ops of their own, which take the upstream gradient together with the input or the output,
whichever tells the slope.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphcore import common_shapes
from graphcore.kernel_values import namespace
from graphcore.op_type import OpType
from graphcore.operation import Tensor
from graphcore.ops.math import sigmoid, tanh


def _activation(name: str, kernel: Callable[[Any], Any], gradient: Any, types: str = "real") -> OpType:
    return OpType(
        f"{name}(features:T) -> activations:T | T:type{{{types}}}",
        shape=common_shapes.unchanged,
        kernel=kernel,
        gradient=gradient,
        elementwise=True,
    )


def _slope(line: str, kernel: Callable[[Any, Any], Any], gradient: Any = None) -> OpType:
    return OpType(line, shape=common_shapes.merged, kernel=kernel, gradient=gradient, elementwise=True)


def _elu_kernel(features: Any) -> Any:
    # The exponential is taken of the negative part alone: of a large positive number it would overflow.
    xp = namespace(features)
    negative = xp.expm1(xp.minimum(features, features.dtype.type(0)))
    return xp.where(features < 0, negative, features)[()]


# Integers go through floating point, and come back as they would from a cast.
Relu = _activation(
    "Relu",
    lambda features: namespace(features).maximum(features, features.dtype.type(0)),
    lambda op, grad: ReluGrad(grad, op.outputs[0]),
)
Relu6 = _activation(
    "Relu6",
    lambda features: namespace(features).clip(features, features.dtype.type(0), features.dtype.type(6)),
    lambda op, grad: Relu6Grad(grad, op.inputs[0]),
)
Elu = _activation("Elu", _elu_kernel, lambda op, grad: EluGrad(grad, op.outputs[0]), "float")
Softplus = _activation(
    "Softplus",
    lambda features: namespace(features).logaddexp(features, features.dtype.type(0)).astype(features.dtype),
    lambda op, grad: SoftplusGrad(grad, op.inputs[0]),
)
Softsign = _activation(
    "Softsign",
    lambda features: (features / (features.dtype.type(1) + abs(features))).astype(features.dtype),
    lambda op, grad: SoftsignGrad(grad, op.inputs[0]),
)

ReluGrad: OpType = _slope(
    "ReluGrad(gradients:T, features:T) -> backprops:T | T:type{real}",
    lambda gradients, features: gradients * (features > 0),
    lambda op, grad: (ReluGrad(grad, op.inputs[1]), None),
)
Relu6Grad: OpType = _slope(
    "Relu6Grad(gradients:T, features:T) -> backprops:T | T:type{real}",
    lambda gradients, features: gradients * ((features > 0) & (features < 6)),
    lambda op, grad: (Relu6Grad(grad, op.inputs[1]), None),
)
EluGrad: OpType = _slope(
    "EluGrad(gradients:T, outputs:T) -> backprops:T | T:type{float}",
    lambda gradients, outputs: (
        gradients * namespace(outputs).minimum(outputs + outputs.dtype.type(1), outputs.dtype.type(1))
    ),
)
SoftplusGrad: OpType = _slope(
    "SoftplusGrad(gradients:T, features:T) -> backprops:T | T:type{real}",
    lambda gradients, features: (gradients / (features.dtype.type(1) + namespace(features).exp(-features))).astype(
        gradients.dtype
    ),
)
SoftsignGrad: OpType = _slope(
    "SoftsignGrad(gradients:T, features:T) -> backprops:T | T:type{real}",
    lambda gradients, features: (gradients / (features.dtype.type(1) + abs(features)) ** 2).astype(gradients.dtype),
)


def relu(features: Any, name: str | None = None) -> Tensor:
    """max(features, 0). Its gradient at zero is zero."""
    return Relu(features, name=name)


def relu6(features: Any, name: str | None = None) -> Tensor:
    """min(max(features, 0), 6). Its gradient at zero and at six is zero."""
    return Relu6(features, name=name)


def elu(features: Any, name: str | None = None) -> Tensor:
    """exp(features) - 1 where that is below zero, else features.

    Source: Clevert, Unterthiner, Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units".
    """
    return Elu(features, name=name)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """log(1 + exp(features)): a smooth `relu`."""
    return Softplus(features, name=name)


def softsign(features: Any, name: str | None = None) -> Tensor:
    """features / (1 + abs(features)), between -1 and 1."""
    return Softsign(features, name=name)


__all__ = ["elu", "relu", "relu6", "sigmoid", "softplus", "softsign", "tanh"]
