"""RMSProp: steps measured in the usual size of each element's gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.operation import Operation, Tensor
from graphcore.ops.training import ApplyRMSProp
from graphcore.ops.variables import Variable
from graphcore.train.optimizer import Optimizer


class RMSPropOptimizer(Optimizer):
    """``mom = momentum * mom + learning_rate * gradient / sqrt(rms + epsilon); variable -= mom``.

    ``rms`` is a decaying mean of the gradient's square. Tieleman and Hinton: Neural Networks for Machine Learning,
    lecture 6e, 2012.
    Slots: ``rms``, ones at first; ``momentum``, zeros at first.
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        name: str = "RMSProp",
    ) -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder; so are the next three.
            decay: how much of the mean is kept in a step, 0 to 1.
            momentum: how much of the last step's movement goes on, 0 to 1.
            epsilon: keeps the root from zero.
            use_locking: kept in the graph; it changes nothing here.
        """
        super().__init__(use_locking, name)
        self._hyperparameters = {
            "learning_rate": learning_rate,
            "decay": decay,
            "momentum": momentum,
            "epsilon": epsilon,
        }

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        for variable in var_list:
            self._make_slot(variable, "rms", 1.0)
            self._make_slot(variable, "momentum")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        return ApplyRMSProp(
            variable,
            self._slot(variable, "rms"),
            self._slot(variable, "momentum"),
            *[self._hyperparameter(name, variable) for name in self._hyperparameters],
            grad,
            use_locking=self._use_locking,
        ).op
