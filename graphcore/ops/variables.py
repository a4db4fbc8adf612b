"""Variables: tensors a session remembers from run to run, the ops that change them, and how they begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor, register_tensor_conversion_function
from graphcore.dtypes import DType, as_dtype
from graphcore.errors import InvalidArgumentError
from graphcore.graph import Graph, GraphKeys
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.operators import Operators
from graphcore.ops import array, control_flow
from graphcore.scopes import colocate_with, control_dependencies, get_default_graph, name_scope, op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.state import Reference

# The op that owns the buffer, and those that assign to it

VariableOp = OpType(
    "Variable() -> Ref ref:dtype | shape:shape; dtype:type; container:string=; shared_name:string=",
    shape=lambda op: [op.attrs["shape"]],
    holds=lambda op, state: state.reference(op),
    gradient=no_gradient,
)


def _assign_shape(op: Operation) -> list[TensorShape]:
    ref, value = (tensor.get_shape() for tensor in op.inputs)
    if op.attrs["validate_shape"]:
        return [ref.merge_with(value)]
    if ref.ndims is not None:
        op.graph.note_shape_change()
    return [value]


def _assign_kernel(ref: Reference, value: Any, *, validate_shape: bool) -> Reference:
    if validate_shape and ref.initialized and np.shape(ref.value) != np.shape(value):
        raise InvalidArgumentError(
            None,
            None,
            "Assign requires shapes of both tensors to match. "
            f"lhs shape= {list(np.shape(ref.value))} rhs shape= {list(np.shape(value))}",
        )
    # A copy, for the value may be the caller's own array, given by feed_dict.
    ref.value = value.copy() if isinstance(value, np.ndarray) else value
    return ref


def _assign_add_kernel(ref: Reference, value: Any) -> Reference:
    ref.value = ref.value + value
    return ref


def _assign_sub_kernel(ref: Reference, value: Any) -> Reference:
    ref.value = ref.value - value
    return ref


Assign = OpType(
    "Assign(Ref ref:T, value:T) -> Ref output_ref:T | T:type; validate_shape:bool=true; use_locking:bool=true",
    shape=_assign_shape,
    kernel=_assign_kernel,
    gradient=no_gradient,
    stateful=True,
)
AssignAdd = OpType(
    "AssignAdd(Ref ref:T, value:T) -> Ref output_ref:T | T:type{number}; use_locking:bool=false",
    shape=common_shapes.merged,
    kernel=_assign_add_kernel,
    gradient=no_gradient,
    stateful=True,
)
AssignSub = OpType(
    "AssignSub(Ref ref:T, value:T) -> Ref output_ref:T | T:type{number}; use_locking:bool=false",
    shape=common_shapes.merged,
    kernel=_assign_sub_kernel,
    gradient=no_gradient,
    stateful=True,
)
IsVariableInitialized = OpType(
    "IsVariableInitialized(Ref ref:dtype) -> is_initialized:bool | dtype:type",
    shape=common_shapes.scalar,
    kernel=lambda ref: np.bool_(ref.initialized),
    gradient=no_gradient,
    stateful=True,
)


def assign(
    ref: Any, value: Any, validate_shape: bool | None = None, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Gives the variable ``ref`` a value, when run; a reference to the variable.

    Args:
        validate_shape: False lets the value have another shape than the variable.
        use_locking: kept in the graph; it changes nothing here.
    """
    return Assign(ref, value, validate_shape=validate_shape, use_locking=use_locking, name=name)


