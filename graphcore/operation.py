"""The nodes and edges of a graph: an `Operation` takes tensors and gives tensors; a `Tensor` is one output."""

from __future__ import annotations

import linecache
import os
import sys
import traceback as traceback_module
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from graphcore import naming
from graphcore.device import canonical_name
from graphcore.dtypes import DType
from graphcore.operators import Operators
from graphcore.shapes import TensorShape, unknown_shape

if TYPE_CHECKING:
    from graphcore.control_context import Context
    from graphcore.graph import Graph
    from graphcore.op_type import OpType
    from graphcore.signature import Arg, Signature

_PACKAGE = f"{Path(__file__).parent}{os.sep}"


class Tensor(Operators):
    """One output of an operation: a value that exists only while a session runs the graph.

    Its shape may be known in part or not at all before that.
    """

    __slots__ = ("__weakref__", "_consumers", "_dtype", "_index", "_op", "_shape")

    def __init__(self, op: Operation, value_index: int, dtype: DType) -> None:
        self._op = op
        self._index = value_index
        self._dtype = dtype
        self._shape = unknown_shape()
        self._consumers: list[Operation] = []

    @property
    def op(self) -> Operation:
        """The operation that gives this tensor."""
        return self._op

    @property
    def value_index(self) -> int:
        """Which output of `op` this is."""
        return self._index

    @property
    def name(self) -> str:
        """``<operation>:<index>``, by which it can be fetched and fed."""
        return f"{self._op.name}:{self._index}"

    @property
    def dtype(self) -> DType:
        """The type of the elements; a reference type for the output of a variable."""
        return self._dtype

    @property
    def graph(self) -> Graph:
        return self._op.graph

    @property
    def device(self) -> str:
        return self._op.device

    @property
    def shape(self) -> TensorShape:
        """The static shape, as `get_shape` gives it."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """What is known of the shape before the graph runs."""
        return self._shape

    def set_shape(self, shape: Any) -> None:
        """Adds to what is known of the shape. ValueError when it contradicts that."""
        merged = self._shape.merge_with(shape)
        if merged != self._shape:
            self._shape = merged
            self.graph.note_edit()

    def reset_shape(self, shape: TensorShape) -> None:
        """Forgets what is known of the shape; for the few places that know better than the rule."""
        self._shape = shape
        self.graph.note_edit()

    def consumers(self) -> list[Operation]:
        """The operations that take this tensor, one entry for each use: ``a + a`` is there twice."""
        return list(self._consumers)

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value, computed in ``session`` or the default session.

        Raises:
            ValueError: there is neither, or its graph is another one.
        """
        from graphcore.session import session_for

        return session_for(self.graph, session, "eval").run(self, feed_dict)

    def _as_tensor(self) -> Tensor:
        return self

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "Using a `tf.Tensor` as a Python `bool` is not allowed. Use `if t is not None:` instead of `if t:` to "
            "test if a tensor is defined, and use the logical TensorFlow ops to test the value of a tensor."
        )

    def __iter__(self) -> NoReturn:
        raise TypeError("'Tensor' object is not iterable.")

    def __array__(self, *arguments: Any, **more: Any) -> NoReturn:
        # Without this numpy would take the tensor for an object and fail later, or not at all.
        raise TypeError(f"{self.name} has no value outside a run: sess.run() gives one, and numpy can take that")

    def __str__(self) -> str:
        shape = f", shape={self._shape}" if self._shape.ndims is not None else ""
        device = f", device={self.device}" if self.device else ""
        return f'Tensor("{self.name}"{shape}, dtype={self._dtype.name}{device})'

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self._shape} dtype={self._dtype.name}>"


