"""Training: optimizers, learning rates, moving averages, and the writer of event files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphcore.train.adadelta import AdadeltaOptimizer
from graphcore.train.adagrad import AdagradOptimizer
from graphcore.train.adam import AdamOptimizer
from graphcore.train.ftrl import FtrlOptimizer
from graphcore.train.gradient_descent import GradientDescentOptimizer
from graphcore.train.learning_rate import exponential_decay
from graphcore.train.momentum import MomentumOptimizer
from graphcore.train.moving_averages import ExponentialMovingAverage
from graphcore.train.optimizer import Optimizer
from graphcore.train.rms_prop import RMSPropOptimizer
from graphcore.train.summary_iterator import summary_iterator

if TYPE_CHECKING:
    from graphcore.meta_graph import export_meta_graph, import_meta_graph
    from writer import SummaryWriter

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "ExponentialMovingAverage",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "RMSPropOptimizer",
    "SummaryWriter",
    "exponential_decay",
    "export_meta_graph",
    "import_meta_graph",
    "summary_iterator",
]


def __getattr__(name: str) -> Any:
    # On demand: a program that only computes does not pay for the import.
    if name == "SummaryWriter":
        from writer import SummaryWriter

        return SummaryWriter
    if name in ("export_meta_graph", "import_meta_graph"):
        from graphcore import meta_graph

        return getattr(meta_graph, name)
    from graphcore.absent import absent

    raise absent("tf.train", name, __all__)
