"""What `SummaryWriter` has because those of PyTorch and tensorboardX do: a file writer, defaults, an export."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from os import PathLike
from typing import TYPE_CHECKING, Any, cast

from writer.methods.base import Methods

if TYPE_CHECKING:
    from writer.file_writer import FileWriter


class CompatibilityMethods(Methods):
    """The remaining methods and attributes of `torch.utils.tensorboard` and `tensorboardX`."""

    @property
    def file_writer(self) -> FileWriter:
        """Takes complete messages, where this takes values."""
        from writer.file_writer import FileWriter

        return FileWriter.of(cast(Any, self))

    def _get_file_writer(self) -> FileWriter:
        return self.file_writer

    @property
    def all_writers(self) -> dict[str, FileWriter]:
        """The file writer, by its directory. Theirs has more than one, an entry for each sub-tag of `add_scalars`."""
        return {self._file.logdir: self.file_writer}

    @contextlib.contextmanager
    def use_metadata(self, *, global_step: Any = None, walltime: float | None = None) -> Iterator[Any]:
        """Step and wall time of what is logged within the ``with`` block, where a call does not give its own.

        Raises:
            ValueError: there is one around it already, or neither is given.
        """
        if "_log" in vars(self):
            raise ValueError("use_metadata: there is one around this one already")
        if global_step is None and walltime is None:
            raise ValueError("use_metadata wants a global_step, a walltime or both")

        def log(field: int, payload: bytes, step: Any, time: float | None) -> None:
            Methods._log(
                self, field, payload, global_step if step is None else step, walltime if time is None else time
            )

        def add_scalar(tag: str, scalar_value: Any, step: Any = None, time: float | None = None, **others: Any) -> None:
            step = others.pop("global_step", step)
            time = others.pop("walltime", time)
            cast(Any, type(self)).add_scalar(
                self,
                tag,
                scalar_value,
                global_step if step is None else step,
                walltime if time is None else time,
                **others,
            )

        # Attributes of the object hide the methods of its class: outside of such a block this costs nothing.
        vars(self).update(_log=log, add_scalar=add_scalar)
        try:
            yield self
        finally:
            for name in ("_log", "add_scalar"):
                vars(self).pop(name, None)

    def export_scalars_to_json(self, path: str | PathLike[str]) -> None:
        """Writes all scalars of the run's directory to a JSON file: ``{tag: [[wall time, step, value], ...]}``.

        They are read back from the event files, so nothing is kept in memory for it. Values that JSON does not have
        (NaN, infinities) are null.

        Raises:
            OSError: event files cannot be read, or the JSON file cannot be written.
        """
        from writer import scalars_json

        cast(Any, self).flush()
        scalars_json.export(self._file.logdir, path)
