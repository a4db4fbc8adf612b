"""Functions of a program in, gradients and shape rules that the library then uses out: tf.RegisterGradient and kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graphcore.op_type import OP_TYPES, Gradient, no_gradient
from graphcore.operation import Operation

_Function = TypeVar("_Function", bound=Callable[..., Any])
_named_gradients: dict[str, Gradient] = {}


class RegisterGradient:
    """Decorates a gradient, so that `graphcore.Graph.gradient_override_map` can name it::

        @tf.RegisterGradient("Clipped")
        def clipped(op, grad):
            return tf.clip_by_value(grad, -1.0, 1.0)

        with graph.gradient_override_map({"Identity": "Clipped"}):
            y = tf.identity(x)

    The function is given the `Operation` and the gradient of each of its outputs, and gives that of its input, or
    a list of them; None where none flows. Under the name of an op type that has no gradient it becomes its gradient.
    """

    def __init__(self, op_type: str) -> None:
        if not isinstance(op_type, str):
            raise TypeError(f"op_type must be a string, not {op_type!r}")
        self._name = op_type

    def __call__(self, f: _Function) -> _Function:
        """Registers ``f``, and gives it back. KeyError when the name has a gradient."""
        _register(self._name, f)
        return f


def NoGradient(op_type: str) -> None:  # noqa: N802 - TensorFlow's name
    """Says that through operations of this type, or registered name, no gradient flows.

    Raises:
        KeyError: the name has a gradient.
    """
    if not isinstance(op_type, str):
        raise TypeError(f"op_type must be a string, not {op_type!r}")
    _register(op_type, no_gradient)


def _register(name: str, gradient: Gradient) -> None:
    declared = OP_TYPES.get(name)
    if name in _named_gradients or (declared is not None and declared.gradient is not None):
        raise KeyError(f"Registering two gradient with name '{name}'!")
    _named_gradients[name] = gradient


def gradient_function(op: Operation) -> Gradient:
    """The gradient of an operation: the one that an override names, or that of its type.

    Raises:
        LookupError: there is none.
    """
    override = op.attrs.get("_gradient_op_type")
    name = op.type if override is None else override.decode()
    declared = OP_TYPES.get(name)
    gradient = _named_gradients.get(name) or (declared.gradient if declared is not None else None)
    if gradient is None:
        of = "" if override is None else f", whose gradient is to be that registered as '{name}'"
        raise LookupError(f"No gradient defined for operation '{op.name}' (op type: {op.type}){of}")
    return gradient


class RegisterShape:
    """Decorates the rule for static shapes of an op type that has none: a function of the `Operation`.

    It gives a list with the `graphcore.TensorShape` of each output.
    """

    def __init__(self, op_type: str) -> None:
        self._name = op_type

    def __call__(self, f: _Function) -> _Function:
        """Registers ``f``, and gives it back. KeyError when there is no such op type, or it has a rule."""
        if self._name not in OP_TYPES:
            raise KeyError(f"No op type is called '{self._name}'")
        if OP_TYPES[self._name].shape is not None:
            raise KeyError(f"Registering two shape functions for op type '{self._name}'")
        OP_TYPES[self._name].shape = f
        return f
