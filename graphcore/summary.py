"""The public namespace ``tf.summary``: summaries as they are spelled since TensorFlow 1.0.

An operation made here is named after its tag, and the tag includes the open name scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphcore.graph import GraphKeys
from graphcore.operation import Tensor
from graphcore.ops.audio_summary import audio_summary
from graphcore.ops.histogram_summary import histogram_summary
from graphcore.ops.image_summary import image_summary
from graphcore.ops.summary import MergeSummary, collect, scalar_summary
from graphcore.scopes import get_collection, op_scope

if TYPE_CHECKING:
    from writer import SummaryWriter as FileWriter

__all__ = ["FileWriter", "audio", "histogram", "image", "merge", "merge_all", "scalar"]


def scalar(name: str, tensor: Any, collections: Sequence[str] | None = None) -> Tensor:
    """A summary with one number; ``name`` is the tag, made unique. See `graphcore.scalar_summary`."""
    with op_scope([tensor], name) as scope:
        return scalar_summary(scope.rstrip("/"), tensor, collections, name=scope)


def histogram(name: str, values: Any, collections: Sequence[str] | None = None) -> Tensor:
    """A summary of how numbers are distributed; ``name`` is the tag, made unique. See `graphcore.histogram_summary`."""
    with op_scope([values], name) as scope:
        return histogram_summary(scope.rstrip("/"), values, collections, name=scope)


def image(name: str, tensor: Any, max_outputs: int = 3, collections: Sequence[str] | None = None) -> Tensor:
    """A summary with pictures; ``name``, made unique, begins their tags. See `graphcore.image_summary`."""
    with op_scope([tensor], name) as scope:
        return image_summary(scope.rstrip("/"), tensor, max_outputs, collections, name=scope)


def audio(
    name: str, tensor: Any, sample_rate: float, max_outputs: int = 3, collections: Sequence[str] | None = None
) -> Tensor:
    """A summary with sounds; ``name``, made unique, begins their tags. See `graphcore.audio_summary`."""
    with op_scope([tensor], name) as scope:
        return audio_summary(scope.rstrip("/"), tensor, sample_rate, max_outputs, collections, name=scope)


def merge(inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None) -> Tensor:
    """One summary with the values of several, see `graphcore.merge_summary`."""
    with op_scope(inputs, name, "Merge"):
        return collect(MergeSummary(list(inputs), name=name), collections, [])


def merge_all(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """All summaries filed so far, merged; None if there are none."""
    summaries = get_collection(key)
    return merge(summaries) if summaries else None


def __getattr__(attribute: str) -> Any:
    if attribute == "FileWriter":
        from writer import SummaryWriter

        return SummaryWriter
    from graphcore.absent import absent

    raise absent("tf.summary", attribute, __all__)
