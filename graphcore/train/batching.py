"""Tensors that run after run are other ones in, batches of them out, put together in threads beside the training.

Each function makes a queue, a `QueueRunner` that fills it, and a summary of how full it is. Nothing moves until
`start_queue_runners` begins the threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphcore.conversion import convert_to_tensor
from graphcore.dtypes import float32, int32
from graphcore.operation import Operation, Tensor
from graphcore.ops import arithmetic, array, gathering, random_integers
from graphcore.ops.checks import Assert
from graphcore.ops.comparison import greater
from graphcore.ops.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from graphcore.ops.summary import scalar_summary
from graphcore.scopes import control_dependencies, op_scope
from graphcore.shapes import TensorShape, as_shape
from graphcore.train.input_sources import limit_epochs
from graphcore.train.queue_runner import QueueRunner, add_queue_runner


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue with the rows of a tensor ``[n, ...]``, again and again.

    Args:
        element_shape: of a row, if it cannot be told from the tensor.
        num_epochs: how often each row comes; for ever if not given. A variable counts, and has to be initialised.
        shuffle: in another order each time; ``seed`` makes the orders reproducible.
        capacity: of the queue.
        shared_name: queues of the same name are one in a session.
        summary_name: of the summary that tells how full it is.

    Raises:
        ValueError: the shape of a row is not known.
    """
    with op_scope([input_tensor], name, "input_producer"):
        rows = convert_to_tensor(input_tensor, name="input_tensor")
        shape = rows.get_shape()[1:].merge_with(as_shape(element_shape))
        if not shape.is_fully_defined():
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be specified"
            )
        if shuffle:
            rows = random_integers.random_shuffle(rows, seed=seed)
        rows = limit_epochs(rows, num_epochs)
        queue = FIFOQueue(capacity, [rows.dtype.base_dtype], [shape], shared_name, name="input_producer")
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([rows])]))
        if summary_name is not None:
            _summarize(queue, f"queue/{queue.name}/{summary_name}", capacity)
        return queue


def _summarize(queue: QueueBase, tag: str, capacity: int, kept: int = 0) -> None:
    """A summary of how much of the room behind ``kept`` is taken."""
    taken = arithmetic.cast(queue.size() if not kept else arithmetic.maximum(0, queue.size() - kept), float32)
    scalar_summary(tag, taken * (1.0 / (capacity - kept)))


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue of strings, such as the names of files; see `input_producer`.

    Raises:
        ValueError: the list of strings is empty. errors.InvalidArgumentError: it turns out to be when it runs.
    """
    with op_scope([string_tensor], name, "input_producer") as scope:
        strings = convert_to_tensor(string_tensor, name="string_tensor")
        if strings.get_shape().num_elements() == 0:
            raise ValueError("string_input_producer requires a non-null input tensor")
        check = Assert(greater(array.size(strings), 0), ["string_input_producer requires a non-null input tensor"])
        with control_dependencies([check]):
            strings = array.identity(strings)
        return input_producer(
            strings, [], num_epochs, shuffle, seed, capacity, shared_name, f"fraction_of_{capacity}_full", scope
        )


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue of the numbers from 0 to ``limit - 1``; see `input_producer`."""
    with op_scope([limit], name, "input_producer") as scope:
        numbers = array.range(0, limit, 1)
        return input_producer(
            numbers, [], num_epochs, shuffle, seed, capacity, shared_name, f"fraction_of_{capacity}_full", scope
        )


