"""SummaryWriter: what training scripts log with. Each method turns its arguments into one Event."""

from __future__ import annotations

import datetime
import socket
import time
from os import PathLike, fspath, path
from types import TracebackType
from typing import Any, Protocol, runtime_checkable

from writer import event
from writer.event_file import EventFileWriter
from writer.format.messages import SessionLog, TaggedRunMetadata
from writer.summary.scalars import scalar, scalar_tensor


@runtime_checkable
class ExportsGraphDef(Protocol):
    """A graph that can tell its GraphDef, such as `graphcore.Graph`."""

    def as_graph_def(self, *, add_shapes: bool) -> Any:
        """The GraphDef message; with ``add_shapes``, every node says its outputs' shapes."""


class SummaryWriter:
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
        log_dir, logdir: directory of the run. Default: ``runs/<date>_<host><comment>``.
        comment: appended to the default directory's name.
        purge_step: the run resumes at this step: readers drop what an earlier session logged from there on.
        graph: a graph to log at once.
        graph_def: the same as a GraphDef message or its bytes.
        max_queue: this many waiting events are written without waiting for ``flush_secs``.
        flush_secs: seconds an event may wait in memory before it is handed to the operating system.
        filename_suffix: appended to the event file's name.

    Raises:
        OSError: the directory cannot be made.
    """

    def __init__(
        self,
        log_dir: str | PathLike[str] | None = None,
        *positional: Any,
        logdir: str | PathLike[str] | None = None,
        comment: str = "",
        purge_step: Any = None,
        graph: Any = None,
        graph_def: Any = None,
        max_queue: int = 1000,
        flush_secs: float = 2,
        filename_suffix: str = "",
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
        self._log_dir = fspath(directory) if directory is not None else _default_directory(comment)
        self._file = EventFileWriter(self._log_dir, max_queue, flush_secs, filename_suffix)
        self._run_metadata_tags: set[str] = set()
        if purge_step is not None:
            self.add_session_log(SessionLog(status=SessionLog.START), purge_step)
        if graph is not None or graph_def is not None:
            self.add_graph(graph, graph_def=graph_def)

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """Logs one number.

        Args:
            tag: name of the series; "/" groups it, as in ``train/loss``.
            scalar_value: a number, or an array or tensor of one element.
            global_step: integer step. Default 0.
            walltime: seconds since the epoch. Default now.
            new_style: store a rank-0 tensor with plugin metadata, not the compact ``simple_value``.
            double_precision: store float64, which takes a tensor; float32 otherwise.

        Raises:
            TypeError: the tag is no string, the value no single number, or the step no integer.
        """
        if new_style or double_precision:
            summary = scalar_tensor(tag, scalar_value, double_precision=double_precision)
        else:
            summary = scalar(tag, scalar_value)
        self._log(event.SUMMARY, summary, global_step, walltime)

    def add_summary(self, summary: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Logs a Summary message (of any library's class) or its bytes, such as a fetched summary op's value."""
        self._log(event.SUMMARY, _as_bytes("add_summary", "a Summary", summary), global_step, walltime)

    def add_event(self, event: Any) -> None:
        """Logs an Event message or its bytes as it is, with its own step and wall time."""
        self._file.write(_as_bytes("add_event", "an Event", event))

    def add_graph(
        self, graph: Any = None, global_step: Any = None, graph_def: Any = None, walltime: float | None = None
    ) -> None:
        """Logs the graph of the run; readers show the last one.

        Args:
            graph: an object with ``as_graph_def``, such as a `graphcore.Graph`.
            graph_def: instead, a GraphDef message (of any library's class) or its bytes.

        Raises:
            ValueError: both were given.
            TypeError: neither was, or not of these types.
        """
        if graph is not None and graph_def is not None:
            raise ValueError("Please pass only graph, or graph_def (deprecated), but not both.")
        if isinstance(graph, ExportsGraphDef):
            graph_def = graph.as_graph_def(add_shapes=True)
        elif graph is not None and _is_graph_def(graph):
            graph_def = graph
        if graph_def is None:
            raise TypeError("The passed graph must be an instance of `Graph` or the deprecated `GraphDef`")
        if hasattr(graph_def, "SerializeToString"):
            serialized = graph_def.SerializeToString(deterministic=True)
        else:
            serialized = _as_bytes("add_graph", "a GraphDef", graph_def)
        self._log(event.GRAPH_DEF, serialized, global_step, walltime)

    def add_session_log(self, session_log: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Logs a SessionLog message: START, STOP or CHECKPOINT of a session."""
        payload = _as_bytes("add_session_log", "a SessionLog", session_log)
        self._log(event.SESSION_LOG, payload, global_step, walltime)

    def add_run_metadata(
        self, run_metadata: Any, tag: str, global_step: Any = None, walltime: float | None = None
    ) -> None:
        """Logs a RunMetadata message: what a step cost, node by node.

        Raises:
            ValueError: the tag was used before; it names the step in the graph's list of them.
        """
        if tag in self._run_metadata_tags:
            raise ValueError("The provided tag was already used for this event type")
        payload = _as_bytes("add_run_metadata", "a RunMetadata", run_metadata)
        message = TaggedRunMetadata(tag=tag, run_metadata=payload)
        self._log(event.TAGGED_RUN_METADATA, message.SerializeToString(), global_step, walltime)
        self._run_metadata_tags.add(tag)

    def get_logdir(self) -> str:
        """The directory the event file is in."""
        return self._log_dir

    @property
    def log_dir(self) -> str:
        """The directory the event file is in."""
        return self._log_dir

    def flush(self) -> None:
        """Returns when all that was logged is with the operating system, safe from the death of this process.

        Raises:
            OSError: the disk does not take it. It is kept and tried again.
        """
        self._file.flush()

    def close(self) -> None:
        """Flushes and closes the file. Logging after that begins a new one."""
        self._file.close()

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _log(self, field: int, payload: bytes, global_step: Any, walltime: float | None) -> None:
        wall_time = time.time() if walltime is None else float(walltime)
        self._file.write(event.encode(wall_time, event.as_step(global_step), field, payload))


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


def _is_graph_def(value: Any) -> bool:
    descriptor = getattr(value, "DESCRIPTOR", None)
    return isinstance(value, bytes) or getattr(descriptor, "name", None) == "GraphDef"


def _as_bytes(method: str, wanted: str, message: Any) -> bytes:
    if isinstance(message, (bytes, bytearray)):
        return bytes(message)
    if hasattr(message, "SerializeToString"):
        return bytes(message.SerializeToString())
    if hasattr(message, "item") and isinstance(message.item(), bytes):  # a fetched 0-d array of bytes
        return bytes(message.item())
    raise TypeError(f"{method}: wanted {wanted} or its bytes, but got {type(message).__name__}")
