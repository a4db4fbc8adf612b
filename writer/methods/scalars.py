"""Numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from os import path
from typing import Any

from writer import event
from writer.event_file import EventFileWriter
from writer.methods.base import Methods, told_of
from writer.scalar_record import scalar_record
from writer.summary.scalars import as_number, scalar_tensor, scalars
from writer.summary.tags import checked_tag

# One text for all numbers of a call, or texts by tag.
Texts = str | Mapping[str, Any]


class ScalarMethods(Methods):
    """Logs numbers."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._step: tuple[Any, bytes] = (None, b"")  # the last int that was a step, and its bytes
        self._described: set[str] = set()
        self._runs: dict[str, EventFileWriter] = {}

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: Any = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
        display_name: str = "",
        summary_description: str = "",
        *,
        description: str = "",
        float64: bool = False,
    ) -> None:
        """Logs one number.

        It is stored as the compact ``simple_value``, a float32; or, if an argument asks for it, as a rank-0 tensor with
        plugin metadata.

        Args:
            tag: name of the series; "/" groups it, as in ``train/loss``.
            scalar_value: a number, or an array or tensor of one element.
            global_step: integer step. Default 0.
            walltime: seconds since the epoch. Default now.
            new_style: store a tensor.
            double_precision, float64: store float64, as a tensor. TensorBoard's data server shows no such scalars.
            display_name: shown in place of the tag. Stored with the first tensor of the tag.
            description, summary_description: Markdown, shown with the series. Stored there, too.

        Raises:
            TypeError: the tag is no string, the value no single number, or the step no integer.
            ValueError: the tag is empty or longer than 64 KiB, or the step not integral.
        """
        if new_style or double_precision or display_name or summary_description or description or float64:
            texts = display_name, description or summary_description
            summary = self._tensor("add_scalar", tag, scalar_value, *texts, double_precision or float64)
            self._log(event.SUMMARY, summary, global_step, walltime)
            if any(texts):
                self._described.add(tag)
            return
        kind = type(scalar_value)
        if kind is not float and kind is not int:
            scalar_value = as_number(tag, scalar_value)
        last, step_bytes = self._step
        if last is not global_step:
            try:
                step = event.as_step(global_step)
            except (TypeError, ValueError) as error:
                raise _of_tag(tag, error) from None
            step_bytes = event.encode_step(step)
            if step > self._latest_step:
                self._latest_step = step
            if type(global_step) is int:  # an array may be changed in place
                self._step = (global_step, step_bytes)
        file = self._file
        if walltime is None:
            clock = file.clock
            walltime = time.time()
            if walltime >= clock.latest:
                clock.latest = walltime
            else:
                walltime = clock.now()
        else:
            try:
                walltime = event.as_wall_time(walltime)
            except (TypeError, ValueError) as error:
                raise _of_tag(tag, error) from None
        file.put(scalar_record(tag, scalar_value, step_bytes, walltime))

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,
        walltime: float | None = None,
        *,
        own_runs: bool = False,
        display_name: Texts = "",
        description: Texts = "",
    ) -> None:
        """Logs several numbers that belong together, as ``main_tag/sub-tag`` in this run's own file.

        Args:
            main_tag: the group.
            tag_scalar_dict: sub-tags to numbers.
            own_runs: log each sub-tag as the tag ``main_tag`` of a run of its own, ``main_tag_sub-tag``, as PyTorch
                does. That takes a file for each.
            display_name, description: as for `add_scalar`: one for all, or a dict of sub-tags to them. What has
                either is stored as a tensor.

        Raises:
            TypeError, ValueError: as `add_scalar`; nothing is logged then.
        """
        checked_tag(main_tag, "add_scalars")
        if not isinstance(tag_scalar_dict, Mapping):
            raise TypeError(f"add_scalars: tag {main_tag!r} wants a dict, but got {type(tag_scalar_dict).__name__}")
        if not own_runs:
            flat = list(_flat(tag_scalar_dict, "add_scalars", main_tag))
            self._log_scalars("add_scalars", flat, display_name, description, global_step, walltime, main_tag)
            return
        with told_of(f"add_scalars: tag {main_tag!r}"):
            step = event.as_step(global_step)
            wall_time = self._file.now() if walltime is None else event.as_wall_time(walltime)
        flat = list(_flat(tag_scalar_dict, "add_scalars"))
        names, texts = (_texts("add_scalars", given, flat) for given in (display_name, description))
        summaries = [
            scalar_tensor(main_tag, value, display_name=name, description=text, method="add_scalars")
            if name or text
            else scalars([(main_tag, value)], "add_scalars")
            for (_, value), name, text in zip(flat, names, texts)
        ]
        for (name, _), summary in zip(flat, summaries):
            run = f"{main_tag.replace('/', '_')}_{name}"
            if run not in self._runs:
                self._runs[run] = self._file.another(path.join(self._file.logdir, run))
            self._runs[run].write(event.encode(wall_time, step, event.SUMMARY, summary))
        self._latest_step = max(self._latest_step, step)

    def log(
        self,
        values: Mapping[str, Any],
        step: Any = None,
        walltime: float | None = None,
        *,
        display_name: Texts = "",
        description: Texts = "",
    ) -> None:
        """Logs a dict of numbers: ``log({"loss": 0.5, "eval": {"acc": 0.9}}, step=7)``.

        Args:
            values: tags to numbers. Names in nested dicts are joined with "/", as in ``eval/acc``.
            step: integer step. Default 0.
            walltime: seconds since the epoch. Default now.
            display_name, description: as for `add_scalar`: one for all, or a dict of tags to them, nested or not;
                tags that are not among ``values`` are passed over. What has either is stored as a tensor.

        Raises:
            TypeError, ValueError: as `add_scalar`; nothing is logged then.
        """
        if not isinstance(values, Mapping):
            raise TypeError(f"log: wanted a dict of tags to numbers, but got {type(values).__name__}")
        flat = list(_flat(values, "log"))
        self._log_scalars("log", flat, display_name, description, step, walltime)

    def add_scalar_series(
        self,
        tag: str,
        steps: Any,
        values: Any,
        wall_times: Any = None,
        *,
        float64: bool = False,
        display_name: str = "",
        description: str = "",
    ) -> None:
        """Logs many numbers of one series at once, from arrays.

        Args:
            steps: integers [n].
            values: numbers [n].
            wall_times: seconds since the epoch [n], or one number for all. Default now.
            float64: store float64, as tensors; float32 otherwise.
            display_name, description: as for `add_scalar`; with either, tensors are stored.

        Raises:
            TypeError: the tag is no string, or an argument holds something else than numbers.
            ValueError: the tag cannot name a series, the lengths differ, or a step is not integral.
        """
        from writer.methods.scalar_arrays import checked_series
        from writer.scalar_series import series_records

        now = self._file.now() if wall_times is None else wall_times
        numbers, stored, times = checked_series(tag, steps, values, now, float64)
        described = bool(display_name or description)
        latest = int(numbers.max(initial=0))
        if described and len(numbers):  # the first point carries the texts
            summary = self._tensor("add_scalar_series", tag, stored[0], display_name, description, float64)
            self._file.write(event.encode(float(times[0]), int(numbers[0]), event.SUMMARY, summary))
            self._described.add(tag)
            numbers, stored, times = numbers[1:], stored[1:], times[1:]
        for records, count in series_records(tag, numbers, stored, times, float64=float64, tensors=described):
            self._file.put(records, count)
        self._latest_step = max(self._latest_step, latest)

    def _log_scalars(
        self,
        method: str,
        values: list[tuple[str, Any]],
        display_name: Texts,
        description: Texts,
        global_step: Any,
        walltime: float | None,
        group: str = "",
    ) -> None:
        if not values:
            return
        if not display_name and not description:
            self._log(event.SUMMARY, scalars(values, method), global_step, walltime)
            return
        names, texts = (_texts(method, given, values, group) for given in (display_name, description))
        summaries = [
            self._tensor(method, tag, value, name, text) if name or text else scalars([(tag, value)], method)
            for (tag, value), name, text in zip(values, names, texts)
        ]
        self._log(event.SUMMARY, b"".join(summaries), global_step, walltime)  # a Summary is its values in a row
        self._described.update(tag for (tag, _), name, text in zip(values, names, texts) if name or text)

    def _tensor(
        self, method: str, tag: str, value: Any, display_name: str, description: str, double_precision: bool = False
    ) -> bytes:
        """A number as a tensor, with the texts if it is the first of its tag: readers keep those of the first."""
        told = checked_tag(tag, method) in self._described
        return scalar_tensor(
            tag,
            value,
            double_precision=double_precision,
            display_name="" if told else display_name,
            description="" if told else description,
            method=method,
        )

    def _before_close(self, failed: bool) -> None:
        super()._before_close(failed)
        for file in self._runs.values():
            file.close()


def _of_tag(tag: Any, error: TypeError | ValueError) -> TypeError | ValueError:
    """An error of the step or the wall time that says which tag it is about."""
    return type(error)(f"add_scalar: tag {checked_tag(tag, 'add_scalar')!r}: {error}")


def _flat(values: Mapping[str, Any], method: str, group: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if not isinstance(name, (str, int)):
            raise TypeError(f"{method}: a tag is a string, but got {name!r} of type {type(name).__name__}")
        tag = f"{group}/{name}" if group else checked_tag(str(name), method)
        if isinstance(value, Mapping):
            yield from _flat(value, method, tag)
        else:
            yield tag, value


def _texts(method: str, given: Texts, values: list[tuple[str, Any]], group: str = "") -> list[str]:
    """The text of each value."""
    if not isinstance(given, Mapping):
        return [given] * len(values)
    texts = dict(_flat(given, method, group))
    return [texts.get(tag, "") for tag, _ in values]
