"""Variables to checkpoint files and back; how many of the files are kept."""

from __future__ import annotations

import contextlib
import logging
import numbers
import os
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphcore.checkpoint.reader import matching_files
from graphcore.checkpoint.state import check_no_conflict, checkpoint_exists, state_path_of, update_checkpoint_state
from graphcore.checkpoint.writing import remove_unfinished
from graphcore.ops.variables import all_variables
from graphcore.session import Session
from graphcore.train.global_step import global_step as global_step_value
from graphcore.train.saver_graph import SaverGraphBuilder, VariablesToSave

if TYPE_CHECKING:
    pass

_log = logging.getLogger(__name__)
_SECONDS_PER_HOUR = 3600.0


class Saver:
    """Saves variables to checkpoint files, and restores them.

    ::

        saver = tf.train.Saver()
        for step in range(1000):
            sess.run(train_step)
            if step % 100 == 0:
                saver.save(sess, "logs/model", global_step=step)     # logs/model-0, logs/model-100, ...

        saver.restore(sess, tf.train.latest_checkpoint("logs"))      # in another program, say

    A checkpoint is one file in TensorFlow's format of version 1, which TensorFlow reads; what it writes today, version
    2, is read here, too. A file is written whole or not at all: whatever ends the program, the checkpoints that were
    there before stay. Beside it lies the graph, and in the directory a file ``checkpoint`` that says which is the
    latest. The five latest are kept.

    Restored variables need no initialising.
    """

    def __init__(
        self,
        var_list: VariablesToSave | None = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: Any = None,
    ) -> None:
        """Adds the operations that save and restore to the graph.

        Args:
            var_list: variables, saved under their names; or names in the checkpoint, each with its variable, or a list
                of the parts of one (`graphcore.create_partitioned_variables`). All variables made so far if not
                given.
            reshape: restored values may have another shape than the variable, if only as many elements.
            sharded: one file for the variables of each device.
            max_to_keep: how many checkpoints to keep; older ones are deleted. None or 0 keeps all.
            keep_checkpoint_every_n_hours: one checkpoint in so many hours is kept besides.
            name: of the scope of the operations; ``save`` if not given.
            restore_sequentially: restore one variable after another, which needs less memory.
            saver_def: a SaverDef message of a saver whose operations are in the graph already.

        Raises:
            ValueError: there are no variables, or two under one name.
            TypeError: something to save is no variable, or a name no string.
        """
        if saver_def is None:
            saver_def = SaverGraphBuilder(reshape, sharded, restore_sequentially).build(
                all_variables() if var_list is None else var_list, max_to_keep or 0, keep_checkpoint_every_n_hours, name
            )
        self.saver_def = saver_def
        # The checkpoints that may yet be deleted, and when each was written.
        self._last_checkpoints: list[tuple[str, float]] = []
        self._next_to_keep = time.time() + saver_def.keep_checkpoint_every_n_hours * _SECONDS_PER_HOUR

    @property
    def last_checkpoints(self) -> list[str]:
        """The checkpoints that this saver has written and not deleted, oldest first."""
        return [path for path, _ in self._last_checkpoints]

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Takes over checkpoints, oldest first, that another saver has written: in time they are deleted, too."""
        if not isinstance(last_checkpoints, (list, tuple)):
            raise TypeError(f"last_checkpoints must be a list of paths, not {last_checkpoints!r}")
        self._last_checkpoints = [(path, _time_of(path)) for path in last_checkpoints]

    def as_saver_def(self) -> Any:
        """The SaverDef message: the names of the operations, and the settings."""
        return self.saver_def

    to_proto = as_saver_def

    @staticmethod
    def from_proto(saver_def: Any) -> Saver:
        """The saver whose operations, named by a SaverDef message, are in the graph."""
        return Saver(saver_def=saver_def)

    def save(
        self,
        sess: Session,
        save_path: str,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
    ) -> str:
        """Writes a checkpoint.

        Args:
            sess: whose values to save. All variables must have been initialised.
            save_path: of the file; its directory must exist.
            global_step: a number, or a tensor or variable that holds it: the path becomes ``save_path-number``.
            latest_filename: the name of the file that says which checkpoint is the latest; ``checkpoint`` if not given.
            meta_graph_suffix: of the file with the graph.
            write_meta_graph: whether to write that at all.

        Returns: the path of the checkpoint, for `restore`; if it has several files, a pattern for them.

        Raises:
            TypeError: ``sess`` is no session. ValueError: ``latest_filename`` is a path.
            RuntimeError: the path is that of the file that says which checkpoint is the latest.
            FailedPreconditionError: a variable has not been initialised.
            NotFoundError: there is no such directory.
        """
        if not isinstance(sess, Session):
            raise TypeError(f"'sess' must be a Session; {sess}")
        if latest_filename is not None and os.path.dirname(latest_filename):
            raise ValueError(f"'latest_filename' must not contain path components, but is '{latest_filename}'")
        path = os.fspath(save_path)
        if global_step is not None:
            known = isinstance(global_step, numbers.Integral)
            path = f"{path}-{global_step if known else global_step_value(sess, global_step)}"
        check_no_conflict(state_path_of(os.path.dirname(path), latest_filename), path)
        saved = sess.run(self.saver_def.save_tensor_name, {self.saver_def.filename_tensor_name: path}).decode()
        if write_meta_graph:
            with sess.graph.as_default():
                self.export_meta_graph(_meta_graph_path(saved, meta_graph_suffix))
        # First what is new is there, then it is told, and only then is deleted what is no longer told of.
        outdated = self._note(saved)
        update_checkpoint_state(os.path.dirname(path), saved, self.last_checkpoints, latest_filename)
        for old in outdated:
            _delete(old, meta_graph_suffix)
        remove_unfinished(os.fspath(save_path))
        return saved

    def _note(self, path: str) -> list[str]:
        """Adds a checkpoint to those that are kept; the ones that no longer are."""
        most = self.saver_def.max_to_keep
        if most <= 0:
            return []
        self._last_checkpoints = [(p, t) for p, t in self._last_checkpoints if p != path]
        self._last_checkpoints.append((path, time.time()))
        outdated = []
        while len(self._last_checkpoints) > most:
            old, written = self._last_checkpoints.pop(0)
            if written > self._next_to_keep:
                self._next_to_keep += self.saver_def.keep_checkpoint_every_n_hours * _SECONDS_PER_HOUR
            else:
                outdated.append(old)
        return outdated

    def export_meta_graph(
        self, filename: str | None = None, collection_list: Sequence[str] | None = None, as_text: bool = False
    ) -> Any:
        """The default graph with its collections and this saver, see `graphcore.train.export_meta_graph`."""
        from graphcore.meta_graph import export_meta_graph

        return export_meta_graph(filename, saver_def=self.saver_def, collection_list=collection_list, as_text=as_text)

    def restore(self, sess: Session, save_path: str) -> None:
        """Gives the variables the values they have in a checkpoint.

        Args:
            sess: where they are to have them.
            save_path: what `save` has returned, or `latest_checkpoint`.

        Raises:
            ValueError: there is no such checkpoint. NotFoundError: a variable is not in it.
            InvalidArgumentError: a variable has another shape or type there. DataLossError: it is damaged.
        """
        if save_path is None or not checkpoint_exists(save_path):
            raise ValueError(f"Restore called with invalid save path {save_path}")
        path = os.fspath(save_path)
        sess.run([self.saver_def.restore_op_name], {self.saver_def.filename_tensor_name: path})


def _time_of(path: str) -> float:
    files = matching_files(path)
    return os.path.getmtime(files[0]) if files else time.time()


def _meta_graph_path(checkpoint: str, suffix: str) -> str:
    """Beside the checkpoint; shards have one graph: ``model-?????-of-00002`` becomes ``model.meta``."""
    base, separator, shards = checkpoint.rpartition("-?????-of-")
    return f"{base if separator and shards.isdigit() else checkpoint}.{suffix}"


def _delete(checkpoint: str, meta_graph_suffix: str) -> None:
    paths: Iterable[str] = [*matching_files(checkpoint), _meta_graph_path(checkpoint, meta_graph_suffix)]
    for path in paths:
        try:
            with contextlib.suppress(FileNotFoundError):
                os.remove(path)
        except OSError as error:
            _log.warning("An old checkpoint stays: %s", error)
