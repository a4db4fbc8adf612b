"""Momentum: each variable keeps rolling the way it has been going."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops.sparse_training import SparseApplyMomentum
from graphcore.ops.training import ApplyMomentum
from graphcore.ops.variables import Variable
from graphcore.train.optimizer import Optimizer


class MomentumOptimizer(Optimizer):
    """``momentum_slot = momentum_slot * momentum + gradient; variable -= learning_rate * momentum_slot``.

    Slots: ``momentum``, zeros at first.
    """

    def __init__(self, learning_rate: Any, momentum: Any, use_locking: bool = False, name: str = "Momentum") -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder.
            momentum: how much of the last step's movement goes on, 0 to 1; a number or a scalar tensor.
            use_locking: kept in the graph; it changes nothing here.
        """
        super().__init__(use_locking, name)
        self._hyperparameters = {"learning_rate": learning_rate, "momentum": momentum}

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        for variable in var_list:
            self._make_slot(variable, "momentum")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        return ApplyMomentum(
            variable,
            self._slot(variable, "momentum"),
            self._hyperparameter("learning_rate", variable),
            grad,
            self._hyperparameter("momentum", variable),
            use_locking=self._use_locking,
        ).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        return SparseApplyMomentum(
            variable,
            self._slot(variable, "momentum"),
            self._hyperparameter("learning_rate", variable),
            grad.values,
            grad.indices,
            self._hyperparameter("momentum", variable),
            use_locking=self._use_locking,
        ).op
