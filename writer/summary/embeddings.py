"""Embeddings to the files of the projector: vectors and labels as tab-separated lines, pictures as one sprite."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from writer.format.messages import ProjectorConfig
from writer.summary import png

CONFIG_FILE = "projector_config.pbtxt"
# The side of the largest texture that browsers draw everywhere.
MAX_SPRITE_SIDE = 8192
# What has no place in the names of files, on one system or the other; and how long a name may be.
_ESCAPED = str.maketrans(
    {character: f"%{ord(character):02x}" for character in '%/\\:*?"<>|' + bytes(range(32)).decode()}
)
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*[. ]|[. ].*")
_MAX_NAME_BYTES = 200


class Entry(NamedTuple):
    """What a projector config says of one tensor; paths are relative to the config's."""

    name: str
    shape: tuple[int, ...]
    tensor_path: str
    metadata_path: str | None = None
    sprite_path: str | None = None
    sprite_size: tuple[int, int] = (0, 0)  # width and height of one picture


def folder_name(tag: str) -> str:
    """The tag as the name of a folder, another one for each tag."""
    name = tag.translate(_ESCAPED)
    if _RESERVED.fullmatch(name):
        name = f"%{name}%"
    if len(name.encode()) > _MAX_NAME_BYTES:
        begin = name.encode()[:_MAX_NAME_BYTES].decode(errors="ignore")
        name = f"{begin}%{hashlib.sha256(tag.encode()).hexdigest()[:16]}"
    return name


def vectors_tsv(matrix: np.ndarray) -> bytes:
    """A line a point: the numbers of ``matrix`` [n, d], each in as few digits as tell it from its neighbours."""
    return b"".join(b"\t".join(row) + b"\n" for row in np.char.encode(matrix.astype(str), "ascii").tolist())


def labels_tsv(labels: Sequence[Any], header: Sequence[str] | None) -> bytes:
    """A line a point, below a line of ``header`` if there are several columns.

    One column has no header: the projector would take it for a point. Tabs and line ends in a label become spaces,
    for the format has no way to write them.

    Raises:
        ValueError: a row has not as many labels as the header.
    """
    if not header:
        rows = [[label] for label in labels]
    else:
        rows = [list(row) if isinstance(row, (list, tuple, np.ndarray)) else [row] for row in labels]
        for number, row in enumerate(rows):
            if len(row) != len(header):
                raise ValueError(
                    f"metadata: row {number} has {len(row)} columns, but metadata_header has {len(header)}"
                )
        if len(header) > 1:
            rows.insert(0, list(header))
    lines = ("\t".join(" ".join(str(label).splitlines()).replace("\t", " ") for label in row) + "\n" for row in rows)
    return "".join(lines).encode("utf-8", "replace")


def sprite(pictures: np.ndarray) -> tuple[bytes, tuple[int, int], int]:
    """One PNG that holds all pictures row by row, in a square number of cells, as the projector wants it.

    Args:
        pictures: [n, c, h, w] of 1 (gray), 3 (RGB) or 4 (RGBA) channels; uint8, or floats from 0 to 1.

    Returns:
        The PNG, width and height of one picture in it, and the factor by which they had to be made smaller for the
        whole to fit into `MAX_SPRITE_SIDE` pixels.
    """
    count, _, height, width = pictures.shape
    columns = math.ceil(math.sqrt(count))
    factor = max(1, math.ceil(columns * max(height, width) / MAX_SPRITE_SIDE))
    pictures = pictures[:, :, ::factor, ::factor]
    if pictures.dtype != np.uint8:
        pictures = np.nan_to_num(pictures.astype(np.float32) * 255).clip(0, 255).astype(np.uint8)
    if pictures.shape[1] == 1:
        pictures = pictures.repeat(3, axis=1)
    _, channels, height, width = pictures.shape
    cells = np.zeros((columns * columns, height, width, channels), np.uint8)
    cells[:count] = pictures.transpose(0, 2, 3, 1)
    grid = cells.reshape(columns, columns, height, width, channels).swapaxes(1, 2)
    return png.encode(grid.reshape(columns * height, columns * width, channels)), (width, height), factor


def add_to_config(config: bytes | None, entry: Entry) -> bytes:
    """The text of a projector config with one tensor more, or with that of the same name replaced.

    Raises:
        ValueError: ``config`` is not the text of one.
    """
    from google.protobuf import text_format

    message = ProjectorConfig()
    try:
        text_format.Parse((config or b"").decode(), message, allow_unknown_field=True)
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise ValueError(f"{CONFIG_FILE} cannot be read: {error}") from None
    others = [embedding for embedding in message.embeddings if embedding.tensor_name != entry.name]
    del message.embeddings[:]
    message.embeddings.extend(others)
    added = message.embeddings.add(tensor_name=entry.name, tensor_shape=entry.shape, tensor_path=entry.tensor_path)
    if entry.metadata_path is not None:
        added.metadata_path = entry.metadata_path
    if entry.sprite_path is not None:
        added.sprite.image_path = entry.sprite_path
        added.sprite.single_image_dim.extend(entry.sprite_size)
    return text_format.MessageToString(message).encode()