def assign_add(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """Adds to the variable ``ref``, when run; a reference to the variable."""
    return AssignAdd(ref, value, use_locking=use_locking, name=name)


def assign_sub(ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None) -> Tensor:
    """Subtracts from the variable ``ref``, when run; a reference to the variable."""
    return AssignSub(ref, value, use_locking=use_locking, name=name)


def is_variable_initialized(variable: Any) -> Tensor:
    """Whether the variable has been assigned to, bool."""
    return IsVariableInitialized(variable)


class Variable(Operators):
    """A tensor whose value a session keeps until it is assigned another.

    It begins without one: run its `initializer`, or that of all variables
    (`graphcore.initialize_all_variables`), before anything reads it. The value belongs to the session, not to
    the graph: two sessions have two.

    In the graph a variable is four operations: its initial value, the variable, the assignment of the one to
    the other, and the read that stands for it in expressions.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool = True,
        collections: Sequence[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        *,
        dtype: Any = None,
    ) -> None:
        """
        Args:
            initial_value: anything that can become a tensor, or a function of nothing that gives that.
            trainable: optimizers change it, unless told which variables to change.
            collections: what to file it under, instead of all variables.
            validate_shape: the shape of the initial value is the variable's for good.
            caching_device: accepted for the sake of programs that give it; everything runs on the CPU.
            dtype: the type the initial value must have.

        Raises:
            ValueError: no initial value, or one of unknown shape while ``validate_shape`` is set.
        """
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        wanted = None if dtype is None else as_dtype(dtype)
        # The assignment must run whatever block this is called in: initialising is a step of its own.
        with control_dependencies(None):
            values = [] if callable(initial_value) else [initial_value]
            with op_scope(values, name, "Variable") as scope:
                self._build(initial_value, wanted, validate_shape, scope)
        filed_under = list(collections or [GraphKeys.VARIABLES])
        if trainable:
            filed_under.append(GraphKeys.TRAINABLE_VARIABLES)
        self.graph.add_to_collections(filed_under, self)

    def _build(self, initial_value: Any, dtype: DType | None, validate_shape: bool, scope: str) -> None:
        if callable(initial_value):
            if dtype is None:
                raise ValueError("dtype must be given when initial_value is a function")
            self._variable: Tensor = VariableOp(shape=unknown_shape(), dtype=dtype, name=scope)
            with colocate_with(self._variable.op), name_scope("Initializer"):
                self._initial_value = convert_to_tensor(initial_value(), dtype, "initial_value")
        else:
            self._initial_value = convert_to_tensor(initial_value, dtype, "initial_value")
            self._variable = VariableOp(shape=unknown_shape(), dtype=self._initial_value.dtype.base_dtype, name=scope)
        shape = self._initial_value.get_shape()
        if validate_shape and not shape.is_fully_defined():
            raise ValueError(f"initial_value must have a shape specified: {self._initial_value}")
        if validate_shape:
            self._variable.set_shape(shape)
        # Exported, a variable of unknown shape is one of shape [].
        self._variable.op.set_attr("shape", shape if validate_shape else TensorShape([]))
        with colocate_with(self._variable.op):
            self._initializer = assign(self._variable, self._initial_value, validate_shape=validate_shape).op
            self._snapshot = array.identity(self._variable, name="read")

    @property
    def name(self) -> str:
        """The name of the reference, ``<operation>:0``."""
        return self._variable.name

    @property
    def op(self) -> Operation:
        """The operation that owns the buffer."""
        return self._variable.op

    @property
    def dtype(self) -> DType:
        """The reference type of the elements."""
        return self._variable.dtype

    @property
    def graph(self) -> Graph:
        return self._variable.graph

    @property
    def device(self) -> str:
        return self._variable.device

    @property
    def shape(self) -> TensorShape:
        return self._variable.get_shape()

    @property
    def initial_value(self) -> Tensor:
        """The tensor the initializer assigns."""
        return self._initial_value

    @property
    def initializer(self) -> Operation:
        """The operation that assigns the initial value."""
        return self._initializer

    def get_shape(self) -> TensorShape:
        return self._variable.get_shape()

    def value(self) -> Tensor:
        """The value, read when something needs it. What a variable is in expressions; always the same tensor."""
        return self._snapshot

    def ref(self) -> Tensor:
        """The reference, which can be assigned to."""
        return self._variable

    def initialized_value(self) -> Tensor:
        """The value, read after the initializer has run: to begin another variable with it."""
        with control_dependencies([self._initializer]):
            return array.identity(self._variable)

    def eval(self, session: Any = None) -> Any:
        """The value in ``session`` or the default session."""
        return self._variable.eval(session=session)

    def assign(self, value: Any, use_locking: bool = False) -> Tensor:
        """Gives the variable a value, when run; a reference to the variable."""
        return assign(self._variable, value, use_locking=use_locking)

    def assign_add(self, delta: Any, use_locking: bool = False) -> Tensor:
        """Adds to the variable, when run; a reference to the variable."""
        return assign_add(self._variable, delta, use_locking=use_locking)

    def assign_sub(self, delta: Any, use_locking: bool = False) -> Tensor:
        """Subtracts from the variable, when run; a reference to the variable."""
        return assign_sub(self._variable, delta, use_locking=use_locking)

    def _as_tensor(self) -> Tensor:
        return self._snapshot

    def _as_graph_element(self) -> Tensor:
        return self._variable

    def __iter__(self) -> NoReturn:
        raise TypeError("'Variable' object is not iterable.")


def _convert(value: Variable, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Incompatible type conversion requested to type '{dtype.name}' for variable of type '{value.dtype.name}'"
        )
    return value.ref() if as_ref else value.value()


register_tensor_conversion_function(Variable, _convert)


# All variables of the default graph, and their beginning


def all_variables() -> list[Variable]:
    """All variables that a checkpoint would hold."""
    return get_default_graph().get_collection(GraphKeys.VARIABLES)


def trainable_variables() -> list[Variable]:
    """All variables that optimizers change, in order of creation."""
    return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES)


def local_variables() -> list[Variable]:
    """All variables that are not worth a checkpoint."""
    return get_default_graph().get_collection(GraphKeys.LOCAL_VARIABLES)


def moving_average_variables() -> list[Variable]:
    """All variables whose moving average is kept, see `train.ExponentialMovingAverage`."""
    return get_default_graph().get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES)


def initialize_variables(var_list: Sequence[Variable], name: str = "init") -> Operation:
    """An operation that assigns their initial values to ``var_list``, in no particular order."""
    return control_flow.group(*[variable.initializer for variable in var_list], name=name)


def initialize_all_variables() -> Operation:
    """An operation that assigns their initial values to all variables made so far.

    A variable made later is not among them: make this operation when the graph is complete.
    """
    return initialize_variables(all_variables())


def initialize_local_variables() -> Operation:
    """An operation that assigns their initial values to all local variables made so far."""
    return initialize_variables(local_variables())
