"""Events in every historical spelling in, values in today's out.

What a series is, `metadata_of` tells from its first value. A scalar's number comes from `scalar`; everything else
stays in its file until somebody asks for it, and `array` then makes of it what the plugin's current format holds:

==================  =======================================================================
images              bytes [k + 2]: width and height as decimal text, then k encoded pictures
audio               bytes [k, 2]: encoded sound, label
histograms          float [k, 3]: left edge, right edge, count of each bucket
graphs              bytes [1]: a serialised GraphDef (`__meta_graph__`: MetaGraphDef)
graph_run_metadata  bytes [1]: a serialised RunMetadata
others              the tensor as it was written
==================  =======================================================================

Sources: the summary and event messages of TensorFlow from 0.8 on; which of their spellings are read as what was
checked against TensorBoard 2.21.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from board.store import META_GRAPH_TAG, SeriesMetadata
from writer.format import plugins
from writer.format.messages import DataClass
from writer.format.tensors import to_ndarray

# Spellings that say by themselves what they are, whatever metadata come with them.
_PLUGIN_OF_FIELD = {
    "simple_value": plugins.SCALARS,
    "image": plugins.IMAGES,
    "audio": plugins.AUDIO,
    "histo": plugins.HISTOGRAMS,
    "obsolete_old_style_histogram": plugins.HISTOGRAMS,
}
LONGEST_TAG = 1024
_DIGEST = 16  # characters
_VERSION_PREFIX = "brain.Event:"
_NO_CLASS = DataClass["DATA_CLASS_UNKNOWN"]


def values(event: Any) -> Iterator[tuple[int, str, Any]]:
    """(index, tag, Summary.Value) of each value of a summary; (0, tag, the event) of an event that holds a graph.

    Events that tell of the session itself hold no values. A tag of more than `LONGEST_TAG` characters is cut, and ends
    in a digest of the whole: every list of series, and so every page, would be as long as the tag.
    """
    what = event.WhichOneof("what")
    if what == "summary":
        for index, value in enumerate(event.summary.value):
            yield index, _shortened(value.tag or value.node_name), value
    elif what == "graph_def":
        yield 0, plugins.RUN_GRAPH_TAG, event
    elif what == "meta_graph_def":
        yield 0, META_GRAPH_TAG, event
    elif what == "tagged_run_metadata":
        yield 0, _shortened(event.tagged_run_metadata.tag), event


def _shortened(tag: str) -> str:
    if len(tag) <= LONGEST_TAG:
        return tag
    digest = hashlib.sha256(tag.encode()).hexdigest()[:_DIGEST]
    return f"{tag[: LONGEST_TAG - _DIGEST - 1]}\N{HORIZONTAL ELLIPSIS}{digest}"


def file_version(event: Any) -> float | None:
    """The version that the first event of a file tells, 2 in ``brain.Event:2``; None for another event.

    What is no version counts as 0, the oldest.
    """
    if event.WhichOneof("what") != "file_version":
        return None
    with contextlib.suppress(ValueError):
        version = float(event.file_version.removeprefix(_VERSION_PREFIX))
        return version if math.isfinite(version) else 0.0
    return 0.0


def plugin_of(value: Any) -> str | None:
    """The plugin that a spelling implies; None for tensors, which are what the series' metadata say."""
    kind = _kind(value)
    if kind in ("graph_def", "meta_graph_def"):
        return plugins.GRAPHS
    if kind == "tagged_run_metadata":
        return plugins.GRAPH_TAGGED_RUN_METADATA
    return _PLUGIN_OF_FIELD.get(kind)


def metadata_of(tag: str, value: Any) -> SeriesMetadata:
    """What a series is whose first value this is."""
    plugin = plugin_of(value)
    if _kind(value) in _EVENT_KINDS:
        assert plugin is not None
        return SeriesMetadata(plugin, plugins.DATA_CLASS[plugin])
    written = value.metadata
    if plugin is not None:
        # Writers that spelled values this way had no display names; the tag was shown.
        shown = _shortened(written.display_name) or tag
        return SeriesMetadata(plugin, plugins.DATA_CLASS[plugin], shown, written.summary_description)
    name = written.plugin_data.plugin_name
    return SeriesMetadata(
        name,
        written.data_class or plugins.DATA_CLASS.get(name, _NO_CLASS),
        _shortened(written.display_name),
        written.summary_description,
        written.plugin_data.content,
    )


