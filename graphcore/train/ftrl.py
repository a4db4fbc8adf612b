"""FTRL-Proximal: follows the regularised leader; with an L1 penalty, many variables stay exactly zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops.sparse_training import SparseApplyFtrl
from graphcore.ops.training import ApplyFtrl
from graphcore.ops.variables import Variable
from graphcore.train.optimizer import Optimizer


class FtrlOptimizer(Optimizer):
    """The per-coordinate FTRL-Proximal of McMahan et al.: Ad Click Prediction, a View from the Trenches, 2013.

    With ``n = accum + gradient ** 2``: ``linear += gradient - (n ** -p - accum ** -p) / learning_rate * variable``,
    then ``variable = (l1 * sign(linear) - linear) / (n ** -p / learning_rate + 2 * l2)`` where
    ``abs(linear) > l1``, else 0; ``p`` is the learning rate's power.
    Slots: ``accum``; ``linear``, zeros at first.
    """

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
    ) -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder.
            learning_rate_power: how the rate falls while gradients add up, 0 or less.
            initial_accumulator_value: where the accumulators begin, more than 0.
            l1_regularization_strength: 0 or more.
            l2_regularization_strength: 0 or more.
            use_locking: kept in the graph; it changes nothing here.

        Raises:
            ValueError: one of these numbers is out of its range.
        """
        if initial_accumulator_value <= 0.0:
            raise ValueError(f"initial_accumulator_value {initial_accumulator_value:f} needs to be positive")
        if learning_rate_power > 0.0:
            raise ValueError(f"learning_rate_power {learning_rate_power:f} needs to be negative or zero")
        for argument, strength in (
            ("l1_regularization_strength", l1_regularization_strength),
            ("l2_regularization_strength", l2_regularization_strength),
        ):
            if strength < 0.0:
                raise ValueError(f"{argument} {strength:f} needs to be positive or zero")
        super().__init__(use_locking, name)
        self._initial_accumulator_value = initial_accumulator_value
        self._hyperparameters = {
            "learning_rate": learning_rate,
            "l1_regularization_strength": l1_regularization_strength,
            "l2_regularization_strength": l2_regularization_strength,
            "learning_rate_power": learning_rate_power,
        }

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        for variable in var_list:
            self._make_slot(variable, "accum", self._initial_accumulator_value)
            self._make_slot(variable, "linear")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        return ApplyFtrl(
            variable,
            self._slot(variable, "accum"),
            self._slot(variable, "linear"),
            grad,
            *[self._hyperparameter(name, variable) for name in self._hyperparameters],
            use_locking=self._use_locking,
        ).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        return SparseApplyFtrl(
            variable,
            self._slot(variable, "accum"),
            self._slot(variable, "linear"),
            grad.values,
            grad.indices,
            *[self._hyperparameter(name, variable) for name in self._hyperparameters],
            use_locking=self._use_locking,
        ).op
