"""Cells with a memory that gates write to, read and clear: long short-term memory.

Source: Hochreiter, Schmidhuber, "Long Short-Term Memory" (1997); Zaremba, Sutskever, Vinyals, "Recurrent Neural Network
Regularization" (2014); with peepholes and projection, Sak, Senior, Beaufays, "Long Short-Term Memory Recurrent Neural
Network Architectures for Large Scale Acoustic Modeling" (2014).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from graphcore.conversion import convert_to_tensor
from graphcore.operation import Tensor
from graphcore.ops import clipping, initializers, joining, math, matrix, nn, splitting
from graphcore.recurrent.cell import RNNCell, Size, input_size, linear
from graphcore.variable_scope import VariableScope, get_variable


class LSTMStateTuple(NamedTuple):
    """The state of a cell made with ``state_is_tuple``: the memory and the last output."""

    c: Any
    h: Any


class _Memory(RNNCell):
    """The state of the cells here: memory and output beside each other, ``[n, c + h]``, or as a tuple."""

    def __init__(self, memory: int, output: int, state_is_tuple: bool) -> None:
        self._sizes = LSTMStateTuple(memory, output)
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Size:
        return self._sizes if self._state_is_tuple else sum(self._sizes)

    @property
    def output_size(self) -> int:
        return int(self._sizes.h)

    def _joined(self, c: Tensor, h: Tensor) -> Any:
        return LSTMStateTuple(c, h) if self._state_is_tuple else joining.concat(1, [c, h])


class BasicLSTMCell(_Memory):
    """A cell with a memory, and gates that write to it, keep it and let it out."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: int | None = None,
        state_is_tuple: bool = False,
    ) -> None:
        """
        Args:
            num_units: the size of the memory and of the output.
            forget_bias: added to the gate that keeps the memory, so that little is forgotten at first.
            input_size: accepted for programs that give it; the inputs tell.
            state_is_tuple: the state is an `LSTMStateTuple` of two tensors instead of one twice as wide.
        """
        super().__init__(num_units, num_units, state_is_tuple)
        self._num_units = num_units
        self._forget_bias = forget_bias

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        with self._scope(scope):
            c, h = state if self._state_is_tuple else splitting.split(1, 2, state)
            # One product for all gates: write, new content, keep, read.
            i, j, f, o = splitting.split(1, 4, linear([inputs, h], 4 * self._num_units, True))
            new_c = c * math.sigmoid(f + self._forget_bias) + math.sigmoid(i) * math.tanh(j)
            new_h = math.tanh(new_c) * math.sigmoid(o)
            return new_h, self._joined(new_c, new_h)


class LSTMCell(_Memory):
    """`BasicLSTMCell` with, if wanted, peepholes (gates see the memory), a bound of the memory, and a projection."""

    def __init__(
        self,
        num_units: int,
        input_size: int | None = None,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = False,
    ) -> None:
        """
        Args:
            num_units: the size of the memory.
            input_size: accepted for programs that give it; the inputs tell.
            use_peepholes: the gates see the memory, each number by a weight of its own.
            cell_clip: the largest absolute value in the memory, or None.
            initializer: of the weights; by default that of the variable scope.
            num_proj: the size of the output, a product of what the memory lets out; by default ``num_units``.
            num_unit_shards, num_proj_shards: into how many variables the weights are cut.
            forget_bias: added to the gate that keeps the memory.
            state_is_tuple: the state is an `LSTMStateTuple` of two tensors instead of one.
        """
        super().__init__(num_units, num_units if num_proj is None else num_proj, state_is_tuple)
        self._num_units, self._num_proj = num_units, num_proj
        self._unit_shards, self._proj_shards = num_unit_shards, num_proj_shards
        self._use_peepholes, self._cell_clip = use_peepholes, cell_clip
        self._initializer, self._forget_bias = initializer, forget_bias

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        value = convert_to_tensor(inputs, name="inputs")
        dtype, units = value.dtype.base_dtype, self._num_units
        with self._scope(scope, initializer=self._initializer):
            if self._state_is_tuple:
                c, h = state
            else:
                c = joining.slice(state, [0, 0], [-1, units])
                h = joining.slice(state, [0, units], [-1, self.output_size])
            sizes = [input_size(value) + self.output_size, 4 * units]
            weights = _sharded("W", sizes, dtype, self._unit_shards)
            bias = get_variable("B", [4 * units], dtype, initializer=initializers.zeros_initializer)
            gates = nn.bias_add(matrix.matmul(joining.concat(1, [value, h]), weights), bias)
            i, j, f, o = splitting.split(1, 4, gates)
            keep, write = f + self._forget_bias, i
            if self._use_peepholes:
                keep = keep + get_variable("W_F_diag", [units], dtype) * c
                write = write + get_variable("W_I_diag", [units], dtype) * c
            new_c = math.sigmoid(keep) * c + math.sigmoid(write) * math.tanh(j)
            if self._cell_clip is not None:
                new_c = clipping.clip_by_value(new_c, -self._cell_clip, self._cell_clip)
            if self._use_peepholes:
                o = o + get_variable("W_O_diag", [units], dtype) * new_c
            new_h = math.sigmoid(o) * math.tanh(new_c)
            if self._num_proj is not None:
                new_h = matrix.matmul(new_h, _sharded("W_P", [units, self._num_proj], dtype, self._proj_shards))
            return new_h, self._joined(new_c, new_h)


def _sharded(name: str, shape: list[int], dtype: Any, shards: int) -> Any:
    """A matrix out of variables with some of its rows each, ``name_0``, ``name_1``, ..."""
    if shards > shape[0]:
        raise ValueError(f"{name} has {shape[0]} rows, which cannot be cut into {shards} variables")
    rows, longer = divmod(shape[0], shards)
    parts = [get_variable(f"{name}_{i}", [rows + (i < longer), shape[1]], dtype) for i in range(shards)]
    return parts[0] if len(parts) == 1 else joining.concat(0, parts)
