"""Hyperparameters, the metrics they are judged by, and how the training ended."""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from writer import event
from writer.event_file import EventFileWriter
from writer.methods.base import Methods, told_of
from writer.output import lifetime


class HParamsMethods(Methods):
    """Logs hyperparameters; the session ends with the writer."""

    def __init__(self, file: EventFileWriter) -> None:
        super().__init__(file)
        self._started = time.time()
        self._hparams: dict[str, Any] = {}
        self._hparam_domains: dict[str, list[Any]] = {}
        self._hparam_metrics: dict[str, None] = {}  # keys alone: a set that keeps order
        self._trial_id = ""
        self._session_of: int | None = None  # the process whose session has begun and not ended

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any] | None = None,
        hparam_domain_discrete: Mapping[str, Sequence[Any]] | str | None = None,
        run_name: str | None = None,
        global_step: Any = None,
        *,
        name: str | None = None,
        trial_id: str | None = None,
        walltime: float | None = None,
    ) -> None:
        """Logs hyperparameters, into the run itself.

        May be called again: what comes later is added to what is known, and replaces values of the same names.
        ``board`` shows all of it; TensorBoard what the first call of a run said.

        When the writer is closed, the session ends with the status "success"; with "failure" if an exception leaves
        its ``with`` block or ends the program, or SIGTERM does. If the writer is forgotten before the program ends, so
        does the session, as "unknown".

        Args:
            hparam_dict: names to bools, numbers, strings; one-element arrays and tensors count as their element. Nested
                dicts are flattened with "/", lists and tuples become text, None is left out.
            metric_dict: tags to numbers: results that trials are compared by. They are logged as scalars, too.
                Readers that are told no metrics compare by all scalars.
            hparam_domain_discrete: names to all values that are tried. (A string in this place is ``name``, as in
                tensorboardX.)
            run_name, name: log to a run of this name below this one instead, as PyTorch does.
            global_step: step of the metrics. Default: the greatest step logged so far, so that a metric whose tag is a
                curve's, too, does not go back to its beginning, which readers take for a restart; 0 without one.
            trial_id: runs with the same id are repetitions of one trial. Default: each run is its own.
            walltime: seconds since the epoch. Default now.

        Raises:
            TypeError: an argument is no dict, a value of a kind that cannot be stored, or a domain of another type than
                its hyperparameter. Nothing is logged then.
        """
        from writer.summary import hparams
        from writer.summary.scalars import scalar

        if isinstance(hparam_domain_discrete, str):
            if run_name is not None:  # tensorboardX: (hparam_dict, metric_dict, name, global_step)
                global_step, run_name = run_name, None
            name, hparam_domain_discrete = hparam_domain_discrete, None
        metric_dict = {} if metric_dict is None else metric_dict
        for argument, given in (("hparam_dict", hparam_dict), ("metric_dict", metric_dict)):
            if not isinstance(given, Mapping):
                raise TypeError(f"add_hparams: {argument} is a dict, but got {type(given).__name__}")
        flat = hparams.flatten(hparam_dict)
        domains = _checked_domains(flat, hparam_domain_discrete or {})
        if run_name or name:
            self._add_hparams_to(
                str(run_name or name), hparam_dict, metric_dict, domains, global_step, trial_id, walltime
            )
            return
        with told_of("add_hparams"):
            global_step = self._latest_step if global_step is None else event.as_step(global_step)
            walltime = None if walltime is None else event.as_wall_time(walltime)
        metrics = {tag: _checked_metric(tag, value) for tag, value in metric_dict.items()}

        self._hparams |= flat
        self._hparam_domains |= domains
        self._hparam_metrics |= dict.fromkeys(metrics)
        self._trial_id = self._trial_id if trial_id is None else trial_id
        if self._hparam_metrics or self._hparam_domains:
            # Without one, TensorBoard gathers the names from all runs. With one, it compares what that of the first run
            # names; so it is written only when there is something to say that cannot be gathered.
            described = hparams.experiment(
                self._hparams, list(self._hparam_metrics), self._hparam_domains, time_created=self._started
            )
            self._log(event.SUMMARY, described, global_step, walltime)
        begun = hparams.session_start(self._hparams, group_name=self._trial_id, start_time=self._started)
        self._log(event.SUMMARY, begun, global_step, walltime)
        for tag, value in metrics.items():
            self._log(event.SUMMARY, scalar(tag, value), global_step, walltime)
        self._session_of = os.getpid()
        _end_at_exit(self)

    def _add_hparams_to(
        self,
        name: str,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        domains: dict[str, list[Any]],
        global_step: Any,
        trial_id: str | None,
        walltime: float | None,
    ) -> None:
        file = self._file.another(os.path.join(self._file.logdir, name))
        separate = HParamsMethods(file)
        try:
            separate.add_hparams(
                hparam_dict, metric_dict, domains, global_step=global_step, trial_id=trial_id, walltime=walltime
            )
        finally:
            separate._before_close(failed=False)
            file.close()

    def _before_close(self, failed: bool) -> None:
        super()._before_close(failed)
        self._end_session(failed)

    def _end_session(self, failed: bool) -> None:
        # A forked child has a copy of this state, but the session is its parent's.
        if self._session_of == os.getpid():
            from writer.summary import hparams

            self._session_of = None
            _open_sessions.pop(self).detach()
            ended = hparams.session_end("failure" if failed else "success", time.time())
            self._log(event.SUMMARY, ended, None, None)


