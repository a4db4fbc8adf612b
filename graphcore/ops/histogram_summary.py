"""A tag and numbers in, a serialised Summary with their histogram out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError
from graphcore.graph import GraphKeys
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.ops.summary import collect, scalar_tag
from graphcore.scopes import op_scope

if TYPE_CHECKING:
    from graphcore.state import SessionState


def _kernel_for(op: Operation, state: SessionState) -> Callable[[Any, Any], bytes]:
    def kernel(tag: Any, values: Any) -> bytes:
        from writer.summary.histograms import legacy_histogram

        name, numbers = scalar_tag(tag), np.asarray(values).ravel()
        bad = numbers.size - np.count_nonzero(np.isfinite(numbers))
        if bad:
            told = f"{bad} of {numbers.size} values are not finite"
            raise InvalidArgumentError(None, None, f"Nan in summary histogram for: {op.name} (tag '{name}': {told})")
        return legacy_histogram(name, _histogram(numbers))

    return kernel


def _histogram(numbers: np.ndarray) -> Any:
    """The HistogramProto of finite numbers, in the buckets of TensorFlow 0.8, whose width grows with the number.

    A bucket reaches from the limit before it up to its own, which is not part of it. A run of empty buckets becomes
    one. tensorflow/core/lib/histogram/histogram.cc, Histogram::Add and EncodeToProto.
    """
    from writer.format.messages import HistogramProto
    from writer.summary.histograms import exponential_edges

    limits, ordered = exponential_edges(), np.sort(numbers.astype(np.float64))
    below = np.searchsorted(ordered, limits, "left")
    below[-1] = len(ordered)  # the last bucket holds the largest number there is, too
    counts = np.diff(below, prepend=0)
    kept = np.append((counts[:-1] > 0) | (counts[1:] > 0), True)  # of a run of empty ones, the last
    return HistogramProto(
        min=ordered[0] if len(ordered) else limits[-1],
        max=ordered[-1] if len(ordered) else limits[0],
        num=len(ordered),
        sum=ordered.sum(),
        sum_squares=ordered.dot(ordered),
        bucket_limit=limits[kept],
        bucket=counts[kept],
    )


HistogramSummary = OpType(
    "HistogramSummary(tag:string, values:T) -> summary:string | T:type{real}=float32",
    shape=common_shapes.scalar,
    bind=_kernel_for,
    gradient=no_gradient,
)


def histogram_summary(
    tag: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of how numbers are distributed: a slice of a histogram over time on the dashboard.

    Args:
        tag: a string.
        values: numbers, any shape. A run raises InvalidArgumentError if one is NaN or infinite.
        collections: where to file it, instead of with the summaries that `merge_all_summaries` gathers.

    Returns: a string scalar, a serialised Summary, for `SummaryWriter.add_summary`.
    """
    with op_scope([tag, values], name, "HistogramSummary") as scope:
        return collect(HistogramSummary(tag, values, name=scope), collections, [GraphKeys.SUMMARIES])
