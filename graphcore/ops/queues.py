"""Queues: elements put in by some runs and taken out by others, in threads of their own, who wait for each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes, shapes
from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import DType, as_dtype
from graphcore.errors import InvalidArgumentError
from graphcore.graph import Graph
from graphcore.kernel_values import as_array
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.random_seed import get_seed
from graphcore.scopes import op_scope
from graphcore.shapes import TensorShape, as_shape, unknown_shape
from graphcore.static_value import constant_value
from graphcore.waiting_line import ShuffledLine, WaitingLine, batched

_PARTS = "component_types:list(type)>=1; shapes:list(shape)=[]; capacity:int=-1"
_PLACE = "container:string=; shared_name:string="


def _sizes(op: Operation) -> list[Any] | None:
    return [shape.sizes for shape in op.attrs["shapes"]] or None


def _held(make: Callable[[Operation], WaitingLine]) -> Callable[[Operation, Any], WaitingLine]:
    """A queue in a session: one for each operation, or for each shared name."""
    return lambda op, state: state.entry(op, lambda: make(op), op.attrs["shared_name"])


def _handle(op: Operation) -> list[TensorShape]:
    return [TensorShape([2])]


def _make_shuffled(op: Operation) -> WaitingLine:
    attrs = op.attrs
    seeds = (attrs["seed"], attrs["seed2"])
    seed = None if seeds == (0, 0) else seeds[0] * 2**64 + seeds[1]
    return ShuffledLine("RandomShuffleQueue", op.name, attrs["capacity"], _sizes(op), attrs["min_after_dequeue"], seed)


FIFOQueueOp = OpType(
    f"FIFOQueue() -> Ref handle:string | {_PARTS}; {_PLACE}",
    shape=_handle,
    holds=_held(lambda op: WaitingLine("FIFOQueue", op.name, op.attrs["capacity"], _sizes(op))),
    gradient=no_gradient,
)
PaddingFIFOQueueOp = OpType(
    f"PaddingFIFOQueue() -> Ref handle:string | {_PARTS}; {_PLACE}",
    shape=_handle,
    holds=_held(lambda op: WaitingLine("PaddingFIFOQueue", op.name, op.attrs["capacity"], _sizes(op))),
    gradient=no_gradient,
)
RandomShuffleQueueOp = OpType(
    f"RandomShuffleQueue() -> Ref handle:string | {_PARTS}; min_after_dequeue:int=0; seed:int=0; seed2:int=0; {_PLACE}",
    shape=_handle,
    holds=_held(_make_shuffled),
    gradient=no_gradient,
)


def _enqueue(handle: WaitingLine, *components: Any) -> tuple[()]:
    # Copies: what is fed is the caller's own, and a variable's buffer may be changed.
    handle.put([tuple(value.copy() if hasattr(value, "copy") else value for value in components)])
    return ()


def _enqueue_many(handle: WaitingLine, *components: Any) -> tuple[()]:
    handle.put(list(zip(*(as_array(value).copy() for value in components))))
    return ()


def _dequeue_many(op: Operation, state: Any) -> Callable[..., Any]:
    dtypes, pads = op.attrs["component_types"], op.inputs[0].op.type == "PaddingFIFOQueue"
    static = [output.get_shape().sizes for output in op.outputs]

    def kernel(handle: WaitingLine, n: Any) -> tuple[Any, ...]:
        if n < 0:
            raise InvalidArgumentError(None, None, f"DequeueMany requested {n} < 0 elements")
        if n == 0:
            return tuple(
                np.zeros((0, *(size or 0 for size in (sizes or (0,))[1:])), dtype.as_numpy_dtype)
                for sizes, dtype in zip(static, dtypes)
            )
        return batched(handle.take(int(n)), len(dtypes), pads)

    return kernel


def _shapes_of_queue(op: Operation) -> list[TensorShape]:
    """The shapes of the components, as the operation that made the queue knows them."""
    count = len(op.attrs["component_types"])
    source = op.inputs[0].op
    while source.inputs and source.type in ("Identity", "RefEnter", "RefSwitch", "RefIdentity"):
        source = source.inputs[0].op
    return list(source.attrs.get("shapes") or [unknown_shape()] * count)


def _shapes_of_batch(op: Operation) -> list[TensorShape]:
    n = constant_value(op.inputs[1])
    first = TensorShape([None if n is None else int(n)])
    return [first.concatenate(shape) for shape in _shapes_of_queue(op)]


def _queue_op(line: str, **more: Any) -> OpType:
    return OpType(line, gradient=no_gradient, stateful=True, **more)


QueueEnqueue = _queue_op(
    "QueueEnqueue(Ref handle:string, components:Tcomponents) -> - | Tcomponents:list(type)>=1; timeout_ms:int=-1",
    shape=common_shapes.none,
    kernel=_enqueue,
)
QueueEnqueueMany = _queue_op(
    "QueueEnqueueMany(Ref handle:string, components:Tcomponents) -> - | Tcomponents:list(type)>=1; timeout_ms:int=-1",
    shape=common_shapes.none,
    kernel=_enqueue_many,
)
QueueDequeue = _queue_op(
    "QueueDequeue(Ref handle:string) -> components:component_types | component_types:list(type)>=1; timeout_ms:int=-1",
    shape=_shapes_of_queue,
    kernel=lambda handle: handle.take(1)[0],
)
QueueDequeueMany = _queue_op(
    "QueueDequeueMany(Ref handle:string, n:int32) -> components:component_types | "
    "component_types:list(type)>=1; timeout_ms:int=-1",
    shape=_shapes_of_batch,
    bind=_dequeue_many,
)


def _close_kernel(handle: WaitingLine, *, cancel_pending_enqueues: bool) -> tuple[()]:
    handle.close(cancel_pending_enqueues)
    return ()


QueueClose = _queue_op(
    "QueueClose(Ref handle:string) -> - | cancel_pending_enqueues:bool=false",
    shape=common_shapes.none,
    kernel=_close_kernel,
)
QueueSize = _queue_op(
    "QueueSize(Ref handle:string) -> size:int32",
    shape=lambda op: [shapes.scalar()],
    kernel=lambda handle: np.int32(handle.size),
)


class QueueBase:
    """A queue of elements with one or several components each; the same object in all runs of a session.

    Runs in several threads put elements in and take them out. Who puts into a full queue waits for room, and who takes
    from an empty one for elements; `close` says that there will be no more.
    """

    def __init__(self, dtypes: Sequence[Any], shapes: Sequence[TensorShape] | None, queue_ref: Tensor) -> None:
        self._dtypes = [as_dtype(dtype) for dtype in dtypes]
        self._shapes = shapes
        self._queue_ref = queue_ref

    @property
    def queue_ref(self) -> Tensor:
        """The reference to the queue."""
        return self._queue_ref

    @property
    def name(self) -> str:
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> list[DType]:
        """The types of the components."""
        return self._dtypes

    @property
    def graph(self) -> Graph:
        return self._queue_ref.graph

    def _components(self, vals: Any) -> list[Tensor]:
        values = list(vals) if isinstance(vals, (list, tuple)) and len(self._dtypes) > 1 else _only(vals)
        if len(values) != len(self._dtypes):
            raise ValueError(f"Queue {self.name} takes {len(self._dtypes)} components, but {len(values)} are given")
        return [
            convert_to_tensor(value, dtype, f"component_{i}")
            for i, (value, dtype) in enumerate(zip(values, self._dtypes))
        ]

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that puts one element in, as soon as there is room.

        Args:
            vals: a value for each component; for a queue of one component also that value alone.

        Raises:
            ValueError: another number of components, or a shape that is not that of the queue.
            errors.CancelledError: when it runs, and the queue is closed.
        """
        with op_scope([self._queue_ref], name, f"{self.name}_enqueue") as scope:
            values = self._components(vals)
            for value, shape in zip(values, self._shapes or ()):
                value.get_shape().assert_is_compatible_with(shape)
            return QueueEnqueue(self._queue_ref, values, name=scope)

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """An operation that puts several elements in; the values are cut along their first axis, ``[n, ...]``."""
        with op_scope([self._queue_ref], name, f"{self.name}_EnqueueMany") as scope:
            values = self._components(vals)
            first = TensorShape([None])
            for value, shape in zip(values, self._shapes or [unknown_shape()] * len(values)):
                first = first.merge_with(value.get_shape().with_rank_at_least(1)[:1])
                value.get_shape()[1:].assert_is_compatible_with(shape)
            return QueueEnqueueMany(self._queue_ref, values, name=scope)

    def dequeue(self, name: str | None = None) -> Any:
        """The next element, when there is one: a tensor, or a list of them for several components.

        Raises:
            errors.OutOfRangeError: when it runs, the queue is closed, and there is none.
        """
        taken = QueueDequeue(self._queue_ref, component_types=self._dtypes, name=name or f"{self.name}_Dequeue")
        return taken if len(taken) != 1 else taken[0]

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """The next ``n`` elements, when there are so many, each component along a new first axis: ``[n, ...]``.

        Raises:
            ValueError: the shapes of the components are not known.
            errors.OutOfRangeError: when it runs, the queue is closed, and there are fewer.
        """
        self._check_shapes_for_batches()
        taken = QueueDequeueMany(
            self._queue_ref, n, component_types=self._dtypes, name=name or f"{self.name}_DequeueMany"
        )
        return taken if len(taken) != 1 else taken[0]

    def _check_shapes_for_batches(self) -> None:
        if self._shapes is None or not all(shape.is_fully_defined() for shape in self._shapes):
            raise ValueError(
                f"Queue {self.name}: all components must have shapes, known in full, to be taken in batches"
            )

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An operation that says that there will be no more elements.

        Args:
            cancel_pending_enqueues: elements that wait to come in are refused, too.
        """
        return QueueClose(
            self._queue_ref, cancel_pending_enqueues=cancel_pending_enqueues, name=name or f"{self.name}_Close"
        )

    def size(self, name: str | None = None) -> Tensor:
        """The number of elements in it, int32."""
        return QueueSize(self._queue_ref, name=name or f"{self.name}_Size")


def _only(value: Any) -> list[Any]:
    """The one component: alone, or in a list of one."""
    return list(value) if isinstance(value, (list, tuple)) and len(value) == 1 else [value]


def _parts(dtypes: Any, shapes: Any) -> tuple[list[DType], list[TensorShape] | None]:
    """The types of the components, and their shapes if they are given; for one component also alone."""
    types = [as_dtype(dtype) for dtype in (dtypes if isinstance(dtypes, (list, tuple)) else [dtypes])]
    if shapes is None:
        return types, None
    many = shapes if len(types) > 1 or _is_list_of_shapes(shapes) else [shapes]
    if len(many) != len(types):
        raise ValueError(f"Queue shapes must have the same length as dtypes: {len(many)} and {len(types)}")
    return types, [as_shape(shape) for shape in many]


def _is_list_of_shapes(given: Any) -> bool:
    return isinstance(given, (list, tuple)) and len(given) == 1 and isinstance(given[0], (list, tuple, TensorShape))


class FIFOQueue(QueueBase):
    """A queue that gives elements in the order in which they came."""

    def __init__(
        self, capacity: int, dtypes: Any, shapes: Any = None, shared_name: str | None = None, name: str = "fifo_queue"
    ) -> None:
        """
        Args:
            capacity: how many elements it holds; fewer than one for any number.
            dtypes: the types of the components.
            shapes: their shapes, which `dequeue_many` needs.
            shared_name: queues of the same name are one in a session.
        """
        types, known = _parts(dtypes, shapes)
        ref = FIFOQueueOp(component_types=types, shapes=known, capacity=capacity, shared_name=shared_name, name=name)
        super().__init__(types, known, ref)


class PaddingFIFOQueue(QueueBase):
    """A `FIFOQueue` whose elements may differ in size, and are filled up with zeros in a batch."""

    def __init__(
        self, capacity: int, dtypes: Any, shapes: Any, shared_name: str | None = None, name: str = "padding_fifo_queue"
    ) -> None:
        """
        Args:
            capacity, dtypes, shared_name: as for `FIFOQueue`.
            shapes: of the components; a size of None is that of the largest in each batch.

        Raises:
            ValueError: the rank of a component is not known.
        """
        types, known = _parts(dtypes, shapes)
        if known is None or any(shape.ndims is None for shape in known):
            raise ValueError(f"PaddingFIFOQueue: every component must have a shape of known rank, but got {shapes!r}")
        ref = PaddingFIFOQueueOp(
            component_types=types, shapes=known, capacity=capacity, shared_name=shared_name, name=name
        )
        super().__init__(types, known, ref)

    def _check_shapes_for_batches(self) -> None:
        """Sizes are found out for each batch."""


class RandomShuffleQueue(QueueBase):
    """A queue that gives its elements in random order."""

    def __init__(
        self,
        capacity: int,
        min_after_dequeue: int,
        dtypes: Any,
        shapes: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        """
        Args:
            capacity, dtypes, shapes, shared_name: as for `FIFOQueue`.
            min_after_dequeue: so many stay in it until it is closed, so that they are well mixed.
            seed: makes the order reproducible, if elements come in and go in the same order.
        """
        types, known = _parts(dtypes, shapes)
        seed1, seed2 = get_seed(seed)
        ref = RandomShuffleQueueOp(
            component_types=types,
            shapes=known,
            capacity=capacity,
            min_after_dequeue=min_after_dequeue,
            seed=seed1,
            seed2=seed2,
            shared_name=shared_name,
            name=name,
        )
        super().__init__(types, known, ref)
