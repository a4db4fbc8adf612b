"""Variables and tensors in; variables that follow them slowly out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float32, float64
from graphcore.graph import GraphKeys
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, assignment, control_flow, variables
from graphcore.ops.variables import Variable
from graphcore.scopes import (
    add_to_collection,
    colocate_with,
    control_dependencies,
    get_default_graph,
    name_scope,
    op_scope,
)
from graphcore.train import slots


class ExponentialMovingAverage:
    """Keeps, for each variable, the average of its values, in which older ones count exponentially less.

    ``shadow -= (1 - decay) * (shadow - variable)``, once in each run of the operation that `apply` gives. A model often
    does better on new data with the averages in place of the last values: run `apply`'s operation after each step
    of training, and restore from the checkpoint with `variables_to_restore`.

    ::

        ema = tf.train.ExponentialMovingAverage(decay=0.9999)
        with tf.control_dependencies([train_step]):
            train_and_average = ema.apply()
        ...
        saver = tf.train.Saver(ema.variables_to_restore())  # in the program that evaluates
    """

    def __init__(self, decay: Any, num_updates: Any = None, name: str = "ExponentialMovingAverage") -> None:
        """
        Args:
            decay: how much of the average is kept in an update, near 1; a number or a scalar tensor.
            num_updates: how many updates there have been, such as the global step. Given that, averages move faster
                at first: the decay is at most ``(1 + num_updates) / (10 + num_updates)``.
            name: the last part of the averages' names.
        """
        self._decay = decay
        self._num_updates = num_updates
        self._name = name
        self._averages: dict[Variable | Tensor, Variable] = {}

    def apply(self, var_list: Sequence[Variable | Tensor] | None = None) -> Operation:
        """Makes the averages, and the operation that brings them up to date.

        The average of a variable begins with its initial value, that of a tensor with zero. The averages are among all
        variables, so the operation that initialises those has to be made after this.

        Args:
            var_list: variables and tensors; all trainable variables if not given.

        Raises:
            TypeError: one is not floating point. ValueError: one has an average already.
        """
        followed = variables.trainable_variables() if var_list is None else list(var_list)
        for followed_one in followed:
            if not isinstance(followed_one, (Variable, Tensor)):
                raise TypeError(f"var_list must hold variables and tensors, not {followed_one!r}")
            if followed_one.dtype.base_dtype not in (float32, float64):
                raise TypeError(
                    f"The variables must be float or double: {followed_one.name} is "
                    f"{followed_one.dtype.base_dtype.name}"
                )
            if followed_one in self._averages:
                raise ValueError(f"Moving average already computed for: {followed_one.name}")
            with control_dependencies(None):
                self._averages[followed_one] = self._begun(followed_one)
            if isinstance(followed_one, Variable):
                add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, followed_one)
        with name_scope(self._name) as scope:
            decay = convert_to_tensor(self._decay, name="decay")
            if self._num_updates is not None:
                updates = arithmetic.cast(self._num_updates, decay.dtype, name="num_updates")
                decay = arithmetic.minimum(decay, (1.0 + updates) / (10.0 + updates))
            moves = [_moved(self._averages[followed_one], followed_one, decay) for followed_one in followed]
            return control_flow.group(*moves, name=scope)

    def _begun(self, followed: Variable | Tensor) -> Variable:
        if isinstance(followed, Variable):
            return slots.make_slot(followed, followed.initialized_value(), self._name)
        return slots.make_slot(followed, slots.zeros_for(followed), self._name)

    def average(self, var: Variable | Tensor) -> Variable | None:
        """The variable that holds the average of ``var``, or None if there is none."""
        return self._averages.get(var)

    def average_name(self, var: Variable | Tensor) -> str:
        """The name of the operation of `average`, or what it would be called if there were one."""
        if var in self._averages:
            return self._averages[var].op.name
        return get_default_graph().unique_name(f"{var.op.name}/{self._name}", mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables: Iterable[Variable] | None = None) -> dict[str, Variable]:
        """What to give a `Saver` that is to restore averages into the variables that they are averages of.

        Args:
            moving_avg_variables: which have averages in the checkpoint; if not given, those that are trainable or
                have been given to `apply`.

        Returns: names in the checkpoint, each with the variable to restore. Variables without an average are among
        them under their own names.
        """
        if moving_avg_variables is None:
            moving_avg_variables = [*variables.trainable_variables(), *variables.moving_average_variables()]
        averaged = dict.fromkeys(moving_avg_variables)
        found = {self.average_name(variable): variable for variable in averaged}
        for variable in variables.all_variables():
            if variable not in averaged:
                found.setdefault(variable.op.name, variable)
        return found


def _moved(average: Variable, followed: Variable | Tensor, decay: Tensor) -> Tensor:
    """``average`` after a move of ``1 - decay`` of the way to ``followed``; a reference to it."""
    with op_scope([average, followed, decay], None, "AssignMovingAvg") as scope, colocate_with(average):
        rate = convert_to_tensor(1.0 - decay, name="decay")
        rate = arithmetic.cast(rate, average.dtype.base_dtype)
        return assignment.assign_sub(average, (average - followed) * rate, name=scope)
