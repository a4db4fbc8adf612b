"""Vertices, faces and colours of a mesh, and its tag, to the bytes of a Summary."""

from __future__ import annotations

import numpy as np

from writer.format.messages import MeshPluginData
from writer.format.plugins import MESH
from writer.summary.metadata import metadata_of, tensor_summary

PARTS = ("VERTEX", "FACE", "COLOR")


def mesh(
    tag: str,
    parts: dict[str, np.ndarray],
    json_config: str,
    *,
    display_name: str | None = None,
    description: str | None = None,
) -> bytes:
    """A Summary with a value for each part, under the tag with the part's name behind it.

    Args:
        parts: by name, of `PARTS`: [batch, n, 3] each.
        json_config: camera, lights and material, as three.js calls them; "{}" for none.
    """
    components = sum(1 << MeshPluginData.ContentType.Value(name) for name in parts)
    values = []
    for name, tensor in parts.items():
        content = MeshPluginData(
            name=tag,
            content_type=MeshPluginData.ContentType.Value(name),
            json_config=json_config,
            shape=tensor.shape,
            components=components,
        ).SerializeToString()
        metadata = metadata_of(tag, MESH, content, display_name, description)
        values.append(tensor_summary(f"{tag}_{name}", tensor, metadata))
    return b"".join(values)  # a Summary is its values one behind the other
