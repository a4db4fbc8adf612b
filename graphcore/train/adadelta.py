"""Adadelta: steps as large as recent steps were, against gradients as large as recent gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops.sparse_training import SparseApplyAdadelta
from graphcore.ops.training import ApplyAdadelta
from graphcore.ops.variables import Variable
from graphcore.train.optimizer import Optimizer


class AdadeltaOptimizer(Optimizer):
    """``variable -= learning_rate * gradient * sqrt(accum_update + epsilon) / sqrt(accum + epsilon)``.

    ``accum`` and ``accum_update`` are decaying means of the squares of gradients and of updates. Zeiler: ADADELTA,
    An Adaptive Learning Rate Method, 2012; there, the learning rate is 1. (The kernel of TensorFlow 0.8 had an error
    that kept variables where they were; this is the corrected one.)
    Slots: ``accum``, ``accum_update``, zeros at first.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder; so are the next two.
            rho: how much of the means is kept in a step, 0 to 1.
            epsilon: keeps the roots from zero.
            use_locking: kept in the graph; it changes nothing here.
        """
        super().__init__(use_locking, name)
        self._hyperparameters = {"lr": learning_rate, "rho": rho, "epsilon": epsilon}

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        for variable in var_list:
            self._make_slot(variable, "accum")
            self._make_slot(variable, "accum_update")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        return ApplyAdadelta(
            variable,
            self._slot(variable, "accum"),
            self._slot(variable, "accum_update"),
            self._hyperparameter("lr", variable),
            self._hyperparameter("rho", variable),
            self._hyperparameter("epsilon", variable),
            grad,
            use_locking=self._use_locking,
        ).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        return SparseApplyAdadelta(
            variable,
            self._slot(variable, "accum"),
            self._slot(variable, "accum_update"),
            self._hyperparameter("lr", variable),
            self._hyperparameter("rho", variable),
            self._hyperparameter("epsilon", variable),
            grad.values,
            grad.indices,
            use_locking=self._use_locking,
        ).op
