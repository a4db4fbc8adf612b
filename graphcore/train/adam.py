"""Adam: momentum, with steps measured in the usual size of each element's gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops import control_flow, math
from graphcore.ops.scatter import scatter_add
from graphcore.ops.training import ApplyAdam
from graphcore.ops.variables import Variable
from graphcore.scopes import colocate_with, control_dependencies
from graphcore.train.optimizer import Optimizer, in_type_of


class AdamOptimizer(Optimizer):
    """``variable -= alpha * m / (sqrt(v) + epsilon)``, ``m`` and ``v`` decaying means of the gradient and its square.

    ``alpha = learning_rate * sqrt(1 - beta2 ** t) / (1 - beta1 ** t)`` makes up for means that began at zero, ``t``
    being the number of the step. Kingma and Ba: Adam, A Method for Stochastic Optimization, 2014, in the form before
    its section 2.1, where epsilon means what is called "epsilon hat" there.
    Slots: ``m``, ``v``, zeros at first. The powers of beta are variables ``beta1_power`` and ``beta2_power``.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        """
        Args:
            learning_rate: a number, or a scalar tensor such as a placeholder; about the length of a step.
            beta1: how much of ``m`` is kept in a step, 0 to 1.
            beta2: how much of ``v`` is kept in a step, 0 to 1.
            epsilon: keeps the quotient finite. 1e-8 is not always best; networks have wanted 1.0 or 0.1.
            use_locking: kept in the graph; it changes nothing here.
        """
        super().__init__(use_locking, name)
        self._hyperparameters = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        self._powers: tuple[Variable, Variable] | None = None

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        first = var_list[0]
        if self._powers is None or self._powers[0].graph is not first.graph:
            with colocate_with(first):
                self._powers = (
                    Variable(self._hyperparameters["beta1"], trainable=False, name="beta1_power"),
                    Variable(self._hyperparameters["beta2"], trainable=False, name="beta2_power"),
                )
        for variable in var_list:
            self._make_slot(variable, "m")
            self._make_slot(variable, "v")

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        assert self._powers is not None, "_create_slots comes first"
        return ApplyAdam(
            variable,
            self._slot(variable, "m"),
            self._slot(variable, "v"),
            *[in_type_of(variable, power.value()) for power in self._powers],
            *[self._hyperparameter(name, variable) for name in self._hyperparameters],
            grad,
            use_locking=self._use_locking,
        ).op

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        # The means decay in all rows, and so all rows move on; the gradient adds to some.
        assert self._powers is not None, "_create_slots comes first"
        power1, power2 = (in_type_of(variable, power.value()) for power in self._powers)
        rate, beta1, beta2, epsilon = (self._hyperparameter(name, variable) for name in self._hyperparameters)
        alpha = rate * math.sqrt(1 - power2) / (1 - power1)
        m = self._decayed(variable, "m", beta1, grad, grad.values)
        v = self._decayed(variable, "v", beta2, grad, grad.values * grad.values)
        change = variable.assign_sub(alpha * m / (math.sqrt(v) + epsilon), use_locking=self._use_locking)
        return control_flow.group(change, m, v)

    def _decayed(self, variable: Variable, name: str, beta: Tensor, grad: IndexedSlices, rows: Tensor) -> Tensor:
        """``slot * beta + rows * (1 - beta)``, put into the slot."""
        slot = self._slot(variable, name)
        decayed = slot.assign(slot * beta, use_locking=self._use_locking)
        with control_dependencies([decayed]):
            return scatter_add(slot, grad.indices, rows * (1 - beta), use_locking=self._use_locking)

    def _finish(self, updates: Sequence[Operation], name: str) -> Operation:
        assert self._powers is not None, "_create_slots comes first"
        steps = []
        # Every update of this step has to see the powers of this step.
        with control_dependencies(updates), colocate_with(self._powers[0]):
            for power, beta in zip(self._powers, ("beta1", "beta2")):
                beta_tensor = self._hyperparameter_tensors[beta]
                steps.append(power.assign(power * beta_tensor, use_locking=self._use_locking).op)
        return control_flow.group(*updates, *steps, name=name)
