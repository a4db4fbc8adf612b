"""Samples of queues, of what reads files, and of what decodes."""

from __future__ import annotations

import numpy as np
from op_samples.sample import CUBE, MATRIX, Sample, int32, op

import graphcore as tf
from graphcore.operation import Tensor


def taken(x: Tensor, many: bool) -> Tensor:
    queue = tf.FIFOQueue(10, tf.float64, [3])
    with tf.control_dependencies([queue.enqueue_many([x])]):
        return queue.dequeue_many(2) if many else queue.dequeue()


def read() -> list[Tensor]:
    names = tf.FIFOQueue(3, tf.string, [[]])
    with tf.control_dependencies([names.enqueue("file")]):
        return list(tf.IdentityReader().read(names))


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
    "TextLineReader": [Sample(lambda: tf.TextLineReader(skip_header_lines=1).reader_ref)],
    "FixedLengthRecordReader": [Sample(lambda: tf.FixedLengthRecordReader(5, 1, 2).reader_ref)],
    "WholeFileReader": [Sample(lambda: tf.WholeFileReader().reader_ref)],
    "TFRecordReader": [Sample(lambda: tf.TFRecordReader().reader_ref)],
    "IdentityReader": [Sample(lambda: tf.IdentityReader().reader_ref)],
    "ReaderRead": [Sample(read)],
    "ReaderNumRecordsProduced": [Sample(lambda: tf.IdentityReader().num_records_produced())],
    "ReaderNumWorkUnitsCompleted": [Sample(lambda: tf.IdentityReader().num_work_units_completed())],
    "ReaderReset": [Sample(lambda: tf.IdentityReader().reset())],
    "DecodeRaw": [
        op("DecodeRaw", np.array([b"abcd", b"efgh"], object), out_type=tf.int16),
        op("DecodeRaw", np.array(b"abcd", object), out_type=tf.int32, little_endian=False),
    ],
    "DecodeCSV": [
        Sample(lambda lines: tf.decode_csv(lines, [[0], [1.5], ["?"]]), np.array([b"1,2.5,a", b",,"], object))
    ],
    "StringToNumber": [op("StringToNumber", np.array([b"1.5", b"-3"], object))],
    "StringToHashBucket": [
        op("StringToHashBucket", np.array([b"", b"a", b"longer than eight"], object), num_buckets=97)
    ],
    "QueueSize": [Sample(lambda: tf.FIFOQueue(3, tf.float32).size())],
}
