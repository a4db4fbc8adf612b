"""The text file ``checkpoint`` in a directory: which checkpoints there are, and which is the latest."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import Any

from google.protobuf import text_format as protobuf_text

from graphcore.checkpoint.reader import files_of
from graphcore.checkpoint.writing import write_whole
from graphcore.graph_def import text_format
from writer.format.messages import CheckpointState

_log = logging.getLogger(__name__)


def generate_checkpoint_state_proto(
    save_dir: str, model_checkpoint_path: str, all_model_checkpoint_paths: Sequence[str] | None = None
) -> Any:
    """The CheckpointState message of a directory.

    Paths inside the directory are written relative to it, so that it may be moved.

    Args:
        model_checkpoint_path: the latest checkpoint.
        all_model_checkpoint_paths: all there are, oldest first; the latest is added if it is not the last of them.
    """
    paths = list(all_model_checkpoint_paths or [])
    if not paths or paths[-1] != model_checkpoint_path:
        paths.append(model_checkpoint_path)
    return CheckpointState(
        model_checkpoint_path=_relative(model_checkpoint_path, save_dir),
        all_model_checkpoint_paths=[_relative(path, save_dir) for path in paths],
    )


def _relative(path: str, directory: str) -> str:
    relative = os.path.relpath(path, directory or ".")
    if os.path.isabs(path) and relative.startswith(os.pardir):
        return path
    return relative


def update_checkpoint_state(
    save_dir: str,
    model_checkpoint_path: str,
    all_model_checkpoint_paths: Sequence[str] | None = None,
    latest_filename: str | None = None,
) -> None:
    """Says in a directory's file ``checkpoint`` which checkpoints there are; arguments as above.

    The file is replaced as a whole: whoever reads it sees the old or the new one.

    Args:
        latest_filename: the file's name, if it is not ``checkpoint``.

    Raises:
        RuntimeError: that is the name of the checkpoint itself. OSError: the file cannot be written.
    """
    path = state_path_of(save_dir, latest_filename)
    check_no_conflict(path, model_checkpoint_path)
    state = generate_checkpoint_state_proto(save_dir, model_checkpoint_path, all_model_checkpoint_paths)
    write_whole(path, [text_format(state).encode()])


def check_no_conflict(state_path: str, model_checkpoint_path: str) -> None:
    """RuntimeError if a checkpoint would take the place of the file that tells of the checkpoints."""
    if os.path.abspath(state_path) == os.path.abspath(model_checkpoint_path):
        raise RuntimeError(
            f"Save path '{model_checkpoint_path}' conflicts with path used for checkpoint state.  "
            "Please use a different save path."
        )


def get_checkpoint_state(checkpoint_dir: str, latest_filename: str | None = None) -> Any:
    """What the file ``checkpoint`` of a directory says, as a CheckpointState message; paths as one can open them.

    Args:
        latest_filename: the file's name, if it is not ``checkpoint``.

    Returns: None if there is no such file, or, after a warning, if it cannot be read.
    """
    path = state_path_of(checkpoint_dir, latest_filename)
    try:
        with open(path, encoding="utf-8") as file:
            state = protobuf_text.Parse(file.read(), CheckpointState())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError, protobuf_text.ParseError) as error:
        _log.warning("%s cannot be read: %s", path, error)
        return None
    if state.model_checkpoint_path:
        state.model_checkpoint_path = os.path.join(checkpoint_dir, state.model_checkpoint_path)
    for i, other in enumerate(state.all_model_checkpoint_paths):
        state.all_model_checkpoint_paths[i] = os.path.join(checkpoint_dir, other)
    return state


def latest_checkpoint(checkpoint_dir: str, latest_filename: str | None = None) -> str | None:
    """The path of the latest checkpoint of a directory, for `Saver.restore`; None if there is none.

    Args:
        latest_filename: the name of the file that says which it is, if it is not ``checkpoint``.
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is not None and state.model_checkpoint_path and checkpoint_exists(state.model_checkpoint_path):
        return str(state.model_checkpoint_path)
    return None


def checkpoint_exists(checkpoint_prefix: str) -> bool:
    """Whether there is a checkpoint of this path or pattern."""
    return bool(files_of(checkpoint_prefix))


def state_path_of(directory: str, latest_filename: str | None = None) -> str:
    """The file of a directory that tells of its checkpoints."""
    return os.path.join(directory, latest_filename or "checkpoint")
