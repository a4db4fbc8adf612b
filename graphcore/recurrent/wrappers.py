"""Cells made of cells: stacked, with dropout, with projections or an embedding of what goes in and out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from graphcore.operation import Tensor
from graphcore.ops import gathering, initializers, joining, layers, rearrange
from graphcore.recurrent.cell import RNNCell, Size, linear
from graphcore.variable_scope import VariableScope, get_variable, get_variable_scope, variable_scope


class MultiRNNCell(RNNCell):
    """Cells on top of each other: the output of each is the input of the next."""

    def __init__(self, cells: Sequence[RNNCell], state_is_tuple: bool = False) -> None:
        """
        Args:
            cells: from the lowest, the one that takes the input. The same cell several times has weights each time.
            state_is_tuple: the state is a tuple of the states of the cells, instead of one tensor with all beside each
                other. Needed if a cell has a tuple for its state.

        Raises:
            ValueError: there are no cells, or one's state does not fit into a tensor.
        """
        if not cells:
            raise ValueError("Must specify at least one cell for MultiRNNCell.")
        if not state_is_tuple and any(isinstance(cell.state_size, tuple) for cell in cells):
            raise ValueError("Some cells have tuples for their states: MultiRNNCell needs state_is_tuple=True")
        self._cells = list(cells)
        self._state_is_tuple = state_is_tuple

    @property
    def state_size(self) -> Size:
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        return self._cells[-1].output_size

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        with self._scope(scope):
            states, start = [], 0
            for i, cell in enumerate(self._cells):
                with variable_scope(f"Cell{i}"):
                    if self._state_is_tuple:
                        own = state[i]
                    else:
                        own = joining.slice(state, [0, start], [-1, cell.state_size])
                        start += cell.state_size
                    inputs, new_state = cell(inputs, own)
                    states.append(new_state)
            return inputs, tuple(states) if self._state_is_tuple else joining.concat(1, states)


class _Around(RNNCell):
    """A cell around another, whose state it has."""

    def __init__(self, cell: RNNCell) -> None:
        """TypeError unless ``cell`` is an `RNNCell`."""
        if not isinstance(cell, RNNCell):
            raise TypeError(f"The parameter cell is not an RNNCell, but {cell!r}")
        self._cell = cell

    @property
    def state_size(self) -> Size:
        return self._cell.state_size

    @property
    def output_size(self) -> int:
        return self._cell.output_size


class DropoutWrapper(_Around):
    """A cell with dropout of what goes in and what comes out, but not of its state."""

    def __init__(
        self, cell: RNNCell, input_keep_prob: Any = 1.0, output_keep_prob: Any = 1.0, seed: int | None = None
    ) -> None:
        """
        Args:
            input_keep_prob, output_keep_prob: the fraction kept, a number or a scalar tensor; 1 drops nothing.
            seed: makes it reproducible, see `graphcore.set_random_seed`.

        Raises:
            ValueError: a number that is no fraction.
        """
        super().__init__(cell)
        for name, keep in (("input_keep_prob", input_keep_prob), ("output_keep_prob", output_keep_prob)):
            if isinstance(keep, (int, float)) and not 0 <= keep <= 1:
                raise ValueError(f"Parameter {name} must be between 0 and 1: {keep:g}")
        self._input_keep_prob, self._output_keep_prob, self._seed = input_keep_prob, output_keep_prob, seed

    def _dropped(self, value: Any, keep: Any) -> Any:
        return value if isinstance(keep, (int, float)) and keep == 1 else layers.dropout(value, keep, seed=self._seed)

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        output, new_state = self._cell(self._dropped(inputs, self._input_keep_prob), state, scope)
        return self._dropped(output, self._output_keep_prob), new_state


class InputProjectionWrapper(_Around):
    """A cell whose input is multiplied by a matrix first."""

    def __init__(self, cell: RNNCell, num_proj: int, input_size: int | None = None) -> None:
        """
        Args:
            num_proj: how many numbers go into ``cell``.
            input_size: accepted for programs that give it; the inputs tell.
        """
        super().__init__(cell)
        self._num_proj = num_proj

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        with self._scope(scope):
            return self._cell(linear(inputs, self._num_proj, True), state)


class OutputProjectionWrapper(_Around):
    """A cell whose output is multiplied by a matrix afterwards, for example to one number for each word."""

    def __init__(self, cell: RNNCell, output_size: int) -> None:
        """
        Args:
            output_size: how many numbers come out.

        Raises:
            ValueError: fewer than one.
        """
        super().__init__(cell)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size = output_size

    @property
    def output_size(self) -> int:
        return self._output_size

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        output, new_state = self._cell(inputs, state)
        with self._scope(scope):
            return linear(output, self._output_size, True), new_state


class EmbeddingWrapper(_Around):
    """A cell whose inputs are classes, such as words, for each of which it learns a vector."""

    def __init__(self, cell: RNNCell, embedding_classes: int, embedding_size: int, initializer: Any = None) -> None:
        """
        Args:
            embedding_classes: how many classes there are. embedding_size: the size of a vector.
            initializer: of the vectors; by default that of the variable scope, else uniform with variance 1.

        Raises:
            ValueError: a size below one.
        """
        super().__init__(cell)
        if min(embedding_classes, embedding_size) < 1:
            raise ValueError(
                f"Both embedding_classes and embedding_size must be > 0: {embedding_classes}, {embedding_size}."
            )
        self._sizes = [embedding_classes, embedding_size]
        self._initializer = initializer

    def __call__(self, inputs: Any, state: Any, scope: str | VariableScope | None = None) -> tuple[Tensor, Any]:
        with self._scope(scope):
            initializer = get_variable_scope().initializer if self._initializer is None else self._initializer
            if initializer is None:
                bound = math.sqrt(3)
                initializer = initializers.random_uniform_initializer(-bound, bound)
            table = get_variable("embedding", self._sizes, initializer=initializer)
            return self._cell(gathering.embedding_lookup(table, rearrange.reshape(inputs, [-1])), state)
