"""Samples of queues."""

from __future__ import annotations

from op_samples.sample import CUBE, MATRIX, Sample, int32

import graphcore as tf
from graphcore.operation import Tensor


def taken(x: Tensor, many: bool) -> Tensor:
    queue = tf.FIFOQueue(10, tf.float64, [3])
    with tf.control_dependencies([queue.enqueue_many([x])]):
        return queue.dequeue_many(2) if many else queue.dequeue()


SAMPLES: dict[str, list[Sample]] = {
    "FIFOQueue": [Sample(lambda: tf.FIFOQueue(3, [tf.float32, tf.string], [[2], []]).queue_ref)],
    "PaddingFIFOQueue": [Sample(lambda: tf.PaddingFIFOQueue(3, [tf.float32], [[None, 2]]).queue_ref)],
    "RandomShuffleQueue": [Sample(lambda: tf.RandomShuffleQueue(3, 1, tf.float32, seed=7).queue_ref)],
    "QueueEnqueue": [
        Sample(
            lambda x, n: tf.FIFOQueue(3, [tf.float64, tf.int32]).enqueue([x, n]), MATRIX, int32(1, 2), gradient_wrt=()
        )
    ],
    "QueueEnqueueMany": [
        Sample(lambda x: tf.FIFOQueue(3, tf.float64, [3, 4]).enqueue_many([x]), CUBE, gradient_wrt=())
    ],
    "QueueDequeue": [Sample(lambda x: taken(x, many=False), MATRIX, gradient_wrt=())],
    "QueueDequeueMany": [Sample(lambda x: taken(x, many=True), MATRIX, gradient_wrt=())],
    "QueueClose": [Sample(lambda: tf.FIFOQueue(3, tf.float32).close())],
    "QueueSize": [Sample(lambda: tf.FIFOQueue(3, tf.float32).size())],
}
