"""A tensor, its tag and what says how to show it, to the bytes of a Summary."""

from __future__ import annotations

from typing import Any

import numpy as np

from writer.format.messages import DataClass, Summary, SummaryMetadata
from writer.format.plugins import DATA_CLASS
from writer.format.tensors import to_proto

_TENSOR = DataClass["DATA_CLASS_TENSOR"]
_MAX_BYTES = (1 << 31) - (1 << 20)  # protocol buffers end at 2 GiB; the rest is for what surrounds the tensor


def metadata_of(
    tag: str, plugin: str, content: bytes = b"", display_name: str | None = None, description: str | None = None
) -> Any:
    """The SummaryMetadata of a kind.

    Args:
        tag: the series it is for, told in errors.
        plugin: the kind's name on disk (see `writer.format.plugins`).
        content: what the plugin keeps there for itself, most often a message with its version.
        display_name: shown in place of the tag.
        description: Markdown, shown with the series.

    Raises:
        TypeError: ``display_name`` or ``description`` is no string.
    """
    for name, text in (("display_name", display_name), ("description", description)):
        if text is not None and not isinstance(text, str):
            raise TypeError(f"tag {tag!r}: {name} is a string, but got {text!r} of type {type(text).__name__}")
    metadata = SummaryMetadata(
        display_name=display_name or "",
        summary_description=description or "",
        data_class=DATA_CLASS.get(plugin, _TENSOR),
    )
    metadata.plugin_data.plugin_name = plugin
    metadata.plugin_data.content = content
    return metadata


def tensor_summary(tag: str, tensor: np.ndarray, metadata: Any) -> bytes:
    """A Summary of one value: a tensor with its metadata, which is how all kinds are written today.

    Raises:
        ValueError: it is too large for a message.
    """
    size = sum(map(len, tensor.flat)) if tensor.dtype.kind == "O" else tensor.nbytes
    if size >= _MAX_BYTES:
        raise ValueError(f"tag {tag!r}: {size:,} bytes are too many; a record holds less than 2 GiB")
    summary = Summary()
    summary.value.add(tag=tag, tensor=to_proto(tensor), metadata=metadata)
    return bytes(summary.SerializeToString())


def strings(items: list[bytes]) -> np.ndarray:
    """Byte strings as a tensor of rank 1; numpy's own bytes type would cut off zeros at their ends."""
    column = np.empty(len(items), object)
    column[:] = items
    return column
