"""What all optimizers share: a loss in, gradients, then operations that change the variables out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, float32, float64, string
from graphcore.gradients import gradients
from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, assignment, control_flow, variables
from graphcore.ops.variables import Variable
from graphcore.scopes import colocate_with, control_dependencies, name_scope, op_scope
from graphcore.train import slots

GradAndVar = tuple[Tensor | IndexedSlices | None, Variable]


class Optimizer:
    """Base class of optimizers. `minimize` is all most programs need.

    A subclass says how one variable is changed (`_apply_dense`), and may name the numbers that all updates share
    (`_hyperparameters`), make variables that belong to a variable (`_create_slots`), and add what comes last
    (`_finish`).
    """

    GATE_NONE = 0
    """Use each gradient as soon as it is there."""
    GATE_OP = 1
    """For each operation, compute the gradients of all its inputs before any is used."""
    GATE_GRAPH = 2
    """Compute all gradients before any is used."""

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._hyperparameters: dict[str, Any] = {}
        self._hyperparameter_tensors: dict[str, Tensor] = {}
        self._slots: dict[str, dict[Variable, Variable]] = {}

    def minimize(
        self,
        loss: Tensor,
        global_step: Variable | None = None,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
    ) -> Operation:
        """An operation that, run once, takes one step downhill: `compute_gradients`, then `apply_gradients`."""
        grads_and_vars = self.compute_gradients(
            loss, var_list, gate_gradients, aggregation_method, colocate_gradients_with_ops
        )
        return self.apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: Tensor,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
    ) -> list[GradAndVar]:
        """The gradient of ``loss`` for each variable.

        Args:
            loss: what to minimise; the sum of its elements counts.
            var_list: for which variables; all trainable ones if not given.
            gate_gradients: `GATE_NONE`, `GATE_OP` or `GATE_GRAPH`.
            aggregation_method: how to sum the gradients of a variable used several times, see `AggregationMethod`.
            colocate_gradients_with_ops: note that each gradient belongs on the device of the operation it derives.

        Returns: a pair (gradient, variable) for each; the gradient is None if the loss does not depend on it.

        Raises:
            ValueError: there are no variables, or ``gate_gradients`` is none of the three.
            TypeError: something in ``var_list`` is no variable, or has elements that cannot be optimized.
        """
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  "
                f"Not {gate_gradients}"
            )
        if not isinstance(loss, (Tensor, Variable)):
            raise TypeError(f"loss must be a tensor that depends on the variables, not {loss!r}")
        self._assert_valid_dtypes([loss])
        if var_list is None:
            to_change = variables.trainable_variables()
        else:
            to_change = [var_list] if isinstance(var_list, Variable) else list(var_list)
        for variable in to_change:
            if not isinstance(variable, Variable):
                raise TypeError(f"Argument is not a tf.Variable: {variable}")
        if not to_change:
            raise ValueError("No variables to optimize")
        grads = gradients(
            loss,
            [variable.ref() for variable in to_change],
            gate_gradients=gate_gradients == self.GATE_OP,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == self.GATE_GRAPH:
            grads = control_flow.tuple(grads)
        pairs = list(zip(grads, to_change))
        self._assert_valid_dtypes([variable for grad, variable in pairs if grad is not None])
        return pairs

    def apply_gradients(
        self, grads_and_vars: Iterable[GradAndVar], global_step: Variable | None = None, name: str | None = None
    ) -> Operation:
        """An operation that changes each variable by its gradient.

        Args:
            grads_and_vars: as `compute_gradients` gives them, perhaps changed; pairs without a gradient are
                skipped.
            global_step: a variable to count up by one after that.
            name: of the operation; by default that of the optimizer.

        Raises:
            ValueError: no pair has a gradient. TypeError: a pair is not of a tensor and a variable.
        """
        if global_step is not None and not isinstance(global_step, Variable):
            raise TypeError(f"global_step must be a tf.Variable to count in, not {global_step!r}")
        pairs = _pairs(grads_and_vars)
        for grad, variable in pairs:
            if grad is not None and not isinstance(grad, (Tensor, IndexedSlices)):
                raise TypeError(f"Gradient must be a Tensor, IndexedSlices, or None: {grad}")
            if not isinstance(variable, Variable):
                raise TypeError(f"Variable must be a tf.Variable: {variable}")
            if grad is not None:
                self._assert_valid_dtypes([grad, variable])
        with_grads = [(grad, variable) for grad, variable in pairs if grad is not None]
        if not with_grads:
            raise ValueError(f"No gradients provided for any variable: {pairs}")
        with control_dependencies(None):
            self._create_slots([variable for _, variable in with_grads])
        with op_scope([variable for _, variable in with_grads], name, self._name) as scope:
            self._prepare()
            updates = []
            for grad, variable in with_grads:
                with name_scope("update_" + variable.op.name), colocate_with(variable):
                    if isinstance(grad, IndexedSlices):
                        updates.append(self._apply_sparse(grad, variable))
                    else:
                        updates.append(self._apply_dense(grad, variable))
            if global_step is None:
                return self._finish(updates, scope)
            with control_dependencies([self._finish(updates, "update")]), colocate_with(global_step):
                return assignment.assign_add(global_step, 1, name=scope).op

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """What the optimizer remembers for ``var`` under ``name``; None if it does not, or not yet.

        Slots are made by `apply_gradients`. They are among all variables, so the operation that initialises those
        has to be made after it.
        """
        return self._slots.get(name, {}).get(var)

    def get_slot_names(self) -> list[str]:
        """The names of the slots made so far, sorted."""
        return sorted(self._slots)

    def _valid_dtypes(self) -> tuple[DType, ...]:
        return float32, float64

    def _assert_valid_dtypes(self, tensors: Sequence[Any]) -> None:
        for tensor in tensors:
            if tensor.dtype.base_dtype not in self._valid_dtypes():
                expected = list(self._valid_dtypes())
                raise TypeError(f"Invalid type {tensor.dtype.base_dtype!r} for {tensor.name}, expected: {expected}.")

    def _create_slots(self, var_list: Sequence[Variable]) -> None:
        """Makes what the optimizer has to remember for each variable. Nothing, by default."""

    def _prepare(self) -> None:
        """Makes the tensors that all updates share: one of each hyper-parameter."""
        for name, value in self._hyperparameters.items():
            tensor = None if value is None else convert_to_tensor(value, name=name)
            if tensor is None or tensor.dtype.base_dtype == string or not tensor.get_shape().is_compatible_with(()):
                raise TypeError(f"{self._name}: {name} must be a number or a scalar tensor, not {value!r}")
            self._hyperparameter_tensors[name] = tensor

    def _hyperparameter(self, name: str, variable: Variable) -> Tensor:
        """A hyper-parameter in the type of ``variable``."""
        return in_type_of(variable, self._hyperparameter_tensors[name])

    def _slot(self, variable: Variable, name: str) -> Variable:
        """A slot that `_create_slots` has made."""
        return self._slots[name][variable]

    def _make_slot(self, variable: Variable, name: str, initial: float = 0.0) -> None:
        """Makes a slot in the shape of ``variable``, unless an earlier call has."""
        made = self._slots.setdefault(name, {})
        if variable not in made:
            value = slots.constant_for(variable, initial) if initial else slots.zeros_for(variable)
            made[variable] = slots.make_slot(variable, value, self._name)

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Operation:
        """The operation that changes ``variable`` by ``grad``, a tensor of its shape."""
        raise NotImplementedError

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Operation:
        """The operation that changes ``variable`` by ``grad``, some of its rows. By default all rows are changed."""
        return self._apply_dense(convert_to_tensor(grad), variable)

    def _finish(self, updates: Sequence[Operation], name: str) -> Operation:
        """The operation called ``name`` that has run when all ``updates`` have."""
        return control_flow.group(*updates, name=name)


def _pairs(grads_and_vars: Any) -> tuple[GradAndVar, ...]:
    """TypeError unless these are pairs of two."""
    wanted = f"grads_and_vars must be pairs (gradient, variable), as of compute_gradients, not {grads_and_vars!r}"
    if isinstance(grads_and_vars, (Tensor, Variable)) or not isinstance(grads_and_vars, Iterable):
        raise TypeError(wanted)
    pairs = tuple(grads_and_vars)
    if not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in pairs):
        raise TypeError(wanted)
    return pairs


def in_type_of(variable: Variable, tensor: Tensor) -> Tensor:
    """``tensor``, cast if it has another element type than ``variable``."""
    wanted = variable.dtype.base_dtype
    return tensor if tensor.dtype.base_dtype == wanted else arithmetic.cast(tensor, wanted)
