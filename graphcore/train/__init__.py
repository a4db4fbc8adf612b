"""Training: optimizers, learning rates, moving averages, checkpoints, and the writer of event files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from graphcore.train.adadelta import AdadeltaOptimizer
from graphcore.train.adagrad import AdagradOptimizer
from graphcore.train.adam import AdamOptimizer
from graphcore.train.ftrl import FtrlOptimizer
from graphcore.train.global_step import global_step
from graphcore.train.gradient_descent import GradientDescentOptimizer
from graphcore.train.input_sources import limit_epochs, match_filenames_once
from graphcore.train.learning_rate import exponential_decay
from graphcore.train.momentum import MomentumOptimizer
from graphcore.train.moving_averages import ExponentialMovingAverage
from graphcore.train.optimizer import Optimizer
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
    "MomentumOptimizer",
    "NewCheckpointReader",
    "Optimizer",
    "RMSPropOptimizer",
    "Saver",
    "SaverDef",
    "SequenceExample",
    "SummaryWriter",
    "checkpoint_exists",
    "exponential_decay",
    "export_meta_graph",
    "generate_checkpoint_state_proto",
    "get_checkpoint_state",
    "global_step",
    "import_meta_graph",
    "latest_checkpoint",
    "limit_epochs",
    "match_filenames_once",
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
