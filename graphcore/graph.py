"""The graph under construction: operations go in by `Graph.create_op`; names, tensors and collections come out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from graphcore.blocks import Blocks
from graphcore.naming import Namespace
from graphcore.operation import Operation, Tensor

if TYPE_CHECKING:
    from graphcore.control_context import Context
    from graphcore.op_type import OpType

GRAPH_DEF_VERSION = 9
"""The `producer` of exported graphs: the version of the op set, TensorFlow 0.8's."""
GRAPH_DEF_VERSION_MIN_CONSUMER = 0
GRAPH_DEF_VERSION_MIN_PRODUCER = 0

_TENSOR_NAME_FORM = 'Tensor names must be of the form "<op_name>:<output_index>".'

GraphElement = Tensor | Operation


class GraphKeys:
    """Names of collections that parts of the library share."""

    VARIABLES = "variables"
    GLOBAL_VARIABLES = "variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    LOCAL_VARIABLES = "local_variables"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    CONCATENATED_VARIABLES = "concatenated_variables"
    SUMMARIES = "summaries"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    REGULARIZATION_LOSSES = "regularization_losses"
    SAVERS = "savers"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    SUMMARY_OP = "summary_op"
    GLOBAL_STEP = "global_step"


class Graph:
    """A dataflow graph: operations joined by tensors. It only grows; sessions run parts of it."""

    def __init__(self) -> None:
        self._ops: list[Operation] = []
        self._by_name: dict[str, Operation] = {}
        self._names = Namespace()
        self._blocks = Blocks()
        self._collections: dict[Any, list[Any]] = {}
        self._unfeedable: set[Tensor] = set()
        self._unfetchable: set[Operation] = set()
        self._kept: list[Any] = []
        self._finalized = False
        self._edits = 0
        self._shapes_hold = True
        self.seed: int | None = None
        """The graph-level random seed, see `graphcore.set_random_seed`."""

    # Making operations

    def create_op(
        self, op_type: OpType, inputs: Sequence[Tensor], attrs: dict[str, Any], name: str | None = None
    ) -> Operation:
        """Adds an operation.

        Args:
            op_type: its declaration; calling that is the usual way here, for it checks and converts.
            inputs: tensors of this graph, lists flattened.
            attrs: a value for every attr of the signature.
            name: made unique in the open scope; one that ends in ``/`` is taken as it is.
        """
        self._check_not_finalized()
        context = self._blocks.context
        before: list[Operation] = []
        if context is not None:
            inputs, before = context.admit_all(inputs)
        if self._blocks.container and attrs.get("container") == "":
            attrs["container"] = self._blocks.container
        op = Operation(
            self,
            op_type,
            self._names.name_of(name or op_type.name),
            inputs,
            attrs | self._blocks.attrs_for(op_type.name),
            [*self._blocks.control_inputs_for(inputs), *before],
            self._blocks.original_op,
            context,
        )
        for tensor, shape in zip(op._outputs, op_type.infer_shapes(op)):
            tensor._shape = shape
        self._blocks.place(op)
        # Only now is the operation sure to be: a shape error leaves no trace on the tensors it would have used.
        for tensor in inputs:
            tensor._consumers.append(op)
        self._blocks.note(op)
        self._ops.append(op)
        self._by_name[op.name] = op
        return op

    def register(self, op: Operation) -> int:
        """The number of a new operation. ValueError when its name is taken."""
        if op.name in self._by_name:
            raise ValueError(f"cannot add op with name {op.name} as that name is already used")
        return len(self._ops) + 1

    def _check_not_finalized(self) -> None:
        if self._finalized:
            raise RuntimeError("Graph is finalized and cannot be modified.")

    def finalize(self) -> None:
        """Makes the graph read-only, so that a loop that adds to it by mistake is found out."""
        self._finalized = True

    @property
    def finalized(self) -> bool:
        return self._finalized

    @property
    def version(self) -> int:
        """The number of operations made so far."""
        return len(self._ops)

    @property
    def edits(self) -> int:
        """Counts changes to operations that existed already; growth alone does not change what they compute."""
        return self._edits

    def note_edit(self) -> None:
        """Says that an operation that may be part of a compiled plan has changed."""
        self._edits += 1

    @property
    def shapes_hold(self) -> bool:
        """Whether tensors have their static shapes in every run. They may not once a variable may change its shape."""
        return self._shapes_hold

    def note_shape_change(self) -> None:
        """Says that an assignment without a check of shapes has been added."""
        self._shapes_hold = False
        self.note_edit()

    # Scopes

    def as_default(self) -> AbstractContextManager[Graph]:
        """Makes this the default graph in the block, for this thread."""
        from graphcore.scopes import made_default

        return made_default(self)

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """A name in the open scope that nothing has yet; it is taken from now on if ``mark_as_used``."""
        return self._names.unique_name(name, mark_as_used)

    def name_scope(self, name: str | None) -> AbstractContextManager[str]:
        """Prefixes the names of operations made in the block, see `graphcore.name_scope`."""
        return self._names.name_scope(name)

    def control_dependencies(self, control_inputs: Sequence[Any] | None) -> AbstractContextManager[None]:
        """Makes operations of the block run after ``control_inputs``, see `graphcore.control_dependencies`."""
        if control_inputs is None:
            return self._blocks.control_dependencies(None)
        if not isinstance(control_inputs, Iterable) or isinstance(control_inputs, (str, Tensor)):
            raise TypeError(f"control_inputs must be a list of operations and tensors, not {control_inputs!r}")
        ops = [self._operation_of(control) for control in control_inputs]
        return self._blocks.control_dependencies(list(dict.fromkeys(ops)))

    def colocate_with(self, op: Any, ignore_existing: bool = False) -> AbstractContextManager[None]:
        """Notes that operations of the block belong on the device of ``op``, see `graphcore.colocate_with`."""
        return self._blocks.colocate_with(self._operation_of(op), ignore_existing)

    def device(self, device_name_or_function: Any) -> AbstractContextManager[None]:
        """Notes on which device operations of the block belong, see `graphcore.device`."""
        return self._blocks.device(device_name_or_function)

    def gradient_override_map(self, op_type_map: dict[str, str]) -> AbstractContextManager[None]:
        """Makes operations of the block use other gradients: ``{"Square": "MySquare"}``.

        Args:
            op_type_map: op type -> the name a function was registered under by `graphcore.RegisterGradient`.

        Raises:
            TypeError: it is no dict of strings.
        """
        if not isinstance(op_type_map, dict) or not all(
            isinstance(n, str) for pair in op_type_map.items() for n in pair
        ):
            raise TypeError(f"op_type_map must be a dictionary mapping strings to strings, not {op_type_map!r}")
        return self._blocks.labelled("_gradient_op_type", op_type_map)

    def container(self, container_name: str) -> AbstractContextManager[str]:
        """Names the container of variables and queues made in the block, as their attr says."""
        return self._blocks.in_container(container_name)

    @property
    def context(self) -> Context | None:
        """The branch of a `cond` or body of a `while_loop` that operations made now are part of."""
        return self._blocks.context

    def in_context(self, context: Context | None) -> AbstractContextManager[None]:
        """Makes operations of the block part of a branch or loop, without the control dependencies outside of it."""
        return self._blocks.in_context(context)

    def gradient_of(self, op: Operation) -> AbstractContextManager[None]:
        """Notes that operations of the block compute the gradient of ``op``."""
        return self._blocks.gradient_of(op)

    def _operation_of(self, obj: Any) -> Operation:
        element = self.as_graph_element(obj)
        return element.op if isinstance(element, Tensor) else element

    # Looking up

    def get_operations(self) -> list[Operation]:
        """All operations in the order they were made."""
        return list(self._ops)

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation called ``name``. KeyError when there is none, ValueError for a tensor's name."""
        if not isinstance(name, str):
            raise TypeError(f"Operation names are strings (or similar), not {type(name).__name__}.")
        element = self.as_graph_element(name, allow_tensor=False)
        assert isinstance(element, Operation)
        return element

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor called ``name``. KeyError when there is none, ValueError for an operation's name."""
        if not isinstance(name, str):
            raise TypeError(f"Tensor names are strings (or similar), not {type(name).__name__}.")
        element = self.as_graph_element(name, allow_operation=False)
        assert isinstance(element, Tensor)
        return element

    def as_graph_element(self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True) -> GraphElement:
        """The tensor or operation of this graph that ``obj`` is, names, or (a variable) stands for.

        Raises:
            TypeError: nothing of the kind. KeyError: a name of nothing here.
            ValueError: a name of the wrong kind, or an element of another graph.
        """
        wanted = " or ".join(
            kind for kind, allowed in (("Tensor", allow_tensor), ("Operation", allow_operation)) if allowed
        )
        if not wanted:
            raise ValueError("allow_tensor and allow_operation can't both be False.")
        element = element_of(obj)
        if isinstance(element, str):
            return self._named(element, allow_tensor, allow_operation)
        if (isinstance(element, Tensor) and allow_tensor) or (isinstance(element, Operation) and allow_operation):
            if element.graph is not self:
                kind = "Tensor" if isinstance(element, Tensor) else "Operation"
                raise ValueError(
                    f"{kind} {element if kind == 'Tensor' else element.name} is not an element of this graph."
                )
            return element
        raise TypeError(f"Can not convert a {type(obj).__name__} into a {wanted}.")

    def _named(self, name: str, allow_tensor: bool, allow_operation: bool) -> GraphElement:
        if ":" in name:
            if not allow_tensor:
                raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a Operation.")
            match = re.fullmatch(r"([^:]*):(\d+)", name)
            if not match:
                raise ValueError(
                    f"The name {name!r} looks a like a Tensor name, but is not a valid one. {_TENSOR_NAME_FORM}"
                )
            op_name, index = match[1], int(match[2])
            missing = f"The name {name!r} refers to a Tensor which does not exist. The operation, {op_name!r},"
            if op_name not in self._by_name:
                raise KeyError(f"{missing} does not exist in the graph.")
            outputs = self._by_name[op_name]._outputs
            if index >= len(outputs):
                raise KeyError(f"{missing} exists but only has {len(outputs)} outputs.")
            return outputs[index]
        if allow_operation:
            if name not in self._by_name:
                raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
            return self._by_name[name]
        if name in self._by_name:
            raise ValueError(f"The name {name!r} refers to an Operation, not a Tensor. {_TENSOR_NAME_FORM}")
        raise ValueError(f"The name {name!r} looks like an (invalid) Operation name, not a Tensor. {_TENSOR_NAME_FORM}")

    def is_feedable(self, tensor: Tensor) -> bool:
        """Whether a session may be given a value for ``tensor``."""
        return tensor not in self._unfeedable

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Forbids feeding: the shape of another tensor was derived from this one's value."""
        self._unfeedable.add(tensor)

    def is_fetchable(self, tensor_or_op: GraphElement) -> bool:
        """Whether a session may be asked for it."""
        op = tensor_or_op.op if isinstance(tensor_or_op, Tensor) else tensor_or_op
        return op not in self._unfetchable

    def prevent_fetching(self, op: Operation) -> None:
        """Forbids fetching: the operation has no value, or many, in a run, like those inside a loop."""
        self._unfetchable.add(op)

    def keep(self, thing: Any) -> None:
        """Keeps something alive that operations refer to by name only, as long as there is the graph."""
        self._kept.append(thing)

    # Collections

    def add_to_collection(self, name: Any, value: Any) -> None:
        """Files ``value`` under ``name``."""
        self._check_not_finalized()
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Files ``value`` under each of ``names`` (one name, or several; each once)."""
        for name in dict.fromkeys((names,) if isinstance(names, str) else names):
            self.add_to_collection(name, value)

    def get_collection(self, name: Any, scope: str | None = None) -> list[Any]:
        """A copy of what is filed under ``name``; with ``scope``, that of it whose name begins so."""
        values = self._collections.get(name, [])
        return [value for value in values if scope is None or getattr(value, "name", "").startswith(scope)]

    def get_collection_ref(self, name: Any) -> list[Any]:
        """The collection itself, which may be changed."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self) -> list[Any]:
        return list(self._collections)

    # Export

    @property
    def graph_def_versions(self) -> Any:
        """The VersionDef of an export."""
        return self.as_graph_def().versions

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> Any:
        """The graph as a GraphDef message, nodes in order of creation.

        Args:
            from_version: only the operations made after this `version`.
            add_shapes: adds what is known of the outputs' shapes, as the attr ``_output_shapes``.
        """
        from graphcore.graph_def import graph_to_proto

        return graph_to_proto(self._ops[from_version or 0 :], GRAPH_DEF_VERSION, add_shapes)


def element_of(obj: Any) -> Any:
    """The tensor a variable stands for; anything else as it is."""
    stand_in = getattr(obj, "_as_graph_element", None)
    return stand_in() if stand_in is not None else obj
