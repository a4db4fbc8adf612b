"""Training: optimizers, and the writer of event files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphcore.train.gradient_descent import GradientDescentOptimizer
from graphcore.train.optimizer import Optimizer

if TYPE_CHECKING:
    from writer import SummaryWriter

__all__ = ["GradientDescentOptimizer", "Optimizer", "SummaryWriter"]


def __getattr__(name: str) -> Any:
    # On demand: a program that only computes does not pay for the import.
    if name == "SummaryWriter":
        from writer import SummaryWriter

        return SummaryWriter
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
