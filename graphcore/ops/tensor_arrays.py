"""Arrays of tensors that a loop writes and reads by index, each place once; and their gradients, arrays likewise.

An array lives in one run. The order of its uses is told by `flow`, a number that each write gives and each read takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, as_dtype, int32, int64
from graphcore.errors import InvalidArgumentError
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.scopes import colocate_with, op_scope
from graphcore.shapes import TensorShape, unknown_shape
from graphcore.state import Resource

_NO_FLOW = np.float32(0)


class _Values(Resource):
    """One array in one run."""

    def __init__(self, size: int, dtype: Any, dynamic: bool, clear: bool, name: str, sums: bool = False) -> None:
        self.items: list[Any] = [None] * size
        self.shapes: list[Any] = [None] * size
        self.dtype, self.dynamic, self.clear, self.name, self.sums = dtype, dynamic, clear, name, sums
        self.gradients: dict[str, _Values] = {}

    def gradient(self, source: str) -> _Values:
        """The array of the gradients that one call of `gradients` finds; several for one place are summed."""
        if source not in self.gradients:
            made = _Values(len(self.items), self.dtype, self.dynamic, False, f"{self.name}@{source}", sums=True)
            made.shapes = list(self.shapes)
            self.gradients[source] = made
        return self.gradients[source]

    def write(self, index: int, value: Any) -> None:
        if self.dynamic and index >= len(self.items):
            more = index + 1 - len(self.items)
            self.items += [None] * more
            self.shapes += [None] * more
        if not 0 <= index < len(self.items):
            raise self._error(
                f"Tried to write to index {index} but array is not resizeable and size is: {len(self.items)}"
            )
        if self.items[index] is not None:
            if not self.sums:
                raise self._error(
                    f"Could not write to TensorArray index {index} because it has already been written to."
                )
            value = self.items[index] + value
        self.items[index], self.shapes[index] = value, np.shape(value)

    def read(self, index: int) -> Any:
        if not 0 <= index < len(self.items):
            raise self._error(f"Tried to read from index {index} but array size is: {len(self.items)}")
        value = self.items[index]
        if value is None:
            if self.sums and self.shapes[index] is not None:  # nothing depends on what is there
                return np.zeros(self.shapes[index], self.dtype)[()]
            if self.shapes[index] is None:
                raise self._error(f"Could not read from TensorArray index {index}, which has not been written to")
            raise self._error(
                f"Could not read index {index} twice because it was cleared after a previous read (perhaps try setting "
                "clear_after_read = false?)."
            )
        if self.clear:
            self.items[index] = None
        return value

    def read_all(self) -> list[Any]:
        return [self.read(index) for index in range(len(self.items))]

    def write_all(self, values: Any) -> None:
        if self.dynamic:
            missing = len(values) - len(self.items)
            self.items += [None] * missing
            self.shapes += [None] * missing
        if len(values) != len(self.items):
            raise self._error(
                f"Input value must have first dimension equal to the array size ({len(values)} vs. {len(self.items)})"
            )
        for index, value in enumerate(values):
            self.write(index, value)

    def _error(self, message: str) -> InvalidArgumentError:
        return InvalidArgumentError(None, None, f"TensorArray {self.name}: {message}")


def _make(op: Operation, state: Any) -> Any:
    attrs = op.attrs
    dtype = attrs["dtype"].as_numpy_dtype
    name = attrs["tensor_array_name"] or op.name
    return lambda size: _Values(int(size), dtype, attrs["dynamic_size"], attrs["clear_after_read"], name)


def _write(handle: _Values, index: Any, value: Any, flow_in: Any) -> Any:
    handle.write(int(index), value)
    return _NO_FLOW


def _pack(handle: _Values, flow_in: Any) -> Any:
    values = handle.read_all()
    if not values:
        raise InvalidArgumentError(None, None, f"TensorArray {handle.name}: it is empty, and cannot be packed")
    return np.stack(values) if isinstance(values[0], (np.ndarray, np.generic)) else np.array(values, object)


def _unpack(handle: _Values, value: Any, flow_in: Any) -> Any:
    handle.write_all(list(value))
    return _NO_FLOW


def _concat(handle: _Values, flow_in: Any) -> tuple[Any, Any]:
    values = handle.read_all()
    if not values:
        raise InvalidArgumentError(None, None, f"TensorArray {handle.name}: it is empty, and cannot be concatenated")
    return np.concatenate(values), np.array([len(value) for value in values], np.int64)


def _split(handle: _Values, value: Any, lengths: Any, flow_in: Any) -> Any:
    if int(np.sum(lengths)) != len(value):
        message = (
            f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {np.sum(lengths)} and "
        )
        raise InvalidArgumentError(None, None, f"TensorArray {handle.name}: {message}values.shape[0] is {len(value)}")
    handle.write_all(np.split(value, np.cumsum(lengths)[:-1]))
    return _NO_FLOW


def _close(handle: _Values) -> tuple[()]:
    handle.items.clear()
    handle.shapes.clear()
    return ()


def _grad_of(op: Operation, grad: Tensor, flow: Tensor) -> TensorArray:
    """The array of gradients that belongs to the array that ``op`` uses."""
    # Gradients that one call of tf.gradients finds belong together, and are told from those of others by its scope.
    parts = grad.op.name.split("/")
    places = [i for i, part in enumerate(parts) if part.startswith("gradients")]
    source = "/".join(parts[: places[0] + 1]) if places else "gradients"
    handle, dtype = op.inputs[0], op.attrs.get("T") or op.attrs["dtype"]
    with colocate_with(handle):
        grad_handle = TensorArrayGrad(handle, flow, source=source)
    return TensorArray(dtype, handle=grad_handle, flow=_ordered(flow, grad_handle))


def _ordered(flow: Tensor, handle: Tensor) -> Tensor:
    from graphcore.ops.control_flow import with_dependencies

    return with_dependencies([handle.op], flow, name="gradient_flow")


def _read_grad(op: Operation, grad: Tensor) -> list[Any]:
    return [None, None, _grad_of(op, grad, op.inputs[2]).write(op.inputs[1], grad).flow]


def _write_grad(op: Operation, flow: Tensor) -> list[Any]:
    return [None, None, _grad_of(op, flow, flow).read(op.inputs[1]), flow]


def _pack_grad(op: Operation, grad: Tensor) -> list[Any]:
    return [None, _grad_of(op, grad, op.inputs[1]).unpack(grad).flow]


def _unpack_grad(op: Operation, flow: Tensor) -> list[Any]:
    return [None, _grad_of(op, flow, flow).pack(), flow]


def _concat_grad(op: Operation, grad: Tensor, _: Any) -> list[Any]:
    return [None, _grad_of(op, grad, op.inputs[1]).split(grad, op.outputs[1]).flow]


def _split_grad(op: Operation, flow: Tensor) -> list[Any]:
    return [None, _grad_of(op, flow, flow).concat(), None, flow]


def _handle(op: Operation) -> list[TensorShape]:
    return [TensorShape([2])]


def _unknown(op: Operation) -> list[TensorShape]:
    return [unknown_shape()]


TensorArrayOp = OpType(
    "TensorArray(size:int32) -> Ref handle:string | "
    "dtype:type; dynamic_size:bool=false; clear_after_read:bool=true; tensor_array_name:string=",
    shape=_handle,
    bind=_make,
    gradient=no_gradient,
    stateful=True,
)
TensorArrayGrad = OpType(
    "TensorArrayGrad(Ref handle:string, flow_in:float32) -> Ref grad_handle:string | source:string",
    shape=_handle,
    kernel=lambda handle, flow_in, *, source: handle.gradient(source),
    gradient=no_gradient,
    stateful=True,
)
TensorArrayWrite = OpType(
    "TensorArrayWrite(Ref handle:string, index:int32, value:T, flow_in:float32) -> flow_out:float32 | T:type",
    shape=common_shapes.scalar,
    kernel=_write,
    gradient=_write_grad,
    stateful=True,
)
TensorArrayRead = OpType(
    "TensorArrayRead(Ref handle:string, index:int32, flow_in:float32) -> value:dtype | dtype:type",
    shape=_unknown,
    kernel=lambda handle, index, flow_in: handle.read(int(index)),
    gradient=_read_grad,
    stateful=True,
)
TensorArrayPack = OpType(
    "TensorArrayPack(Ref handle:string, flow_in:float32) -> value:dtype | dtype:type",
    shape=_unknown,
    kernel=_pack,
    gradient=_pack_grad,
    stateful=True,
)
TensorArrayUnpack = OpType(
    "TensorArrayUnpack(Ref handle:string, value:T, flow_in:float32) -> flow_out:float32 | T:type",
    shape=common_shapes.scalar,
    kernel=_unpack,
    gradient=_unpack_grad,
    stateful=True,
)
TensorArrayConcat = OpType(
    "TensorArrayConcat(Ref handle:string, flow_in:float32) -> value:dtype, lengths:int64 | dtype:type",
    shape=lambda op: [unknown_shape(), unknown_shape(1)],
    kernel=_concat,
    gradient=_concat_grad,
    stateful=True,
)
TensorArraySplit = OpType(
    "TensorArraySplit(Ref handle:string, value:T, lengths:int64, flow_in:float32) -> flow_out:float32 | T:type",
    shape=common_shapes.scalar,
    kernel=_split,
    gradient=_split_grad,
    stateful=True,
)
TensorArraySize = OpType(
    "TensorArraySize(Ref handle:string, flow_in:float32) -> size:int32",
    shape=common_shapes.scalar,
    kernel=lambda handle, flow_in: np.int32(len(handle.items)),
    gradient=no_gradient,
    stateful=True,
)
TensorArrayClose = OpType(
    "TensorArrayClose(Ref handle:string) -> -",
    shape=common_shapes.none,
    kernel=_close,
    gradient=no_gradient,
    stateful=True,
)


class TensorArray:
    """A list of tensors of one type, to be filled and read inside a `while_loop`.

    Writing gives a new `TensorArray`, which stands for the same array after the write; go on with that one. A place can
    be written once, and read once unless ``clear_after_read`` is false.

    Args:
        dtype: of the tensors.
        size: int32, how many places there are.
        dynamic_size: writing behind the last place makes more of them.
        clear_after_read: forget a tensor when it has been read.
        tensor_array_name: for messages.
        handle, flow: of an array that there is already.
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        name: str | None = None,
    ) -> None:
        if (handle is None) == (size is None):
            raise ValueError("Exactly one of handle and size must be given")
        self._dtype: DType = as_dtype(dtype).base_dtype
        # Shared by all objects for one array: what a loop writes is known behind the loop.
        self._element_shapes: list[TensorShape] = []
        if handle is not None:
            self._handle = handle
            self._flow = flow if flow is not None else _start_of(handle)
            return
        with op_scope([size], name, "TensorArray") as scope:
            self._handle = TensorArrayOp(
                convert_to_tensor(size, int32, "size"),
                dtype=self._dtype,
                dynamic_size=dynamic_size,
                clear_after_read=clear_after_read,
                tensor_array_name=tensor_array_name,
                name=scope,
            )
            self._flow = _start_of(self._handle)

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def handle(self) -> Tensor:
        """A reference to the array."""
        return self._handle

    @property
    def flow(self) -> Tensor:
        """A number without a meaning, which exists when the writes so far have been done."""
        return self._flow

    def with_flow(self, flow: Tensor) -> TensorArray:
        """The same array at another time."""
        other = TensorArray(self._dtype, handle=self._handle, flow=flow)
        other._element_shapes = self._element_shapes
        return other

    def _element_shape(self) -> TensorShape:
        """What is known of the shape of the tensors: that of all that were written, if they have one."""
        first, *others = self._element_shapes or [unknown_shape()]
        return first if all(other.sizes == first.sizes for other in others) else unknown_shape()

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The tensor at a place."""
        value = TensorArrayRead(self._handle, index, self._flow, dtype=self._dtype, name=name)
        value.set_shape(self._element_shape())
        return value

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array after ``value`` has been put at a place."""
        tensor = convert_to_tensor(value, self._dtype, "value")
        self._element_shapes.append(tensor.get_shape())
        return self.with_flow(TensorArrayWrite(self._handle, index, tensor, self._flow, name=name))

    def pack(self, name: str | None = None) -> Tensor:
        """All tensors, which must have one shape, along a new first axis: ``[size, ...]``."""
        value = TensorArrayPack(self._handle, self._flow, dtype=self._dtype, name=name)
        if self._element_shape().ndims is not None:
            value.set_shape(TensorShape([None]).concatenate(self._element_shape()))
        return value

    stack = pack

    def unpack(self, value: Any, name: str | None = None) -> TensorArray:
        """The array after it has been filled with ``value`` (``[size, ...]``), cut along its first axis."""
        tensor = convert_to_tensor(value, self._dtype, "value")
        if tensor.get_shape().ndims is not None:
            self._element_shapes.append(tensor.get_shape()[1:])
        return self.with_flow(TensorArrayUnpack(self._handle, tensor, self._flow, name=name))

    unstack = unpack

    def concat(self, name: str | None = None) -> Tensor:
        """All tensors, which may differ in their first size, one behind the other."""
        return TensorArrayConcat(self._handle, self._flow, dtype=self._dtype, name=name)[0]

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """The array after it has been filled with pieces of ``value``, of these lengths along the first axis."""
        tensor = convert_to_tensor(value, self._dtype, "value")
        sizes = convert_to_tensor(lengths, int64, "lengths")
        return self.with_flow(TensorArraySplit(self._handle, tensor, sizes, self._flow, name=name))

    def size(self, name: str | None = None) -> Tensor:
        """How many places there are, int32."""
        return TensorArraySize(self._handle, self._flow, name=name)

    def close(self, name: str | None = None) -> Operation:
        """An operation that forgets all tensors."""
        return TensorArrayClose(self._handle, name=name)

    def grad(self, source: str, flow: Tensor | None = None) -> TensorArray:
        """The array of the gradients of these tensors, as one call of `gradients`, named ``source``, finds them."""
        at = self._flow if flow is None else flow
        handle = TensorArrayGrad(self._handle, at, source=source)
        return TensorArray(self._dtype, handle=handle, flow=_ordered(at, handle))


def _start_of(handle: Tensor) -> Tensor:
    from graphcore.ops.constant import constant
    from graphcore.ops.control_flow import with_dependencies

    with colocate_with(handle):
        return with_dependencies([handle.op], constant(0.0, name="flow"), name="flow")
