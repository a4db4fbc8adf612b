"""Embeddings: vectors, and what is known of each."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from writer.event import as_step
from writer.methods.base import Methods, told_of

if TYPE_CHECKING:
    from writer.output.asset_queue import Progress
    from writer.summary import embeddings

_logger = logging.getLogger("writer")


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

        Each tag and step is a tensor to choose from; the same again replaces it. The files are written within
        ``flush_secs``, by the thread that writes the events, each wholly or not at all.

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
        from writer.output.asset_queue import Asset
        from writer.summary import embeddings
        from writer.summary.arrays import as_array

        with told_of(f"add_embedding: tag {tag!r}"):
            step = as_step(global_step)
        matrix = as_array(tag, mat, "add_embedding", "a matrix [n, d]")
        if matrix.ndim != 2:
            raise ValueError(f"add_embedding: tag {tag!r} wants a matrix [n, d], but got shape {list(matrix.shape)}")
        folder = f"{step:05}/{embeddings.folder_name(tag)}"
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
        entry = embeddings.Entry(
            f"{tag}:{step:05}", matrix.shape, f"{folder}/tensors.tsv", metadata_path, sprite_path, size
        )
        write = functools.partial(_write, self._file.logdir, files, entry)
        self._file.put_asset(Asset(f"add_embedding: tag {tag!r}", sum(map(len, files.values())), write))


def _write(directory: str, files: Mapping[str, bytes], entry: embeddings.Entry, progress: Progress) -> None:
    from writer.output import assets
    from writer.summary import embeddings

    for path, data in files.items():
        assets.write(directory, path, data, progress)
    # Last, so that it never names a file that is not there.
    config = embeddings.add_to_config(assets.read(directory, embeddings.CONFIG_FILE), entry)
    assets.write(directory, embeddings.CONFIG_FILE, config, progress)


def _check_count(tag: str, what: str, count: int, points: int) -> None:
    if count != points:
        raise ValueError(f"add_embedding: tag {tag!r} has {count} {what}, but mat has {points} rows")
