"""What a recurrent cell is, and the simple ones: an input and a state in, an output and the next state out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.operation import Tensor
from graphcore.ops import array, initializers, joining, math, matrix, splitting
from graphcore.variable_scope import VariableScope, get_variable, variable_scope

Size = Any
"""How many numbers a state has: an int, or a tuple of sizes for a state of several tensors."""


class RNNCell:
    """A step of a recurrent network. Its variables are shared by all calls in one variable scope that reuses.

    A subclass has `__call__`, `state_size` and `output_size`.
    """

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        """One step.

        Args:
            inputs: ``[n, input size]``.
            state: ``[n, state_size]``, or tensors in the structure of `state_size`.
            scope: of the variables; by default named after the class.

        Returns: the output, ``[n, output_size]``, and the next state.
        """
        raise NotImplementedError("A cell defines __call__")

    @property
    def state_size(self) -> Size:
        """How many numbers the state has for each example."""
        raise NotImplementedError("A cell defines state_size")

    @property
    def output_size(self) -> int:
        """How many numbers come out for each example."""
        raise NotImplementedError("A cell defines output_size")

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The state to begin with, zeros for each of ``batch_size`` examples (an int or an int32 tensor)."""
        return _zeros(self.state_size, batch_size, dtype)

    def _scope(self, scope: str | VariableScope | None, **more: Any) -> Any:
        return variable_scope(scope or type(self).__name__, **more)


def _zeros(size: Size, batch_size: Any, dtype: Any) -> Any:
    if isinstance(size, tuple):
        parts = [_zeros(part, batch_size, dtype) for part in size]
        return type(size)(*parts) if hasattr(size, "_fields") else tuple(parts)
    state = array.zeros(joining.pack([batch_size, size]), dtype)
    state.set_shape([batch_size if isinstance(batch_size, int) else None, size])
    return state


def input_size(inputs: Tensor) -> int:
    """How many numbers each example has. ValueError if that is not known, for weights need to know it."""
    size = inputs.get_shape().with_rank(2)[1].value
    if size is None:
        raise ValueError(f"The weights of a cell need the size of its input {inputs.name}, which is not known")
    return size


def linear(
    args: Any, output_size: int, bias: bool, bias_start: float = 0.0, scope: str | VariableScope | None = None
) -> Tensor:
    """The sum of inputs, each times a matrix of its own, and perhaps a bias; the matrices are one variable.

    Args:
        args: a tensor ``[n, size]``, or a list of such.
        output_size: how many numbers come out for each example.
        bias: add a bias, which begins as ``bias_start``.
        scope: of the variables ``Matrix`` and ``Bias``; by default ``Linear``.

    Raises:
        ValueError: there is no input, or the size of one is not known.
    """
    tensors = [convert_to_tensor(arg) for arg in (args if isinstance(args, (list, tuple)) else [args])]
    if not tensors:
        raise ValueError("linear needs at least one input")
    dtype = tensors[0].dtype.base_dtype
    with variable_scope(scope or "Linear"):
        weights = get_variable("Matrix", [sum(map(input_size, tensors)), output_size], dtype)
        product = matrix.matmul(tensors[0] if len(tensors) == 1 else joining.concat(1, tensors), weights)
        if not bias:
            return product
        start = initializers.constant_initializer(bias_start)
        return product + get_variable("Bias", [output_size], dtype, initializer=start)


class _Units(RNNCell):
    """A cell whose output is as large as its state."""

    def __init__(self, num_units: int, input_size: int | None = None) -> None:
        """
        Args:
            num_units: the size of the state and of the output.
            input_size: accepted for programs that give it; the inputs tell.
        """
        self._num_units = num_units

    @property
    def state_size(self) -> Size:
        return self._num_units

    @property
    def output_size(self) -> int:
        return self._num_units


class BasicRNNCell(_Units):
    """The simplest cell: ``output = state = tanh(W inputs + U state + b)``."""

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Tensor]:
        with self._scope(scope):
            output = math.tanh(linear([inputs, state], self._num_units, True))
        return output, output


class GRUCell(_Units):
    """A gated recurrent unit: gates decide how much of the state goes into the next one, and how much is replaced.

    Source: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation" (2014).
    """

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Tensor]:
        with self._scope(scope):
            with variable_scope("Gates"):
                # The biases begin at 1: nothing is reset, and little is replaced.
                gates: Sequence[Tensor] = splitting.split(1, 2, linear([inputs, state], 2 * self._num_units, True, 1.0))
                reset, update = (math.sigmoid(gate) for gate in gates)
            with variable_scope("Candidate"):
                candidate = math.tanh(linear([inputs, reset * state], self._num_units, True))
            output = update * state + (1 - update) * candidate
        return output, output
