"""Values in, serialised Summary messages out: what a SummaryWriter puts into an event file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from graphcore import common_shapes
from graphcore.errors import InvalidArgumentError
from graphcore.graph import GraphKeys
from graphcore.kernel_values import as_array
from graphcore.op_type import OpType, no_gradient
from graphcore.operation import Operation, Tensor
from graphcore.scopes import get_collection, get_default_graph, op_scope
from graphcore.shapes import TensorShape


def _text(tag: bytes) -> str:
    return tag.decode("utf-8", "replace")


def scalar_tag(tag: Any) -> str:
    """The tag of a summary that has one: a kernel's input, as text."""
    tags = as_array(tag)
    if tags.shape:
        raise InvalidArgumentError(None, None, f"Tag must be a scalar, but has shape {list(tags.shape)}")
    return _text(tags.item())


def numbered(tag: str, index: int, most: int) -> str:
    """The tag of one of at most ``most`` pictures or sounds of a summary."""
    return f"{tag}/{index}" if most > 1 else tag


def _scalar_summary_kernel(tags: Any, values: Any) -> bytes:
    from writer.format.messages import Summary

    summary = Summary()
    single = isinstance(tags, bytes) and not np.ndim(values)
    for tag, value in [(tags, values)] if single else _in_pairs(as_array(tags), np.asarray(values)):
        summary.value.add(tag=_text(tag), simple_value=float(value))
    return summary.SerializeToString()


def _in_pairs(tags: np.ndarray, values: np.ndarray) -> Iterator[tuple[bytes, Any]]:
    if tags.shape != values.shape:
        first = f" (tag '{_text(tags.flat[0])}')" if tags.size else ""
        raise InvalidArgumentError(
            None,
            None,
            f"tags and values are not the same shape: {list(tags.shape)} != {list(values.shape)}{first}",
        )
    return zip(tags.ravel(), values.ravel())


def _merge_summary_kernel(*inputs: Any) -> bytes:
    from writer.format.messages import Summary

    # The bytes of messages one after another are those of one that has the fields of all.
    merged = Summary.FromString(b"".join([v if isinstance(v, bytes) else b"".join(v.ravel()) for v in inputs]))
    seen: set[str] = set()
    for value in merged.value:
        if value.tag in seen:
            raise InvalidArgumentError(None, None, f"Duplicate tag {value.tag} found in summary inputs")
        seen.add(value.tag)
    return merged.SerializeToString()


def _scalar_summary_shape(op: Operation) -> list[TensorShape]:
    tags, values = (tensor.get_shape() for tensor in op.inputs)
    tags.merge_with(values)
    return [TensorShape([])]


ScalarSummary = OpType(
    "ScalarSummary(tags:string, values:T) -> summary:string | T:type{real}",
    shape=_scalar_summary_shape,
    kernel=_scalar_summary_kernel,
    gradient=no_gradient,
)
MergeSummary = OpType(
    "MergeSummary(inputs:N*string) -> summary:string | N:int>=1",
    shape=common_shapes.scalar,
    kernel=_merge_summary_kernel,
    gradient=no_gradient,
)


def collect(summary: Tensor, collections: Sequence[str] | None, default: Sequence[str]) -> Tensor:
    """The summary, filed under ``collections``, or under ``default`` if there are none given."""
    get_default_graph().add_to_collections(default if collections is None else collections, summary)
    return summary


def scalar_summary(tags: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None) -> Tensor:
    """A summary with a number for each tag: a point of each curve on the dashboard.

    Args:
        tags: a string, or strings in the shape of ``values``.
        values: a number, or numbers.
        collections: where to file it, instead of with the summaries that `merge_all_summaries` gathers.

    Returns: a string scalar, a serialised Summary, for `SummaryWriter.add_summary`.
    """
    with op_scope([tags, values], name, "ScalarSummary") as scope:
        return collect(ScalarSummary(tags, values, name=scope), collections, [GraphKeys.SUMMARIES])


def merge_summary(inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None) -> Tensor:
    """One summary with the values of several.

    A run of it raises InvalidArgumentError when two of them have the same tag.
    """
    with op_scope(inputs if isinstance(inputs, Sequence) else [], name, "MergeSummary"):
        return collect(MergeSummary(inputs, name=name), collections, [])


def merge_all_summaries(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """All summaries filed so far, merged; None if there are none."""
    summaries = get_collection(key)
    return merge_summary(summaries) if summaries else None