def scalar(value: Any) -> float:
    """The number of a value of a scalar series.

    Raises:
        ValueError: it holds something else than one real number.
    """
    kind = _kind(value)
    if kind == "simple_value":
        number: float = value.simple_value
        return number
    if kind != "tensor":
        raise ValueError(f"a scalar was wanted, but the value is {kind or 'empty'}")
    tensor = to_ndarray(value.tensor)
    if tensor.size != 1:
        raise ValueError(f"a scalar was wanted, but the tensor has shape {list(tensor.shape)}")
    if tensor.dtype.kind not in "biuf":
        raise ValueError(f"a scalar was wanted, but the tensor holds {_dtype_name(tensor)}")
    return float(tensor.reshape(()))


def array(event: Any, index: int) -> np.ndarray:
    """The value at ``index`` of an event, as the array that its plugin's current format holds.

    Raises:
        LookupError: the event has no such value.
        ValueError: the value is damaged, or of a kind that cannot be read.
    """
    kind = event.WhichOneof("what")
    if kind == "graph_def":
        return _bytes([event.graph_def])
    if kind == "meta_graph_def":
        return _bytes([event.meta_graph_def])
    if kind == "tagged_run_metadata":
        return _bytes([event.tagged_run_metadata.run_metadata])
    if kind != "summary" or index >= len(event.summary.value):
        raise LookupError(f"the event holds no value number {index}")
    value = event.summary.value[index]
    kind = value.WhichOneof("value")
    if kind == "image":
        image = value.image
        return _bytes([b"%d" % image.width, b"%d" % image.height, image.encoded_image_string])
    if kind == "audio":
        return _bytes([value.audio.encoded_audio_string, b""]).reshape(1, 2)
    if kind == "histo":
        return _buckets(value.histo)
    if kind == "simple_value":
        return np.array(value.simple_value, np.float32)
    if kind == "obsolete_old_style_histogram":
        raise ValueError("a histogram in a format that was given up before TensorFlow 0.5 cannot be read")
    if kind is None:
        # Hyperparameters are told in the metadata alone.
        return np.empty(0, np.float32)
    tensor = to_ndarray(value.tensor)
    name = value.metadata.plugin_data.plugin_name
    if tensor.ndim == 0 and plugins.DATA_CLASS.get(name) == DataClass["DATA_CLASS_BLOB_SEQUENCE"]:
        return tensor.reshape(1)
    return tensor


_EVENT_KINDS = ("graph_def", "meta_graph_def", "tagged_run_metadata")


def _kind(value: Any) -> str:
    """The field that a Summary.Value or an Event holds; "" if none."""
    group = "what" if value.DESCRIPTOR.name == "Event" else "value"
    return value.WhichOneof(group) or ""


def _bytes(items: list[bytes]) -> np.ndarray:
    column = np.empty(len(items), object)
    column[:] = items
    return column


def _buckets(histo: Any) -> np.ndarray:
    """Left edge, right edge and count of each bucket, without the empty ones at both ends, float64 [k, 3].

    The format gives right edges only, the first bucket reaching from minus infinity; what lies in it is known
    better by the smallest and largest value.
    """
    counts = np.array(histo.bucket, np.float64)
    rights = np.array(histo.bucket_limit, np.float64)
    if len(counts) != len(rights):
        raise ValueError(f"histogram: {len(counts)} counts, but {len(rights)} bucket limits")
    filled = np.flatnonzero(counts)
    if not len(filled):
        return np.empty((0, 3), np.float64)
    start, end = filled[0], filled[-1] + 1
    edges = np.concatenate([[histo.min], rights[start : end - 1], [histo.max]])
    return np.stack([edges[:-1], edges[1:], counts[start:end]], axis=1)


def _dtype_name(tensor: np.ndarray) -> str:
    return "strings" if tensor.dtype.kind == "O" else str(tensor.dtype)
