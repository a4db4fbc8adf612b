"""Numbers to buckets, and buckets and their tag to the bytes of a Summary.

Buckets are rows (left edge, right edge, count), float64 [k, 3]. A value lies in a bucket if it is not less than
its left and less than its right edge; the last bucket holds its right edge, too.
"""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np

from writer.format.messages import HistogramProto, Summary
from writer.format.plugins import HISTOGRAMS
from writer.summary.metadata import metadata_of, tensor_summary

DEFAULT_BUCKETS = 30
_BLOCK = 1 << 16  # values bucketed at a time: their temporaries stay in the processor's cache


def histogram(
    tag: str, buckets: np.ndarray, *, display_name: str | None = None, description: str | None = None
) -> bytes:
    """A Summary that holds buckets as a tensor."""
    return tensor_summary(
        tag, buckets, metadata_of(tag, HISTOGRAMS, display_name=display_name, description=description)
    )


def legacy_histogram(tag: str, statistics: Any, *, description: str | None = None) -> bytes:
    """A Summary that holds a HistogramProto, as writers before TensorFlow 2 made them."""
    summary = Summary()
    entry = summary.value.add(tag=tag, histo=statistics)
    if description:
        entry.metadata.CopyFrom(metadata_of(tag, HISTOGRAMS, description=description))
    return bytes(summary.SerializeToString())


def to_buckets(values: np.ndarray, bins: Any = DEFAULT_BUCKETS, max_bins: int | None = None) -> np.ndarray:
    """The distribution of finite values.

    Args:
        values: finite numbers, any shape.
        bins: how many buckets of equal width; or increasing edges; or "exponential", the edges of TensorFlow 0.8;
            or a rule of `numpy.histogram_bin_edges` ("auto", "fd", "sturges", ...). Values outside of given
            edges are left out. Exponential buckets come without the empty ones at both ends.
        max_bins: at most so many buckets; neighbours are joined until there are.

    Raises:
        TypeError: ``bins`` or ``max_bins`` is of another type.
        ValueError: it is no rule, not positive, or edges that do not increase.
    """
    values = values.reshape(-1)
    if isinstance(bins, str):
        buckets = _by_rule(values, bins)
    elif hasattr(bins, "__len__"):
        buckets = between(values, _checked_edges(bins))
    else:
        buckets = uniform(values, _checked_count("bins", bins))
    return buckets if max_bins is None else joined(buckets, _checked_count("max_bins", max_bins))


def uniform(values: np.ndarray, count: int = DEFAULT_BUCKETS) -> np.ndarray:
    """``count`` buckets of equal width from the least to the greatest of finite values.

    As TensorBoard counts them, number by number: no values make rows of zeros; if all are equal, both edges of
    all buckets are that value, and the last bucket counts them.
    """
    buckets = np.zeros((count, 3))
    if not values.size:
        return buckets
    low, high = float(values.min()), float(values.max())
    if low == high:
        buckets[:, :2] = low
        buckets[-1, 2] = values.size
        return buckets
    scale = 1.0
    if high / 4 - low / 4 > 2.0**1020:  # the range is at the end of float64 or beyond
        scale = 0.25
    elif (high - low) / count == 0:  # a bucket would be too narrow for float64
        scale = 2.0**64
    least, greatest = low, high
    low, high = low * scale, high * scale
    width = (high - low) / count
    counts = np.zeros(count, np.int64)
    for begin in range(0, values.size, _BLOCK):
        block = values[begin : begin + _BLOCK].astype(np.float64)
        if scale != 1:
            block *= scale
        block -= low
        block /= width
        indices = block.astype(np.intp)
        np.minimum(indices, count - 1, out=indices)
        counts += np.bincount(indices, minlength=count)
    edges = np.linspace(low, high, count + 1) / scale
    edges[0], edges[-1] = least, greatest  # scaling may have rounded the smallest of numbers
    buckets[:, 0], buckets[:, 1], buckets[:, 2] = edges[:-1], edges[1:], counts
    return buckets