class InputList(Sequence[Tensor]):
    """The tensors an operation takes, read-only."""

    __slots__ = ("_tensors",)

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._tensors = tuple(tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def __iter__(self) -> Iterator[Tensor]:
        return iter(self._tensors)

    def __getitem__(self, index: Any) -> Any:
        return self._tensors[index]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {list(self._tensors)}>"


class Operation:
    """A node of the graph: an op type, the tensors it takes, and its attrs.

    Operations are made by functions such as `graphcore.add`; they know their graph and never leave it.
    """

    def __init__(
        self,
        graph: Graph,
        op_type: OpType,
        name: str,
        inputs: Sequence[Tensor],
        attrs: dict[str, Any],
        control_inputs: Sequence[Operation] = (),
        original_op: Operation | None = None,
        context: Context | None = None,
    ) -> None:
        self._graph = graph
        self._op_type = op_type
        self._name = naming.check_valid(name)
        self._inputs = InputList(inputs)
        self._attrs = attrs
        self._control_inputs = list(control_inputs)
        self._original_op = original_op
        self._id = graph.register(self)
        self._device = ""
        self._context = context
        self._frames = _frames_outside_package()
        self._outputs = [
            Tensor(self, index, dtype) for index, dtype in enumerate(op_type.signature.output_dtypes(attrs))
        ]

    @property
    def name(self) -> str:
        """The full name, scopes included; unique in the graph."""
        return self._name

    @property
    def type(self) -> str:
        """The name of the op type, such as ``MatMul``."""
        return self._op_type.name

    @property
    def op_type(self) -> OpType:
        """The declaration of the op type: signature, kernel, gradient."""
        return self._op_type

    @property
    def graph(self) -> Graph:
        return self._graph

    @property
    def device(self) -> str:
        """The device asked for; empty where none was. Everything runs on the CPU."""
        return self._device

    @property
    def id(self) -> int:
        """The place in the order of creation, from 1."""
        return self._id

    @property
    def inputs(self) -> InputList:
        """The tensors taken, as a read-only sequence."""
        return self._inputs

    @property
    def outputs(self) -> list[Tensor]:
        return list(self._outputs)

    @property
    def control_inputs(self) -> list[Operation]:
        """The operations that must have run before this one, beyond those that give its inputs."""
        return list(self._control_inputs)

    @property
    def context(self) -> Context | None:
        """The branch of a `cond` or body of a `while_loop` it was made in, see `graphcore.control_context`."""
        return self._context

    def set_context(self, context: Context | None) -> None:
        """Says that it is part of a branch or loop other than the one that was open when it was made."""
        self._context = context

    @property
    def original_op(self) -> Operation | None:
        """For an operation of a gradient: the operation it is the gradient of."""
        return self._original_op

    @property
    def attrs(self) -> dict[str, Any]:
        """The attrs as Python values: types as `DType`, shapes as `TensorShape`, tensors as `TensorValue`."""
        return self._attrs

    @property
    def node_def(self) -> Any:
        """The NodeDef; printed, it is in the protocol buffer text format."""
        from graphcore.graph_def import NodeDefView, node_to_proto

        return NodeDefView(node_to_proto(self))

    @property
    def op_def(self) -> Signature:
        """The signature of the op type."""
        return self._op_type.signature

    @property
    def traceback(self) -> list[tuple[str, int, str, str]]:
        """Where it was made: (file, line, function, code) of each frame outside this package, outermost first."""
        return [(file, line, function, linecache.getline(file, line).strip()) for file, line, function in self._frames]

    def traceback_summary(self) -> list[traceback_module.FrameSummary]:
        """`traceback` for `traceback.format_list`."""
        return [traceback_module.FrameSummary(*frame[:3], line=frame[3]) for frame in self.traceback]

    def arguments(self) -> list[tuple[Arg, Tensor]]:
        """Each input together with the part of the signature it stands for."""
        args = [arg for arg in self.op_def.inputs for _ in arg.dtypes(self._attrs)]
        return list(zip(args, self._inputs))

    def values(self) -> tuple[Tensor, ...]:
        """The outputs as a tuple."""
        return tuple(self._outputs)

    def get_attr(self, name: str) -> Any:
        """The value of an attr. ValueError when there is none of that name."""
        if name not in self._attrs:
            raise ValueError(f"No attr named '{name}' in {self.node_def}")
        return self._attrs[name]

    def colocation_groups(self) -> list[bytes]:
        """The groups of operations this one must share a device with: ``loc:@<name>``."""
        groups = [group for group in self._attrs.get("_class", ()) if group.startswith(b"loc:@")]
        return groups or [b"loc:@" + self._name.encode()]

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs the operation and what it needs, in ``session`` or the default session."""
        from graphcore.session import session_for

        session_for(self._graph, session, "Run").run(self, feed_dict)

    def set_device(self, device: Any) -> None:
        """Says on which device the operation belongs (a name, a `graphcore.DeviceSpec`, or None)."""
        self._device = canonical_name(device)

    def add_control_input(self, op: Operation) -> None:
        """Makes an existing operation run after ``op``, too."""
        if op not in self._control_inputs:
            self._control_inputs.append(op)
            self._graph.note_edit()

    def update_input(self, index: int, tensor: Tensor) -> None:
        """Gives an existing operation another input: in a loop, what comes from the turn before is made last."""
        before = self._inputs[index]
        before._consumers.remove(self)
        tensors = list(self._inputs)
        tensors[index] = tensor
        self._inputs = InputList(tensors)
        tensor._consumers.append(self)
        self._graph.note_edit()

    def set_attr(self, name: str, value: Any) -> None:
        """Changes an attr of an existing operation; for the few that are known only later."""
        self._attrs[name] = value
        self._graph.note_edit()

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} at {id(self):#x}>"


def _frames_outside_package() -> list[tuple[str, int, str]]:
    """File, line and function of each calling frame, outermost first; our own are no news to the user."""
    frames = []
    frame = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if not code.co_filename.startswith(_PACKAGE):
            frames.append((code.co_filename, frame.f_lineno, code.co_name))
        frame = frame.f_back  # type: ignore[assignment]
    frames.reverse()
    return frames
