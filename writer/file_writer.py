"""FileWriter: complete messages into the event files of a `SummaryWriter`; the ``file_writer`` of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from writer.format.messages import Event
from writer.methods.base import as_bytes

if TYPE_CHECKING:
    from writer.summary_writer import SummaryWriter


class FileWriter:
    """Takes complete messages, where `SummaryWriter` takes values. Both write to the same file.

    Args:
        log_dir: directory of the run.
        max_queue, flush_secs, filename_suffix: as for `SummaryWriter`.
    """

    def __init__(self, log_dir: Any, max_queue: int = 1000, flush_secs: float = 2, filename_suffix: str = "") -> None:
        from writer.summary_writer import SummaryWriter

        self._writer = SummaryWriter(
            log_dir, max_queue=max_queue, flush_secs=flush_secs, filename_suffix=filename_suffix
        )

    @classmethod
    def of(cls, writer: SummaryWriter) -> FileWriter:
        """The FileWriter that writes where ``writer`` does."""
        file_writer = cls.__new__(cls)
        file_writer._writer = writer
        return file_writer

    @property
    def event_writer(self) -> FileWriter:
        """Itself: there is no further layer."""
        return self

    def get_logdir(self) -> str:
        """The directory of the run."""
        return self._writer.get_logdir()

    def add_event(self, event: Any, step: Any = None, walltime: float | None = None) -> None:
        """Logs an Event message; ``step`` and ``walltime`` replace its own, and a wall time of 0 is now."""
        import time

        from writer.event import as_step

        message = Event.FromString(as_bytes("add_event", "an Event", event))
        if step is not None:
            message.step = as_step(step)
        if walltime is not None or not message.wall_time:
            message.wall_time = time.time() if walltime is None else walltime
        self._writer.add_event(message)

    def add_summary(self, summary: Any, global_step: Any = None, walltime: float | None = None) -> None:
        """Logs a Summary message or its bytes."""
        self._writer.add_summary(summary, global_step, walltime)

    def add_graph(self, graph_profile: Any, walltime: float | None = None) -> None:
        """Logs a GraphDef, or a pair of a GraphDef and the RunMetadata (or StepStats) of a step."""
        graph, profile = graph_profile if isinstance(graph_profile, tuple) else (graph_profile, None)
        self._writer.add_graph(graph, walltime=walltime)
        if profile is not None and getattr(profile.DESCRIPTOR, "name", "") == "RunMetadata":
            self._writer.add_run_metadata(profile, "step1", walltime=walltime)

    def add_onnx_graph(self, graph: Any, walltime: float | None = None) -> None:
        """Logs a GraphDef."""
        self._writer.add_graph(graph, walltime=walltime)

    def flush(self) -> None:
        """As `SummaryWriter.flush`."""
        self._writer.flush()

    def close(self) -> None:
        """As `SummaryWriter.close`."""
        self._writer.close()

    def reopen(self) -> None:
        """Nothing to do: logging after `close` begins a new file."""
