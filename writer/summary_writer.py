"""SummaryWriter: what training scripts log with. Its constructor and its life; what it logs is in `writer.methods`."""

from __future__ import annotations

import datetime
import socket
from os import PathLike, fsdecode, path
from types import TracebackType
from typing import Any, Literal

from writer.event_file import EventFileWriter, SilentWriter
from writer.format.messages import SessionLog
from writer.methods.audio import AudioMethods
from writer.methods.compatibility import CompatibilityMethods
from writer.methods.embeddings import EmbeddingMethods
from writer.methods.environment import EnvironmentMethods
from writer.methods.figures import FigureMethods
from writer.methods.graphs import GraphMethods
from writer.methods.histograms import HistogramMethods
from writer.methods.hparams import HParamsMethods
from writer.methods.images import ImageMethods
from writer.methods.layouts import LayoutMethods
from writer.methods.meshes import MeshMethods
from writer.methods.messages import MessageMethods
from writer.methods.pr_curves import PrCurveMethods
from writer.methods.scalars import ScalarMethods
from writer.methods.tensors import TensorMethods
from writer.methods.text import TextMethods
from writer.methods.video import VideoMethods
from writer.output.destination import is_remote
from writer.output.lifetime import terminated
from writer.rank import checked_rank, rank_of_process


