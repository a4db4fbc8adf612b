"""Embeddings: vectors, and what is known of each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from writer.event import as_step
from writer.event_file import SilentWriter
from writer.methods.base import Methods

_logger = logging.getLogger("writer")
_ESCAPED = str.maketrans({character: f"%{ord(character):02x}" for character in "%/\\:\n\r\0"})


class EmbeddingMethods(Methods):
    """Writes the files that the embedding projector reads; they lie beside the event files of the run."""

    def add_embedding(
        self,
        mat: Any,
        metadata: Sequence[Any] | None = None,
        label_img: Any = None,
        global_step: Any = None,
        tag: str = "default",
        metadata_header: Sequence[str] | None = None,
    ) -> None:
        """Logs a matrix of vectors for the embedding projector, with labels and pictures of the points.

        Each tag and step is a tensor to choose from; the same again replaces it. The files are written at once, by the
        calling thread, each wholly or not at all.

        Args:
            mat: [n, d], a vector a row.
            metadata: n labels; with several columns, n lists of as many labels as ``metadata_header`` has names.
            label_img: [n, c, h, w], a picture a point: uint8, or floats from 0 to 1, of 1, 3 or 4 channels. Pictures
                are made smaller if all of them do not fit into 8192 by 8192 pixels, the most that browsers draw.
            global_step: integer step, part of the tensor's name. Default 0.
            tag: name of the embedding.
            metadata_header: names of the columns.

        Raises:
            TypeError: ``mat`` or ``label_img`` are no arrays of numbers.
            ValueError: shapes do not fit; the error names the tag. Nothing is written then.
        """
        from writer import assets
        from writer.summary import embeddings
        from writer.summary.arrays import as_array

        step = as_step(global_step)
        matrix = as_array(tag, mat, "add_embedding", "a matrix [n, d]")
        if matrix.ndim != 2:
            raise ValueError(f"add_embedding: tag {tag!r} wants a matrix [n, d], but got shape {list(matrix.shape)}")
        folder = f"{step:05}/{tag.translate(_ESCAPED)}"
        files = {f"{folder}/tensors.tsv": embeddings.vectors_tsv(matrix)}
        metadata_path = sprite_path = None
        size = (0, 0)
        if metadata is not None:
            _check_count(tag, "labels in metadata", len(metadata), len(matrix))
            metadata_path = f"{folder}/metadata.tsv"
            try:
                files[metadata_path] = embeddings.labels_tsv(metadata, metadata_header)
            except ValueError as error:
                raise ValueError(f"add_embedding: tag {tag!r}: {error}") from None
        if label_img is not None:
            pictures = as_array(tag, label_img, "add_embedding", "label_img [n, c, h, w]")
            if pictures.ndim != 4 or pictures.shape[1] not in (1, 3, 4) or 0 in pictures.shape[2:]:
                raise ValueError(
                    f"add_embedding: tag {tag!r} wants label_img [n, c, h, w] of 1, 3 or 4 channels, "
                    f"but got shape {list(pictures.shape)}"
                )
            _check_count(tag, "pictures in label_img", len(pictures), len(matrix))
        if label_img is not None and len(matrix):
            sprite_path = f"{folder}/sprite.png"
            files[sprite_path], size, factor = embeddings.sprite(pictures)
            if factor > 1:
                _logger.warning(
                    "add_embedding: tag %r: %d pictures of %d by %d pixels are more than the projector draws; "
                    "they are made %d times smaller",
                    tag, len(pictures), pictures.shape[3], pictures.shape[2], factor,
                )  # fmt: skip
        if isinstance(self._file, SilentWriter):
            return
        directory = self._file.logdir
        try:
            for path, data in files.items():
                assets.write(directory, path, data)
            # Last, so that it never names a file that is not there.
            config = embeddings.add_to_config(
                assets.read(directory, embeddings.CONFIG_FILE),
                f"{tag}:{step:05}",
                matrix.shape,
                f"{folder}/tensors.tsv",
                metadata_path,
                sprite_path,
                size,
            )
            assets.write(directory, embeddings.CONFIG_FILE, config)
        except (OSError, ValueError) as error:
            # A fault of the world, not of the caller: the training goes on.
            _logger.warning("add_embedding: tag %r: %s; the embedding is not logged", tag, error)


def _check_count(tag: str, what: str, count: int, points: int) -> None:
    if count != points:
        raise ValueError(f"add_embedding: tag {tag!r} has {count} {what}, but mat has {points} rows")
