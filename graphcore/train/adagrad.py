"""Adagrad: elements that have had large gradients take smaller steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops.sparse_training import SparseApplyAdagrad
from graphcore.ops.training import ApplyAdagrad
from graphcore.ops.variables import Variable
from graphcore.train.optimizer import Optimizer


class AdagradOptimizer(Optimizer):
    """``accumulator += gradient ** 2; variable -= learning_rate * gradient / sqrt(accumulator)``.

    Duchi, Hazan and Singer: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011.
    Slots: ``accumulator``.
    """

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder.
            initial_accumulator_value: where the accumulators begin, more than 0.
            use_locking: kept in the graph; it changes nothing here.

        Raises:
            ValueError: ``initial_accumulator_value`` is not positive.
        """
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value must be positive: {initial_accumulator_value}")
        super().__init__(use_locking, name)
        self._initial_accumulator_value = initial_accumulator_value
        self._hyperparameters = {"learning_rate": learning_rate}

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        for variable in var_list:
            self._make_slot(variable, "accumulator", self._initial_accumulator_value)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        return ApplyAdagrad(
            variable,
            self._slot(variable, "accumulator"),
            self._hyperparameter("learning_rate", variable),
            grad,
            use_locking=self._use_locking,
        ).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        return SparseApplyAdagrad(
            variable,
            self._slot(variable, "accumulator"),
            self._hyperparameter("learning_rate", variable),
            grad.values,
            grad.indices,
            use_locking=self._use_locking,
        ).op
