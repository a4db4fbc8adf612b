"""Training: optimizers, learning rates, moving averages, checkpoints, and the writer of event files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from graphcore.train.adadelta import AdadeltaOptimizer
from graphcore.train.adagrad import AdagradOptimizer
from graphcore.train.adam import AdamOptimizer
from graphcore.train.batching import (
    batch,
    batch_join,
    input_producer,
    range_input_producer,
    shuffle_batch,
    shuffle_batch_join,
    slice_input_producer,
    string_input_producer,
)
from graphcore.train.coordinator import Coordinator, LooperThread
from graphcore.train.ftrl import FtrlOptimizer
from graphcore.train.global_step import create_global_step, get_global_step, get_or_create_global_step, global_step
from graphcore.train.gradient_descent import GradientDescentOptimizer
from graphcore.train.input_sources import limit_epochs, match_filenames_once
from graphcore.train.learning_rate import exponential_decay
from graphcore.train.momentum import MomentumOptimizer
from graphcore.train.moving_averages import ExponentialMovingAverage
from graphcore.train.optimizer import Optimizer
from graphcore.train.queue_runner import QueueRunner, add_queue_runner, start_queue_runners
from graphcore.train.rms_prop import RMSPropOptimizer
from graphcore.train.summary_iterator import summary_iterator
from graphcore.train.write_graph import write_graph

if TYPE_CHECKING:
    from graphcore.checkpoint.reader import CheckpointReader as NewCheckpointReader
    from graphcore.checkpoint.state import (
        checkpoint_exists,
        generate_checkpoint_state_proto,
        get_checkpoint_state,
        latest_checkpoint,
        update_checkpoint_state,
    )
    from graphcore.meta_graph import export_meta_graph, import_meta_graph
    from graphcore.train.saver import Saver
    from writer import SummaryWriter
    from writer.format.messages import (
        BytesList,
        CheckpointState,
        Example,
        Feature,
        FeatureList,
        FeatureLists,
        Features,
        FloatList,
        Int64List,
        SaverDef,
        SequenceExample,
    )

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "BytesList",
    "CheckpointState",
    "Coordinator",
    "Example",
    "ExponentialMovingAverage",
    "Feature",
    "FeatureList",
    "FeatureLists",
    "Features",
    "FloatList",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "Int64List",
    "LooperThread",
    "MomentumOptimizer",
    "NewCheckpointReader",
    "Optimizer",
    "QueueRunner",
    "RMSPropOptimizer",
    "Saver",
    "SaverDef",
    "SequenceExample",
    "SummaryWriter",
    "add_queue_runner",
    "batch",
    "batch_join",
    "checkpoint_exists",
    "create_global_step",
    "exponential_decay",
    "export_meta_graph",
    "generate_checkpoint_state_proto",
    "get_checkpoint_state",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
    "import_meta_graph",
    "input_producer",
    "latest_checkpoint",
    "limit_epochs",
    "match_filenames_once",
    "range_input_producer",
    "shuffle_batch",
    "shuffle_batch_join",
    "slice_input_producer",
    "start_queue_runners",
    "string_input_producer",
    "summary_iterator",
    "update_checkpoint_state",
    "write_graph",
]

_STATE = "graphcore.checkpoint.state"
_ON_DEMAND = {
    "SummaryWriter": ("writer", "SummaryWriter"),
    "Saver": ("graphcore.train.saver", "Saver"),
    "NewCheckpointReader": ("graphcore.checkpoint.reader", "CheckpointReader"),
    "checkpoint_exists": (_STATE, "checkpoint_exists"),
    "generate_checkpoint_state_proto": (_STATE, "generate_checkpoint_state_proto"),
    "get_checkpoint_state": (_STATE, "get_checkpoint_state"),
    "latest_checkpoint": (_STATE, "latest_checkpoint"),
    "update_checkpoint_state": (_STATE, "update_checkpoint_state"),
    "export_meta_graph": ("graphcore.meta_graph", "export_meta_graph"),
    "import_meta_graph": ("graphcore.meta_graph", "import_meta_graph"),
    **{
        name: ("writer.format.messages", name)
        for name in (
            *("CheckpointState", "SaverDef", "Example", "SequenceExample", "Features", "Feature", "FeatureLists"),
            *("FeatureList", "BytesList", "FloatList", "Int64List"),
        )
    },
}
"""Name -> where it is when it is asked for: a program that only computes does not pay for the import."""


def __getattr__(name: str) -> Any:
    if name in _ON_DEMAND:
        module, attribute = _ON_DEMAND[name]
        return getattr(importlib.import_module(module), attribute)
    from graphcore.absent import absent

    raise absent("tf.train", name, __all__)
