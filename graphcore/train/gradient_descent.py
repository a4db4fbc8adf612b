"""Gradient descent: each variable goes down its gradient, by a fixed rate."""

from __future__ import annotations

from typing import Any

from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops.scatter import scatter_sub
from graphcore.ops.training import ApplyGradientDescent
from graphcore.ops.variables import Variable
from graphcore.train.optimizer import Optimizer


class GradientDescentOptimizer(Optimizer):
    """``variable -= learning_rate * gradient``."""

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder.
            use_locking: kept in the graph; it changes nothing here.
        """
        super().__init__(use_locking, name)
        self._hyperparameters = {"learning_rate": learning_rate}

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        rate = self._hyperparameter("learning_rate", variable)
        return ApplyGradientDescent(variable, rate, grad, use_locking=self._use_locking).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        rate = self._hyperparameter("learning_rate", variable)
        return scatter_sub(variable, grad.indices, grad.values * rate, use_locking=self._use_locking).op
