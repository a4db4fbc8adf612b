"""Samples of what writes checkpoints, and reads them and other files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from op_samples.sample import MATRIX, OTHER, Sample, op

import graphcore as tf
from graphcore.op_type import OP_TYPES

CHECKPOINT = str(Path(__file__).resolve().parents[2] / "data" / "graphcore" / "tensorflow_v1-7")

_DIRECTORY = tempfile.TemporaryDirectory(prefix="op_samples")
TARGET = str(Path(_DIRECTORY.name) / "model")


SAMPLES: dict[str, list[Sample]] = {
    "Save": [Sample(lambda: OP_TYPES["Save"](TARGET, ["a", "b"], [tf.constant(MATRIX), tf.constant(3)]))],
    "SaveSlices": [
        Sample(
            lambda: OP_TYPES["SaveSlices"](
                TARGET, ["a", "a"], ["4 3 0,2:-", "4 3 2,2:0,3"], [tf.constant(MATRIX), tf.constant(OTHER)]
            )
        )
    ],
    "Restore": [
        Sample(lambda: OP_TYPES["Restore"](CHECKPOINT, "layer/w", dt=tf.float32)),
        Sample(lambda: OP_TYPES["Restore"](CHECKPOINT, "global_step", dt=tf.int64, preferred_shard=0)),
    ],
    "RestoreSlice": [
        Sample(lambda: OP_TYPES["RestoreSlice"](CHECKPOINT, "layer/w", "3 4 1,2:-", dt=tf.float32)),
        Sample(lambda: OP_TYPES["RestoreSlice"](CHECKPOINT, "p/table", "7 2 2,4:1,1", dt=tf.float32)),
        Sample(lambda: OP_TYPES["RestoreSlice"](CHECKPOINT, "names", "", dt=tf.string)),
    ],
    "MatchingFiles": [op("MatchingFiles", np.array(f"{CHECKPOINT[:-3]}*".encode(), object))],
    "ReadFile": [op("ReadFile", np.array(CHECKPOINT.encode(), object))],
    "ShardedFilename": [op("ShardedFilename", np.array(b"model", object), np.int32(3), np.int32(12))],
    "ShardedFilespec": [op("ShardedFilespec", np.array(b"model", object), np.int32(12))],
}