def between(values: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Buckets between increasing edges; values outside of them are left out."""
    ordered = np.sort(values)
    below = np.append(np.searchsorted(ordered, edges[:-1], "left"), np.searchsorted(ordered, edges[-1], "right"))
    return np.stack([edges[:-1], edges[1:], np.diff(below).astype(np.float64)], axis=1)


def joined(buckets: np.ndarray, limit: int) -> np.ndarray:
    """At most ``limit`` buckets, each of equally many neighbours; the last may be of fewer."""
    group = -(-len(buckets) // limit)
    starts = np.arange(0, len(buckets), group)
    if group <= 1:
        return buckets
    ends = np.append(starts[1:], len(buckets)) - 1
    return np.stack([buckets[starts, 0], buckets[ends, 1], np.add.reduceat(buckets[:, 2], starts)], axis=1)


def filled(buckets: np.ndarray) -> np.ndarray:
    """The buckets without the empty ones at both ends; none, if all are empty."""
    holding = np.flatnonzero(buckets[:, 2])
    return buckets[holding[0] : holding[-1] + 1] if len(holding) else buckets[:0]


def to_statistics(values: np.ndarray, buckets: np.ndarray) -> Any:
    """The HistogramProto of finite values: their sums, and the buckets that hold any, by their right edges.

    A first, empty bucket tells the left edge, for readers take the first bucket as reaching from minus infinity.
    """
    values = values.reshape(-1).astype(np.float64)
    if not values.size:
        return HistogramProto(bucket_limit=[0.0], bucket=[0.0])
    kept = filled(buckets)
    with np.errstate(over="ignore"):
        sum_squares = float(values.dot(values))
        total = float(values.sum())
    return HistogramProto(
        min=float(values.min()),
        max=float(values.max()),
        num=float(values.size),
        sum=total,
        sum_squares=sum_squares,
        bucket_limit=np.append(kept[:1, 0], kept[:, 1]).tolist(),
        bucket=np.append(np.zeros(min(1, len(kept))), kept[:, 2]).tolist(),
    )


def from_limits(low: float, high: float, limits: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Buckets that are given by right edges alone, as TensorBoard reads them.

    Empty ones at both ends are dropped; the first that is left begins at the least value, the last ends at the
    greatest.
    """
    holding = np.flatnonzero(counts)
    if not len(holding):
        return np.zeros((0, 3))
    start, end = holding[0], holding[-1] + 1
    edges = np.concatenate([[low], limits[start : end - 1], [high]])
    return np.stack([edges[:-1], edges[1:], counts[start:end]], axis=1)


@functools.lru_cache(maxsize=1)
def exponential_edges() -> np.ndarray:
    """The edges of TensorFlow 0.8: 0, and up and down from 1e-12 by tenths of the last one to 1e20, then the end.

    tensorflow/core/lib/histogram/histogram.cc, InitDefaultBucketsInner.
    """
    positive = []
    edge = 1e-12
    while edge < 1e20:
        positive.append(edge)
        edge *= 1.1
    positive.append(float(np.finfo(np.float64).max))
    half = np.array(positive)
    return np.concatenate([-half[::-1], [0.0], half])


def _by_rule(values: np.ndarray, rule: str) -> np.ndarray:
    if rule == "exponential":
        kept = filled(between(values, exponential_edges()))
        if len(kept):  # the outermost buckets reach to the ends of float64
            kept[0, 0], kept[-1, 1] = max(kept[0, 0], values.min()), min(kept[-1, 1], values.max())
        return kept
    if not values.size:
        return np.zeros((0, 3))
    try:
        return between(values, np.histogram_bin_edges(values.astype(np.float64), bins=rule))
    except (ValueError, MemoryError) as error:
        raise ValueError(f"bins={rule!r}: {error}") from None


def _checked_edges(edges: Any) -> np.ndarray:
    array = np.asarray(edges)
    if array.ndim != 1 or array.dtype.kind not in "iuf" or len(array) < 2:
        raise ValueError(f"bins are at least two edges in one row, but got {array.dtype} of shape {list(array.shape)}")
    array = array.astype(np.float64)
    if not (np.diff(array) > 0).all():
        raise ValueError("bins are edges that increase, but some do not")
    return array


def _checked_count(name: str, count: Any) -> int:
    try:
        whole = operator.index(count)
    except TypeError:
        raise TypeError(f"{name} is a number of buckets, but got {count!r} of type {type(count).__name__}") from None
    if whole < 1:
        raise ValueError(f"{name} is a number of buckets, but got {whole}")
    return whole