def slice_input_producer(
    tensor_list: Sequence[Any],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """A row of each tensor, the same of all: tensors that each run are those of another example.

    Args:
        tensor_list: tensors ``[n, ...]``; the others as for `input_producer`.

    Raises:
        ValueError: the list is empty.
    """
    with op_scope(tensor_list, name, "input_producer"):
        tensors = [convert_to_tensor(tensor) for tensor in tensor_list]
        if not tensors:
            raise ValueError("Expected at least one tensor in slice_input_producer().")
        count = array.shape(tensors[0])[0]
        queue = range_input_producer(count, num_epochs, shuffle, seed, capacity, shared_name)
        place = queue.dequeue()
        return [gathering.gather(tensor, place) for tensor in tensors]


def batch(
    tensor_list: Sequence[Any],
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of what ``tensor_list`` is in one run after the other.

    Args:
        tensor_list: tensors of one example; or of several, along the first axis, with ``enqueue_many``.
        batch_size: how many examples a batch has.
        num_threads: how many fill the queue; with more than one the order is not that of the input.
        capacity: of the queue.
        shapes: of one example, if they cannot be told from the tensors.
        dynamic_pad: examples may differ in size, and are filled up with zeros.
        shared_name: queues of the same name are one in a session.

    Returns: tensors ``[batch_size, ...]``, one for each of ``tensor_list``; the only one itself. When the input
    ends, a last batch that would not be full is not given: a run raises `errors.OutOfRangeError`.

    Raises:
        ValueError: a shape is not known in full, or the list is empty.
    """
    lists = [list(tensor_list)] * num_threads
    return _batched("batch", lists, batch_size, capacity, enqueue_many, shapes, dynamic_pad, shared_name, name)


def batch_join(
    tensor_list_list: Sequence[Sequence[Any]],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """The same as `batch` from several inputs, with a thread for each: a list of tensors for each input."""
    lists = [list(tensors) for tensors in tensor_list_list]
    return _batched("batch_join", lists, batch_size, capacity, enqueue_many, shapes, dynamic_pad, shared_name, name)


def shuffle_batch(
    tensor_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """The same as `batch`, in random order.

    Args:
        min_after_dequeue: so many examples stay in the queue to choose from.
        seed: makes the order reproducible, with one thread.
    """
    lists = [list(tensor_list)] * num_threads
    mixing = (min_after_dequeue, seed)
    return _batched(
        "shuffle_batch", lists, batch_size, capacity, enqueue_many, shapes, False, shared_name, name, mixing
    )


def shuffle_batch_join(
    tensor_list_list: Sequence[Sequence[Any]],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """The same as `shuffle_batch` from several inputs, with a thread for each."""
    lists = [list(tensors) for tensors in tensor_list_list]
    mixing = (min_after_dequeue, seed)
    return _batched(
        "shuffle_batch_join", lists, batch_size, capacity, enqueue_many, shapes, False, shared_name, name, mixing
    )


def _batched(
    default_name: str,
    lists: list[list[Any]],
    batch_size: Any,
    capacity: int,
    enqueue_many: bool,
    shapes: Any,
    dynamic_pad: bool,
    shared_name: str | None,
    name: str | None,
    mixing: tuple[int, int | None] | None = None,
) -> Any:
    if not lists or not lists[0]:
        raise ValueError(f"{default_name} needs at least one tensor")
    with op_scope([tensor for tensors in lists for tensor in tensors], name, default_name) as scope:
        threads = _distinct(lists)
        types = [tensor.dtype.base_dtype for tensor in threads[0]]
        for tensors in threads:
            if [tensor.dtype.base_dtype for tensor in tensors] != types:
                raise TypeError(f"{default_name}: the lists of tensors must have the same types")
        known = _shapes_of_example(threads, shapes, enqueue_many)
        queue: QueueBase
        if mixing is not None:
            queue = RandomShuffleQueue(capacity, mixing[0], types, known, mixing[1], shared_name)
        elif dynamic_pad:
            queue = PaddingFIFOQueue(capacity, types, known, shared_name)
        else:
            queue = FIFOQueue(capacity, types, known, shared_name)
        made: dict[int, Operation] = {}
        for tensors in threads:
            if id(tensors) not in made:
                made[id(tensors)] = queue.enqueue_many(tensors) if enqueue_many else queue.enqueue(tensors)
        add_queue_runner(QueueRunner(queue, [made[id(tensors)] for tensors in threads]))
        kept = 0 if mixing is None else mixing[0]
        of = f"fraction_over_{kept}_of_{capacity - kept}_full" if mixing is not None else f"fraction_of_{capacity}_full"
        _summarize(queue, f"queue/{scope}{of}", capacity, kept)
        return queue.dequeue_many(convert_to_tensor(batch_size, int32, "n"), name=scope)


def _distinct(lists: list[list[Any]]) -> list[list[Tensor]]:
    """The lists as tensors; one list that several threads share stays one."""
    converted = {id(values): [convert_to_tensor(value) for value in values] for values in lists}
    return [converted[id(values)] for values in lists]


def _shapes_of_example(lists: list[list[Tensor]], given: Any, enqueue_many: bool) -> list[TensorShape]:
    """For each component what is known of the shape of one example, from all inputs."""
    if given is not None:
        return [as_shape(shape) for shape in given]
    known = []
    for tensors in zip(*lists):
        all_known = [t.get_shape()[1:] if enqueue_many else t.get_shape() for t in tensors]
        merged = all_known[0]
        for shape in all_known[1:]:
            merged = _common(merged, shape)
        known.append(merged)
    return known


def _common(a: TensorShape, b: TensorShape) -> TensorShape:
    if a.sizes is None or b.sizes is None or len(a.sizes) != len(b.sizes):
        return TensorShape(None)
    return TensorShape([x if x == y else None for x, y in zip(a.sizes, b.sizes)])