class SummaryWriter(
    ScalarMethods,
    HistogramMethods,
    ImageMethods,
    VideoMethods,
    FigureMethods,
    AudioMethods,
    TextMethods,
    TensorMethods,
    PrCurveMethods,
    MeshMethods,
    HParamsMethods,
    LayoutMethods,
    EmbeddingMethods,
    GraphMethods,
    MessageMethods,
    EnvironmentMethods,
    CompatibilityMethods,
):
    """Logs to an event file in a directory of its own, one directory a run.

        log = SummaryWriter("runs/first")
        log.add_scalar("loss", 0.25, global_step=7)

    Nothing has to be closed: what was logged is on disk ``flush_secs`` later, and at exit. The file appears with
    the first thing logged.

    Two ways to call it are understood, those of PyTorch and of TensorFlow 0.8::

        SummaryWriter(log_dir=None, comment="", purge_step=None, max_queue=1000, flush_secs=2, filename_suffix="")
        SummaryWriter(logdir, graph=None, max_queue=1000, flush_secs=2, graph_def=None)

    The type of the second positional argument tells which: a string is a comment, anything else a graph.

    Args:
        log_dir, logdir: directory of the run, or its URL, such as "s3://bucket/run". Default, also for an empty one:
            ``runs/<date>_<host><comment>``.
        comment: appended to the default directory's name.
        purge_step: the run resumes at this step: readers drop what an earlier session logged from there on.
        graph: a graph to log at once.
        graph_def: the same as a GraphDef message or its bytes.
        max_queue: this many waiting events are written without waiting for ``flush_secs``.
        flush_secs: seconds an event may wait in memory before it is handed to the operating system.
        filename_suffix: appended to the event file's name.
        resume: go on with the run: `last_step` is what was logged last in this directory, and readers are told that
            this session starts behind it, or at ``purge_step`` if that is given.
        rank: which process of a distributed job this is. Default: RANK, SLURM_PROCID or OMPI_COMM_WORLD_RANK of the
            environment. Its files carry it in their names.
        rank_policy: "own_file", every rank logs to files of its own in the same run; or "first_only", ranks other than
            0 log nothing and make no directory.
        write_to_disk: False logs nothing, as ranks that are silent do.
        memory_limit, on_full, on_error: what happens when the disk is slow, full or gone (see `EventFileWriter`).
        sync, max_file_bytes, handle_sigterm: how files are written, when new ones are begun, and whether on SIGTERM,
            too (see there).
        comet_config: not used; tensorboardX has it.

    Raises:
        OSError: the directory cannot be made, or, to resume, not be read.
        ImportError: it is a URL, and what is needed to write there is not installed.
        TypeError, ValueError: an argument is none of those named.
    """

    last_step: int | None
    """With ``resume``: the last step that an earlier session logged; None if there is none."""

    def __init__(
        self,
        log_dir: str | bytes | PathLike[str] | None = None,
        *positional: Any,
        logdir: str | bytes | PathLike[str] | None = None,
        comment: str = "",
        purge_step: Any = None,
        graph: Any = None,
        graph_def: Any = None,
        max_queue: int = 1000,
        flush_secs: float = 2,
        filename_suffix: str = "",
        resume: bool = False,
        rank: int | None = None,
        rank_policy: Literal["own_file", "first_only"] = "own_file",
        write_to_disk: bool = True,
        memory_limit: int = 64 << 20,
        on_full: Literal["wait", "drop"] = "wait",
        on_error: Literal["warn", "raise"] = "warn",
        sync: Literal["os", "fsync"] = "os",
        max_file_bytes: int | None = None,
        handle_sigterm: bool = True,
        comet_config: Any = None,
    ) -> None:
        if positional:
            given = _name_positional(positional)
            comment = given.get("comment", comment)
            purge_step = given.get("purge_step", purge_step)
            graph = given.get("graph", graph)
            graph_def = given.get("graph_def", graph_def)
            max_queue = given.get("max_queue", max_queue)
            flush_secs = given.get("flush_secs", flush_secs)
            filename_suffix = given.get("filename_suffix", filename_suffix)
        if log_dir is not None and logdir is not None:
            raise TypeError(f"SummaryWriter: got log_dir {log_dir!r} and logdir {logdir!r}; they mean the same")
        directory = log_dir if log_dir is not None else logdir
        self._log_dir = fsdecode(directory) if directory else _default_directory(comment)
        if rank_policy not in ("own_file", "first_only"):
            raise ValueError(f"SummaryWriter: rank_policy is 'own_file' or 'first_only', but got {rank_policy!r}")
        rank = rank_of_process() if rank is None else checked_rank(rank)
        silent = not write_to_disk or (rank_policy == "first_only" and bool(rank))
        suffix = filename_suffix if rank is None else f".rank{rank}{filename_suffix}"
        kind = SilentWriter if silent else EventFileWriter
        file = kind(
            self._log_dir,
            max_queue,
            flush_secs,
            suffix,
            memory_limit=memory_limit,
            on_full=on_full,
            on_error=on_error,
            sync=sync,
            max_file_bytes=max_file_bytes,
            handle_sigterm=handle_sigterm,
        )
        super().__init__(file)
        self.last_step = None
        if resume and is_remote(self._log_dir):
            raise ValueError(
                f"SummaryWriter: resume reads local directories, but got {self._log_dir!r}; give purge_step"
            )
        if resume and not silent:
            from writer.resume import last_step

            self.last_step = last_step(self._log_dir)
            if purge_step is None and self.last_step is not None:
                purge_step = self.last_step + 1
        if purge_step is not None:
            self.add_session_log(SessionLog(status=SessionLog.START), purge_step)
        if graph is not None or graph_def is not None:
            self.add_graph(graph, graph_def=graph_def)

    def __repr__(self) -> str:
        return f"SummaryWriter({self._log_dir!r})"

    def get_logdir(self) -> str:
        """The directory the event file is in."""
        return self._log_dir

    @property
    def log_dir(self) -> str:
        """The directory the event file is in."""
        return self._log_dir

    def flush(self, durable: bool = False) -> bool:
        """Returns when all that was logged is with the operating system, safe from the death of this process.

        Args:
            durable: wait until it is on the disk itself, safe from the loss of power.

        Returns: whether it is. If the disk does not take it, it is kept and tried again.

        Raises:
            OSError: only with ``on_error="raise"``, instead of returning False.
        """
        written = [file.flush(durable) for file in (self._file, *self._runs.values())]  # all, whatever the first gives
        return all(written)

    def close(self) -> None:
        """Flushes and closes the file. Logging after that begins a new one."""
        self._close(failed=False)

    def _close(self, failed: bool) -> None:
        try:
            self._before_close(failed)
        finally:
            self._file.close()

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # Leaving by sys.exit() is an end like any other, unless the program was told to end.
        left = isinstance(error, SystemExit) and error.code in (None, 0) and not terminated()
        self._close(failed=kind is not None and not left)


_PYTORCH_ORDER = ("comment", "purge_step", "max_queue", "flush_secs", "filename_suffix")
_TENSORFLOW_ORDER = ("graph", "max_queue", "flush_secs", "graph_def")


def _name_positional(values: tuple[Any, ...]) -> dict[str, Any]:
    names = _PYTORCH_ORDER if isinstance(values[0], str) else _TENSORFLOW_ORDER
    if len(values) > len(names):
        raise TypeError(f"SummaryWriter: {len(values) + 1} positional arguments, but it takes at most {len(names) + 1}")
    return dict(zip(names, values))


def _default_directory(comment: str) -> str:
    started = datetime.datetime.now().strftime("%b%d_%H-%M-%S")
    return path.join("runs", f"{started}_{socket.gethostname()}{comment}")
