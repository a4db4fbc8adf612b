"""Variables: tensors a session remembers from run to run, and how they begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from graphcore.conversion import convert_to_tensor, register_tensor_conversion_function
from graphcore.dtypes import DType, as_dtype, string
from graphcore.graph import Graph, GraphKeys
from graphcore.indexed_slices import IndexedSlices
from graphcore.operation import Operation, Tensor
from graphcore.operators import Operators
from graphcore.ops import array, control_flow
from graphcore.ops.assignment import (
    VariableOp,
    assign,
    assign_add,
    assign_sub,
    count_up_to,
    is_variable_initialized,
)
from graphcore.ops.choosing import boolean_mask
from graphcore.ops.comparison import logical_not
from graphcore.ops.constant import constant
from graphcore.ops.joining import pack
from graphcore.ops.scatter import scatter_sub
from graphcore.save_slice import SaveSliceInfo
from graphcore.scopes import colocate_with, control_dependencies, get_default_graph, name_scope, op_scope
from graphcore.shapes import TensorShape, unknown_shape


class Variable(Operators):
    """A tensor whose value a session keeps until it is assigned another.

    It begins without one: run its `initializer`, or that of all variables
    (`graphcore.initialize_all_variables`), before anything reads it. The value belongs to the session, not to
    the graph: two sessions have two.

    In the graph a variable is four operations: its initial value, the variable, the assignment of the one to
    the other, and the read that stands for it in expressions.
    """

    save_slice_info: SaveSliceInfo | None = None
    """Of which larger variable it is a part, see `graphcore.create_partitioned_variables`; None: of none."""

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

    def scatter_sub(self, sparse_delta: IndexedSlices, use_locking: bool = False) -> Tensor:
        """Subtracts from some rows of the variable, when run; a reference to the variable.

        Raises:
            ValueError: ``sparse_delta`` is no `IndexedSlices`.
        """
        if not isinstance(sparse_delta, IndexedSlices):
            raise ValueError(f"sparse_delta is not IndexedSlices: {sparse_delta}")
        return scatter_sub(self._variable, sparse_delta.indices, sparse_delta.values, use_locking=use_locking)

    def count_up_to(self, limit: int) -> Tensor:
        """Adds one to the variable, a whole number; what it was before. See `graphcore.count_up_to`."""
        return count_up_to(self._variable, limit)

    def load(self, value: Any, session: Any = None) -> None:
        """Gives the variable a value in ``session``, or the default session, at once and without a new operation.

        Args:
            value: numbers in the shape of the variable.

        Raises:
            ValueError: there is no session, or ``value`` has another shape.
        """
        self._initializer.run({self._initial_value: value}, session)

    def to_proto(self) -> Any:
        """The names of the variable's operations, as a VariableDef message."""
        from writer.format.messages import VariableDef

        return VariableDef(
            variable_name=self._variable.name,
            initializer_name=self._initializer.name,
            snapshot_name=self._snapshot.name,
            save_slice_info_def=None if self.save_slice_info is None else self.save_slice_info.to_proto(),
        )

    @staticmethod
    def from_proto(variable_def: Any) -> Variable:
        """The variable whose operations, named by a VariableDef message, are in the default graph.

        Raises:
            KeyError: they are not.
        """
        graph = get_default_graph()
        variable = Variable.__new__(Variable)
        variable._variable = graph.get_tensor_by_name(variable_def.variable_name)
        variable._initializer = graph.get_operation_by_name(variable_def.initializer_name)
        variable._initial_value = variable._initializer.inputs[1]
        variable._snapshot = graph.get_tensor_by_name(variable_def.snapshot_name)
        if variable_def.HasField("save_slice_info_def"):
            variable.save_slice_info = SaveSliceInfo.from_proto(variable_def.save_slice_info_def)
        return variable

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


def assert_variables_initialized(var_list: Sequence[Variable] | None = None) -> Tensor | None:
    """A tensor whose run raises FailedPreconditionError unless all variables are initialised.

    Args:
        var_list: which variables; all, also local ones, if not given.

    Returns: None if there are no variables.
    """
    ranks = []
    for variable in [*all_variables(), *local_variables()] if var_list is None else var_list:
        with colocate_with(variable.op):
            ranks.append(array.rank(variable))
    if len(ranks) > 1:
        return pack(ranks)
    return ranks[0] if ranks else None


def report_uninitialized_variables(
    var_list: Sequence[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables that have not been initialised, string ``[n]``; none, if all have.

    Args:
        var_list: which variables to look at; all, also local ones, if not given.
    """
    variables = [*all_variables(), *local_variables()] if var_list is None else list(var_list)
    with name_scope(name):
        names = constant([variable.op.name for variable in variables], dtype=string, shape=[len(variables)])
        if not variables:
            return names
        return boolean_mask(names, logical_not(pack([is_variable_initialized(variable) for variable in variables])))