def _checked_domains(hparams: dict[str, Any], domains: Any) -> dict[str, list[Any]]:
    from writer.summary.hparams import plain

    if not isinstance(domains, Mapping):
        raise TypeError(f"add_hparams: hparam_domain_discrete is a dict, but got {type(domains).__name__}")
    checked = {}
    for name, choices in domains.items():
        if name not in hparams:
            raise TypeError(f"add_hparams: hparam_domain_discrete has {name!r}, but hparam_dict has no such name")
        wanted = type(hparams[name])
        if not isinstance(choices, (list, tuple)):
            raise TypeError(f"add_hparams: the domain of {name!r} is a list, but got {type(choices).__name__}")
        checked[name] = [plain(name, choice) for choice in choices]
        for choice in checked[name]:
            if type(choice) is not wanted:
                raise TypeError(f"add_hparams: {name!r} is a {wanted.__name__}, but its domain has {choice!r}")
    return checked


def _checked_metric(tag: Any, value: Any) -> float:
    from writer.summary.scalars import as_number

    if not isinstance(tag, str):
        raise TypeError(f"add_hparams: the name of a metric is a string, but got {tag!r} of type {type(tag).__name__}")
    return as_number(tag, value)


# Writers whose session goes on, with what ends it if they are collected. (No part of them: a writer can be pickled.)
_open_sessions: weakref.WeakKeyDictionary[HParamsMethods, weakref.finalize[..., HParamsMethods]] = (
    weakref.WeakKeyDictionary()
)


def _end_at_exit(methods: HParamsMethods) -> None:
    """Has the session ended when the program ends or the writer is collected, if nobody closed it."""
    if not _open_sessions:
        # What is registered last runs first: before the event file, which is open by now, is drained.
        atexit.unregister(_end_sessions)
        atexit.register(_end_sessions)
    if methods not in _open_sessions:
        forgotten = weakref.finalize(methods, _end_forgotten, methods._file, os.getpid())
        forgotten.atexit = False
        _open_sessions[methods] = forgotten


def _end_sessions() -> None:
    # The interpreter leaves an exception that nothing caught here.
    failed = getattr(sys, "last_value", None) is not None or lifetime.terminated()
    for methods in list(_open_sessions):
        methods._before_close(failed)


def _end_killed() -> None:
    for methods in list(_open_sessions):
        methods._end_session(failed=True)


lifetime.tell_of_sigterm(_end_killed)


def _end_forgotten(file: EventFileWriter, process: int) -> None:
    """Ends the session of a writer that is no more. What became of the training then, nobody knows here."""
    if process == os.getpid():
        from writer.summary import hparams

        now = time.time()
        file.write_last(event.encode(now, 0, event.SUMMARY, hparams.session_end("unknown", now)))
