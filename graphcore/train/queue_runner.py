"""A queue and operations that fill it in, threads that do out."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Sequence
from typing import Any

from graphcore.errors import CancelledError, OutOfRangeError
from graphcore.graph import GraphKeys
from graphcore.operation import Operation
from graphcore.ops.queues import QueueBase
from graphcore.scopes import add_to_collection, get_collection, get_default_graph
from graphcore.session import Session, get_default_session
from graphcore.train.coordinator import Coordinator


class QueueRunner:
    """Fills a queue: a thread for each operation, which runs it again and again.

    When the input of all operations has ended, the queue is closed, so that who takes from it gets what is left and
    then learns that there is no more.
    """

    def __init__(
        self,
        queue: QueueBase | None = None,
        enqueue_ops: Sequence[Operation] | None = None,
        close_op: Operation | None = None,
        cancel_op: Operation | None = None,
        queue_runner_def: Any = None,
    ) -> None:
        """
        Args:
            enqueue_ops: what the threads run; the same operation several times for several threads.
            close_op: closes the queue, but lets in what waits; made if not given.
            cancel_op: closes it at once, when the coordinator stops.
            queue_runner_def: a QueueRunnerDef message with the names of all these, instead of them.

        Raises:
            ValueError: there is nothing to fill, or nothing to fill it with.
        """
        self._lock = threading.Lock()
        self._running: weakref.WeakKeyDictionary[Session, int] = weakref.WeakKeyDictionary()
        self._errors: list[BaseException] = []
        if queue_runner_def is not None:
            if queue is not None or enqueue_ops is not None:
                raise ValueError("queue_runner_def and queue are mutually exclusive.")
            graph = get_default_graph()
            self._name = queue_runner_def.queue_name
            self._enqueue_ops = [graph.get_operation_by_name(name) for name in queue_runner_def.enqueue_op_name]
            self._close_op = graph.get_operation_by_name(queue_runner_def.close_op_name)
            self._cancel_op = graph.get_operation_by_name(queue_runner_def.cancel_op_name)
            return
        if queue is None or not enqueue_ops:
            raise ValueError("Must provide queue and enqueue_ops.")
        self._name = queue.name
        self._enqueue_ops = list(enqueue_ops)
        self._close_op = queue.close() if close_op is None else close_op
        self._cancel_op = queue.close(cancel_pending_enqueues=True) if cancel_op is None else cancel_op

    @property
    def name(self) -> str:
        """That of the queue."""
        return self._name

    @property
    def exceptions_raised(self) -> list[BaseException]:
        """What went wrong in threads that have no coordinator."""
        return self._errors

    def to_proto(self) -> Any:
        """The names of the queue and the operations, as a QueueRunnerDef message."""
        from writer.format.messages import QueueRunnerDef

        return QueueRunnerDef(
            queue_name=self._name,
            enqueue_op_name=[op.name for op in self._enqueue_ops],
            close_op_name=self._close_op.name,
            cancel_op_name=self._cancel_op.name,
        )

    @staticmethod
    def from_proto(queue_runner_def: Any) -> QueueRunner:
        """The runner whose operations, named by a QueueRunnerDef message, are in the default graph."""
        return QueueRunner(queue_runner_def=queue_runner_def)

    def create_threads(
        self, sess: Session, coord: Coordinator | None = None, daemon: bool = False, start: bool = False
    ) -> list[threading.Thread]:
        """Threads that fill the queue in a session; one more, if there is a coordinator, closes it when that stops.

        Args:
            coord: stops the threads, and learns what goes wrong in them.
            daemon: lets the program end though they run.
            start: begins them.

        Raises:
            RuntimeError: there are such threads for the session already.
        """
        with self._lock:
            if self._running.get(sess):
                raise RuntimeError("Threads are already running.")
            self._running[sess] = len(self._enqueue_ops)
            self._errors = []
        threads = [
            threading.Thread(target=self._fill, args=(sess, op, coord), name=f"{self._name}-{i}", daemon=daemon)
            for i, op in enumerate(self._enqueue_ops)
        ]
        if coord is not None:
            name = f"{self._name}-stop"
            threads.append(threading.Thread(target=self._stop, args=(sess, coord), name=name, daemon=daemon))
            for thread in threads:
                coord.register_thread(thread)
        if start:
            for thread in threads:
                thread.start()
        return threads

    def _fill(self, sess: Session, enqueue_op: Operation, coord: Coordinator | None) -> None:
        ended = False
        try:
            while coord is None or not coord.should_stop():
                try:
                    sess.run(enqueue_op)
                except (OutOfRangeError, CancelledError):
                    ended = True
                    break
        except Exception as error:
            if coord is not None:
                coord.request_stop(error)
            else:
                with self._lock:
                    self._errors.append(error)
        finally:
            self._one_less(sess, ended)

    def _one_less(self, sess: Session, ended: bool) -> None:
        with self._lock:
            self._running[sess] -= 1
            last = self._running[sess] == 0
        if last and ended:
            _run_if_open(sess, self._close_op)

    def _stop(self, sess: Session, coord: Coordinator) -> None:
        coord.wait_for_stop()
        _run_if_open(sess, self._cancel_op)


def _run_if_open(sess: Session, op: Operation) -> None:
    """A session that has been closed has no queues any more that would have to be."""
    with contextlib.suppress(RuntimeError, CancelledError):
        sess.run(op)


def add_queue_runner(qr: QueueRunner, collection: str = GraphKeys.QUEUE_RUNNERS) -> None:
    """Lets `start_queue_runners` begin the threads of ``qr``."""
    add_to_collection(collection, qr)


def start_queue_runners(
    sess: Session | None = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = GraphKeys.QUEUE_RUNNERS,
) -> list[threading.Thread]:
    """The threads of all queue runners of the graph, begun: a graph that reads its input by queues waits without them.

    Args:
        sess: the default session if not given.
        coord, daemon, start: see `QueueRunner.create_threads`.

    Raises:
        ValueError: there is no session.
    """
    session = get_default_session() if sess is None else sess
    if session is None:
        raise ValueError(
            "Cannot start queue runners: No default session is registered. Use `with sess.as_default()` or pass an "
            "explicit session to tf.start_queue_runners(sess=sess)"
        )
    with session.graph.as_default():
        runners = get_collection(collection)
    return [thread for qr in runners for thread in qr.create_threads(session, coord, daemon, start)]
